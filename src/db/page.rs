//! The list's question: one page of DIDs, chosen, put in order, completed with
//! the names of what they refer to, and handed over as one value.
//!
//! The rows are chosen first, by id alone, so that skipping to `from` walks an
//! index and joins nothing; then only the chosen ones are completed. Pages
//! inside one answer continue after the last place: a cursor would be held while
//! a slow caller reads, and an offset would grow.

use super::access::Access;
use super::column::{COLUMNS, Columns};
use super::dialect::DialectSql;
use super::filter::{Filter, Scope};
use super::plan::{LookUp, Plan};
use super::statement::{Statement, Value};
use crate::db::schema::Schema;

/// The place of a row in the order of the list (D20).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The number's bytes; NULL sorts before all others.
    pub number: Option<Vec<u8>>,
    /// The number is stored as bytes, not as text.
    pub is_bytes: bool,
    /// The id, among equal numbers.
    pub id: i64,
}

/// Which rows a page holds.
#[derive(Debug, Clone, Copy)]
pub struct PageQuery<'a> {
    /// Whose rows.
    pub scope: Scope,
    /// The columns that are wanted; what nobody is shown is not asked for.
    pub wanted: Columns,
    /// The caller's filters.
    pub filters: &'a [Filter],
    /// How they are looked for.
    pub plan: &'a Plan,
    /// The row before the first one, if any.
    pub after: Option<&'a Place>,
    /// Rows to skip before the first one.
    pub offset: u64,
    /// The most rows to take.
    pub limit: u64,
    /// Whether the rows must be put in order again when they are put together.
    pub sorted: bool,
}

/// The owner: user 0 is the admin, who holds what nobody has (D13, D14).
const OWNER: &str = " LEFT JOIN users o ON o.id = COALESCE(d.user_id, 0)";

/// What a row refers to, by the alias of its columns. A missing row gives NULLs
/// and never loses the DID.
const JOINS: [(&str, &str); 5] = [
    ("o.", OWNER),
    (
        "v.",
        " LEFT JOIN devices v ON v.id = d.device_id AND d.device_id > 0",
    ),
    (
        "l.",
        " LEFT JOIN dialplans l ON l.id = COALESCE(d.dialplan_id, 0)",
    ),
    (
        "p.",
        " LEFT JOIN providers p ON p.id = COALESCE(d.provider_id, 0)",
    ),
    (
        "r.",
        " LEFT JOIN users r ON r.id = d.reseller_id AND d.reseller_id > 0",
    ),
];

impl<'a> PageQuery<'a> {
    /// Every row that the filters leave, without columns.
    pub fn every(scope: Scope, filters: &'a [Filter]) -> Self {
        Self {
            scope,
            wanted: Columns::NONE,
            filters,
            plan: &Plan::NONE,
            after: None,
            offset: 0,
            limit: u64::MAX,
            sorted: false,
        }
    }
}

