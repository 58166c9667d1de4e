//! The twin's connections: SQLite as the host opens it, a server through a client
//! that blocks, from the makers of the host's own.

use crate::data::{Data, Place};
use anyhow::{Context, Result};
use dids_get::db::port::{Database, Question, Reply, Session};
use dids_get::db::schema::{Dialect, Schema};
use dids_get::db::statement::Statement;
use dids_get::db::statement::Value;
use dids_get::error::Failure;
use mysql::prelude::Queryable;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection as Sqlite, OpenFlags, ToSql, params_from_iter};
use std::path::Path;

/// An open connection. Both keep the statements they prepared.
pub enum Connection {
    /// To a file.
    Sqlite(Sqlite),
    /// To a server.
    Server(Box<mysql::Conn>),
}

impl Connection {
    /// Opens it as the component does.
    pub fn open(data: &Data) -> Result<Self> {
        Ok(match &data.place {
            Place::Sqlite => Self::Sqlite(open(&data.file)?),
            Place::Server { native, .. } => {
                let mut connection = connect(native)?;
                connection.query_drop(dids_mysql::session::SESSION)?;
                Self::Server(Box::new(connection))
            }
        })
    }

    /// The language it speaks.
    pub fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Server(_) => Dialect::Mysql,
        }
    }

    /// The one value of an answer.
    pub fn value(&mut self, statement: &Statement) -> Result<Option<Vec<u8>>> {
        match self {
            Self::Sqlite(connection) => {
                let mut prepared = connection.prepare_cached(&statement.text)?;
                let values = statement.values.iter().map(Bound);
                Ok(prepared.query_row(params_from_iter(values), |row| {
                    Ok(match row.get_ref(0)? {
                        ValueRef::Blob(bytes) | ValueRef::Text(bytes) => Some(bytes.to_owned()),
                        _ => None,
                    })
                })?)
            }
            Self::Server(connection) => {
                let values = statement.values.iter().map(|value| match value {
                    Value::Integer(number) => mysql::Value::Int(*number),
                    Value::Text(text) => mysql::Value::Bytes(text.clone().into_bytes()),
                    Value::Bytes(bytes) => mysql::Value::Bytes(bytes.clone()),
                });
                let values = mysql::Params::Positional(values.collect());
                let value = connection.exec_first(&statement.text, values)?;
                value.context("no row")
            }
        }
    }
}

/// Opens a file as the host does.
fn open(file: &Path) -> rusqlite::Result<Sqlite> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Sqlite::open_with_flags(file, flags)
}

/// Connects to a server as the host does: never by its Unix socket.
pub fn connect(url: &str) -> Result<mysql::Conn> {
    let options = mysql::OptsBuilder::from_opts(mysql::Opts::from_url(url)?);
    Ok(mysql::Conn::new(options.prefer_socket(false))?)
}

struct Bound<'a>(&'a Value);

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self.0 {
            Value::Integer(number) => (*number).into(),
            Value::Text(text) => text.as_str().into(),
            Value::Bytes(bytes) => bytes.as_slice().into(),
        })
    }
}

/// A connection that is opened when it is first asked, as the component's.
pub struct Kept {
    data: Data,
    open: Option<(Connection, Session)>,
}

impl Kept {
    /// Not open yet.
    pub fn new(data: Data) -> Self {
        Self { data, open: None }
    }

    fn answer(&mut self, question: Question<'_>) -> Result<Reply> {
        let (mut connection, session) = match self.open.take() {
            Some(open) => open,
            None => {
                let mut connection = Connection::open(&self.data)?;
                let dialect = connection.dialect();
                let columns = connection.value(&Schema::question(dialect))?;
                let schema = Schema::read(dialect, columns.as_deref())?;
                (connection, Session { number: 1, schema })
            }
        };
        // Lost with its connection if it fails, as in the component.
        let value = match question(&session) {
            Some(statement) => connection.value(&statement)?,
            None => None,
        };
        self.open = Some((connection, session));
        Ok(Reply { value, session })
    }
}

impl Database for Kept {
    fn ask(&mut self, question: Question<'_>) -> Result<Reply, Failure> {
        let failure = |error: anyhow::Error| Failure::from(format!("{error:#}"));
        self.answer(question).map_err(failure)
    }
}
