//! One connection, kept from question to question with the schema that was found
//! on it, for half a minute.
//!
//! A kept connection is the largest lever there is. But what it leads to can change: an
//! SQLite file is replaced, a host's name moves, a column, a right or an index is added,
//! a zone changed. So it has an age (D37). It can also be closed under us at any time. A
//! question is sent again, once, where its failure proves that it was not answered for
//! one of these two reasons. Any other question is not: a statement that is slow must
//! not run twice on a server that is slow already.
//!
//! How long a question can take, if the host gives up a connection after C and a
//! statement after S:
//!
//! - over the kept connection S;
//! - over a new one C + 5 S: the session's settings, the schema, optional columns and the
//!   table of API permissions where they are not seen, the question;
//! - over a lost one [`AT_ONCE`] more, since a question that is lost later is not sent
//!   again. What the server refuses as outdated it has not run, and it answers without
//!   delay.

use super::port::{Database, Question, Reply, Session};
use super::schema::{Dialect, Schema};
use super::statement::Statement;
use crate::error::{Failure, Kind};
use std::time::Duration;

/// How old a connection becomes, and with it everything that was found on it (D37).
const MAX_AGE: Duration = Duration::from_secs(30);
/// A connection that was closed while nobody used it fails at once. What fails
/// later may have been under way, and is not sent again.
const AT_ONCE: Duration = Duration::from_secs(1);

/// Where connections come from, and what time it is.
pub trait Host {
    /// An open connection.
    type Connection;

    /// Opens a connection.
    ///
    /// # Errors
    /// In words for the operator's log.
    fn open(&mut self) -> Result<(Self::Connection, Dialect), Failure>;

    /// The one value of a statement's one row.
    ///
    /// # Errors
    /// Why there is none.
    fn value(
        &mut self,
        connection: &Self::Connection,
        statement: &Statement,
    ) -> Result<Option<Vec<u8>>, Failure>;

    /// The time since some moment.
    fn now(&self) -> Duration;

    /// Tells the operator what belongs to no answer.
    fn note(&self, text: &str);
}

/// A database behind one kept connection.
#[derive(Debug)]
pub struct Kept<H: Host> {
    host: H,
    open: Option<Open<H::Connection>>,
    /// Connections opened so far.
    opened: u64,
}

#[derive(Debug)]
struct Open<C> {
    connection: C,
    session: Session,
    since: Duration,
}

impl<H: Host> Kept<H> {
    /// A database that is not opened yet.
    pub const fn of(host: H) -> Self {
        let (open, opened) = (None, 0);
        Self { host, open, opened }
    }

    fn open(&mut self) -> Result<Open<H::Connection>, Failure> {
        let since = self.host.now();
        let (connection, dialect) = self.host.open()?;
        let answer = self.host.value(&connection, &Schema::question(dialect))?;
        let schema = Schema::read(dialect, answer.as_deref())?;
        for look in schema.looks() {
            let look = Statement::constant(look);
            match self.host.value(&connection, &look) {
                Err(failure) if failure.kind != Kind::Absent => return Err(failure),
                _ => {}
            }
        }
        self.opened += 1;
        let number = self.opened;
        Ok(Open {
            connection,
            session: Session { number, schema },
            since,
        })
    }

    fn answer(
        &mut self,
        open: Open<H::Connection>,
        question: Question<'_>,
    ) -> Result<Reply, Failure> {
        let session = open.session;
        let Some(statement) = question(&session) else {
            self.open = Some(open);
            let value = None;
            return Ok(Reply { value, session });
        };
        let value = self.host.value(&open.connection, &statement)?;
        if value.is_some() {
            self.open = Some(open);
        }
        Ok(Reply { value, session })
    }
}

impl<H: Host> Database for Kept<H> {
    fn ask(&mut self, question: Question<'_>) -> Result<Reply, Failure> {
        let asked_at = self.host.now();
        let age = |open: &Open<_>| asked_at.saturating_sub(open.since);
        if let Some(open) = self.open.take().filter(|open| age(open) < MAX_AGE) {
            let failure = match self.answer(open, question) {
                Ok(reply) => return Ok(reply),
                Err(failure) => failure,
            };
            let after = self.host.now().saturating_sub(asked_at);
            match failure.kind {
                Kind::Lost if after < AT_ONCE => {}
                // The database is not as its schema was.
                Kind::Absent => {}
                _ => return Err(failure),
            }
            self.host.note(&format!("connection dropped: {failure}"));
        }
        let open = self.open()?;
        self.answer(open, question)
    }

    fn discard(&mut self) {
        self.open = None;
    }
}

#[cfg(test)]
#[path = "kept_tests.rs"]
mod tests;
