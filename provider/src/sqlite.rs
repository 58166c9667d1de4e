//! `spin:sqlite/sqlite` over SQLite itself, read-only. The file behind a label
//! is named by the environment: `SQLITE_DEFAULT=/data/mor.db` for `default`,
//! `SQLITE_TENANT_A` for `tenant-a`.
//!
//! WASI has no file locks, so nothing can keep another program from writing
//! while a statement reads. Instead a result counts only if the file is the same
//! after as before: SQLite's own version of the file, and no journal beside it.
//! If it is not, the statement runs again. That is sound for rollback journals,
//! but for a transaction that outgrows its writer's cache and is rolled back
//! within the time of one statement. A file in WAL mode cannot be read at all,
//! since WAL needs shared memory, and is refused with the reason.

use std::cell::RefCell;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use dids_sqlite::Failure;
use rusqlite::{OpenFlags, ffi};

use crate::bindings::exports::spin::sqlite::sqlite::{
    self as interface, Error, Guest, GuestConnection, QueryResult, RowResult, Value,
};
use crate::{LARGEST_RESULT, Provider};

/// How long a statement waits for others to stop writing, as with Spin.
const BUSY: Duration = Duration::from_secs(5);
/// How long between two tries.
const PAUSE: Duration = Duration::from_millis(10);
/// SQLite's way to files that takes no locks.
const VFS: &std::ffi::CStr = c"unix-none";
/// Changes when another connection has changed the file.
const VERSION: &str = "PRAGMA data_version";

impl Guest for Provider {
    type Connection = Connection;
}

/// A guest's connection.
pub struct Connection {
    file: PathBuf,
    /// `None` after a statement met another program's writing: the pages it
    /// has read may be of no version at all.
    database: RefCell<Option<Database>>,
}

impl GuestConnection for Connection {
    fn open(label: String) -> Result<interface::Connection, Error> {
        let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
        let label: String = label.chars().map(plain).collect();
        let variable = format!("SQLITE_{}", label.to_ascii_uppercase());
        // Spin's word for this is "access denied", which would not say what to do.
        let file = std::env::var_os(&variable)
            .ok_or_else(|| Error::Io(format!("name the file in the variable {variable}")))?;
        Ok(interface::Connection::new(Self::new(file.into())))
    }

    fn execute(&self, statement: String, parameters: Vec<Value>) -> Result<QueryResult, Error> {
        let parameters: Vec<_> = parameters.into_iter().map(Into::into).collect();
        let began = Instant::now();
        loop {
            match self.attempt(&statement, &parameters) {
                Err(failure) if is_written(&failure) && began.elapsed() < BUSY => {
                    thread::sleep(PAUSE)
                }
                result => return result.map_err(|failure| self.explain(failure)),
            }
        }
    }
}

impl Connection {
    const fn new(file: PathBuf) -> Self {
        let database = RefCell::new(None);
        Self { file, database }
    }

    fn attempt(
        &self,
        statement: &str,
        parameters: &[dids_sqlite::Value],
    ) -> Result<QueryResult, Failure> {
        let mut kept = self.database.borrow_mut();
        let database = match kept.take() {
            Some(database) => database,
            None => Database::open(&self.file)?,
        };
        let result =
            dids_sqlite::query(&database.connection, statement, parameters, LARGEST_RESULT);
        // Even an error may come from pages of two versions.
        if database.version()? != database.version {
            let written = ffi::Error::new(ffi::SQLITE_READONLY_ROLLBACK);
            return Err(rusqlite::Error::SqliteFailure(written, None).into());
        }
        *kept = Some(database);
        let (columns, rows) = result?;
        let rows = rows.into_iter().map(|values| RowResult { values });
        let rows = rows.collect();
        Ok(QueryResult { columns, rows })
    }

    fn explain(&self, failure: Failure) -> Error {
        let file = self.file.display();
        Error::Io(match failure {
            failure if is_written(&failure) => format!(
                "{file} is being written, or a program that wrote it was ended: {}",
                "open it once with sqlite3 to restore it"
            ),
            Failure::Sql(error) if is_in_wal_mode(&self.file) => format!(
                "{file} is in WAL mode, which needs shared memory: \
                 run PRAGMA journal_mode = DELETE on it ({error})"
            ),
            Failure::Sql(error)
                if error.sqlite_error_code() == Some(ffi::ErrorCode::CannotOpen) =>
            {
                format!("{error}; is its folder granted to the component?")
            }
            failure => failure.to_string(),
        })
    }
}

/// An open file, and the version in which statements have read it.
struct Database {
    connection: rusqlite::Connection,
    version: i64,
}

impl Database {
    fn open(file: &Path) -> Result<Self, Failure> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = rusqlite::Connection::open_with_flags_and_vfs(file, flags, VFS)?;
        let mut database = Self {
            connection,
            version: 0,
        };
        database.version = database.version()?;
        Ok(database)
    }

    fn version(&self) -> Result<i64, Failure> {
        let mut statement = self.connection.prepare_cached(VERSION)?;
        Ok(statement.query_row([], |row| row.get(0))?)
    }
}

/// Whether somebody writes the file, or has written it meanwhile. So says SQLite where
/// there is a journal to be played back, which a reader cannot.
fn is_written(failure: &Failure) -> bool {
    let Failure::Sql(error) = failure else {
        return false;
    };
    let code = error.sqlite_error().map(|error| error.extended_code);
    code == Some(ffi::SQLITE_READONLY_ROLLBACK)
}

/// By the file's header, where SQLite notes it.
fn is_in_wal_mode(file: &Path) -> bool {
    let mut header = [0; 20];
    let read = File::open(file).and_then(|mut file| file.read_exact(&mut header));
    read.is_ok() && matches!(header, [.., 2])
}

dids_sqlite::spin_values!(Value);

#[cfg(test)]
mod tests;
