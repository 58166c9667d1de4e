//! SQLite files made from SQL scripts.
//!
//! A database is made under another name beside its target and then renamed:
//! whoever opens the target finds the old file or the whole new one.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use crate::Error;

/// How long others may take to let go of an old file.
const BUSY: Duration = Duration::from_secs(5);

/// Creates (or atomically replaces) an SQLite file by running SQL scripts on it.
///
/// # Errors
///
/// When a script fails or the file cannot be written; an existing file is then
/// as it was before.
pub fn create_database(file: &Path, scripts: &[&str]) -> Result<(), Error> {
    let fresh = beside(file);
    let made = fill(&fresh, scripts).and_then(|()| replace(&fresh, file));
    if made.is_err() {
        // Nothing is left to be tidied up if it was never made.
        let _ = fs::remove_file(&fresh);
    }
    made
}

/// A name that no other process or thread uses.
fn beside(file: &Path) -> PathBuf {
    static NTH: AtomicU64 = AtomicU64::new(0);
    let nth = NTH.fetch_add(1, Relaxed);
    with_ending(file, &format!(".new-{}-{nth}", process::id()))
}

fn fill(fresh: &Path, scripts: &[&str]) -> Result<(), Error> {
    let cannot = |error| Error::new(format!("{} cannot be made: {error}", fresh.display()));
    let connection = Connection::open(fresh).map_err(cannot)?;
    // The file counts only once it is whole, so nothing needs to survive a crash
    // before that. This is what makes a million rows a matter of seconds.
    connection
        .execute_batch("PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY")
        .map_err(cannot)?;
    for (nth, script) in (1..).zip(scripts) {
        connection
            .execute_batch(script)
            .map_err(|error| Error::new(format!("SQL script {nth} fails: {error}")))?;
    }
    // A script may have left its transaction open, or turned on the log that is
    // merged into the file when the last connection closes.
    connection.close().map_err(|(_, error)| cannot(error))
}

/// Lets a database that is whole take the place of another one, on the disk too.
///
/// Whenever this ends, by a crash too, there is the new database or the old one with
/// all that was ever written to it.
pub(crate) fn replace(fresh: &Path, file: &Path) -> Result<(), Error> {
    let cannot =
        |error: io::Error| Error::new(format!("{} cannot be replaced: {error}", file.display()));
    File::open(fresh)
        .and_then(|fresh| fresh.sync_all())
        .map_err(cannot)?;
    // Held until the new file is there: nobody else begins to write beside it.
    let _lock = settle(file)?;
    fs::rename(fresh, file).map_err(cannot)?;
    // The new name is the folder's. Other systems have no such call for folders.
    #[cfg(unix)]
    {
        let folder = file
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        let folder = File::open(folder.unwrap_or(Path::new("."))).map_err(cannot)?;
        folder.sync_all().map_err(cannot)?;
    }
    Ok(())
}

/// Brings an old database into one file. What stands beside it (`-wal`, `-journal`)
/// would be taken for the new one's, which it would damage; and it is a part of the old
/// one, the latest rows in it, so it cannot just be removed while that one may be
/// needed. SQLite itself merges it. Where it cannot, the old database stays.
fn settle(file: &Path) -> Result<Option<Connection>, Error> {
    let beside = || {
        let names = ["-wal", "-shm", "-journal"].map(|ending| with_ending(file, ending));
        names.into_iter().filter(|name| name.exists())
    };
    if beside().next().is_none() {
        return Ok(None);
    }
    let refused = |reason: &str| {
        let name = file.display();
        Error::new(format!(
            "{name} stays as it is, because there are newer rows of it in {name}-wal or a write \
             under way in {name}-journal, and {reason}: close the programs that have it open, or \
             run \"PRAGMA journal_mode = DELETE\" on it"
        ))
    };
    let is_there = file.metadata().is_ok_and(|file| file.len() > 0);
    let lock = if is_there {
        let merged = merge(file).map_err(|error| refused(&sentence(&error)))?;
        Some(merged)
    } else {
        // Of nothing, there are no rows.
        beside()
            .try_for_each(fs::remove_file)
            .map_err(|error| refused(&error.to_string()))?;
        None
    };
    match beside().next() {
        Some(_) => Err(refused("they did not go away")),
        None => Ok(lock),
    }
}

/// Lets SQLite write everything into the file itself, and keeps others from it.
fn merge(file: &Path) -> rusqlite::Result<Connection> {
    let old = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    old.busy_timeout(BUSY)?;
    // A transaction that was aborted is undone by whoever reads next.
    old.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    old.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(()))?;
    old.execute_batch("BEGIN EXCLUSIVE")?;
    Ok(old)
}

/// Why SQLite failed, without its own text.
fn sentence(error: &rusqlite::Error) -> String {
    match error.sqlite_error_code() {
        Some(code) => format!("SQLite cannot merge them ({code:?})"),
        None => "SQLite cannot merge them".to_owned(),
    }
}

fn with_ending(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

#[cfg(test)]
#[path = "create_tests.rs"]
mod tests;
