//! What changed since a moment (D34), through an index on `updated_at`: where few
//! rows changed it is quicker than a walk through all in their order.

use super::dialect::DialectSql;
use super::filter::Filter;
use super::schema::Schema;
use super::statement::{Statement, Value};

/// A moment since which few rows changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recent(String);

impl Recent {
    /// The moment that the filters ask for, unless others of them leave fewer rows.
    pub(super) fn of(filters: &[Filter]) -> Option<Self> {
        if filters.iter().any(Filter::is_narrow) {
            return None;
        }
        filters.iter().find_map(|filter| match filter {
            Filter::UpdatedSince(moment) => Some(Self(moment.clone())),
            _ => None,
        })
    }

    /// Asks whether fewer than 5,000 rows changed: answered by 0 or 1.
    pub(super) fn is_rare(&self, schema: &Schema) -> Statement {
        let dialect = DialectSql::of(schema.dialect);
        let mut sql = dialect.number("(COUNT(*) < 5000)");
        sql.push(" FROM (SELECT 1 AS one FROM dids d WHERE 1 = 1");
        self.condition(&mut sql, dialect);
        sql.push(" LIMIT 5000) r").push(dialect.end);
        sql
    }

    /// Appends the condition that a DID is among the candidates.
    pub(super) fn condition(&self, sql: &mut Statement, dialect: &DialectSql) {
        sql.push(" AND d.updated_at >= ")
            .wrap(dialect.day_before, Value::Text(self.0.clone()));
    }
}
