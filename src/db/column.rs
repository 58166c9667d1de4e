//! How a column is brought over the border, whatever type and character set a
//! server gave it: the same in a page and in a copy of whole tables.

use super::columns::Columns;
use super::dialect::DialectSql;
use super::schema::{Dialect, Schema};
use super::statement::Statement;

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

/// A column of a list's rows. A method declares its own; the statement, the reader
/// of rows and the copy of whole tables follow from that.
#[derive(Debug)]
pub struct Column {
    /// What it is read as.
    pub kind: Kind,
    /// Where it is stored: `alias.column`, with the alias of [`super::page`].
    pub name: &'static str,
    /// What is asked for: the column itself, or an expression over it.
    pub sql: &'static str,
}

impl Columns {
    /// Those of them that a server has.
    pub fn on(self, columns: &[Column], schema: &Schema) -> Self {
        Self::which(columns, |at, column| {
            self.has(at) && schema.has(column.name)
        })
    }
}

impl Kind {
    pub(super) fn select_expr(
        self,
        sql: &mut Statement,
        dialect: &DialectSql,
        column: &'static str,
    ) {
        let (before, after) = match self {
            Self::Text => dialect.text,
            Self::Integer => dialect.integer,
            Self::Time => {
                let [open, then, last, close] = dialect.time;
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
        self.select_expr(&mut sql, DialectSql::of(dialect), column);
        sql.text
    }
}
