//! SQLite over `spin:sqlite`, synchronously.

use super::bindings::spin::sqlite::sqlite as host;
use crate::db::schema::Dialect;
use crate::db::statement::Statement;
use crate::db::statement::Value;
use crate::error::{Failure, Kind};
use dids_mysql::fault::of_sqlite;

pub(super) const DIALECT: Dialect = Dialect::Sqlite;

/// An open database.
pub struct Connection(host::Connection);

impl Connection {
    pub(super) fn open(label: &str) -> Result<Self, Failure> {
        let handle = host::Connection::open(label);
        handle.map(Self).map_err(|error| fault(label, error))
    }

    pub(super) fn value(&self, statement: &Statement) -> Result<Option<Vec<u8>>, Failure> {
        let values: Vec<host::Value> = statement.values.iter().map(host::Value::from).collect();
        let result = self
            .0
            .execute(&statement.text, &values)
            .map_err(|error| fault("", error))?;
        let value = result
            .rows
            .into_iter()
            .next()
            .and_then(|row| row.values.into_iter().next());
        match value {
            Some(host::Value::Blob(bytes)) => Ok(Some(bytes)),
            Some(host::Value::Text(text)) => Ok(Some(text.into_bytes())),
            Some(host::Value::Null) => Ok(None),
            _ => Err("the database answered something else than one value".into()),
        }
    }
}

impl From<&Value> for host::Value {
    fn from(value: &Value) -> Self {
        match value {
            Value::Integer(number) => Self::Integer(*number),
            Value::Text(text) => Self::Text(text.clone()),
            Value::Bytes(bytes) => Self::Blob(bytes.clone()),
        }
    }
}

fn fault(label: &str, error: host::Error) -> Failure {
    match error {
        host::Error::NoSuchDatabase | host::Error::AccessDenied => format!(
            "SQLite database {label:?} is not granted: name it in sqlite_databases of spin.toml \
             (locally: --sqlite {label}=FILE)"
        )
        .into(),
        host::Error::InvalidConnection => {
            Failure::new(Kind::Lost, "SQLite: the connection was closed")
        }
        host::Error::DatabaseFull => "SQLite: the database is full".into(),
        host::Error::Io(text) => of_sqlite(&text),
    }
}
