//! `spin:sqlite/sqlite` over SQLite itself, behaving as Spin's.
//!
//! Each connection is a handle of its own, opened by its first statement.
//! Statements are kept prepared with it. A result is one list in memory, so its
//! size is limited.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, ToSql, params_from_iter};
use wasmtime::component::Resource;

use crate::bindings::spin::sqlite::sqlite::{
    Error, Host, HostConnection, QueryResult, RowResult, Value,
};
use crate::faults::{Action, CallKind};
use crate::guest::Guest;
use crate::stats::Live;

/// The name of this interface in [`crate::Call`].
const INTERFACE: &str = "sqlite";
/// How long a statement waits for another connection's lock.
const BUSY: Duration = Duration::from_secs(5);
/// The largest result, in bytes; the same for both databases.
pub(crate) const LARGEST_RESULT: usize = 128 << 20;

/// A guest's connection.
pub struct Handle {
    /// Lost for good once a TEXT value is not UTF-8: on Spin that ends the thread
    /// which holds the connection, and every later call fails.
    database: Option<Database>,
    _live: Live,
}

struct Database {
    file: PathBuf,
    connection: Option<Connection>,
}

impl Host for Guest {}

impl HostConnection for Guest {
    async fn open(&mut self, database: String) -> Result<Resource<Handle>, Error> {
        let server = Arc::clone(&self.server);
        server.counters.database_opens.fetch_add(1, Relaxed);
        match server.faults.action(INTERFACE, CallKind::Open, &database) {
            Action::Fail(text) => return Err(Error::Io(text)),
            Action::Delay(time) => tokio::time::sleep(time).await,
            Action::Pass | Action::Answer(_) | Action::Cut(_) => {}
        }
        // On Spin a label that the manifest does not grant is denied before
        // anyone looks whether the database exists. The settings are the grant.
        let file = server.sqlite.get(&database).ok_or(Error::AccessDenied)?;
        let handle = Handle {
            database: Some(Database {
                file: file.clone(),
                connection: None,
            }),
            _live: Live::new(&server.counters.database_handles_live),
        };
        self.table.push(handle).map_err(io)
    }

    async fn execute(
        &mut self,
        connection: Resource<Handle>,
        statement: String,
        parameters: Vec<Value>,
    ) -> Result<QueryResult, Error> {
        let server = Arc::clone(&self.server);
        server.counters.database_calls.fetch_add(1, Relaxed);
        let handle = self
            .table
            .get_mut(&connection)
            .map_err(|_| Error::InvalidConnection)?;
        let mut cut = None;
        match server.faults.action(INTERFACE, CallKind::Query, &statement) {
            Action::Pass => {}
            Action::Fail(text) => return Err(Error::Io(text)),
            Action::Delay(time) => tokio::time::sleep(time).await,
            Action::Answer(bytes) => return Ok(answer(bytes)),
            Action::Cut(longest) => cut = Some(longest),
        }
        let lost = || Error::Io(String::from("the connection is poisoned"));
        let mut database = handle.database.take().ok_or_else(lost)?;
        // A thread that may block, because others' requests wait for this one.
        // It costs a busy server a tenth less than `block_in_place`, and is what
        // Spin does.
        let work = tokio::task::spawn_blocking(move || {
            let result = database.execute(&statement, &parameters);
            (database, result)
        });
        let (database, result) = work.await.map_err(io)?;
        if !matches!(result, Err(Failure::NotText)) {
            handle.database = Some(database);
        }
        let mut result = result?;
        if let Some(longest) = cut {
            result.rows.iter_mut().for_each(|row| shorten(row, longest));
        }
        Ok(result)
    }

    async fn drop(&mut self, connection: Resource<Handle>) -> wasmtime::Result<()> {
        self.table.delete(connection)?;
        Ok(())
    }
}

impl Database {
    fn execute(&mut self, statement: &str, parameters: &[Value]) -> Result<QueryResult, Failure> {
        let connection = match &mut self.connection {
            Some(connection) => connection,
            none => none.insert(open(&self.file)?),
        };
        query(connection, statement, parameters)
    }
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

enum Failure {
    Sql(rusqlite::Error),
    NotText,
    TooLarge,
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Sql(error) => io(error),
            Failure::NotText => Self::Io("a TEXT value is not UTF-8".into()),
            Failure::TooLarge => Self::Io(format!(
                "query result exceeds limit of {LARGEST_RESULT} bytes"
            )),
        }
    }
}

fn query(
    connection: &Connection,
    statement: &str,
    parameters: &[Value],
) -> Result<QueryResult, Failure> {
    let mut statement = connection.prepare_cached(statement)?;
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

fn length(value: ValueRef<'_>) -> usize {
    match value {
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => bytes.len(),
        _ => 0,
    }
}

fn read(value: ValueRef<'_>) -> Result<Value, Failure> {
    Ok(match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Integer(number),
        ValueRef::Real(number) => Value::Real(number),
        ValueRef::Text(bytes) => match str::from_utf8(bytes) {
            Ok(text) => Value::Text(text.to_owned()),
            Err(_) => return Err(Failure::NotText),
        },
        ValueRef::Blob(bytes) => Value::Blob(bytes.to_owned()),
    })
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        Ok(match self {
            Value::Integer(number) => (*number).into(),
            Value::Real(number) => (*number).into(),
            Value::Text(text) => text.as_str().into(),
            Value::Blob(bytes) => bytes.as_slice().into(),
            Value::Null => rusqlite::types::Null.into(),
        })
    }
}

fn io(error: impl std::fmt::Display) -> Error {
    Error::Io(error.to_string())
}

fn answer(bytes: Vec<u8>) -> QueryResult {
    QueryResult {
        columns: vec![String::from("answer")],
        rows: vec![RowResult {
            values: vec![Value::Blob(bytes)],
        }],
    }
}

fn shorten(row: &mut RowResult, longest: usize) {
    for value in &mut row.values {
        match value {
            Value::Text(text) => text.truncate(text.floor_char_boundary(longest)),
            Value::Blob(bytes) => bytes.truncate(longest),
            Value::Integer(_) | Value::Real(_) | Value::Null => {}
        }
    }
}

#[cfg(test)]
mod tests;
