//! The list's question: one page of DIDs, chosen, put in order, completed with
//! the names of what they refer to, and handed over as one value.
//!
//! The rows are chosen first, by id alone, so that skipping to `from` walks an
//! index and joins nothing; then only the chosen ones are completed. Pages
//! inside one answer continue after the last key: a cursor would be held while
//! a slow caller reads, and an offset would grow.

use super::column::{Column, Columns};
use super::dialect::Words;
use super::filter::{Filter, Pattern, Scope};
use super::plan::Plan;
use super::statement::{Statement, Value};
use crate::db::schema::Schema;

/// The place of a row in the order of the list (D20).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// The number's bytes; NULL sorts before all others.
    pub number: Option<Vec<u8>>,
    /// The number is stored as bytes, not as text.
    pub is_bytes: bool,
    /// The id, among equal numbers.
    pub id: i64,
}

/// Which rows a page holds.
#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    /// Whose rows.
    pub scope: Scope,
    /// The columns of a row after id, number and the number's bytes.
    pub columns: &'static [Column],
    /// Those that are wanted; what nobody is shown is not asked for.
    pub wanted: Columns,
    /// The caller's filters.
    pub filters: &'a [Filter],
    /// How they are looked for.
    pub plan: &'a Plan,
    /// The row before the first one, if any.
    pub after: Option<&'a Key>,
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

impl<'a> Page<'a> {
    /// Every row that the filters leave, without columns.
    pub fn every(scope: Scope, filters: &'a [Filter]) -> Self {
        Self {
            scope,
            columns: &[],
            wanted: Columns::ALL,
            filters,
            plan: &Plan::NONE,
            after: None,
            offset: 0,
            limit: u64::MAX,
            sorted: false,
        }
    }
}

impl Page<'_> {
    /// The statement for one database.
    pub fn statement(&self, schema: &Schema) -> Statement {
        let words = Words::of(schema.dialect);
        let [before, between, after] = words.rows;
        let mut sql = Statement::default();
        sql.push(before)
            .push("d.id, ")
            .push(words.text.0)
            .push("d.did")
            .push(words.text.1)
            .push(", ")
            .push(words.number_bytes(schema));
        let present = self.present(schema);
        for (at, column) in self.columns.iter().enumerate() {
            if present.has(at) {
                sql.push(", ");
                column.kind.bring(&mut sql, words, column.sql);
            }
        }
        sql.push(between);
        if self.is_sorted(schema) {
            sql.push(words.sorted);
        }
        sql.push(after);
        self.chosen(&mut sql, words, schema);
        sql.push(words.then_join).push("dids d ON d.id = k.id");
        for (alias, join) in JOINS {
            let mut columns = self.columns.iter().enumerate();
            if columns.any(|(at, column)| present.has(at) && column.name.starts_with(alias)) {
                sql.push(join);
            }
        }
        sql.push(words.end);
        sql
    }

    /// The columns that a row then holds.
    pub fn present(&self, schema: &Schema) -> Columns {
        self.wanted.on(self.columns, schema)
    }

    /// Whether the database puts the rows in order: if not, they are in order
    /// only as a rule.
    pub fn is_sorted(&self, schema: &Schema) -> bool {
        self.sorted || Words::of(schema.dialect).always_sorted
    }

    /// The ids of the page's rows, as the derived table `k`.
    fn chosen(&self, sql: &mut Statement, words: &Words, schema: &Schema) {
        sql.push("(SELECT d.id FROM dids d");
        self.matching(sql, words, schema);
        let trigram = self.plan.trigram.as_ref().filter(|_| schema.trigram);
        if let Some(trigram) = trigram {
            trigram.condition(sql);
        }
        if let Some(key) = self.after {
            key.beyond(sql, words);
        }
        let count = |rows| Value::Integer(i64::try_from(rows).unwrap_or(i64::MAX));
        let few = trigram.is_some() || self.filters.iter().any(Filter::is_narrow);
        sql.push(words.order(few))
            .push(" LIMIT ")
            .wrap(words.rows_of, count(self.limit))
            .push(" OFFSET ")
            .wrap(words.rows_of, count(self.offset))
            .push(") k");
    }

    /// What holds for every row of the list, whatever its page.
    fn matching(&self, sql: &mut Statement, words: &Words, schema: &Schema) {
        if self
            .filters
            .iter()
            .any(|filter| matches!(filter, Filter::Owner(_)))
        {
            sql.push(OWNER);
        }
        sql.push(" WHERE 1 = 1");
        match self.scope {
            Scope::All => {}
            Scope::Reseller(id) => equals(sql, " AND d.reseller_id", id),
            Scope::User(id) => equals(sql, " AND d.user_id", id),
        }
        for filter in self.filters {
            condition(sql, words, schema, filter);
        }
    }

    /// Asks how many rows the list has (D33).
    pub fn total(&self, schema: &Schema) -> Statement {
        let words = Words::of(schema.dialect);
        let (before, between, after) = words.concat;
        let mut sql = Statement::default();
        sql.push(words.answer.0)
            .push(before)
            .push("''")
            .push(between)
            .push("COUNT(*)")
            .push(after)
            .push(words.answer.1)
            .push(" FROM dids d");
        self.matching(&mut sql, words, schema);
        sql.push(words.end);
        sql
    }
}

