//! The address of a server and a database, as operators write it.
//!
//! It is read here and not by a client's library, because libraries repeat in
//! their errors what they cannot read: a password with `?` or `/` in it ends up as
//! the name of a parameter or of a host. Nothing that is said here has a part of the
//! address in it, and what the library is given it can read.

use std::fmt;

use crate::{decoded, encoded};

/// MySQL's own port.
const PORT: u16 = 3306;
/// Spin's parameter for TLS, in both spellings.
const SSL_MODE: [&str; 2] = ["ssl-mode", "sslmode"];

/// An address that was read. It has no `Debug`: the password is in it.
pub struct Address<'a> {
    user: String,
    password: String,
    host: &'a str,
    port: u16,
    database: &'a str,
    parameters: Vec<&'a str>,
    is_encrypted: bool,
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

impl<'a> Address<'a> {
    /// Reads an address. In user and password, `@`, `:`, `%` and blanks may stand as
    /// they are; `/`, `?` and `#` end them by the rules of URLs, wherever this is read,
    /// and so have to be encoded.
    ///
    /// # Errors
    /// In words for the operator that have nothing of the address.
    pub fn read(address: &'a str) -> Result<Self, Refused> {
        let (scheme, rest) = address.split_once("://").ok_or(Refused::Scheme)?;
        if !scheme.eq_ignore_ascii_case("mysql") {
            return Err(Refused::Scheme);
        }
        let (authority, rest) = match rest.find(['/', '?', '#']) {
            Some(end) => rest.split_at_checked(end).ok_or(Refused::Parts)?,
            None => (rest, ""),
        };
        // An `@` further on, or none at all: that was in the middle of a password,
        // or the host is a user. Neither may be shown as a host, or be called.
        if rest.contains('@') || rest.contains('#') {
            return Err(Refused::Parts);
        }
        let (credentials, server) = authority.rsplit_once('@').ok_or(Refused::Parts)?;
        let (user, password) = credentials.split_once(':').unwrap_or((credentials, ""));
        let (host, port) = host_and_port(server)?;
        let (path, parameters) = rest.split_once('?').unwrap_or((rest, ""));
        let mut kept = Vec::new();
        let mut is_encrypted = false;
        for parameter in parameters.split('&').filter(|text| !text.is_empty()) {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            if SSL_MODE.iter().any(|it| name.eq_ignore_ascii_case(it)) {
                // As with Spin, every mode but this one means TLS with a certificate
                // that holds: none lets a password go in the clear.
                is_encrypted = !value.eq_ignore_ascii_case("disabled");
            } else {
                kept.push(parameter);
            }
        }
        Ok(Self {
            user: decoded(user),
            password: decoded(password),
            host,
            port,
            database: path.strip_prefix('/').unwrap_or(path),
            parameters: kept,
            is_encrypted,
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

    /// Whether it asks for TLS by Spin's parameter, which no client's library knows.
    pub fn is_encrypted(&self) -> bool {
        self.is_encrypted
    }

    /// The address for a client's library: every character that could mean something
    /// is encoded, and Spin's own parameter is taken out.
    pub fn for_client(&self) -> String {
        let user = encoded(&self.user);
        let password = encoded(&self.password);
        let colon = if password.is_empty() { "" } else { ":" };
        let (server, database) = (self.server(), self.database);
        let parameters = self.parameters.join("&");
        let mark = if parameters.is_empty() { "" } else { "?" };
        format!("mysql://{user}{colon}{password}@{server}/{database}{mark}{parameters}")
    }
}

/// Host and port of an address, for an operator's eyes; `None` where a part of the
/// password could be taken for them.
pub fn server(address: &str) -> Option<String> {
    Address::read(address).ok().map(|address| address.server())
}

fn host_and_port(server: &str) -> Result<(&str, u16), Refused> {
    let is_host = |host: &str, more: &[char]| {
        let mut characters = host.chars();
        !host.is_empty() && characters.all(|c| c.is_alphanumeric() || more.contains(&c))
    };
    let (host, port) = match server.strip_prefix('[') {
        Some(rest) => {
            let (host, port) = rest.split_once(']').ok_or(Refused::Host)?;
            if !is_host(host, &[':', '.']) {
                return Err(Refused::Host);
            }
            (
                host,
                port.strip_prefix(':').or(port.is_empty().then_some("")),
            )
        }
        None => {
            let (host, port) = server.split_once(':').unwrap_or((server, ""));
            if !is_host(host, &['.', '-', '_']) {
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
            Self::Parts => {
                "the address is no mysql://USER:PASSWORD@HOST:3306/DATABASE: percent-encode what \
                 means something in a URL (/ is %2F, ? is %3F, # is %23, @ is %40)"
            }
            Self::Host => "the address has no host between @ and /, or one that no host can have",
            Self::Port => "the port in the address is no number from 1 to 65535",
        })
    }
}

impl std::error::Error for Refused {}

#[cfg(test)]
#[path = "address_tests.rs"]
mod tests;
