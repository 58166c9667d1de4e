//! The list's question: one page of DIDs, chosen, put in order, completed with
//! the names of what they refer to, and handed over as one value.
//!
//! The rows are chosen first, by id alone, so that skipping to `from` walks an
//! index and joins nothing; then only the chosen ones are completed. Pages
//! inside one answer continue after the last key: a cursor would be held while
//! a slow caller reads, and an offset would grow.

use super::column::Kind;
use super::dialect::Words;
use super::statement::{Statement, Value};
use super::trigram::Trigram;
use crate::api::caller::{Role, Roles, Scope};
use crate::db::schema::Schema;
use crate::dids::search::{Filter, Pattern};

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
    /// For whom: columns and joins that the role is not shown are left out.
    pub role: Role,
    /// The caller's filters.
    pub filters: &'a [Filter],
    /// A part of the number to look for in the index, where it exists.
    pub trigram: Option<&'a Trigram>,
    /// The row before the first one, if any.
    pub after: Option<&'a Key>,
    /// Rows to skip before the first one.
    pub offset: u64,
    /// The most rows to take.
    pub limit: u64,
    /// Whether the rows must be put in order again when they are put together.
    pub sorted: bool,
}

/// When a column is asked for; NULL stands in its place otherwise.
#[derive(Clone, Copy)]
enum When {
    Always,
    Shown(Roles),
    Exists(fn(&Schema) -> bool),
}

/// The columns of a row after id, number and the number's bytes, in the order of
/// the fields of [`crate::dids::row::Did`].
const COLUMNS: [(Kind, &str, When); 25] = [
    (Kind::Text, "d.status", When::Always),
    (Kind::Integer, "d.user_id", When::Always),
    (Kind::Integer, "d.device_id", When::Always),
    (Kind::Integer, "d.reseller_id", When::Always),
    (Kind::Integer, "d.call_limit", When::Always),
    (Kind::Text, "d.language", When::Always),
    (Kind::Text, "d.comment", When::Always),
    (Kind::Text, "d.reseller_comment", When::Always),
    (Kind::Text, "d.tonezone", When::Always),
    (Kind::Time, "d.closed_till", When::Always),
    (
        Kind::Integer,
        "COALESCE(d.ai_agent_compatible, 0)",
        When::Exists(|schema| schema.ai_agent_compatible),
    ),
    (
        Kind::Text,
        "COALESCE(d.routes_to_openai_project_id, '')",
        When::Exists(|schema| schema.routes_to_openai_project_id),
    ),
    (
        Kind::Time,
        "d.updated_at",
        When::Exists(|schema| schema.updated_at),
    ),
    (Kind::Text, "o.username", When::Always),
    (Kind::Text, "o.first_name", When::Always),
    (Kind::Text, "o.last_name", When::Always),
    (
        Kind::Text,
        // NULL tells that there is no device, whatever its own type.
        "CASE WHEN v.id IS NULL THEN NULL ELSE COALESCE(v.device_type, '') END",
        When::Always,
    ),
    (Kind::Text, "v.name", When::Always),
    (Kind::Text, "v.extension", When::Always),
    (Kind::Text, "l.name", When::Shown(Roles::SELLERS)),
    (Kind::Text, "l.dptype", When::Shown(Roles::SELLERS)),
    (Kind::Text, "p.name", When::Shown(Roles::STAFF)),
    (Kind::Text, "r.username", When::Shown(Roles::STAFF)),
    (Kind::Text, "r.first_name", When::Shown(Roles::STAFF)),
    (Kind::Text, "r.last_name", When::Shown(Roles::STAFF)),
];

/// The owner: user 0 is the admin, who holds what nobody has (D13, D14).
const OWNER: &str = " LEFT JOIN users o ON o.id = COALESCE(d.user_id, 0)";

/// What a row refers to. A missing row gives NULLs and never loses the DID.
const JOINS: [(&str, Roles); 5] = [
    (OWNER, Roles::ALL),
    (
        " LEFT JOIN devices v ON v.id = d.device_id AND d.device_id > 0",
        Roles::ALL,
    ),
    (
        " LEFT JOIN dialplans l ON l.id = COALESCE(d.dialplan_id, 0)",
        Roles::SELLERS,
    ),
    (
        " LEFT JOIN providers p ON p.id = COALESCE(d.provider_id, 0)",
        Roles::STAFF,
    ),
    (
        " LEFT JOIN users r ON r.id = d.reseller_id AND d.reseller_id > 0",
        Roles::STAFF,
    ),
];

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
        for (kind, column, when) in COLUMNS {
            let wanted = match when {
                When::Always => true,
                When::Shown(roles) => roles.has(self.role),
                When::Exists(exists) => exists(schema),
            };
            if wanted {
                sql.push(", ");
                kind.bring(&mut sql, words, column);
            } else {
                sql.push(", NULL");
            }
        }
        sql.push(between);
        if self.is_sorted(schema) {
            sql.push(words.sorted);
        }
        sql.push(after);
        self.chosen(&mut sql, words, schema);
        sql.push(words.then_join).push("dids d ON d.id = k.id");
        for (join, roles) in JOINS {
            if roles.has(self.role) {
                sql.push(join);
            }
        }
        sql.push(words.end);
        sql
    }

    /// Whether the database puts the rows in order: if not, they are in order
    /// only as a rule.
    pub fn is_sorted(&self, schema: &Schema) -> bool {
        self.sorted || Words::of(schema.dialect).always_sorted
    }

    /// The ids of the page's rows, as the derived table `k`.
    fn chosen(&self, sql: &mut Statement, words: &Words, schema: &Schema) {
        sql.push("(SELECT d.id FROM dids d");
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
        let trigram = self.trigram.filter(|_| schema.trigram);
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
        Filter::NotTerminated => {
            sql.push(" AND NOT (");
            words.equals(sql, schema, "COALESCE(d.status, '')", "terminated");
            sql.push(")");
        }
    }
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
