//! One connection, kept from question to question with the schema that was found
//! on it.
//!
//! A kept connection is the largest lever there is, and it can be closed under us
//! at any time. What is remembered with it can become wrong: a column, a right or
//! an index may be added later. So the schema has an age, and a question is put
//! again, once, where its failure proves that it was not answered for one of
//! these two reasons. Any other question is not put again: a statement that is
//! slow must not be run twice on a server that is slow already.
//!
//! How long a question can take, if the host gives up a connection after C and a
//! statement after S:
//!
//! - over the kept connection S, and once in [`SCHEMA_AGE`] another S for the schema;
//! - over a new one C + 3 S: the session's settings, the schema, the question;
//! - over a lost one [`AT_ONCE`] more, since what is lost later is not put again. What
//!   the server refuses as outdated it has not run, and answers without delay.
//!
//! A request puts one question for its caller, one for each page, and at most two
//! between: what plan is best, and how long the list is. So its first byte comes, or
//! its refusal, within C + 6 S and a second, and each later page within S or 2 S.

use super::port::{Database, Question};
use super::schema::{Dialect, Schema};
use super::statement::Statement;
use crate::error::Failure;
use std::time::Duration;

/// How long a schema is believed.
const SCHEMA_AGE: Duration = Duration::from_secs(30);
/// A connection that was closed while nobody used it fails at once. What fails
/// later may have been under way, and is not put again.
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
    /// Why there is none, and whether another connection may have it.
    fn value(
        &mut self,
        connection: &Self::Connection,
        statement: &Statement,
    ) -> Result<Option<Vec<u8>>, Fault>;

    /// The time since some moment.
    fn now(&self) -> Duration;

    /// Tells the operator what belongs to no answer.
    fn note(&self, text: &str);
}

/// Why a statement has no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// In words for the operator's log.
    pub failure: Failure,
    /// What it proves.
    pub proof: Proof,
}

/// What a failure proves of the connection that it came over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// The connection is gone.
    Lost,
    /// The database is not as its schema was: a column, a table or an index of
    /// the statement is missing, so that it was not run.
    Outdated,
    /// Neither.
    Nothing,
}

/// A database behind one kept connection.
#[derive(Debug)]
pub struct Kept<H: Host> {
    host: H,
    open: Option<Open<H::Connection>>,
}

#[derive(Debug)]
struct Open<C> {
    connection: C,
    schema: Schema,
    read_at: Duration,
}

impl<H: Host> Kept<H> {
    /// A database that is not opened yet.
    pub const fn of(host: H) -> Self {
        Self { host, open: None }
    }

    fn open(&mut self) -> Result<Open<H::Connection>, Failure> {
        let (connection, dialect) = self.host.open()?;
        let answer = self.host.value(&connection, &Schema::question(dialect));
        let answer = answer.map_err(|fault| fault.failure)?;
        Ok(Open {
            connection,
            schema: Schema::read(dialect, answer.as_deref())?,
            read_at: self.host.now(),
        })
    }

    /// Looks at the schema again once it is old.
    fn refresh(&mut self, open: &mut Open<H::Connection>) -> Result<(), Fault> {
        let now = self.host.now();
        if now.saturating_sub(open.read_at) < SCHEMA_AGE {
            return Ok(());
        }
        let question = Schema::question(open.schema.dialect);
        let answer = self.host.value(&open.connection, &question)?;
        open.schema = Schema::read(open.schema.dialect, answer.as_deref())?;
        open.read_at = now;
        Ok(())
    }

    fn answer(
        &mut self,
        mut open: Open<H::Connection>,
        question: Question<'_>,
    ) -> Result<Option<Vec<u8>>, Fault> {
        self.refresh(&mut open)?;
        let Some(statement) = question(&open.schema) else {
            self.open = Some(open);
            return Ok(None);
        };
        let value = self.host.value(&open.connection, &statement)?;
        if value.is_some() {
            self.open = Some(open);
        }
        Ok(value)
    }
}

impl<H: Host> Database for Kept<H> {
    fn ask(&mut self, question: Question<'_>) -> Result<Option<Vec<u8>>, Failure> {
        if let Some(open) = self.open.take() {
            let asked_at = self.host.now();
            let fault = match self.answer(open, question) {
                Ok(value) => return Ok(value),
                Err(fault) => fault,
            };
            let after = self.host.now().saturating_sub(asked_at);
            match fault.proof {
                Proof::Lost if after < AT_ONCE => {}
                Proof::Outdated => {}
                Proof::Lost | Proof::Nothing => return Err(fault.failure),
            }
            self.host
                .note(&format!("connection dropped: {}", fault.failure));
        }
        let open = self.open()?;
        self.answer(open, question).map_err(|fault| fault.failure)
    }

    fn discard(&mut self) {
        self.open = None;
    }
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        let proof = Proof::Nothing;
        Self { failure, proof }
    }
}

#[cfg(test)]
#[path = "kept_tests.rs"]
mod tests;
