//! The database port: one synchronous question at a time, one value for an
//! answer. Synchronous, because a call then blocks only its own instance and
//! needs nothing to wake it.

use crate::db::schema::Schema;
use crate::db::statement::Statement;
use crate::error::Failure;

/// A question, worded for the schema of the connection that carries it. It may
/// decline to be asked of a schema, and is then not sent.
pub type Question<'a> = &'a dyn Fn(&Schema) -> Option<Statement>;

/// A database of MOR's.
pub trait Database {
    /// Asks one question and returns the one value of its one row: `None` for
    /// NULL, and for a question that declined.
    ///
    /// No statement answers NULL when all is well, so the connection that brought
    /// one is not kept. MariaDB goes on to answer NULL to a prepared statement
    /// that once outgrew its packets.
    ///
    /// # Errors
    /// In words for the operator's log. The connection is then discarded.
    fn ask(&mut self, question: Question<'_>) -> Result<Option<Vec<u8>>, Failure>;

    /// Gives up the connection that brought an unreadable value: what was cut once may
    /// be cut again for the same prepared statement.
    fn discard(&mut self) {}
}
