//! The address of a server and a database, as operators write it.
//!
//! It is read here and not by a client's library, because libraries repeat in
//! their errors what they cannot read: a password with `?` or `/` in it ends up as
//! the name of a parameter or of a host. Nothing that is said here has a part of the
//! address in it, and what the library is given it can read.

use std::fmt;

use crate::encoded;
use crate::text::{decoded, is_letter, split_once};

/// MySQL's own port.
const PORT: u16 = 3306;
/// Spin's parameter for TLS, in both spellings.
const SSL_MODE: [&str; 2] = ["ssl-mode", "sslmode"];

/// An address whose parts were told apart. It has no `Debug`: the password is in it.
pub struct Address<'a> {
    /// User and password as they are written.
    user: &'a str,
    password: &'a str,
    host: &'a str,
    port: u16,
    database: &'a str,
    parameters: &'a str,
}

/// Why an address cannot be used, in words that have nothing of it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Refused {
    /// It does not begin with `mysql://`.
    Scheme,
    /// Its parts cannot be told apart.
    Parts,
    /// There is no host, or one with characters that no host has.
    Host,
    /// The port is no number below 65,536.
    Port,
}

/// What is said of an address that [`is_cut_short`], or whose parts cannot be told apart.
pub const CUT_SHORT: &str = "the address is no mysql://USER:PASSWORD@HOST:3306/DATABASE: \
    percent-encode what means something in a URL (/ is %2F, ? is %3F, # is %23, @ is %40)";

/// Whether a character that means something in a URL ends the user or the password
/// early. Clients then take a piece of the password for the host, its port or an option,
/// and a host that refuses it writes the piece into its own log.
pub fn is_cut_short(address: &str) -> bool {
    let (_, rest) = split_once(address, "://").unwrap_or(("", address));
    let credentials = rest.rsplit_once('@').map_or("", |(before, _)| before);
    credentials.bytes().any(|byte| b"/?#".contains(&byte))
}

impl<'a> Address<'a> {
    /// Reads an address. In user and password, `@`, `:`, `%` and blanks may stand as
    /// they are; `/`, `?` and `#` end them by the rules of URLs, wherever this is read,
    /// and so have to be encoded.
    ///
    /// # Errors
    /// In words for the operator that have nothing of the address.
    pub fn read(address: &'a str) -> Result<Self, Refused> {
        let (scheme, rest) = split_once(address, "://").ok_or(Refused::Scheme)?;
        if !scheme.eq_ignore_ascii_case("mysql") {
            return Err(Refused::Scheme);
        }
        let end = rest.bytes().position(|byte| b"/?#".contains(&byte));
        let end = end.unwrap_or(rest.len());
        let (authority, rest) = rest.split_at_checked(end).ok_or(Refused::Parts)?;
        // An `@` further on, or none at all: that was in the middle of a password,
        // or the host is a user. Neither may be shown as a host, or be called.
        if rest.bytes().any(|byte| b"@#".contains(&byte)) {
            return Err(Refused::Parts);
        }
        let (credentials, server) = authority.rsplit_once('@').ok_or(Refused::Parts)?;
        let (user, password) = credentials.split_once(':').unwrap_or((credentials, ""));
        let (host, port) = host_and_port(server)?;
        let (path, parameters) = rest.split_once('?').unwrap_or((rest, ""));
        Ok(Self {
            user,
            password,
            host,
            port,
            database: path.strip_prefix('/').unwrap_or(path),
            parameters,
        })
    }

    /// The host, without the brackets of an IPv6 address.
    pub fn host(&self) -> &'a str {
        self.host
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Host and port, as one writes them in a URL.
    pub fn server(&self) -> String {
        let (host, port) = (self.host, self.port);
        if host.contains(':') {
            format!("[{host}]:{port}")
        } else {
            format!("{host}:{port}")
        }
    }

    /// Whether it asks for TLS by Spin's parameter, which no client's library knows. As
    /// with Spin, every mode but `disabled` means TLS with a certificate that holds: none
    /// lets a password go in the clear.
    pub fn is_encrypted(&self) -> bool {
        let mut modes = self.parameters().filter(|(name, _)| is_ssl_mode(name));
        let last = modes.by_ref().last();
        last.is_some_and(|(_, value)| !value.eq_ignore_ascii_case("disabled"))
    }

    /// The address for a client's library: every character that could mean something
    /// is encoded, and Spin's own parameter is taken out.
    pub fn for_client(&self) -> String {
        let user = encoded(&lossy(self.user));
        let password = encoded(&lossy(self.password));
        let colon = if password.is_empty() { "" } else { ":" };
        let (server, database) = (self.server(), self.database);
        let mut address = format!("mysql://{user}{colon}{password}@{server}/{database}");
        let mut mark = '?';
        for (name, value) in self.parameters().filter(|(name, _)| !is_ssl_mode(name)) {
            address.push(mark);
            address.push_str(name);
            if !value.is_empty() {
                address.push('=');
                address.push_str(value);
            }
            mark = '&';
        }
        address
    }

    /// Names and values of the parameters.
    fn parameters(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let parameters = self.parameters.split('&').filter(|text| !text.is_empty());
        parameters.map(|text| text.split_once('=').unwrap_or((text, "")))
    }
}

fn is_ssl_mode(name: &str) -> bool {
    SSL_MODE
        .iter()
        .any(|known| name.eq_ignore_ascii_case(known))
}

/// Decoded; what is no UTF-8 then becomes U+FFFD.
fn lossy(text: &str) -> String {
    String::from_utf8_lossy(&decoded(text.as_bytes())).into_owned()
}

fn host_and_port(server: &str) -> Result<(&str, u16), Refused> {
    let is_host = |host: &str, more: &[u8]| {
        let fits = |byte: u8| is_letter(&byte) || more.contains(&byte);
        !host.is_empty() && host.bytes().all(fits)
    };
    let (host, port) = match server.strip_prefix('[') {
        Some(rest) => {
            let (host, port) = rest.split_once(']').ok_or(Refused::Host)?;
            if !is_host(host, b":.") {
                return Err(Refused::Host);
            }
            (
                host,
                port.strip_prefix(':').or(port.is_empty().then_some("")),
            )
        }
        None => {
            let (host, port) = server.split_once(':').unwrap_or((server, ""));
            if !is_host(host, b".-_") {
                return Err(Refused::Host);
            }
            (host, Some(port))
        }
    };
    match port {
        Some("") => Ok((host, PORT)),
        Some(port) => Ok((host, port.parse().map_err(|_| Refused::Port)?)),
        None => Err(Refused::Port),
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Scheme => {
                "the address does not begin with mysql://: write \
                 mysql://USER:PASSWORD@HOST:3306/DATABASE"
            }
            Self::Parts => CUT_SHORT,
            Self::Host => "the address has no host between @ and /, or one that no host can have",
            Self::Port => "the port in the address is no number from 1 to 65535",
        })
    }
}

impl std::error::Error for Refused {}

#[cfg(test)]
#[path = "address_tests.rs"]
mod tests;
