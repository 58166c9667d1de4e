//! The database port: one synchronous question at a time, one value for an
//! answer. Synchronous, because a call then blocks only its own instance and
//! needs nothing to wake it.

use crate::db::schema::Schema;
use crate::db::statement::Statement;
use crate::error::Failure;

/// A database of MOR's.
pub trait Database {
    /// Asks one question, worded for the schema of the connection that carries
    /// it, and returns the one value of its one row; `None` for NULL.
    ///
    /// # Errors
    /// In words for the operator's log. The connection is then discarded.
    fn ask(&mut self, question: &dyn Fn(&Schema) -> Statement) -> Result<Option<Vec<u8>>, Failure>;

    /// Whether the connection, if one is open, has the index of db/trigram.sql.
    fn has_trigram(&self) -> bool {
        false
    }

    /// Gives up the connection that brought an unreadable value. MariaDB, for
    /// one, goes on to answer NULL to a prepared statement that once outgrew
    /// its packets.
    fn discard(&mut self) {}
}