impl Key {
    /// The rows after this one. The first comparison is what an index is for.
    fn beyond(&self, sql: &mut Statement, words: &Words) {
        let Some(number) = &self.number else {
            sql.push(" AND (d.did IS NOT NULL OR d.id > ")
                .bind(Value::Integer(self.id))
                .push(")");
            return;
        };
        let (wrap, value): (_, fn(&[u8]) -> Value) = if self.is_bytes {
            (("", ""), |bytes| Value::Bytes(bytes.to_vec()))
        } else {
            (words.key, words.key_value)
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

fn condition(sql: &mut Statement, words: &Words, schema: &Schema, filter: &Filter) {
    match filter {
        Filter::Nothing => {
            sql.push(" AND 1 = 0");
        }
        Filter::Number(pattern) => {
            let (before, after) = words.compared(schema, pattern.as_str());
            sql.push(" AND ").push(before).push("d.did").push(after);
            like(sql, pattern);
        }
        Filter::Owner(pattern) => {
            sql.push(" AND ").push(words.owner);
            like(sql, pattern);
        }
        Filter::Status(status) => {
            sql.push(" AND ");
            words.equals(sql, schema, "d.status", status);
        }
        Filter::Language(language) => {
            sql.push(" AND ");
            words.equals(sql, schema, "d.language", language);
        }
        Filter::NoLanguage => {
            sql.push(" AND ").push(words.language).push(" = ''");
        }
        Filter::DialPlan(id) => equals(sql, " AND d.dialplan_id", *id),
        Filter::Device(id) => equals(sql, " AND d.device_id", *id),
        Filter::Provider(id) => equals(sql, " AND d.provider_id", *id),
        Filter::Holder(id) if *id > 0 => {
            sql.push(" AND (d.user_id = ")
                .bind(Value::Integer(*id))
                .push(" OR d.reseller_id = ")
                .bind(Value::Integer(*id))
                .push(")");
        }
        Filter::Holder(id) => equals(sql, " AND d.user_id", *id),
        Filter::UpdatedSince(moment) => {
            sql.push(" AND d.updated_at >= ")
                .bind(Value::Text(moment.clone()));
        }
        Filter::Numbers(numbers) => {
            let numbers = numbers.iter().map(|number| Value::Text(number.clone()));
            one_of(sql, " AND d.did IN (", numbers);
        }
        Filter::Ids(ids) => one_of(
            sql,
            " AND d.id IN (",
            ids.iter().copied().map(Value::Integer),
        ),
        Filter::NotTerminated => {
            sql.push(" AND NOT (");
            words.equals(sql, schema, "COALESCE(d.status, '')", "terminated");
            sql.push(")");
        }
    }
}

fn one_of(sql: &mut Statement, before: &'static str, values: impl Iterator<Item = Value>) {
    sql.push(before);
    for (at, value) in values.enumerate() {
        sql.push(if at == 0 { "" } else { ", " }).bind(value);
    }
    sql.push(")");
}

/// The constant ends with a column; a NULL there counts as 0 (D14).
fn equals(sql: &mut Statement, column: &'static str, id: i64) {
    if id == 0 {
        // Written so that an index serves both halves.
        let name = column.trim_start_matches(" AND ");
        sql.push(" AND (")
            .push(name)
            .push(" = ")
            .bind(Value::Integer(0));
        sql.push(" OR ").push(name).push(" IS NULL)");
    } else {
        sql.push(column).push(" = ").bind(Value::Integer(id));
    }
}

fn like(sql: &mut Statement, pattern: &Pattern) {
    sql.push(" LIKE ")
        .bind(Value::Text(pattern.as_str().to_owned()))
        .push(" ESCAPE '!'");
}
