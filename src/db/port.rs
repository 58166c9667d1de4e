//! The database port: one synchronous question at a time, one value for an
//! answer. Synchronous, because a call then blocks only its own instance and
//! needs nothing to wake it.

use crate::db::schema::Schema;
use crate::db::statement::Statement;
use crate::error::Failure;

/// A connection as a question finds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Session {
    /// Which connection of this instance it is. Another one may lead to another database.
    pub number: u64,
    /// What was found on it.
    pub schema: Schema,
}

/// A question, worded for the session that carries it. It may decline to be asked there,
/// and is then not sent.
pub type Question<'a> = &'a mut dyn FnMut(&Session) -> Option<Statement>;

/// What a question brought.
#[derive(Debug, PartialEq, Eq)]
pub struct Reply {
    /// The one value of its one row: `None` for NULL, and for a question that declined.
    pub value: Option<Vec<u8>>,
    /// Where it was asked.
    pub session: Session,
}

/// A database of MOR's.
pub trait Database {
    /// Asks one question.
    ///
    /// No statement answers NULL when all is well, so the connection that brought
    /// one is not kept. MariaDB goes on to answer NULL to a prepared statement
    /// that once outgrew its packets.
    ///
    /// # Errors
    /// What it is, and in words for the operator's log. The connection is then discarded.
    fn ask(&mut self, question: Question<'_>) -> Result<Reply, Failure>;

    /// Gives up the connection that brought an unreadable value: what was cut once may
    /// be cut again for the same prepared statement.
    fn discard(&mut self) {}
}
