//! Numbers by any part of them, through the index that db/trigram.sql adds to an
//! SQLite copy. It gives candidates; the LIKE still decides, so answers are the
//! same with and without it.

use super::filter::Filter;
use super::statement::{Statement, Value};

/// A part of a number that is in so few of them that the index is quicker than a
/// walk through all in their order. Of a frequent one the walk has a page
/// together sooner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trigram(String);

impl Trigram {
    /// The most numbers that have a rare part.
    const RARE: i64 = 5000;

    /// The part that the filters ask for, if the index can find it.
    pub fn of(filters: &[Filter]) -> Option<Self> {
        let literal = filters.iter().find_map(|filter| match filter {
            Filter::Number(pattern) => pattern.literal(),
            _ => None,
        })?;
        // A phrase of FTS5, in which a quote is written twice.
        Some(Self(format!("\"{}\"", literal.replace('"', "\"\""))))
    }

    /// Asks whether it is rare: answered by 0 or 1.
    pub fn is_rare(&self) -> Statement {
        let mut sql = Statement::default();
        sql.push("SELECT CAST(count(*) < ")
            .bind(Value::Integer(Self::RARE))
            .push(" AS TEXT) AS v FROM (SELECT 1 FROM dids_trigram WHERE dids_trigram MATCH ")
            .bind(Value::Text(self.0.clone()))
            .push(" LIMIT ")
            .bind(Value::Integer(Self::RARE))
            .push(" + 0)");
        sql
    }

    /// Appends the condition that a DID is among the candidates.
    pub(super) fn condition(&self, sql: &mut Statement) {
        sql.push(" AND d.id IN (SELECT rowid FROM dids_trigram WHERE dids_trigram MATCH ")
            .bind(Value::Text(self.0.clone()))
            .push(")");
    }
}
