//! `fermyon:spin/mysql` over a MySQL client, behaving as Spin's.
//!
//! Each connection is a TCP connection and a handshake of its own, and is never
//! made anew behind the guest's back.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use dids_mysql::Address;
use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Opts, OptsBuilder, Params};
use wasmtime::component::Resource;

use crate::LARGEST_RESULT;
use crate::bindings::fermyon::spin::mysql::{Host, HostConnection};
use crate::bindings::fermyon::spin::rdbms_types::{
    self, Column, DbDataType, DbValue, Error, ParameterValue, RowSet,
};
use crate::faults::{Action, CallKind};
use crate::guest::Guest;
use crate::handles::Mysql;
use crate::mysql_types::{column, parameter, row, size_of_row};
use crate::stats::Live;

/// The name of this interface in [`crate::Call`].
const INTERFACE: &str = "mysql";

impl rdbms_types::Host for Guest {}

impl Host for Guest {}

impl HostConnection for Guest {
    async fn open(&mut self, address: String) -> Result<Resource<Mysql>, Error> {
        let server = Arc::clone(&self.server);
        server.counters.database_opens.fetch_add(1, Relaxed);
        match server.faults.action(INTERFACE, CallKind::Open, &address) {
            Action::Fail(text) => return Err(Error::ConnectionFailed(text)),
            Action::Delay(time) => server.faults.delay(time).await,
            Action::Pass | Action::Answer(_) | Action::Cut(_) => {}
        }
        let connection = Conn::new(options(&address).map_err(Error::ConnectionFailed)?)
            .await
            .map_err(|error| Error::ConnectionFailed(shown(&error)))?;
        let handle = Mysql {
            connection,
            _live: Live::new(&server.counters.database_handles_live),
        };
        let other =
            |error: wasmtime::component::ResourceTableError| Error::Other(error.to_string());
        self.table.push(handle).map_err(other)
    }

    async fn query(
        &mut self,
        connection: Resource<Mysql>,
        statement: String,
        parameters: Vec<ParameterValue>,
    ) -> Result<RowSet, Error> {
        let mut cut = None;
        match self.action(&statement) {
            Action::Pass => {}
            Action::Fail(text) => return Err(Error::QueryFailed(text)),
            Action::Delay(time) => self.server.faults.delay(time).await,
            Action::Answer(bytes) => return Ok(answer(bytes)),
            Action::Cut(longest) => cut = Some(longest),
        }
        let handle = self.handle(&connection)?;
        let mut result = query(handle, &statement, bind(parameters)).await?;
        if let Some(longest) = cut {
            let values = result.rows.iter_mut().flatten();
            values.for_each(|value| shorten(value, longest));
        }
        Ok(result)
    }

    async fn execute(
        &mut self,
        connection: Resource<Mysql>,
        statement: String,
        parameters: Vec<ParameterValue>,
    ) -> Result<(), Error> {
        match self.action(&statement) {
            Action::Fail(text) => return Err(Error::QueryFailed(text)),
            Action::Delay(time) => self.server.faults.delay(time).await,
            // Answered without being asked, as by a proxy that loses it.
            Action::Answer(_) => return Ok(()),
            Action::Pass | Action::Cut(_) => {}
        }
        let handle = self.handle(&connection)?;
        handle
            .connection
            .exec_drop(statement, bind(parameters))
            .await
            .map_err(|error| Error::QueryFailed(shown(&error)))
    }

    async fn drop(&mut self, connection: Resource<Mysql>) -> wasmtime::Result<()> {
        // The client says goodbye to the server in a task of its own.
        self.table.delete(connection)?;
        Ok(())
    }
}

impl Guest {
    fn action(&self, statement: &str) -> Action {
        let server = &self.server;
        server.counters.database_calls.fetch_add(1, Relaxed);
        server.faults.action(INTERFACE, CallKind::Query, statement)
    }

