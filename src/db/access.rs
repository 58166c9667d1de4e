//! How the rows of a page are found, chosen by the indexes there are and never by
//! chance: whatever is filtered by, rows must come in the order of the list. A
//! database left to itself finds 600,000 rows by one index and sorts them, for
//! each page of a thousand.
//!
//! One condition *leads*, if an index has its rows in the order of the list. Others
//! are hidden from the planner: they decide of rows already found. Where nothing
//! leads, all numbers are walked in their order; each page begins where the last
//! one ended, so that a list costs one walk, however many pages it has.
//!
//! A leading condition that names two values, 0 and NULL or a user and a reseller,
//! has two *arms*: each is in order, and they are merged.
//!
//! docs/plans.md says which plan each filter has.

use super::dialect::DialectSql;
use super::filter::{Filter, Scope};
use super::index::{Column, Name};
use super::schema::{Dialect, Schema};
use super::statement::{Statement, Value};

/// A condition on a DID that an index can serve, or any other.
#[derive(Clone, Copy)]
pub(super) enum Condition<'a> {
    /// The id equals; NULL counts as 0 (D14).
    Id(Column, i64),
    /// The text equals, but for case.
    Text(Column, &'a str),
    /// The user's id or the reseller's.
    Holder(i64),
    /// One that walks.
    Other(&'a Filter),
}

/// How a condition is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sight {
    /// So that the planner chooses.
    Open,
    /// So that it serves no index.
    Hidden,
    /// As one of the two arms.
    Arm(usize),
}

/// How the rows of a list are found.
pub(super) struct Access<'a> {
    conditions: Vec<Condition<'a>>,
    /// The place of the condition that leads.
    lead: Option<usize>,
}

impl<'a> Access<'a> {
    /// The way to rows of this scope that pass these filters. `few`: they are found
    /// by other means, so that nothing need lead.
    pub(super) fn of(scope: Scope, filters: &'a [Filter], schema: &Schema, few: bool) -> Self {
        let mut conditions = Vec::with_capacity(filters.len() + 1);
        match scope {
            Scope::All => {}
            Scope::Reseller(id) => conditions.push(Condition::Id(Column::Reseller, id)),
            Scope::User(id) => conditions.push(Condition::Id(Column::User, id)),
        }
        conditions.extend(filters.iter().filter_map(|filter| condition(filter, scope)));
        let ways = conditions.iter().enumerate();
        let ways = ways.filter_map(|(at, condition)| Some((condition.rank(schema)?, at)));
        let lead = ways.min().map(|(_, at)| at).filter(|_| !few);
        Self { conditions, lead }
    }

    /// How many arms there are.
    pub(super) fn arms(&self) -> usize {
        match self.leading() {
            Some(Condition::Id(_, 0) | Condition::Holder(_)) => 2,
            _ => 1,
        }
    }

    /// Whether the arms may have rows in common.
    pub(super) fn overlaps(&self) -> bool {
        matches!(self.leading(), Some(Condition::Holder(_)))
    }

    fn leading(&self) -> Option<Condition<'a>> {
        self.conditions.get(self.lead?).copied()
    }

    /// Appends the conditions as an arm has them.
    pub(super) fn write(
        &self,
        sql: &mut Statement,
        dialect: &DialectSql,
        schema: &Schema,
        arm: usize,
    ) {
        for (at, condition) in self.conditions.iter().enumerate() {
            let sight = match self.lead {
                Some(lead) if lead == at => Sight::Arm(arm),
                _ => Sight::Hidden,
            };
            condition.write(sql, dialect, schema, sight);
        }
    }

    /// Appends the conditions so that the planner chooses, for what needs no order.
    pub(super) fn write_open(&self, sql: &mut Statement, dialect: &DialectSql, schema: &Schema) {
        for condition in &self.conditions {
            condition.write(sql, dialect, schema, Sight::Open);
        }
    }

    /// Names to MySQL the indexes to choose from. Left alone it takes the one in the
    /// list's order, and walks it from its beginning for each page. Other servers
    /// take the hint for a comment, and need none.
    pub(super) fn hint(&self, sql: &mut Statement, schema: &Schema, arm: usize) {
        if schema.dialect != Dialect::Mysql {
            return;
        }
        let names = self.names(schema, arm);
        if names.is_empty() {
            return;
        }
        sql.push("/*+ INDEX(d");
        for name in names {
            sql.push(" ").name(name);
        }
        sql.push(") */ ");
    }

    fn names(&self, schema: &Schema, arm: usize) -> Vec<Name> {
        let indexes = &schema.indexes;
        let number = indexes.number;
        let column = match self.leading() {
            Some(Condition::Id(column, 0)) => column,
            Some(Condition::Holder(_)) if arm == 0 => Column::User,
            Some(Condition::Holder(_)) => Column::Reseller,
            // Of equals the server knows which leaves fewer rows.
            lead => {
                let columns = self.conditions.iter().filter_map(Condition::column);
                let found = columns.filter_map(|column| indexes.by(column));
                let found = found.filter(|index| lead.is_none() || index.is_ordered);
                let names = found.map(|index| index.name);
                let number = number.filter(|_| lead.is_none());
                return number.into_iter().chain(names).collect();
            }
        };
        let index = indexes.by(column);
        let number = number.filter(|_| index.is_some_and(|index| !index.is_ordered));
        number
            .into_iter()
            .chain(index.map(|index| index.name))
            .collect()
    }
}

