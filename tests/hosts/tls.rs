//! TLS to the database: only with a certificate that an authority vouches for,
//! and only for the server's own name. The local host has no TLS, and says so
//! rather than going without.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use dids_host::{Server, Settings};
use dids_tests::client::{self, Reply};
use dids_tests::harness::component;
use dids_tests::model::mysql::Flavour;
use dids_tests::model::{Tables, answer};
use dids_tests::server::{Database, DatabaseServer};
use dids_tests::standalone::{Given, Standalone, ThirdParty, outward};
use tempfile::TempDir;

use crate::asking::{ask, signed};
use crate::town::town;

/// A user who may not come without TLS.
const USER: (&str, &str) = ("careful", "careful-s_password");

/// Makes two authorities, and certificates that `ours` gave: for the server's
/// address and for another name.
fn certificates(folder: &Path) {
    let openssl = |name: &str, arguments: &[&str]| {
        let mut command = Command::new("openssl");
        command.current_dir(folder).stdin(Stdio::null());
        command.args(["req", "-x509", "-newkey", "ec", "-nodes", "-days", "2"]);
        command.args(["-pkeyopt", "ec_paramgen_curve:prime256v1"]);
        command.args(["-subj", &format!("/CN={name}")]);
        command.args(["-keyout", &format!("{name}.key")]);
        command.args(["-out", &format!("{name}.pem")]);
        let made = command.args(arguments).output();
        let made = made.expect("openssl starts: install Debian's openssl");
        let log = String::from_utf8_lossy(&made.stderr);
        assert!(made.status.success(), "openssl: {log}");
    };
    openssl("ours", &[]);
    openssl("theirs", &[]);
    // A component on wasmCloud takes another way to the same server.
    let addresses = format!("IP:127.0.0.1,IP:{}", outward());
    for (name, subject) in [("server", &*addresses), ("other", "DNS:db.example.com")] {
        let subject = format!("subjectAltName={subject}");
        let by = ["-CA", "ours.pem", "-CAkey", "ours.key", "-addext", &subject];
        let no_authority = ["-addext", "basicConstraints=critical,CA:FALSE"];
        openssl(name, &[&by[..], &no_authority].concat());
    }
}

/// A database on a server of its own with this certificate, or without TLS.
fn database(folder: &Path, certificate: Option<&str>, tables: &Tables) -> Database {
    let options = certificate.map(|name| {
        let file = |kind: &str| folder.join(format!("{name}.{kind}"));
        let option = |name, kind| format!("--ssl-{name}={}", file(kind).display());
        [option("cert", "pem"), option("key", "key")]
    });
    let options: Vec<&str> = options.iter().flatten().map(String::as_str).collect();
    let server = Arc::new(DatabaseServer::start("UTC", &options));
    let (user, password) = USER;
    server.session("").run(&format!(
        "CREATE USER '{user}'@'%' IDENTIFIED BY '{password}' REQUIRE {}; \
         GRANT SELECT ON `site\\_%`.* TO '{user}'@'%'",
        if certificate.is_some() { "SSL" } else { "NONE" },
    ));
    Database::create(&server, &[&tables.to_mysql(&Flavour::default())])
}

/// What is answered with this mode, if the component trusts this authority too.
fn reply(database: &Database, folder: &Path, mode: &str, authority: Option<&str>) -> Reply {
    let url = database.server().url_of(USER, database.name());
    let file = authority.map(|name| format!("/data/{name}.pem"));
    let environment = file.iter().map(|file| ("SSL_CERT_FILE", file.as_str()));
    let given = Given {
        database: format!("{url}?ssl-mode={mode}"),
        folder: Some(folder),
        environment: &environment.collect::<Vec<_>>(),
    };
    let send = |address| client::send(address, &ask("GET", &signed("admin", "")), &[]);
    if let Some(host) = ThirdParty::chosen() {
        return send(Standalone::start(host, &given).address());
    }
    let mut settings = Settings::new(component());
    let variable = ("database".to_owned(), given.database);
    settings.variables.extend([variable]);
    send(Server::start(settings).expect("the host starts").address())
}

#[test]
fn only_a_certificate_that_holds_is_accepted() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    certificates(folder);
    let tables = town();
    let wanted = answer(&tables, &ask("GET", &signed("admin", "")));
    let wanted = wanted.body.expect("a list");
    let server = database(folder, Some("server"), &tables);
    let misnamed = database(folder, Some("other"), &tables);
    let plain = database(folder, None, &tables);
    for (about, database, mode, authority, is_right) in [
        ("its authority", &server, "required", Some("ours"), true),
        (
            "any mode means it",
            &server,
            "preferred",
            Some("ours"),
            true,
        ),
        ("another's", &server, "required", Some("theirs"), false),
        ("only public ones", &server, "required", None, false),
        ("no such file", &server, "required", Some("none"), false),
        ("without TLS", &server, "disabled", Some("ours"), false),
        ("another name", &misnamed, "required", Some("ours"), false),
        ("a plain server", &plain, "required", Some("ours"), false),
        ("a plain server, so", &plain, "disabled", None, true),
    ] {
        let reply = reply(database, folder, mode, authority);
        let is_without = mode == "disabled";
        if is_right && (is_without || ThirdParty::chosen().is_some()) {
            assert_eq!((reply.status, reply.body == wanted), (200, true), "{about}");
        } else {
            assert_eq!(reply.status, 503, "{about}");
            assert_eq!(reply.error(), "Service temporarily unavailable", "{about}");
        }
    }
}
