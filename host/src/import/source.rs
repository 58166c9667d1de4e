//! A live server, read in one transaction.
//!
//! The transaction sees all tables as they were at one moment, locks none, and
//! cannot write. Rows are taken one by one as they arrive, so that a million need
//! no more memory than one.

use std::time::Duration;

use dids_get::db::schema::{Dialect, MYSQL_SESSION, Schema};
use mysql_async::prelude::Queryable as _;
use mysql_async::{Conn, Opts, Row, Value};
use tokio::time::timeout;

use crate::Error;

/// How long the server may take to let us in, or to come up with its next row.
const PATIENCE: Duration = Duration::from_secs(60);
const SNAPSHOT: [&str; 2] = [
    "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
    "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
];

/// A server's tables as they were when this was made.
pub(super) struct Snapshot {
    connection: Conn,
    /// What the server has of MOR's newer columns.
    pub schema: Schema,
}

impl Snapshot {
    pub async fn take(options: &Opts) -> Result<Self, Error> {
        let mut connection = patiently(Conn::new(options.clone())).await?;
        for statement in [MYSQL_SESSION].into_iter().chain(SNAPSHOT) {
            patiently(connection.query_drop(statement)).await?;
        }
        let question = Schema::question(Dialect::Mysql).text;
        let answer = patiently(connection.query_first(question)).await?;
        let answer: Option<Option<Vec<u8>>> = answer;
        let schema = Schema::read(Dialect::Mysql, answer.flatten().as_deref());
        Ok(Self {
            connection,
            schema: schema.map_err(|failure| Error::new(failure.0))?,
        })
    }

    /// Gives every row of a query to `take`, each with its number, and says how many
    /// there were.
    pub async fn rows(
        &mut self,
        query: &str,
        mut take: impl FnMut(u64, Vec<Value>) -> Result<(), Error>,
    ) -> Result<u64, Error> {
        let mut rows = patiently(self.connection.exec_iter(query, ())).await?;
        let mut count = 0;
        while let Some(row) = patiently(rows.next()).await? {
            count += 1;
            take(count, Row::unwrap(row))?;
        }
        Ok(count)
    }

    /// Ends the transaction, which the server would otherwise keep old rows for.
    pub async fn release(self) -> Result<(), Error> {
        patiently(self.connection.disconnect()).await
    }
}

async fn patiently<T>(
    waiting: impl Future<Output = Result<T, mysql_async::Error>>,
) -> Result<T, Error> {
    let seconds = PATIENCE.as_secs();
    match timeout(PATIENCE, waiting).await {
        Ok(done) => done.map_err(|error| Error::new(format!("MySQL: {error}"))),
        Err(_) => Err(Error::new(format!(
            "MySQL: the server has been silent for {seconds} seconds"
        ))),
    }
}
