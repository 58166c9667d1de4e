//! A session on a database server, for the tests' own statements.

use mysql_async::prelude::Queryable as _;
use mysql_async::{Conn, Error, Opts, OptsBuilder, Row, Value};
use tokio::runtime::{Builder, Runtime};

/// A connection that waits for each of its statements.
pub struct Session {
    runtime: Runtime,
    connection: Option<Conn>,
}

impl Session {
    /// Connects.
    pub fn open(url: &str) -> Result<Self, Error> {
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.expect("a runtime");
        let options = OptsBuilder::from_opts(Opts::from_url(url)?).prefer_socket(false);
        let connection = Some(runtime.block_on(Conn::new(options))?);
        Ok(Session {
            runtime,
            connection,
        })
    }

    /// Runs statements, separated by semicolons.
    pub fn run(&mut self, script: &str) {
        let done = self.try_run(script);
        done.unwrap_or_else(|error| panic!("{error}\n{script:.2000}"));
    }

    /// The same, where it may fail.
    pub fn try_run(&mut self, script: &str) -> Result<(), Error> {
        let connection = self.connection.as_mut().expect("it is open");
        self.runtime.block_on(connection.query_drop(script))
    }

    /// The rows of a query, each value as text.
    pub fn rows(&mut self, query: &str) -> Vec<Vec<String>> {
        let connection = self.connection.as_mut().expect("it is open");
        let rows = self.runtime.block_on(connection.query::<Row, _>(query));
        let rows = rows.unwrap_or_else(|error| panic!("{error}\n{query}"));
        let text = |value: Value| match value {
            Value::Bytes(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            other => other.as_sql(true),
        };
        rows.into_iter()
            .map(|row| row.unwrap().into_iter().map(text).collect())
            .collect()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            // The server may be gone, which ends a session too.
            let _ = self.runtime.block_on(connection.disconnect());
        }
    }
}
