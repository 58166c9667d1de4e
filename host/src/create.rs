//! SQLite files made from SQL scripts.
//!
//! A database is made under another name beside its target and then renamed:
//! whoever opens the target finds the old file or the whole new one.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use rusqlite::Connection;

use crate::Error;

/// Creates (or atomically replaces) an SQLite file by running SQL scripts on it.
///
/// # Errors
///
/// When a script fails or the file cannot be written; an existing file is then
/// as it was before.
pub fn create_database(file: &Path, scripts: &[&str]) -> Result<(), Error> {
    let fresh = beside(file);
    let made = fill(&fresh, scripts).and_then(|()| {
        replace(&fresh, file)
            .map_err(|error| Error::new(format!("{} cannot be replaced: {error}", file.display())))
    });
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
pub(crate) fn replace(fresh: &Path, file: &Path) -> io::Result<()> {
    File::open(fresh)?.sync_all()?;
    // Left from the old database, these would be taken for the new one's.
    for ending in ["-wal", "-shm", "-journal"] {
        match fs::remove_file(with_ending(file, ending)) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    fs::rename(fresh, file)?;
    // The new name is the folder's. Other systems have no such call for folders.
    #[cfg(unix)]
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => File::open(folder)?.sync_all()?,
        _ => File::open(".")?.sync_all()?,
    }
    Ok(())
}

fn with_ending(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(file: &Path) -> i64 {
        let connection = Connection::open(file).unwrap();
        let sql = "SELECT count(*) FROM t";
        connection.query_row(sql, [], |row| row.get(0)).unwrap()
    }

    #[test]
    fn replaces_a_database_whole_or_not_at_all() {
        let directory = std::env::temp_dir().join(format!("dids-host-create-{}", process::id()));
        fs::create_dir_all(&directory).unwrap();
        let file = directory.join("db.sqlite");
        let table = "CREATE TABLE t (x)";
        create_database(&file, &[table, "INSERT INTO t VALUES (1), (2)"]).unwrap();
        assert_eq!(count(&file), 2);

        let failed = create_database(&file, &[table, "INSERT INTO nothing VALUES (1)"]);
        assert!(failed.unwrap_err().to_string().contains("SQL script 2"));
        assert_eq!(count(&file), 2);

        fs::write(directory.join("db.sqlite-wal"), "stale").unwrap();
        let wal = "PRAGMA journal_mode = WAL; CREATE TABLE t (x); INSERT INTO t VALUES (1)";
        create_database(&file, &[wal]).unwrap();
        assert_eq!(count(&file), 1);
        let names = fs::read_dir(&directory).unwrap();
        let names: Vec<_> = names.map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, ["db.sqlite"]);
        fs::remove_dir_all(directory).unwrap();
    }
}
