//! The program, without a server: what it says of arguments and of servers that are
//! not there.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::net::TcpListener;
use std::process::Command;

use tempfile::TempDir;

/// What it says, which must be a failure.
fn said(arguments: &[&str], database: Option<&str>) -> String {
    let mut import = Command::new(env!("CARGO_BIN_EXE_dids-import"));
    import.args(arguments).env_remove("SPIN_VARIABLE_DATABASE");
    import.envs(database.map(|url| ("SPIN_VARIABLE_DATABASE", url)));
    let output = import.output().unwrap();
    assert!(!output.status.success() && output.stdout.is_empty());
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.starts_with("dids-import: "), "{text}");
    text
}

/// A port where nobody listens.
fn closed_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

#[test]
fn no_mistake_shows_a_password() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("copy.db");
    let file = file.to_str().unwrap();
    let port = closed_port();
    for password in [
        "S3cret",
        "12?S3cret=1",
        "12/S3cret",
        "S3@cret",
        "S3%cret",
        "S3#cret",
        "S3:cret",
    ] {
        let url = format!("mysql://caller:{password}@127.0.0.1:{port}/mor");
        for (arguments, database) in [
            (&[file][..], Some(url.as_str())),
            (&[&url, file], None),
            (&[file, &url], None),
            (&[&url], None),
            (&[&url, file, "--watch", &url], None),
            (&[&url, file, file, file], None),
            (&["--database", &url, file], None),
            (&[file, "-pS3cret"], Some(&url)),
        ] {
            let text = said(arguments, database);
            for word in ["cret", "caller"] {
                assert!(!text.contains(word), "{arguments:?}: {text}");
            }
        }
    }
}

#[test]
fn a_server_that_is_not_there_is_named() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("copy.db");
    let port = closed_port();
    let url = format!("mysql://caller:S3%40cret@127.0.0.1:{port}/mor");
    let text = said(&[file.to_str().unwrap()], Some(&url));
    assert!(
        text.contains(&format!("(server 127.0.0.1:{port})")),
        "{text}"
    );
    assert!(text.contains("Connection refused"), "{text}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}
