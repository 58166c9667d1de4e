//! `spin:sqlite/sqlite` over SQLite itself, behaving as Spin's.
//!
//! Each connection is a handle of its own, opened by its first statement. A
//! result is one list in memory, so its size is limited.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use dids_sqlite::Failure;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::{Connection, OpenFlags};
use wasmtime::component::Resource;

use crate::LARGEST_RESULT;
use crate::bindings::spin::sqlite::sqlite::{
    Error, Host, HostConnection, QueryResult, RowResult, Value,
};
use crate::faults::{Action, CallKind};
use crate::guest::Guest;
use crate::handles::{File, Sqlite};
use crate::stats::Live;

/// The name of this interface in [`crate::Call`].
const INTERFACE: &str = "sqlite";

impl Host for Guest {}

impl HostConnection for Guest {
    async fn open(&mut self, database: String) -> Result<Resource<Sqlite>, Error> {
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
        let handle = Sqlite {
            database: Some(File {
                path: file.clone(),
                connection: None,
            }),
            _live: Live::new(&server.counters.database_handles_live),
        };
        self.table.push(handle).map_err(io)
    }

    async fn execute(
        &mut self,
        connection: Resource<Sqlite>,
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
        // A thread that may block, because others' requests wait for this one.
        let work = tokio::task::spawn_blocking(move || {
            let result = database.query(&statement, parameters);
            (database, result)
        });
        let (returned, result) = work.await.map_err(io)?;
        if !matches!(result, Err(Failure::NotText)) {
            handle.database = Some(returned);
        }
        let mut result = result.map_err(io)?;
        if let Some(longest) = cut {
            result.rows.iter_mut().for_each(|row| shorten(row, longest));
        }
        Ok(result)
    }

    async fn drop(&mut self, connection: Resource<Sqlite>) -> wasmtime::Result<()> {
        self.table.delete(connection)?;
        Ok(())
    }
}

dids_sqlite::spin_values!(Value);

impl File {
    fn query(&mut self, statement: &str, parameters: Vec<Value>) -> Result<QueryResult, Failure> {
        let connection = match &mut self.connection {
            Some(connection) => connection,
            none => none.insert(open(&self.path)?),
        };
        let parameters: Vec<_> = parameters.into_iter().map(Into::into).collect();
        let (columns, rows) =
            dids_sqlite::query(connection, statement, &parameters, LARGEST_RESULT)?;
        let rows = rows.into_iter().map(|values| RowResult { values });
        let rows = rows.collect();
        Ok(QueryResult { columns, rows })
    }
}

/// Opens a file that exists, for reading and writing (a database in WAL mode
/// needs both even to be read). A lock is waited for as long as rusqlite says, 5 s.
fn open(file: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(file, flags)?;
    // A guest that may not touch files must not reach them through ATTACH.
    connection.authorizer(Some(|context: AuthContext<'_>| match context.action {
        AuthAction::Attach { filename } if !matches!(filename, "" | ":memory:") => {
            Authorization::Deny
        }
        _ => Authorization::Allow,
    }))?;
    Ok(connection)
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
