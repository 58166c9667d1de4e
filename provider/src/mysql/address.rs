//! The address of a MySQL server, as Spin writes it.

use std::net::{IpAddr, ToSocketAddrs as _};

use mysql_async::{Opts, OptsBuilder, SslOpts};

use crate::bindings::exports::fermyon::spin::rdbms_types::Error;

/// The most that a server sends in one packet, whatever its own limit: it keeps
/// to that by itself.
const LARGEST_PACKET: usize = 1 << 30;

/// Names a file of certificates, in PEM, of authorities to trust besides the
/// public ones. The name is OpenSSL's.
const AUTHORITIES: &str = "SSL_CERT_FILE";

/// Reads an address and looks up its host.
pub(super) fn options(address: &str) -> Result<Opts, Error> {
    let failed = |error: String| Error::ConnectionFailed(error);
    let (address, is_encrypted) = without_ssl_mode(address);
    let options = Opts::from_url(&address).map_err(|error| failed(error.to_string()))?;
    // By the standard library, since the client's own way takes a thread. The
    // name is looked up each time: a server may move.
    let host = options.ip_or_hostname();
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let found = (host, options.tcp_port())
        .to_socket_addrs()
        .map_err(|error| failed(format!("{host}: {error}")))?;
    let found: Vec<IpAddr> = found.map(|socket| socket.ip()).collect();
    let encryption = match options.ssl_opts() {
        Some(given) => Some(trusting(given.clone())?),
        None if is_encrypted => Some(trusting(SslOpts::default())?),
        None => None,
    };
    let options = OptsBuilder::from_opts(options)
        .resolved_ips(Some(found))
        .ssl_opts(encryption)
        // There are no Unix sockets here.
        .prefer_socket(false)
        // Told beforehand, it need not be asked of the server each time.
        .max_allowed_packet(Some(LARGEST_PACKET))
        .wait_timeout(Some(0));
    Ok(options.into())
}

/// Takes Spin's own TLS parameter out, which the client does not know, and says
/// whether it asks for TLS. As with Spin, every mode but `disabled` means TLS
/// with a certificate that holds: none lets a password go in the clear.
fn without_ssl_mode(address: &str) -> (String, bool) {
    let (base, parameters) = address.split_once('?').unwrap_or((address, ""));
    let mut kept = Vec::new();
    let mut is_encrypted = false;
    for parameter in parameters.split('&').filter(|text| !text.is_empty()) {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        if ["ssl-mode", "sslmode"].contains(&name.to_ascii_lowercase().as_str()) {
            is_encrypted = !value.eq_ignore_ascii_case("disabled");
        } else {
            kept.push(parameter);
        }
    }
    (format!("{base}?{}", kept.join("&")), is_encrypted)
}

/// Adds the operator's own authorities.
fn trusting(options: SslOpts) -> Result<SslOpts, Error> {
    let Some(file) = std::env::var_os(AUTHORITIES) else {
        return Ok(options);
    };
    let read = std::fs::read(file)
        .map_err(|error| Error::ConnectionFailed(format!("{AUTHORITIES}: {error}")))?;
    Ok(options.with_root_certs(vec![read.into()]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_an_address() {
        let read = options("mysql://u:p@127.0.0.1:3307/mor?stmt_cache_size=7").unwrap();
        assert_eq!(
            (read.tcp_port(), read.db_name(), read.stmt_cache_size()),
            (3307, Some("mor"), 7)
        );
        let found = |address| options(address).unwrap().resolved_ips().clone().unwrap();
        assert!(found("mysql://u:p@127.0.0.1/mor")[0].is_ipv4());
        assert!(found("mysql://u:p@[::1]/mor")[0].is_ipv6());
    }

    #[test]
    fn every_mode_but_disabled_is_encrypted_and_checked() {
        for (mode, is_encrypted) in [
            ("", false),
            ("ssl-mode=DISABLED", false),
            ("SSL-Mode=preferred", true),
            ("ssl-mode=required", true),
            ("sslmode", true),
            ("require_ssl=true", true),
        ] {
            let read = options(&format!("mysql://u:p@127.0.0.1/mor?{mode}")).unwrap();
            assert_eq!(read.ssl_opts().is_some(), is_encrypted, "{mode}");
            let checks =
                |tls: &SslOpts| !tls.accept_invalid_certs() && !tls.skip_domain_validation();
            assert!(read.ssl_opts().is_none_or(checks), "{mode}");
        }
    }

    #[test]
    fn refuses_without_showing_the_password() {
        for address in [
            "mysql://u:hidden@127.0.0.1:port/mor",
            "mysql://u:hidden@no host/mor",
            "mysql://u:hidden@host.invalid/mor",
            "mysql://u:hidden@127.0.0.1/mor?unknown=1",
            "postgres://u:hidden@127.0.0.1/mor",
        ] {
            let refused = options(address).err();
            let Some(Error::ConnectionFailed(text)) = refused else {
                panic!("{address}: {refused:?}")
            };
            assert!(!text.contains("hidden"), "{text}");
        }
    }
}
