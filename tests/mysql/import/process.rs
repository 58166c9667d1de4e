//! The program itself: its arguments, signals, and what it leaves when it is killed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use dids_tests::server::{Database, READER};
use tempfile::TempDir;

use super::{SLOW, beside, copy, database, held_up, let_go, until};
use crate::town::town;

/// The program, which is built with the tests of the whole workspace.
fn program() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let folder = test.parent().and_then(Path::parent).unwrap();
    let program = folder.join(format!("dids-import{}", std::env::consts::EXE_SUFFIX));
    assert!(
        program.is_file(),
        "there is no {}: cargo build --profile=host --workspace --bin=dids-import",
        program.display()
    );
    program
}

/// Starts an import from the server that the environment names.
fn start(server: &Database, arguments: &[&str], file: &Path) -> Child {
    let mut import = Command::new(program());
    import.arg(file).args(arguments);
    import.env("SPIN_VARIABLE_DATABASE", server.url());
    import.stdout(Stdio::piped()).stderr(Stdio::piped());
    import.spawn().unwrap()
}

fn signal(child: &Child, name: &str) {
    let id = child.id().to_string();
    let sent = Command::new("kill").args(["-s", name, &id]).status();
    assert!(sent.unwrap().success());
}

/// What it said, which is never a password or key.
fn said(output: &Output) -> String {
    assert!(output.stdout.is_empty());
    let text = String::from_utf8(output.stderr.clone()).unwrap();
    for secret in [READER.1, "secret", "shopkey"] {
        assert!(!text.contains(secret), "{text}");
    }
    text
}

#[test]
fn copies_once_and_says_what() {
    let server = database(&town(), "");
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("dids.db");
    let output = start(&server, &[], &file).wait_with_output().unwrap();
    let text = said(&output);
    assert!(output.status.success(), "{text}");
    assert!(
        text.contains("dids.db: 7 dids, 7 users, 2 devices, "),
        "{text}"
    );
    assert_eq!(text.lines().count(), 1, "{text}");
}

#[test]
fn signals_end_it_and_leave_the_old_file() {
    let [server, other] = [(); 2].map(|()| database(&town(), ""));
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("dids.db");
    let mut session = server.session();
    for (name, left) in [("TERM", 0), ("INT", 0), ("KILL", 1)] {
        session.run(SLOW);
        let import = start(&server, &[], &file);
        until("it is held up", || {
            !held_up(&mut session, &server).is_empty()
        });
        // What another process is making is not taken for something left.
        copy(&other.url(), &file).unwrap();
        assert_eq!(beside(&file).len(), 1);
        let old = fs::read(&file).unwrap();
        signal(&import, name);
        let output = import.wait_with_output().unwrap();
        let text = said(&output);
        assert!(!output.status.success());
        assert_eq!(text.contains("stopped; "), left == 0, "{name}: {text}");
        assert_eq!(beside(&file).len(), left, "{name}");
        assert!(fs::read(&file).unwrap() == old, "{name}");
        let_go(&mut session, &server);
    }
    copy(&server.url(), &file).unwrap();
    assert!(beside(&file).is_empty(), "the next copy tidies up");
}

#[test]
fn a_watch_ends_cleanly() {
    let server = database(&town(), "");
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("dids.db");
    let watch = start(&server, &["--anonymize", "--watch", "60"], &file);
    until("a first copy", || file.exists());
    signal(&watch, "TERM");
    let output = watch.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    assert!(beside(&file).is_empty());
}

#[test]
fn bad_arguments_are_refused_and_not_repeated() {
    let url = "mysql://u:geheim@127.0.0.1:1/m";
    for arguments in [
        &[][..],
        &[url],
        &[url, "a.db", "b.db"],
        &["mysql://u:ge?heim@h/m", "a.db"],
        &[url, "a.db", "--watch", "0"],
        &[url, "a.db", "--watch=often"],
        &["mysql://u:geheim@127.0.0.1:1/m?ssl-mode=required", "a.db"],
        &[url, "/nowhere/a.db"],
    ] {
        let mut import = Command::new(program());
        import.args(arguments).env_remove("SPIN_VARIABLE_DATABASE");
        let output = import.output().unwrap();
        let text = said(&output);
        assert!(!output.status.success(), "{arguments:?}");
        assert!(
            text.starts_with("dids-import: ") && !text.contains("heim"),
            "{text}"
        );
    }
}
