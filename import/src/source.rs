//! A live server, read in one transaction.
//!
//! The transaction sees all tables as they were at one moment, locks none, and
//! cannot write. Rows are taken one by one as they arrive, so that a million need
//! no more memory than one.

use std::time::Duration;

use dids_get::db::schema::{Dialect, Schema};
use dids_mysql::fault::{ServerError, examined};
use dids_mysql::session::SESSION;
use dids_mysql::{Address, Kind, Refused};
use mysql_async::prelude::Queryable as _;
use mysql_async::{Conn, DriverError, Opts, OptsBuilder, Row, Value};
use tokio::time::timeout;

use crate::Error;

/// How long the server may take to let us in, or to come up with its next row.
const PATIENCE: Duration = Duration::from_secs(60);
const SNAPSHOT: &str = "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY";

/// Where a server is, and how it is logged in to.
pub(super) struct Server {
    options: Opts,
    /// The address. No text with its password in it is shown.
    address: String,
    /// Host and port, to be shown.
    shown: String,
}

impl Server {
    /// The one at an address. An error has nothing of it.
    pub fn at(url: &str) -> Result<Self, Error> {
        let refused = |refused: Refused| Error::new(refused.to_string());
        let address = Address::read(url).map_err(refused)?;
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
        let options = OptsBuilder::from_opts(options)
            .ip_or_hostname(address.host())
            .prefer_socket(false);
        Ok(Self {
            options: options.into(),
            address: url.to_owned(),
            shown: address.server(),
        })
    }

    async fn patiently<T>(
        &self,
        waiting: impl Future<Output = Result<T, mysql_async::Error>>,
    ) -> Result<T, Error> {
        let seconds = PATIENCE.as_secs();
        match timeout(PATIENCE, waiting).await {
            Ok(done) => done.map_err(|error| Error::new(reason(&error, &self.address))),
            Err(_) => Err(Error::new(format!(
                "MySQL: the server has been silent for {seconds} seconds"
            ))),
        }
    }
}

/// A server's tables as they were when this was made.
pub(super) struct Snapshot<'s> {
    server: &'s Server,
    connection: Conn,
    /// What the server has of MOR's newer columns.
    pub schema: Schema,
}

impl<'s> Snapshot<'s> {
    pub async fn take(server: &'s Server) -> Result<Self, Error> {
        let connecting = server.patiently(Conn::new(server.options.clone()));
        let mut connection = connecting
            .await
            .map_err(|error| Error::new(format!("{error} (server {})", server.shown)))?;
        for statement in [SESSION, SNAPSHOT] {
            server.patiently(connection.query_drop(statement)).await?;
        }
        let question = Schema::question(Dialect::Mysql).text;
        let answer = server.patiently(connection.query_first(question)).await?;
        let answer: Option<Option<Vec<u8>>> = answer;
        let schema = Schema::read(Dialect::Mysql, answer.flatten().as_deref());
        let schema = schema.map_err(|failure| Error::new(failure.text))?;
        for look in schema.looks() {
            match connection.query_drop(look).await {
                Err(error) if !is_absent(&error) => {
                    return Err(Error::new(reason(&error, &server.address)));
                }
                _ => {}
            }
        }
        Ok(Self {
            server,
            connection,
            schema,
        })
    }

    /// How many rows a query counts.
    pub async fn count(&mut self, query: &str) -> Result<u64, Error> {
        let count = self.connection.query_first(query);
        let count: Option<u64> = self.server.patiently(count).await?;
        count.ok_or_else(|| Error::new("MySQL: a count without a row"))
    }

    /// Gives every row of a query to `take`, each with its number, and says how many
    /// there were.
    pub async fn rows(
        &mut self,
        query: &str,
        mut take: impl FnMut(u64, Vec<Value>) -> Result<(), Error>,
    ) -> Result<u64, Error> {
        let rows = self.connection.exec_iter(query, ());
        let mut rows = self.server.patiently(rows).await?;
        let mut count = 0;
        while let Some(row) = self.server.patiently(rows.next()).await? {
            count += 1;
            take(count, Row::unwrap(row))?;
        }
        Ok(count)
    }

    /// Ends the transaction, which the server would otherwise keep old rows for.
    pub async fn release(self) -> Result<(), Error> {
        self.server.patiently(self.connection.disconnect()).await
    }
}

/// What a server said.
fn said(error: &mysql_async::ServerError) -> ServerError<'_> {
    ServerError {
        code: error.code,
        state: &error.state,
        message: &error.message,
    }
}

fn is_absent(error: &mysql_async::Error) -> bool {
    let mysql_async::Error::Server(error) = error else {
        return false;
    };
    said(error).failure("").kind == Kind::Absent
}

/// Why something failed. What a client library has at hand besides is not shown: packets.
fn reason(error: &mysql_async::Error, address: &str) -> String {
    let text = match error {
        mysql_async::Error::Server(error) => return said(error).failure(address).text,
        mysql_async::Error::Io(mysql_async::IoError::Io(error)) => {
            format!("the connection failed: {error}")
        }
        mysql_async::Error::Driver(DriverError::ConnectionClosed) => {
            "the server closed the connection".to_owned()
        }
        mysql_async::Error::Driver(DriverError::UnknownAuthPlugin { name }) => {
            format!("the server wants a kind of login that this client does not have: {name}")
        }
        _ => "the client does not understand the server".to_owned(),
    };
    format!("MySQL: {}", examined(&text, address))
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
    fn no_password_that_is_repeated_is_shown() {
        let said = mysql_async::ServerError {
            code: 1045,
            message: "Access denied for user 'caller' with s3cret".into(),
            state: "28000".into(),
        };
        let unread = DriverError::UnexpectedPacket {
            payload: b"s3cret".to_vec(),
        };
        for error in [said.into(), mysql_async::Error::Driver(unread)] {
            let reason = reason(&error, "mysql://caller:s3cret@h/mor");
            assert!(!reason.contains("s3cret") && reason.len() > 20, "{reason}");
        }
    }
}
