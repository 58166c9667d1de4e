//! A file that is kept fresh while it is served, and what stays of the old one.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use dids_import::{Import, Stop};
use dids_tests::data::Data;
use dids_tests::harness::Site;
use dids_tests::model::mysql::Flavour;
use dids_tests::server::{Database, DatabaseServer};
use rusqlite::Connection;
use tempfile::TempDir;

use super::{AtEnd, copy, database, until};
use crate::asking::Asking as _;
use crate::is_right;
use crate::town::*;

/// Waits until the first DID has this comment.
fn until_shown(site: &Site, comment: &str) {
    until(comment, || {
        let reply = site.list("admin", "max_results=1");
        assert_eq!(reply.status, 200, "{}", reply.text());
        reply.elements("comment") == [comment]
    });
}

#[test]
fn a_watch_keeps_a_served_file_fresh() {
    let mariadb = Arc::new(DatabaseServer::start("UTC", &[]));
    let server = Database::create(&mariadb, &[&town().to_mysql(&Flavour::default())]);
    let data = Data::import(&server.url());
    let import = Import::new(&server.url(), data.file(), false).unwrap();
    let site = Site::on_local_host(data, |_| ());
    is_right(&site, &town(), "admin", "");
    let stop = Stop::default();
    let (tell, told) = mpsc::channel();
    thread::scope(|scope| {
        let watch = scope.spawn(|| {
            let tell = |copied: Result<_, dids_import::Error>| {
                let _ = tell.send(copied.map(drop).map_err(|error| error.to_string()));
            };
            import.watch(Duration::from_millis(300), &stop, tell)
        });
        let _end = AtEnd(|| stop.stop());
        for comment in ["first", "second"] {
            let mut session = server.session();
            session.run(&format!("UPDATE dids SET comment = '{comment}'"));
            until_shown(&site, comment);
        }
        mariadb.stop();
        let reason = told.iter().find_map(Result::err).unwrap();
        assert!(
            reason.starts_with("MySQL: ") && !reason.contains("reader-s"),
            "{reason}"
        );
        until_shown(&site, "second");
        mariadb.launch();
        server.session().run("UPDATE dids SET comment = 'third'");
        until_shown(&site, "third");
        stop.stop();
        watch.join().unwrap().unwrap();
    });
}

fn mode(file: &Path) -> u32 {
    fs::metadata(file).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_file_stays_as_private_as_it_was() {
    let server = database(&town(), "");
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("dids.db");
    copy(&server.url(), &file).unwrap();
    assert_eq!(mode(&file), 0o600);
    fs::set_permissions(&file, Permissions::from_mode(0o640)).unwrap();
    copy(&server.url(), &file).unwrap();
    assert_eq!(mode(&file), 0o640);
    // Of a link, what it leads to is replaced.
    let link = folder.path().join("link.db");
    std::os::unix::fs::symlink(&file, &link).unwrap();
    server.session().run("DELETE FROM dids");
    copy(&server.url(), &link).unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    let connection = Connection::open(&file).unwrap();
    let count = connection.query_row("SELECT count(*) FROM dids", [], |row| row.get::<_, i64>(0));
    assert_eq!(count, Ok(0));
}

#[test]
fn the_file_has_the_indexes_and_keeps_the_trigram() {
    let server = database(&town(), "");
    let data = Data::import(&server.url());
    let names = "SELECT name FROM sqlite_schema WHERE name NOT LIKE 'dids_trigram%' ORDER BY name";
    let names_of = |file: &Connection| -> Vec<String> {
        let mut names = file.prepare(names).unwrap();
        let names = names.query_map([], |row| row.get(0)).unwrap();
        names.map(Result::unwrap).collect()
    };
    let schema = Connection::open_in_memory().unwrap();
    schema
        .execute_batch(include_str!("../../../db/schema.sql"))
        .unwrap();
    data.run(include_str!("../../../db/trigram.sql"));
    copy(&server.url(), &data.file()).unwrap();
    let file = Connection::open(data.file()).unwrap();
    assert_eq!(names_of(&file), names_of(&schema));
    let mode = file.query_row("PRAGMA journal_mode", [], |row| row.get::<_, String>(0));
    assert_eq!(mode.unwrap(), "delete");
    let found = "SELECT count(*) FROM dids_trigram WHERE dids_trigram MATCH '\"6000000\"'";
    let found = file.query_row(found, [], |row| row.get::<_, i64>(0));
    assert_eq!(found, Ok(4));
    let site = Site::on_local_host(data, |_| ());
    is_right(&site, &town(), "admin", "search_did_number=6000000");
}

#[test]
fn a_file_of_another_kind_is_not_overwritten() {
    let server = database(&town(), "");
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("letter.txt");
    fs::write(&file, "Dear Anna,").unwrap();
    let error = copy(&server.url(), &file).unwrap_err().to_string();
    assert!(error.ends_with("is no SQLite file, and stays"), "{error}");
    assert_eq!(fs::read(&file).unwrap(), b"Dear Anna,");
    fs::write(&file, "").unwrap();
    copy(&server.url(), &file).unwrap();
}