impl PageQuery<'_> {
    /// The statement for one database.
    pub fn statement(&self, schema: &Schema) -> Statement {
        let dialect = DialectSql::of(schema.dialect);
        let [before, between, after] = dialect.rows;
        let mut sql = Statement::default();
        sql.push(before)
            .push("d.id, ")
            .push(dialect.text.0)
            .push("d.did")
            .push(dialect.text.1)
            .push(", ")
            .push(dialect.number_bytes(schema));
        let present = self.present(schema);
        for (at, column) in COLUMNS.iter().enumerate() {
            if present.has(at) {
                sql.push(", ");
                column.kind.select_expr(&mut sql, dialect, column.sql);
            }
        }
        sql.push(between);
        if self.is_sorted(schema) {
            sql.push(dialect.sorted);
        }
        sql.push(after);
        self.chosen(&mut sql, dialect, schema);
        sql.push(dialect.then_join).push("dids d ON d.id = k.id");
        for (alias, join) in JOINS {
            let mut columns = COLUMNS.iter().enumerate();
            if columns.any(|(at, column)| present.has(at) && column.name.starts_with(alias)) {
                sql.push(join);
            }
        }
        sql.push(dialect.end);
        sql
    }

    /// The columns that a row then holds.
    pub fn present(&self, schema: &Schema) -> Columns {
        self.wanted.on(schema)
    }

    /// Whether the database puts the rows in order: if not, they are in order
    /// only as a rule.
    pub fn is_sorted(&self, schema: &Schema) -> bool {
        self.sorted || DialectSql::of(schema.dialect).always_sorted
    }

    /// The ids of the page's rows, as the derived table `k`.
    fn chosen(&self, sql: &mut Statement, dialect: &DialectSql, schema: &Schema) {
        let few = self.has_few(schema);
        let access = Access::of(self.scope, self.filters, schema, few);
        let limits = [self.limit, self.offset].map(count);
        let [limit, offset] = limits;
        sql.push("(");
        if access.arms() == 1 {
            sql.push("SELECT ");
            self.arm(sql, dialect, schema, &access, 0, few);
            sql.push(dialect.order(few));
        } else {
            let [open, close] = dialect.arm;
            for arm in 0..access.arms() {
                let between = if access.overlaps() {
                    " UNION "
                } else {
                    " UNION ALL "
                };
                sql.push(if arm == 0 { "" } else { between });
                sql.push(open).push("SELECT ");
                self.arm(sql, dialect, schema, &access, arm, few);
                // Each in order and no longer than the page; SQLite merges them
                // row by row.
                if !close.is_empty() {
                    let most = self.limit.saturating_add(self.offset);
                    sql.push(dialect.order(false))
                        .push(" LIMIT ")
                        .bind(count(most));
                    sql.push(close);
                }
            }
            sql.push(" ORDER BY did, id");
        }
        sql.push(" LIMIT ")
            .wrap(dialect.rows_of, limit)
            .push(" OFFSET ")
            .wrap(dialect.rows_of, offset)
            .push(") k");
    }

    /// Numbers and ids of rows after the place, by one arm of the way to them.
    fn arm(
        &self,
        sql: &mut Statement,
        dialect: &DialectSql,
        schema: &Schema,
        access: &Access<'_>,
        arm: usize,
        few: bool,
    ) {
        if !few {
            access.hint(sql, schema, arm);
        }
        sql.push(if access.arms() == 1 {
            "d.id"
        } else {
            "d.did AS did, d.id AS id"
        });
        self.from(sql);
        access.write(sql, dialect, schema, arm);
        self.look_up(sql, dialect, schema);
        if let Some(place) = self.after {
            place.beyond(sql, dialect);
        }
    }

    /// Whether an index finds the few rows there are, so that all else is hidden from
    /// the planner.
    fn has_few(&self, schema: &Schema) -> bool {
        self.plan.look_up(schema).is_some() || self.filters.iter().any(Filter::is_narrow)
    }

    /// The condition by which an index finds the few rows there are. Another
    /// one, of the filters, decides.
    fn look_up(&self, sql: &mut Statement, dialect: &DialectSql, schema: &Schema) {
        match self.plan.look_up(schema) {
            Some(LookUp::Trigram(trigram)) => trigram.condition(sql),
            Some(LookUp::Recent(recent)) => recent.condition(sql, dialect),
            None => {}
        }
    }

    fn from(&self, sql: &mut Statement) {
        sql.push(" FROM dids d");
        let mut filters = self.filters.iter();
        if filters.any(|filter| matches!(filter, Filter::Owner(_))) {
            sql.push(OWNER);
        }
        sql.push(" WHERE 1 = 1");
    }

    /// Asks how many rows the list has (D33). They need no order, so that the database
    /// chooses how to find them, where the plan does not.
    pub fn total(&self, schema: &Schema) -> Statement {
        let dialect = DialectSql::of(schema.dialect);
        let mut sql = dialect.number("COUNT(*)");
        self.from(&mut sql);
        let access = Access::of(self.scope, self.filters, schema, true);
        if self.has_few(schema) {
            access.write(&mut sql, dialect, schema, 0);
        } else {
            access.write_open(&mut sql, dialect, schema);
        }
        self.look_up(&mut sql, dialect, schema);
        sql.push(dialect.end);
        sql
    }
}

/// A number of rows, as it is bound.
fn count(rows: u64) -> Value {
    Value::Integer(i64::try_from(rows).unwrap_or(i64::MAX))
}

impl Place {
    /// The rows after this one. The first comparison is what an index is for.
    fn beyond(&self, sql: &mut Statement, dialect: &DialectSql) {
        let Some(number) = &self.number else {
            sql.push(" AND (d.did IS NOT NULL OR d.id > ")
                .bind(Value::Integer(self.id))
                .push(")");
            return;
        };
        let (wrap, value): (_, fn(&[u8]) -> Value) = if self.is_bytes {
            (("", ""), |bytes| Value::Bytes(bytes.to_vec()))
        } else {
            (dialect.number_text, dialect.number_value)
        };
        sql.push(" AND d.did >= ")
            .wrap(wrap, value(number))
            .push(" AND (d.did > ")
            .wrap(wrap, value(number))
            .push(" OR d.id > ")
            .bind(Value::Integer(self.id))
            .push(")");
    }
}
