//! `spin:sqlite/sqlite` over SQLite itself, behaving as Spin's.
//!
//! Each connection is a handle of its own, opened by its first statement. A
//! result is one list in memory, so its size is limited.

mod database;

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use rusqlite::ToSql;
use rusqlite::types::ValueRef;
use wasmtime::component::Resource;

use self::database::Database;
pub(crate) use self::database::Idle;

use crate::bindings::spin::sqlite::sqlite::{
    Error, Host, HostConnection, QueryResult, RowResult, Value,
};
use crate::faults::{Action, CallKind};
use crate::guest::Guest;
use crate::stats::Live;

/// The name of this interface in [`crate::Call`].
const INTERFACE: &str = "sqlite";
/// The largest result, in bytes; the same for both databases.
pub(crate) const LARGEST_RESULT: usize = 128 << 20;

/// A guest's connection.
pub struct Handle {
    /// Lost for good once a TEXT value is not UTF-8: on Spin that ends the thread
    /// which holds the connection, and every later call fails.
    database: Option<Database>,
    _live: Live,
}

impl Host for Guest {}

impl HostConnection for Guest {
    async fn open(&mut self, database: String) -> Result<Resource<Handle>, Error> {
        let server = Arc::clone(&self.server);
        server.counters.database_opens.fetch_add(1, Relaxed);
        match server.faults.action(INTERFACE, CallKind::Open, &database) {
            Action::Fail(text) => return Err(Error::Io(text)),
            Action::Delay(time) => server.faults.delay(time).await,
            Action::Pass | Action::Answer(_) | Action::Cut(_) => {}
        }
        // On Spin a label that the manifest does not grant is denied before
        // anyone looks whether the database exists. The settings are the grant.
        let file = server.sqlite.get(&database).ok_or(Error::AccessDenied)?;
        let handle = Handle {
            database: Some(Database::new(file, &server.idle)),
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
            Action::Delay(time) => server.faults.delay(time).await,
            Action::Answer(bytes) => return Ok(answer(bytes)),
            Action::Cut(longest) => cut = Some(longest),
        }
        let lost = || Error::Io(String::from("the connection is poisoned"));
        let mut database = handle.database.take().ok_or_else(lost)?;
        let quick = (!server.as_spin).then(|| database.quickly(&statement, &parameters));
        let result = match quick.flatten() {
            Some(result) => result,
            None => {
                // A thread that may block, because others' requests wait for
                // this one.
                let work = tokio::task::spawn_blocking(move || {
                    let result = database.execute(&statement, &parameters);
                    (database, result)
                });
                let (returned, result) = work.await.map_err(io)?;
                database = returned;
                result
            }
        };
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
