//! Two questions in one: what is asked first, and with it what will be asked next, if
//! the guess at that is right.
//!
//! A question is dear by its way to the database and back. So the value of the second
//! one is kept until it is put, and given to the very same statement, text and values,
//! and to no other: a wrong guess costs time and decides nothing.

use super::dialect::DialectSql;
use super::port::{Database, Question, Reply};
use super::schema::Dialect;
use super::statement::Statement;
use crate::error::{Failure, Kind};

/// Stands between two values: JSON has none.
const BETWEEN: u8 = b'\n';

/// A database that may have been asked already.
pub struct Ahead<'d> {
    database: &'d mut dyn Database,
    next: Option<(Statement, Vec<u8>)>,
}

impl<'d> Ahead<'d> {
    /// A database of which nothing was asked.
    pub fn of(database: &'d mut dyn Database) -> Self {
        let next = None;
        Self { database, next }
    }

    /// Asks the first question and, unless it declines, the next one with it.
    ///
    /// # Errors
    /// As [`Database::ask`], of both.
    pub fn ask_with(&mut self, first: Question<'_>, next: Question<'_>) -> Result<Reply, Failure> {
        let mut asked = None;
        let both = self.database.ask(&mut |session| {
            let first = first(session)?;
            asked = next(session);
            Some(match &asked {
                Some(next) => together(&first, next, session.schema.dialect),
                None => first,
            })
        });
        let mut reply = match both {
            // Two that are too long together may be answered one by one.
            Err(failure) if failure.kind == Kind::TooLong && asked.is_some() => {
                return self.database.ask(first);
            }
            both => both?,
        };
        let Some(next) = asked else {
            return Ok(reply);
        };
        let mut both = reply.value.unwrap_or_default();
        let Some(at) = both.iter().rposition(|byte| *byte == BETWEEN) else {
            return self.database.ask(first);
        };
        reply.value = Some(both.split_off(at + 1));
        both.pop();
        self.next = Some((next, both));
        Ok(reply)
    }
}

impl Database for Ahead<'_> {
    fn ask(&mut self, question: Question<'_>) -> Result<Reply, Failure> {
        let Some((asked, value)) = self.next.take() else {
            return self.database.ask(question);
        };
        let mut is_asked = false;
        let mut reply = self.database.ask(&mut |session| {
            let statement = question(session)?;
            is_asked = statement == asked;
            (!is_asked).then_some(statement)
        })?;
        if is_asked {
            reply.value = Some(value);
        } else {
            // Another question came between.
            self.next = Some((asked, value));
        }
        Ok(reply)
    }

    fn discard(&mut self) {
        self.database.discard();
    }
}

/// Both statements in one. The value of the first, which is short, is the last, behind a
/// line feed.
pub fn together(first: &Statement, next: &Statement, dialect: Dialect) -> Statement {
    let dialect = DialectSql::of(dialect);
    let (before, between, after) = dialect.concat;
    let mut sql = Statement::default();
    sql.push(dialect.answer.0)
        .push(before)
        .push("(")
        .append(next);
    sql.push(")").push(between).push("'\n'").push(between);
    sql.push("(").append(first).push(")").push(after);
    sql.push(dialect.answer.1).push(dialect.end);
    sql
}

#[cfg(test)]
#[path = "ahead_tests.rs"]
mod tests;
