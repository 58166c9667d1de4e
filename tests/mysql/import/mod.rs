//! `dids-import`: what the copy answers, what is in it, and what becomes of it
//! when something goes wrong.
//!
//! That random data and requests get the same bytes from the server and from its copy
//! is tried in `differential/`.

mod answers;
mod interrupted;
mod kept;
mod process;
mod secrets;

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use dids_import::{Copied, Error, Import, Stop};
use dids_tests::data::Data;
use dids_tests::harness::Site;
use dids_tests::model::Tables;
use dids_tests::model::mysql::Flavour;
use dids_tests::server::{Database, DatabaseServer, READER, Session};

/// Lets a table hold a copy up: a row of it takes as long as anybody has patience.
const SLOW: &str = "RENAME TABLE devices TO all_devices; \
    CREATE VIEW devices AS SELECT * FROM all_devices WHERE SLEEP(50) = 0";
const QUICK: &str = "DROP VIEW devices; RENAME TABLE all_devices TO devices";

/// A database of the shared server with these tables, and more SQL run in it.
fn database(tables: &Tables, sql: &str) -> Database {
    let script = tables.to_mysql(&Flavour::default());
    Database::create(&DatabaseServer::shared(), &[&script, sql])
}

/// Serves the copy of what a URL names.
fn serve_copy(url: &str) -> Site {
    Site::on_local_host(Data::import(url), |_| ())
}

/// Copies into a file, in this process.
fn copy(url: &str, file: &Path) -> Result<Copied, Error> {
    Import::new(url, file, false)?.run(&Stop::default())
}

/// The connections of copies that [`SLOW`] holds up.
fn held_up(session: &mut Session, database: &Database) -> Vec<String> {
    let query = format!(
        "SELECT id FROM information_schema.processlist \
         WHERE user = '{}' AND db = '{}' AND state = 'User sleep'",
        READER.0,
        database.name()
    );
    session.rows(&query).concat()
}

/// Makes everything quick again: the server itself does not see that a client is gone.
fn let_go(session: &mut Session, database: &Database) {
    for id in held_up(session, database) {
        // It may have ended meanwhile.
        let _ = session.try_run(&format!("KILL CONNECTION {id}"));
    }
    session.run(QUICK);
}

/// The copies in the making that stand beside a file.
fn beside(file: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(file.parent().unwrap()).unwrap();
    let files = entries.map(|entry| entry.unwrap().path());
    files.filter(|other| other != file).collect()
}

/// Waits for something.
fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < Duration::from_secs(30), "{what}");
        thread::sleep(Duration::from_millis(10));
    }
}

/// Ends what a test has going on, also when it fails.
struct AtEnd<F: Fn()>(F);

impl<F: Fn()> Drop for AtEnd<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}
