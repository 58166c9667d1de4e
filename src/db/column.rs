//! How a column is brought over the border, whatever type and character set a
//! server gave it: the same in a page and in a copy of whole tables.

use super::dialect::Words;
use super::statement::Statement;
use crate::db::schema::Dialect;

/// What a column is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// UTF-8.
    Text,
    /// A whole number.
    Integer,
    /// A moment as UTC text (D15).
    Time,
}

impl Kind {
    pub(super) fn bring(self, sql: &mut Statement, words: &Words, column: &'static str) {
        let (before, after) = match self {
            Self::Text => words.text,
            Self::Integer => words.integer,
            Self::Time => {
                let [open, then, last, close] = words.time;
                sql.push(open).push(column).push(then);
                if !last.is_empty() {
                    sql.push(column).push(last).push(column).push(close);
                }
                return;
            }
        };
        sql.push(before).push(column).push(after);
    }

    /// The expression that reads a column so. NULL stays NULL.
    pub fn of(self, dialect: Dialect, column: &'static str) -> String {
        let mut sql = Statement::default();
        self.bring(&mut sql, Words::of(dialect), column);
        sql.text
    }
}
