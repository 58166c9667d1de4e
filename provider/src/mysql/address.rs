//! The address of a MySQL server, as Spin writes it.

use std::net::{IpAddr, ToSocketAddrs as _};

use dids_mysql::Address;
use mysql_async::{Opts, OptsBuilder, SslOpts};

use crate::bindings::exports::fermyon::spin::rdbms_types::Error;

/// The most that a server sends in one packet, whatever its own limit: it keeps
/// to that by itself.
const LARGEST_PACKET: usize = 1 << 30;

/// Names a file of certificates, in PEM, of authorities to trust besides the
/// public ones. The name is OpenSSL's.
const AUTHORITIES: &str = "SSL_CERT_FILE";

/// Reads an address and looks up its host. An error has nothing of the address but
/// host and port, where those can be told.
pub(super) fn options(address: &str) -> Result<Opts, Error> {
    let failed = |error: String| Error::ConnectionFailed(error);
    let address = Address::read(address).map_err(|refused| failed(refused.to_string()))?;
    let options = Opts::from_url(&address.for_client()).map_err(|_| {
        failed("the address has a parameter, or a value of one, that is not known".into())
    })?;
    // By the standard library, since the client's own way takes a thread. The
    // name is looked up each time: a server may move.
    let found = (address.host(), address.port())
        .to_socket_addrs()
        .map_err(|_| failed(format!("{}: the host is not found", address.server())))?;
    let found: Vec<IpAddr> = found.map(|socket| socket.ip()).collect();
    let encryption = match options.ssl_opts() {
        Some(given) => Some(trusting(given.clone())?),
        None if address.is_encrypted() => Some(trusting(SslOpts::default())?),
        None => None,
    };
    let options = OptsBuilder::from_opts(options)
        .ip_or_hostname(address.host())
        .resolved_ips(Some(found))
        .ssl_opts(encryption)
        // There are no Unix sockets here.
        .prefer_socket(false)
        // Told beforehand, it need not be asked of the server each time.
        .max_allowed_packet(Some(LARGEST_PACKET))
        .wait_timeout(Some(0));
    Ok(options.into())
}

/// Adds the operator's own authorities.
fn trusting(options: SslOpts) -> Result<SslOpts, Error> {
    let Some(file) = std::env::var_os(AUTHORITIES) else {
        return Ok(options);
    };
    let read = std::fs::read(file)
        .map_err(|error| Error::ConnectionFailed(format!("{AUTHORITIES}: {}", error.kind())))?;
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
    fn passwords_as_they_are_written() {
        for (written, meant) in [
            ("a@b:c%d", "a@b:c%d"),
            ("a%40b%3Ac%25d", "a@b:c%d"),
            ("a%2Fb%3fc%23", "a/b?c#"),
        ] {
            let address = format!("mysql://u:{written}@[::1]:3307/mor");
            let read = options(&address).unwrap();
            assert_eq!((read.user(), read.pass()), (Some("u"), Some(meant)));
        }
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
            "mysql://u:12?hidden=1@127.0.0.1/mor",
            "mysql://u:12/hidden@127.0.0.1/mor",
            "mysql://u:12#hidden@127.0.0.1/mor",
            "mysql://u:hidden",
            "mysql://hidden",
            "mysql://u:x@127.0.0.1/mor?hidden=1",
            "mysql://u:x@127.0.0.1/mor?stmt_cache_size=hidden",
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
