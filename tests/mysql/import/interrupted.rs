//! A copy that fails leaves the old file as it was, and nothing beside it.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::thread;

use dids_import::{Copied, Error, Import, Stop};
use dids_tests::model::mysql::Flavour;
use dids_tests::server::{Database, DatabaseServer};
use rusqlite::Connection;
use tempfile::TempDir;

use super::{AtEnd, SLOW, beside, copy, database, held_up, let_go, until};
use crate::long_list;
use crate::town::town;

/// A copy of the town, and what it is made of.
fn old_copy(server: &Database) -> (TempDir, PathBuf, Vec<u8>) {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("dids.db");
    copy(&server.url(), &file).unwrap();
    let bytes = fs::read(&file).unwrap();
    (folder, file, bytes)
}

/// Begins another copy, does something once it is under way, and says how it ended.
fn disturbed(
    server: &Database,
    file: &PathBuf,
    disturb: impl FnOnce(&Stop),
) -> Result<Copied, Error> {
    let mut session = server.session();
    session.run(SLOW);
    let import = Import::new(&server.url(), file, false).unwrap();
    let stop = Stop::default();
    thread::scope(|scope| {
        let copy = scope.spawn(|| import.run(&stop));
        until("it is held up", || {
            !held_up(&mut session, server).is_empty()
        });
        assert_eq!(beside(file).len(), 1, "the new copy is being made");
        disturb(&stop);
        copy.join().unwrap()
    })
}

#[test]
fn by_a_wish_to_stop() {
    let server = database(&town(), "");
    let (_folder, file, old) = old_copy(&server);
    let error = disturbed(&server, &file, Stop::stop)
        .unwrap_err()
        .to_string();
    assert!(error.starts_with("stopped; "), "{error}");
    assert!(fs::read(&file).unwrap() == old);
    assert!(beside(&file).is_empty());
    let_go(&mut server.session(), &server);
    copy(&server.url(), &file).unwrap();
}

#[test]
fn by_the_end_of_the_server() {
    let mariadb = Arc::new(DatabaseServer::start("UTC", &[]));
    let script = town().to_mysql(&Flavour::default());
    let server = Database::create(&mariadb, &[&script]);
    let (_folder, file, old) = old_copy(&server);
    let error = disturbed(&server, &file, |_| mariadb.kill())
        .unwrap_err()
        .to_string();
    assert!(error.starts_with("MySQL: "), "{error}");
    assert!(!error.contains("password"), "{error}");
    assert!(fs::read(&file).unwrap() == old);
    assert!(beside(&file).is_empty());
}

#[test]
fn by_rows_that_cannot_be_copied() {
    let server = database(&town(), "RENAME TABLE providers TO p");
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("dids.db");
    for (view, reason) in [
        (
            "SELECT * FROM p UNION ALL SELECT * FROM p",
            "providers: UNIQUE",
        ),
        (
            "SELECT NULLIF(id, 2) AS id, name FROM p",
            "providers: there is a row without an id",
        ),
        ("SELECT id FROM p", "column providers.name is missing"),
    ] {
        let sql = format!("CREATE OR REPLACE VIEW providers AS {view}");
        server.session().run(&sql);
        let error = copy(&server.url(), &file).unwrap_err().to_string();
        assert!(error.starts_with(reason), "{view}: {error}");
        assert!(!file.exists() && beside(&file).is_empty(), "{view}");
    }
}

#[test]
fn a_copy_is_of_one_moment() {
    let server = database(&long_list(3_000), "");
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("dids.db");
    let (over, written) = (AtomicBool::new(false), AtomicU64::new(0));
    let mut seen = Vec::new();
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut session = server.session();
            // All or nothing: the first table that is read, and one of the last.
            while !over.load(Relaxed) {
                let next = written.fetch_add(1, Relaxed) + 1;
                session.run(&format!(
                    "START TRANSACTION; UPDATE conflines SET value = '{next}' WHERE name = 'Allow_API'; \
                     UPDATE dids SET comment = '{next}'; COMMIT"
                ));
            }
        });
        let _end = AtEnd(|| over.store(true, Relaxed));
        until("it writes", || written.load(Relaxed) >= 2);
        for _ in 0..15 {
            let before = written.load(Relaxed);
            copy(&server.url(), &file).unwrap();
            let sql = "SELECT DISTINCT comment FROM dids UNION \
                       SELECT value FROM conflines WHERE name = 'Allow_API'";
            let file = Connection::open(&file).unwrap();
            let mut values = file.prepare(sql).unwrap();
            let values = values.query_map([], |row| row.get::<_, String>(0)).unwrap();
            let values: Vec<_> = values.map(Result::unwrap).collect();
            assert_eq!(values.len(), 1, "one moment, not {values:?}");
            seen.push((before, written.load(Relaxed)));
        }
    });
    let disturbed = seen.iter().filter(|(before, after)| before < after).count();
    assert!(disturbed >= 5, "writing went on during copies: {seen:?}");
}
