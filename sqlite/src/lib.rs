//! How a statement is asked of SQLite and its rows are read, for two programs that each
//! have their own generated form of a value: the local host and the provider.

use std::fmt;

use rusqlite::{Connection, params_from_iter};

pub use rusqlite::types::Value;

/// Why a statement brought no rows.
#[derive(Debug)]
pub enum Failure {
    /// SQLite says so.
    Sql(rusqlite::Error),
    /// A TEXT value is not UTF-8.
    NotText,
    /// The result takes more than this many bytes.
    TooLarge(usize),
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sql(error) => fmt::Display::fmt(error, f),
            Self::NotText => f.write_str("a TEXT value is not UTF-8"),
            Self::TooLarge(limit) => write!(f, "query result exceeds limit of {limit} bytes"),
        }
    }
}

/// The names of the columns, and the rows.
pub type Rows<V> = (Vec<String>, Vec<Vec<V>>);

/// Runs a statement, whose result is one list in memory of at most `largest` bytes.
///
/// # Errors
/// See [`Failure`].
pub fn query<V: From<Value>>(
    connection: &Connection,
    statement: &str,
    parameters: &[Value],
    largest: usize,
) -> Result<Rows<V>, Failure> {
    let mut statement = connection.prepare_cached(statement)?;
    let columns: Vec<_> = statement.column_names().map(str::to_owned).collect();
    let mut size = 0;
    let mut found = Vec::new();
    let mut rows = statement.query(params_from_iter(parameters))?;
    while let Some(row) = rows.next()? {
        let mut values = Vec::with_capacity(columns.len());
        for column in 0..columns.len() {
            let value = row.get_ref(column)?;
            size += size_of::<V>() + value.as_bytes().map_or(0, <[u8]>::len);
            if size > largest {
                return Err(Failure::TooLarge(largest));
            }
            let value = Value::try_from(value).map_err(|_| Failure::NotText)?;
            values.push(value.into());
        }
        found.push(values);
    }
    Ok((columns, found))
}

/// A generated `value` of `spin:sqlite/sqlite` from SQLite's, and the other way.
#[macro_export]
macro_rules! spin_values {
    ($spin:ident) => {
        impl From<$crate::Value> for $spin {
            fn from(value: $crate::Value) -> Self {
                match value {
                    $crate::Value::Null => Self::Null,
                    $crate::Value::Integer(value) => Self::Integer(value),
                    $crate::Value::Real(value) => Self::Real(value),
                    $crate::Value::Text(value) => Self::Text(value),
                    $crate::Value::Blob(value) => Self::Blob(value),
                }
            }
        }

        impl From<$spin> for $crate::Value {
            fn from(value: $spin) -> Self {
                match value {
                    $spin::Null => Self::Null,
                    $spin::Integer(value) => Self::Integer(value),
                    $spin::Real(value) => Self::Real(value),
                    $spin::Text(value) => Self::Text(value),
                    $spin::Blob(value) => Self::Blob(value),
                }
            }
        }
    };
}
