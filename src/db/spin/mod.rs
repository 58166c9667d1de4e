//! The database behind Spin's interfaces: which one, by the variable
//! `database`, and one connection kept for the life of the instance.
//!
//! A kept connection is the largest lever there is, and it can be closed under
//! us at any time: after any error it is dropped, opened again once, and the
//! question, always a SELECT, is put again.

mod mysql;
mod sqlite;

use super::port::Database;
use crate::db::schema::Schema;
use crate::db::statement::Statement;
use crate::error::Failure;
use bindings::fermyon::spin::variables;

/// Bindings of the host's interfaces; generated code, hence the exceptions.
#[allow(
    unsafe_code,
    missing_docs,
    clippy::all,
    clippy::pedantic,
    clippy::restriction
)]
pub(super) mod bindings {
    wit_bindgen::generate!({ path: "wit", world: "stores", generate_all });
}

/// A variable of the component, if it is set.
pub fn variable(name: &str) -> Option<String> {
    variables::get(name).ok().filter(|value| !value.is_empty())
}

/// A database of the host's, opened when first asked.
pub struct Spin {
    kept: Option<(Connection, Schema)>,
    /// Where a line for the operator goes that belongs to no answer.
    note: fn(&str),
}

enum Connection {
    Sqlite(sqlite::Connection),
    Mysql(mysql::Connection),
}

impl Spin {
    /// A database that is not opened yet.
    pub const fn new(note: fn(&str)) -> Self {
        Self { kept: None, note }
    }
}

impl Database for Spin {
    fn ask(&mut self, question: &dyn Fn(&Schema) -> Statement) -> Result<Option<Vec<u8>>, Failure> {
        if let Some((connection, schema)) = self.kept.take() {
            match connection.value(&question(&schema)) {
                Ok(value) => {
                    self.kept = Some((connection, schema));
                    return Ok(value);
                }
                Err(failure) => (self.note)(&format!("connection dropped: {failure}")),
            }
        }
        let (connection, schema) = open()?;
        let value = connection.value(&question(&schema))?;
        self.kept = Some((connection, schema));
        Ok(value)
    }

    fn has_trigram(&self) -> bool {
        let schema = self.kept.as_ref().map(|(_, schema)| schema);
        schema.is_some_and(|schema| schema.trigram)
    }

    fn discard(&mut self) {
        self.kept = None;
    }
}

impl Connection {
    fn value(&self, statement: &Statement) -> Result<Option<Vec<u8>>, Failure> {
        match self {
            Self::Sqlite(connection) => connection.value(statement),
            Self::Mysql(connection) => connection.value(statement),
        }
    }
}

fn open() -> Result<(Connection, Schema), Failure> {
    let address = variables::get("database").map_err(|_| {
        Failure(
            "the variable \"database\" is not set: give it \"sqlite:default\" or a mysql:// URL"
                .into(),
        )
    })?;
    let (connection, dialect) = if let Some(label) = address.strip_prefix("sqlite:") {
        (
            Connection::Sqlite(sqlite::Connection::open(label)?),
            sqlite::DIALECT,
        )
    } else if address.starts_with("mysql://") {
        (
            Connection::Mysql(mysql::Connection::open(&address)?),
            mysql::DIALECT,
        )
    } else {
        return Err(Failure(
            "the variable \"database\" is neither \"sqlite:LABEL\" nor a mysql:// URL".into(),
        ));
    };
    let answer = connection.value(&Schema::question(dialect))?;
    let schema = Schema::read(dialect, answer.as_deref())?;
    Ok((connection, schema))
}
