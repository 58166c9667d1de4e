//! MySQL and MariaDB over `fermyon:spin/mysql@2.0.0`, synchronously. Version 3
//! of the interface deadlocks an instance in which one request opens while
//! another drops a connection, and loses the server's error text.

use super::bindings::fermyon::spin::mysql as host;
use super::bindings::fermyon::spin::rdbms_types::{DbValue, Error, ParameterValue};
use crate::db::schema::{Dialect, MYSQL_SESSION};
use crate::db::statement::Statement;
use crate::db::statement::Value;
use crate::error::Failure;

pub(super) const DIALECT: Dialect = Dialect::Mysql;

/// An open connection.
pub(super) struct Connection(host::Connection);

impl Connection {
    pub(super) fn open(address: &str) -> Result<Self, Failure> {
        let connection = host::Connection::open(address).map_err(failure)?;
        connection.execute(MYSQL_SESSION, &[]).map_err(failure)?;
        Ok(Self(connection))
    }

    pub(super) fn value(&self, statement: &Statement) -> Result<Option<Vec<u8>>, Failure> {
        let values: Vec<ParameterValue> = statement.values.iter().map(parameter).collect();
        let result = self.0.query(&statement.text, &values).map_err(failure)?;
        match result
            .rows
            .into_iter()
            .next()
            .and_then(|row| row.into_iter().next())
        {
            Some(DbValue::Binary(bytes)) => Ok(Some(bytes)),
            Some(DbValue::Str(text)) => Ok(Some(text.into_bytes())),
            Some(DbValue::DbNull) => Ok(None),
            _ => Err(Failure(
                "the database answered something else than one value".into(),
            )),
        }
    }
}

fn parameter(value: &Value) -> ParameterValue {
    match value {
        Value::Integer(number) => ParameterValue::Int64(*number),
        Value::Text(text) => ParameterValue::Str(text.clone()),
        Value::Bytes(bytes) => ParameterValue::Binary(bytes.clone()),
    }
}

fn failure(error: Error) -> Failure {
    Failure(match error {
        Error::ConnectionFailed(text) => format!("MySQL: cannot connect: {text}"),
        Error::BadParameter(text) => format!("MySQL: bad parameter: {text}"),
        Error::QueryFailed(text) => format!("MySQL: {text}"),
        // The host's text begins with the value.
        Error::ValueConversionFailed(_) => "MySQL: the host cannot convert the answer".to_owned(),
        Error::Other(text) => format!("MySQL: {text}"),
    })
}
