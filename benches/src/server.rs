//! A MariaDB or MySQL server of our own with copies of the SQLite databases: the one
//! the tests start, gone when the benchmarks are.

use crate::data::{Place, progress};
use crate::twin::connection::connect;
use anyhow::{Context, Result};
use dids_tests::server::{DatabaseServer, Kind};
use mysql::prelude::Queryable;
use mysql::{Params, Value};
use rusqlite::Connection as Sqlite;
use rusqlite::types::ValueRef;
use std::path::Path;

const TABLES: &str = include_str!("../../db/mysql.sql");

/// What a server has that was set up to serve such a table: memory for the table
/// with its indexes, and a log as large as the server's own default. The tests'
/// server is small, and forgoes what only writing needs; nothing is written here
/// while something is measured.
const fn settings(kind: Kind) -> [&'static str; 2] {
    let log = match kind {
        Kind::Mariadb => "--innodb-log-file-size=96M",
        Kind::Mysql => "--innodb-redo-log-capacity=100M",
    };
    ["--innodb-buffer-pool-size=1G", log]
}

/// Whoever fills the databases, and the native clients, which need no cipher for an
/// empty password; all but the first only read.
const ROOT: (&str, &str) = ("root", "");

/// Rows in one INSERT: a prepared statement takes 65,535 values.
const STEP: usize = 1000;

/// A running server; dropping it ends it.
pub struct Server(DatabaseServer);

impl Server {
    /// Starts it, with no databases yet.
    pub fn start(kind: Kind) -> Self {
        Self(DatabaseServer::start_of(kind, "UTC", &settings(kind)))
    }

    /// Whose it is.
    pub fn name(&self) -> &'static str {
        self.0.kind().name()
    }

    /// What it calls itself, without the packager's part.
    pub fn version(&self) -> Result<String> {
        let mut root = connect(&self.0.url_of(ROOT, ""))?;
        let version: Option<String> = root.query_first("SELECT VERSION()")?;
        let version = version.context("the server has no version")?;
        Ok(version.split('-').next().unwrap_or(&version).to_owned())
    }

    /// Makes MOR's tables and copies every row of an SQLite database.
    pub fn copy(&self, file: &Path, rows: u64) -> Result<Place> {
        // The tests' server lets the component read what is named like this.
        let name = format!("site_{rows}");
        let mut root = connect(&self.0.url_of(ROOT, ""))?;
        root.query_drop(format!(
            "DROP DATABASE IF EXISTS {name}; CREATE DATABASE {name}; USE {name}; {TABLES}"
        ))?;
        let sqlite = Sqlite::open(file)?;
        for table in tables(&sqlite)? {
            fill(&mut root, &sqlite, &table).with_context(|| format!("copying {table}"))?;
        }
        progress(&format!("{rows} DIDs for {}: done\n", self.name()))?;
        Ok(Place::Server {
            url: self.0.url(&name),
            native: self.0.url_of(ROOT, &name),
        })
    }
}

fn tables(sqlite: &Sqlite) -> Result<Vec<String>> {
    let mut statement = sqlite.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")?;
    let names = statement.query_map([], |row| row.get(0))?;
    Ok(names.collect::<Result<_, _>>()?)
}

fn fill(server: &mut mysql::Conn, sqlite: &Sqlite, table: &str) -> Result<()> {
    let mut select = sqlite.prepare(&format!("SELECT * FROM {table} ORDER BY id"))?;
    let columns: Vec<_> = select.column_names().collect();
    let columns = columns.join(", ");
    let width = select.column_count();
    let places = format!("({})", vec!["?"; width].join(", "));
    let insert = |rows| {
        let places = vec![places.as_str(); rows].join(", ");
        format!("INSERT INTO {table} ({columns}) VALUES {places}")
    };
    let whole = insert(STEP);
    let mut rows = select.query([])?;
    let mut values = Vec::new();
    let mut done = 0;
    server.query_drop("START TRANSACTION")?;
    while let Some(row) = rows.next()? {
        for column in 0..width {
            values.push(match row.get_ref(column)? {
                ValueRef::Null => Value::NULL,
                ValueRef::Integer(number) => Value::Int(number),
                ValueRef::Real(number) => Value::Double(number),
                ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Value::Bytes(bytes.to_owned()),
            });
        }
        if values.len() == STEP * width {
            let values = std::mem::take(&mut values);
            server.exec_drop(&whole, Params::Positional(values))?;
            done += STEP;
            if done % (50 * STEP) == 0 {
                progress(&format!("{done} {table} copied"))?;
            }
        }
    }
    if !values.is_empty() {
        let rest = insert(values.len() / width);
        server.exec_drop(rest, Params::Positional(values))?;
    }
    server.query_drop("COMMIT")?;
    // Or the server counts by itself some time later, and chooses another way in
    // the middle of a bar.
    Ok(server.query_drop(format!("ANALYZE TABLE {table}"))?)
}
