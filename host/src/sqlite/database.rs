//! One connection: how it is opened, asked, and kept for the next instance.
//!
//! Opening a database and preparing the component's statements takes longer than
//! to answer a page, and so does handing a short statement to another thread.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::{Connection, ErrorCode, OpenFlags, Statement, StatementStatus, params_from_iter};

use super::{Failure, LARGEST_RESULT, length, read};
use crate::bindings::spin::sqlite::sqlite::{QueryResult, RowResult, Value};

/// How long a statement waits for another connection's lock.
const BUSY: Duration = Duration::from_secs(5);
/// Steps of SQLite's machine that a statement may take on the thread that serves
/// HTTP: some 200 µs, or a page of about 100 DIDs.
const QUICK: i32 = 20_000;
/// Connections that wait for their next instance.
const MOST_IDLE: usize = 32;

/// A guest's connection.
pub(super) struct Database {
    file: PathBuf,
    connection: Option<Connection>,
    /// Which file that is, known before it was opened.
    identity: Option<Identity>,
    /// Statements that took longer than [`QUICK`]: not tried again.
    long: HashSet<String>,
    /// Nothing but SELECTs were run, and none failed: nothing of this guest's
    /// stays behind.
    is_clean: bool,
    idle: Arc<Idle>,
}

/// Connections that no instance has.
#[derive(Default)]
pub(crate) struct Idle(Mutex<Vec<Waiting>>);

struct Waiting {
    file: PathBuf,
    identity: Identity,
    connection: Connection,
}

impl std::fmt::Debug for Idle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Idle")
    }
}

impl Database {
    /// A connection to this file, not yet opened.
    pub(super) fn new(file: &Path, idle: &Arc<Idle>) -> Self {
        Self {
            file: file.to_owned(),
            connection: None,
            identity: None,
            long: HashSet::new(),
            is_clean: true,
            idle: Arc::clone(idle),
        }
    }

    /// Runs a statement right here, if it only reads and is short; `None` where
    /// it must be run again by [`Self::execute`].
    pub(super) fn quickly(
        &mut self,
        statement: &str,
        parameters: &[Value],
    ) -> Option<Result<QueryResult, Failure>> {
        if self.connection.is_none() {
            (self.connection, self.identity) = self.idle.take(&self.file).unzip();
        }
        if self.long.contains(statement) {
            return None;
        }
        let connection = self.connection.as_mut()?;
        limit(connection, true).ok()?;
        let result = attempt(connection, statement, parameters);
        limit(connection, false).ok()?;
        match &result {
            None => drop(self.long.insert(statement.to_owned())),
            Some(result) => self.is_clean &= result.is_ok(),
        }
        result
    }

    /// Runs a statement, however long it takes.
    pub(super) fn execute(
        &mut self,
        statement: &str,
        parameters: &[Value],
    ) -> Result<QueryResult, Failure> {
        let connection = match &mut self.connection {
            Some(connection) => connection,
            none => {
                self.identity = identity(&self.file);
                none.insert(open(&self.file)?)
            }
        };
        let was_clean = std::mem::take(&mut self.is_clean);
        let mut prepared = connection.prepare_cached(statement)?;
        let result = query(&mut prepared, parameters)?;
        self.is_clean = was_clean && reads(&prepared, statement);
        Ok(result)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let (Some(connection), Some(identity)) = (self.connection.take(), self.identity)
            && self.is_clean
            && connection.is_autocommit()
        {
            self.idle.keep(Waiting {
                file: std::mem::take(&mut self.file),
                identity,
                connection,
            });
        }
    }
}

impl Idle {
    /// A connection to this file, unless another file took its name.
    fn take(&self, file: &Path) -> Option<(Connection, Identity)> {
        let identity = identity(file)?;
        let mut idle = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|waiting| waiting.file != file || waiting.identity == identity);
        let at = idle.iter().rposition(|waiting| waiting.file == file)?;
        Some((idle.swap_remove(at).connection, identity))
    }

    #[cfg(test)]
    pub(super) fn count(&self) -> usize {
        self.0.lock().unwrap().len()
    }

    fn keep(&self, waiting: Waiting) {
        let mut idle = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < MOST_IDLE {
            idle.push(waiting);
        }
    }
}

/// What tells a file from another one of the same name.
type Identity = (u64, u64);

#[cfg(unix)]
fn identity(file: &Path) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt;
    let metadata = file.metadata().ok()?;
    Some((metadata.dev(), metadata.ino()))
}

/// Nothing tells: connections are not kept.
#[cfg(not(unix))]
fn identity(_: &Path) -> Option<Identity> {
    None
}

/// Lets statements of this connection neither run nor wait for long, or both.
fn limit(connection: &mut Connection, quick: bool) -> rusqlite::Result<()> {
    connection.busy_timeout(if quick { Duration::ZERO } else { BUSY })?;
    connection.progress_handler(QUICK, quick.then_some(|| true))
}

fn attempt(
    connection: &Connection,
    statement: &str,
    parameters: &[Value],
) -> Option<Result<QueryResult, Failure>> {
    let result = match connection.prepare_cached(statement) {
        Ok(prepared) if !reads(&prepared, statement) => return None,
        Ok(mut prepared) => {
            // Steps are counted over all its runs.
            prepared.reset_status(StatementStatus::VmStep);
            query(&mut prepared, parameters)
        }
        Err(error) => Err(error.into()),
    };
    match result {
        Err(Failure::Sql(error)) if is_limit(&error) => None,
        result => Some(result),
    }
}

/// Whether an error may be due to [`limit`].
fn is_limit(error: &rusqlite::Error) -> bool {
    use ErrorCode::{DatabaseBusy, DatabaseLocked, OperationInterrupted};
    let limits = [DatabaseBusy, DatabaseLocked, OperationInterrupted];
    let code = error.sqlite_error_code();
    code.is_some_and(|code| limits.contains(&code))
}

/// Whether a statement leaves everything as it was. (PRAGMA and BEGIN are
/// read-only to SQLite.)
fn reads(prepared: &Statement<'_>, statement: &str) -> bool {
    let word = statement.trim_start().get(..6);
    prepared.readonly() && word.is_some_and(|word| word.eq_ignore_ascii_case("select"))
}

/// Opens a file that exists, for reading and writing (a database in WAL mode
/// needs both even to be read).
fn open(file: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(file, flags)?;
    connection.busy_timeout(BUSY)?;
    // A guest that may not touch files must not reach them through ATTACH.
    connection.authorizer(Some(|context: AuthContext<'_>| match context.action {
        AuthAction::Attach { filename } if !matches!(filename, "" | ":memory:") => {
            Authorization::Deny
        }
        _ => Authorization::Allow,
    }))?;
    Ok(connection)
}

fn query(statement: &mut Statement<'_>, parameters: &[Value]) -> Result<QueryResult, Failure> {
    let columns: Vec<_> = statement.column_names().map(str::to_owned).collect();
    let mut size = size_of::<QueryResult>();
    let mut result = Vec::new();
    let mut rows = statement.query(params_from_iter(parameters))?;
    while let Some(row) = rows.next()? {
        let mut values = Vec::with_capacity(columns.len());
        for column in 0..columns.len() {
            let value = row.get_ref(column)?;
            size += size_of::<Value>() + length(value);
            if size > LARGEST_RESULT {
                return Err(Failure::TooLarge);
            }
            values.push(read(value)?);
        }
        result.push(RowResult { values });
    }
    Ok(QueryResult {
        columns,
        rows: result,
    })
}
