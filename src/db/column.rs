//! The columns that a DID's elements are made of, from their declaration
//! ([`crate::elements`]), and how a column is brought over the border, whatever type and
//! character set a server gave it: the same in a page and in a copy of whole tables.

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

/// A column of a list's rows.
#[derive(Debug)]
pub struct Column {
    /// What it is read as.
    pub kind: Kind,
    /// Where it is stored: `alias.column`, with the alias of [`super::page`].
    pub name: &'static str,
    /// What is asked for: the column itself, or an expression over it.
    pub sql: &'static str,
}

macro_rules! columns {
    ($($element:ident $shown:ident $about:literal {
        $($column:ident: $kind:ident $(($optional:ident))? $alias:ident.$name:ident $(as $sql:literal)?
          $(for $roles:ident)? $(, $copied:ident $($word:literal)?)?;)*
    } |$did:ident, $role:ident| $value:expr;)*) => {
        /// The columns of a row after id, number and the number's bytes.
        pub static COLUMNS: &[Column] = &[$($(Column {
            kind: Kind::$kind,
            name: concat!(stringify!($alias), ".", stringify!($name)),
            sql: columns!(@first $($sql)? (concat!(stringify!($alias), ".", stringify!($name)))),
        },)*)*];

        /// What stands in a text's place where a copy is anonymised: the word, and the
        /// row's id. `None` of what tells nothing of anybody. In the order of [`COLUMNS`].
        pub static ANONYMISED: &[Option<&str>] =
            &[$($(columns!(@copied $kind $($copied $($word)?)?),)*)*];
    };
    (@first $first:tt $($rest:tt)?) => { $first };
    (@copied Text plain) => { None };
    (@copied Text becomes $word:literal) => { Some($word) };
    (@copied Integer) => { None };
    (@copied Time) => { None };
}

crate::elements::elements!(columns);

/// Some of [`COLUMNS`], by their places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Columns(u64);

impl Columns {
    /// Every column.
    pub const ALL: Self = Self(u64::MAX);
    /// No column.
    pub const NONE: Self = Self(0);

    /// Those of a list for which the condition holds.
    pub fn which<T>(columns: &[T], mut holds: impl FnMut(usize, &T) -> bool) -> Self {
        let bit = |(at, column)| if holds(at, column) { 1 << at } else { 0 };
        let bits = columns.iter().enumerate().map(bit);
        Self(bits.fold(0, |all, bit: u64| all | bit))
    }

    /// Whether the column at this place is one of them.
    #[inline]
    pub fn has(self, at: usize) -> bool {
        self.0 >> at & 1 == 1
    }

    /// Whether the column of this name is one of them.
    pub fn has_named(self, name: &str) -> bool {
        let at = COLUMNS.iter().position(|column| column.name == name);
        at.is_some_and(|at| self.has(at))
    }

    /// Those of them that a server has.
    pub fn on(self, schema: &Schema) -> Self {
        Self::which(COLUMNS, |at, column| {
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
