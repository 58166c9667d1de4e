//! A live server, read in one transaction.
//!
//! The transaction sees all tables as they were at one moment, locks none, and
//! cannot write. Rows are taken one by one as they arrive, so that a million need
//! no more memory than one.

use std::time::Duration;

use dids_get::db::schema::{Dialect, MYSQL_SESSION, Schema};
use dids_mysql::secrets::meaning;
use dids_mysql::{Address, Refused};
use mysql_async::prelude::Queryable as _;
use mysql_async::{Conn, DriverError, Opts, OptsBuilder, Row, Value};
use tokio::time::timeout;

use crate::Error;

/// How long the server may take to let us in, or to come up with its next row.
const PATIENCE: Duration = Duration::from_secs(60);
const SNAPSHOT: [&str; 2] = [
    "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
    "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
];

/// Where a server is, and how it is logged in to.
pub(super) struct Server {
    options: Opts,
    /// Host and port, to be shown.
    shown: String,
}

impl Server {
    /// The one at an address. An error has nothing of it.
    pub fn at(address: &str) -> Result<Self, Error> {
        let refused = |refused: Refused| Error::new(refused.to_string());
        let address = Address::read(address).map_err(refused)?;
        if address.is_encrypted() {
            return Err(Error::new(
                "import has no TLS: copy on the server's machine or through a tunnel, \
                 without ssl-mode in the address",
            ));
        }
        let options = Opts::from_url(&address.for_client()).map_err(|_| {
            Error::new("the address has a parameter, or a value of one, that is not known")
        })?;
        // Without this the client goes over to the server's Unix socket, if both run
        // on one machine, which may belong to another server.
        let options = OptsBuilder::from_opts(options).prefer_socket(false);
        Ok(Self {
            options: options.into(),
            shown: address.server(),
        })
    }
}

/// A server's tables as they were when this was made.
pub(super) struct Snapshot {
    connection: Conn,
    /// What the server has of MOR's newer columns.
    pub schema: Schema,
}

impl Snapshot {
    pub async fn take(server: &Server) -> Result<Self, Error> {
        let connecting = patiently(Conn::new(server.options.clone()));
        let mut connection = connecting
            .await
            .map_err(|error| Error::new(format!("{error} (server {})", server.shown)))?;
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
        Ok(done) => done.map_err(|error| Error::new(format!("MySQL: {}", reason(&error)))),
        Err(_) => Err(Error::new(format!(
            "MySQL: the server has been silent for {seconds} seconds"
        ))),
    }
}

/// Why something failed, in words of ours: those of the library and the server may
/// repeat what they were sent, and values of rows.
fn reason(error: &mysql_async::Error) -> String {
    match error {
        mysql_async::Error::Server(said) => {
            let state: String = said
                .state
                .chars()
                .filter(char::is_ascii_alphanumeric)
                .collect();
            format!("error {} ({state}): {}", said.code, meaning(said.code))
        }
        mysql_async::Error::Io(mysql_async::IoError::Io(error)) => {
            format!("the connection failed: {}", error.kind())
        }
        mysql_async::Error::Driver(DriverError::ConnectionClosed) => {
            "the server closed the connection".to_owned()
        }
        mysql_async::Error::Driver(DriverError::UnknownAuthPlugin { .. }) => {
            "the server wants a kind of login that this client does not have".to_owned()
        }
        _ => "the client does not understand the server".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_is_read_or_refused_in_words_of_ours() {
        for (address, is_read) in [
            ("mysql://u:s3cret@127.0.0.1/mor?prefer_socket=true", true),
            (
                "mysql://u:s3@cret:x%y@[::1]:3307/mor?ssl-mode=disabled",
                true,
            ),
            ("mysql://u:12?s3cret=1@127.0.0.1/mor", false),
            ("mysql://u:12/s3cret@127.0.0.1/mor", false),
            ("mysql://u:x@h/mor?s3cret=1", false),
            ("mysql://u:x@h/mor?stmt_cache_size=s3cret", false),
            ("mysql://u:s3cret@h/mor?ssl-mode=required", false),
            ("s3cret", false),
        ] {
            match Server::at(address) {
                Ok(server) => {
                    assert!(is_read, "{address}");
                    assert!(!server.options.prefer_socket());
                    let password = server.options.pass().unwrap();
                    assert!(password == "s3cret" || password == "s3@cret:x%y");
                }
                Err(error) => {
                    let error = error.to_string();
                    assert!(!is_read && !error.contains("s3cret"), "{address}: {error}");
                }
            }
        }
    }

    #[test]
    fn nothing_that_a_server_or_library_says_is_repeated() {
        let said = mysql_async::ServerError {
            code: 1045,
            message: "Access denied for user 's3cret'".into(),
            state: "28000".into(),
        };
        let unread = DriverError::UnexpectedPacket {
            payload: b"s3cret".to_vec(),
        };
        for error in [said.into(), mysql_async::Error::Driver(unread)] {
            let reason = reason(&error);
            assert!(!reason.contains("s3cret") && reason.len() > 20, "{reason}");
        }
    }
}
