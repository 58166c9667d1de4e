//! MySQL and MariaDB over `fermyon:spin/mysql@2.0.0`, synchronously. Version 3
//! of the interface deadlocks an instance in which one request opens while
//! another drops a connection, and loses the server's error text.

use super::bindings::fermyon::spin::mysql as host;
use super::bindings::fermyon::spin::rdbms_types::{DbValue, Error, ParameterValue};
use crate::db::schema::Dialect;
use crate::db::statement::Statement;
use crate::db::statement::Value;
use crate::error::Failure;
use dids_mysql::address::{CUT_SHORT, is_cut_short};
use dids_mysql::fault;
use dids_mysql::session::SESSION;

pub(super) const DIALECT: Dialect = Dialect::Mysql;

/// An open connection, and the address that no log may repeat.
pub struct Connection {
    handle: host::Connection,
    address: String,
}

impl Connection {
    pub(super) fn open(address: String) -> Result<Self, Failure> {
        if is_cut_short(&address) {
            return Err(CUT_SHORT.into());
        }
        let handle = host::Connection::open(&address)
            .map_err(|error| fault::of_connecting(said(&error), &address))?;
        handle
            .execute(SESSION, &[])
            .map_err(|error| fault::of_statement(said(&error), &address))?;
        Ok(Self { handle, address })
    }

    pub(super) fn value(&self, statement: &Statement) -> Result<Option<Vec<u8>>, Failure> {
        let values: Vec<ParameterValue> = statement.values.iter().map(parameter).collect();
        let result = self.handle.query(&statement.text, &values);
        let result = result.map_err(|error| fault::of_statement(said(&error), &self.address))?;
        match result
            .rows
            .into_iter()
            .next()
            .and_then(|row| row.into_iter().next())
        {
            Some(DbValue::Binary(bytes)) => Ok(Some(bytes)),
            Some(DbValue::Str(text)) => Ok(Some(text.into_bytes())),
            Some(DbValue::DbNull) => Ok(None),
            _ => Err("the database answered something else than one value".into()),
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

/// The host's own words, still to be examined.
fn said(error: &Error) -> &str {
    match error {
        Error::ConnectionFailed(text)
        | Error::BadParameter(text)
        | Error::QueryFailed(text)
        | Error::Other(text) => text,
        // The host's text begins with the value.
        Error::ValueConversionFailed(_) => "the host cannot convert the answer",
    }
}