    fn handle(&mut self, connection: &Resource<Mysql>) -> Result<&mut Mysql, Error> {
        let missing = |_| Error::ConnectionFailed("no connection found".into());
        self.table.get_mut(connection).map_err(missing)
    }
}

async fn query(handle: &mut Mysql, statement: &str, parameters: Params) -> Result<RowSet, Error> {
    let mut result = handle
        .connection
        .exec_iter(statement, parameters)
        .await
        .map_err(|error| Error::QueryFailed(shown(&error)))?;
    let columns: Vec<Column> = result.columns_ref().iter().map(column).collect();
    if columns.is_empty() {
        return Err(Error::Other("the statement returns no rows".into()));
    }
    let mut size = size_of::<RowSet>();
    let mut rows = Vec::new();
    while let Some(next) = result
        .next()
        .await
        .map_err(|error| Error::Other(shown(&error)))?
    {
        let next = row(next, &columns)?;
        size += size_of_row(&next);
        if size > LARGEST_RESULT {
            return Err(Error::Other(format!(
                "query result exceeds limit of {LARGEST_RESULT} bytes"
            )));
        }
        rows.push(next);
    }
    Ok(RowSet { columns, rows })
}

/// Reads an address. This host offers no TLS, and says so rather than going without.
/// An error has nothing of the address.
fn options(address: &str) -> Result<Opts, String> {
    let address = Address::read(address).map_err(|refused| refused.to_string())?;
    if address.is_encrypted() {
        return Err("this host has no TLS for MySQL".into());
    }
    let options = Opts::from_url(&address.for_client())
        .map_err(|_| "the address has a parameter, or a value of one, that is not known")?;
    // Without this the client goes over to the server's Unix socket, if both run
    // on one machine, which makes figures that hold nowhere else.
    let options = OptsBuilder::from_opts(options).prefer_socket(false);
    Ok(options.ip_or_hostname(address.host()).into())
}

/// What the component is told of an error, as by Spin: a server's error as a structure.
/// The component looks through it before it logs it.
fn shown(error: &mysql_async::Error) -> String {
    match error {
        mysql_async::Error::Server(said) => format!("Server({said:?})"),
        other => other.to_string(),
    }
}

fn bind(parameters: Vec<ParameterValue>) -> Params {
    Params::Positional(parameters.into_iter().map(parameter).collect())
}

fn answer(bytes: Vec<u8>) -> RowSet {
    RowSet {
        columns: vec![Column {
            name: String::from("answer"),
            data_type: DbDataType::Binary,
        }],
        rows: vec![vec![DbValue::Binary(bytes)]],
    }
}

fn shorten(value: &mut DbValue, longest: usize) {
    match value {
        DbValue::Str(text) => text.truncate(text.floor_char_boundary(longest)),
        DbValue::Binary(bytes) => bytes.truncate(longest),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_tls_parameter_out_of_an_address() {
        let plain = options("mysql://u:p@db:3307/mor?SSL-Mode=DISABLED&stmt_cache_size=7");
        let plain = plain.unwrap();
        assert_eq!(
            (plain.tcp_port(), plain.db_name(), plain.stmt_cache_size()),
            (3307, Some("mor"), 7)
        );
        assert!(options("mysql://u:p@db/mor?ssl-mode=required").is_err());
        assert!(options("postgres://u:p@db/mor").is_err());
        assert!(options("mysql://u:p@db/mor").is_ok());
    }

    #[test]
    fn nothing_of_an_address_is_in_an_error() {
        for address in [
            "mysql://u:ge?heim@db/mor",
            "geheim://u:p@db",
            "mysql://u:ge/heim@db/mor",
            "mysql://u:p@db/mor?heim=1",
            "mysql://u:p@db/mor?stmt_cache_size=heim",
        ] {
            let error = options(address).unwrap_err();
            assert!(!error.contains("heim"), "{error}");
        }
    }
}
