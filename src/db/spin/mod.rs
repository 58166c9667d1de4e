//! The database behind Spin's interfaces: which one, by the variable `database`.

mod mysql;
mod sqlite;

use super::kept::{Host, Kept};
use super::schema::Dialect;
use super::statement::Statement;
use crate::error::Failure;
use bindings::fermyon::spin::variables;
use std::time::{Duration, Instant};

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
pub type Spin = Kept<SpinHost>;

/// The host's interfaces.
pub struct SpinHost {
    note: fn(&str),
}

/// An open connection.
pub enum Connection {
    /// To SQLite.
    Sqlite(sqlite::Connection),
    /// To MySQL or MariaDB.
    Mysql(mysql::Connection),
}

impl Spin {
    /// A database that is not opened yet, and who is told what belongs to no
    /// answer.
    pub const fn new(note: fn(&str)) -> Self {
        Self::of(SpinHost { note })
    }
}

impl Host for SpinHost {
    type Connection = Connection;

    fn open(&mut self) -> Result<(Connection, Dialect), Failure> {
        open()
    }

    fn value(
        &mut self,
        connection: &Connection,
        statement: &Statement,
    ) -> Result<Option<Vec<u8>>, Failure> {
        match connection {
            Connection::Sqlite(connection) => connection.value(statement),
            Connection::Mysql(connection) => connection.value(statement),
        }
    }

    fn now(&self) -> Duration {
        thread_local!(static START: Instant = Instant::now());
        START.with(Instant::elapsed)
    }

    fn note(&self, text: &str) {
        (self.note)(text);
    }
}

fn open() -> Result<(Connection, Dialect), Failure> {
    let address = variables::get("database").map_err(|_| {
        Failure::from(
            "the variable \"database\" is not set: give it \"sqlite:default\" or a mysql:// URL",
        )
    })?;
    if let Some(label) = address.strip_prefix("sqlite:") {
        let connection = Connection::Sqlite(sqlite::Connection::open(label)?);
        Ok((connection, sqlite::DIALECT))
    } else if address.starts_with("mysql://") {
        let connection = Connection::Mysql(mysql::Connection::open(address)?);
        Ok((connection, mysql::DIALECT))
    } else {
        Err("the variable \"database\" is neither \"sqlite:LABEL\" nor a mysql:// URL".into())
    }
}