/// A filter as a condition on rows of this scope; `None` if it holds for all.
fn condition(filter: &Filter, scope: Scope) -> Option<Condition<'_>> {
    Some(match filter {
        Filter::DialPlan(id) => Condition::Id(Column::DialPlan, *id),
        Filter::Device(id) => Condition::Id(Column::Device, *id),
        Filter::Provider(id) => Condition::Id(Column::Provider, *id),
        Filter::Status(status) => Condition::Text(Column::Status, status),
        Filter::Language(language) => Condition::Text(Column::Language, language),
        Filter::Holder(id) if *id > 0 => match scope {
            Scope::All => Condition::Holder(*id),
            // Who sees the rows of one holder alone asks for the other.
            Scope::Reseller(own) | Scope::User(own) if own == *id => return None,
            Scope::Reseller(_) => Condition::Id(Column::User, *id),
            Scope::User(_) => Condition::Id(Column::Reseller, *id),
        },
        Filter::Holder(id) => Condition::Id(Column::User, *id),
        other => Condition::Other(other),
    })
}

impl Condition<'_> {
    /// How few rows it is likely to leave, the fewest first, if an index in the
    /// order of the list has them.
    fn rank(&self, schema: &Schema) -> Option<u8> {
        let is_ordered = |column| schema.indexes.ordered(column).is_some();
        match *self {
            Self::Id(column, id) => is_ordered(column).then_some(match column {
                // What nobody has is much.
                _ if id <= 0 => 9,
                Column::Device => 0,
                Column::DialPlan => 1,
                Column::User => 2,
                Column::Reseller => 4,
                _ => 5,
            }),
            Self::Holder(_) => {
                let both = [Column::User, Column::Reseller];
                let by_mysql = |column| {
                    // It knows how many rows there are, and sorts only a few.
                    schema.dialect == Dialect::Mysql && schema.indexes.by(column).is_some()
                };
                let is_served = |column: &Column| is_ordered(*column) || by_mysql(*column);
                both.iter().all(is_served).then_some(3)
            }
            Self::Text(column, _) => is_ordered(column).then_some(match column {
                Column::Status => 6,
                _ => 7,
            }),
            Self::Other(_) => None,
        }
    }

    /// The column that equals one value, by which MySQL may choose.
    fn column(&self) -> Option<Column> {
        match self {
            Self::Id(_, 0) => None,
            Self::Id(column, _) | Self::Text(column, _) => Some(*column),
            Self::Holder(_) | Self::Other(_) => None,
        }
    }

    fn write(&self, sql: &mut Statement, dialect: &DialectSql, schema: &Schema, sight: Sight) {
        let is_hidden = sight == Sight::Hidden;
        match *self {
            Self::Id(column, 0) => zero(sql, column.name(), sight),
            Self::Id(column, id) => {
                let name = column_of(column, schema, is_hidden);
                sql.push(" AND ")
                    .push(name)
                    .push(" = ")
                    .bind(Value::Integer(id));
            }
            Self::Text(column, text) => {
                sql.push(" AND ");
                dialect.equals(sql, schema, column_of(column, schema, is_hidden), text);
            }
            Self::Holder(id) => holder(sql, id, sight),
            Self::Other(filter) => super::condition::condition(sql, dialect, schema, filter),
        }
    }
}

/// MySQL chooses among conditions that equal one value, by counting rows.
fn column_of(column: Column, schema: &Schema, is_hidden: bool) -> &'static str {
    match schema.dialect {
        Dialect::Sqlite if is_hidden => column.hidden(),
        _ => column.name(),
    }
}

/// The condition that a column is 0 or NULL.
fn zero(sql: &mut Statement, column: &'static str, sight: Sight) {
    let [before, between, after] = match sight {
        Sight::Open => [" AND (", " = 0 OR ", " IS NULL)"],
        Sight::Hidden => [" AND COALESCE(", ", 0) = 0", ""],
        Sight::Arm(0) => [" AND ", " = 0", ""],
        Sight::Arm(_) => [" AND ", " IS NULL", ""],
    };
    sql.push(before).push(column).push(between);
    if sight == Sight::Open {
        sql.push(column).push(after);
    }
}

fn holder(sql: &mut Statement, id: i64, sight: Sight) {
    let id = || Value::Integer(id);
    match sight {
        Sight::Arm(0) => sql.push(" AND d.user_id = ").bind(id()),
        Sight::Arm(_) => sql.push(" AND d.reseller_id = ").bind(id()),
        Sight::Open => sql
            .push(" AND (d.user_id = ")
            .bind(id())
            .push(" OR d.reseller_id = ")
            .bind(id())
            .push(")"),
        Sight::Hidden => sql
            .push(" AND (COALESCE(d.user_id, 0) = ")
            .bind(id())
            .push(" OR COALESCE(d.reseller_id, 0) = ")
            .bind(id())
            .push(")"),
    };
}
