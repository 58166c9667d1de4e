//! `fermyon:spin/mysql` over a MySQL client on WASI's sockets.
//!
//! Each connection is a TCP connection and a handshake of its own, and is never
//! made anew behind the guest's back. A call holds up its own instance until the
//! server has answered, at most for [`STATEMENT`].

mod address;
mod types;

use std::cell::RefCell;
use std::future::Future;
use std::time::Duration;

use mysql_async::prelude::Queryable as _;
use mysql_async::{Conn, Params};
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;

use crate::bindings::exports::fermyon::spin::mysql::{self as interface, Guest, GuestConnection};
use crate::bindings::exports::fermyon::spin::rdbms_types::{Error, ParameterValue, RowSet};
use crate::{LARGEST_RESULT, Provider};

/// How long connecting may take, the handshake included.
const CONNECT: Duration = Duration::from_secs(10);
/// How long a statement may take, its result included.
const STATEMENT: Duration = Duration::from_secs(30);
/// How long saying goodbye may take: nobody needs the answer.
const GOODBYE: Duration = Duration::from_secs(1);

impl Guest for Provider {
    type Connection = Connection;
}

/// A guest's connection.
pub struct Connection {
    /// `None` once a statement ran out of time: what the server sends now is the
    /// answer to that one.
    client: RefCell<Option<Conn>>,
}

impl GuestConnection for Connection {
    fn open(address: String) -> Result<interface::Connection, Error> {
        let options = address::options(&address)?;
        let connected = wait(CONNECT, Conn::new(options))?
            .ok_or_else(|| Error::ConnectionFailed(too_slow(CONNECT)))?;
        let client = connected.map_err(|error| Error::ConnectionFailed(shown(&error)))?;
        Ok(interface::Connection::new(Self {
            client: RefCell::new(Some(client)),
        }))
    }

    fn query(&self, statement: String, parameters: Vec<ParameterValue>) -> Result<RowSet, Error> {
        self.run(async |client| query(client, &statement, bind(parameters)).await)
    }

    fn execute(&self, statement: String, parameters: Vec<ParameterValue>) -> Result<(), Error> {
        self.run(async |client| Ok(client.exec_drop(statement, bind(parameters)).await?))
    }
}

impl Connection {
    fn run<T>(&self, work: impl AsyncFnOnce(&mut Conn) -> Result<T, Failure>) -> Result<T, Error> {
        let mut kept = self.client.borrow_mut();
        let lost = || Error::ConnectionFailed("the connection was given up".into());
        let mut client = kept.take().ok_or_else(lost)?;
        let done = wait(STATEMENT, work(&mut client))?
            .ok_or_else(|| Error::QueryFailed(too_slow(STATEMENT)))?;
        *kept = Some(client);
        done.map_err(|failure| match failure {
            Failure::Client(error) => Error::QueryFailed(shown(&error)),
            Failure::Told(error) => error,
        })
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if let Some(client) = self.client.take() {
            // A server that is gone needs no goodbye.
            let _ = wait(GOODBYE, client.disconnect());
        }
    }
}

/// Drives the client until it is done, or `None` when the time is over.
fn wait<T>(limit: Duration, work: impl Future<Output = T>) -> Result<Option<T>, Error> {
    thread_local! {
        static RUNTIME: std::io::Result<Runtime> = Builder::new_current_thread().enable_all().build();
    }
    RUNTIME.with(|runtime| match runtime {
        Ok(runtime) => Ok(runtime.block_on(async { timeout(limit, work).await.ok() })),
        Err(error) => Err(Error::Other(error.kind().to_string())),
    })
}

/// Why a statement brought nothing.
enum Failure {
    /// The client or the server says so, in words that are not looked through yet.
    Client(mysql_async::Error),
    /// In words of ours.
    Told(Error),
}

impl From<mysql_async::Error> for Failure {
    fn from(error: mysql_async::Error) -> Self {
        Self::Client(error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Told(error)
    }
}

async fn query(client: &mut Conn, statement: &str, parameters: Params) -> Result<RowSet, Failure> {
    let mut result = client.exec_iter(statement, parameters).await?;
    let types = result.columns();
    let types = types.as_deref().unwrap_or_default();
    if types.is_empty() {
        return Err(Error::Other("the statement returns no rows".into()).into());
    }
    let mut size = size_of::<RowSet>();
    let mut rows = Vec::new();
    while let Some(row) = result.next().await? {
        let row = types::row(row, types)?;
        size += types::size_of_row(&row);
        if size > LARGEST_RESULT {
            let limit = format!("query result exceeds limit of {LARGEST_RESULT} bytes");
            return Err(Error::Other(limit).into());
        }
        rows.push(row);
    }
    let columns = types.iter().map(types::column).collect();
    Ok(RowSet { columns, rows })
}

fn bind(parameters: Vec<ParameterValue>) -> Params {
    Params::Positional(parameters.into_iter().map(types::parameter).collect())
}

/// What the component is told of an error: a server's as Spin writes it. The component
/// looks through it before it logs it.
fn shown(error: &mysql_async::Error) -> String {
    match error {
        mysql_async::Error::Server(said) => format!("Server({said:?})"),
        other => other.to_string(),
    }
}

fn too_slow(limit: Duration) -> String {
    format!("no answer within {} s", limit.as_secs())
}
