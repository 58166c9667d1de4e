//! The tables and columns of MOR that are read (contract section 7): those of a list's rows,
//! which are declared with the elements, and here those that only filters and the gate
//! need. What a database must have, what a copy of it has, what its user is granted and
//! the list in docs/operating.md follow from this, or are compared with it.

use super::column::{COLUMNS, Kind};
use Kind::{Integer, Text};

/// A column of MOR's.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// The table it is in.
    pub table: &'static str,
    /// Its name there.
    pub name: &'static str,
    /// What it is read as.
    pub kind: Kind,
}

impl Column {
    /// Whether this is its name, as `table.column`.
    pub fn is(&self, name: &str) -> bool {
        let name = name.strip_prefix(self.table);
        name.and_then(|name| name.strip_prefix('.')) == Some(self.name)
    }

    /// Whether a server may lack it.
    pub fn is_optional(&self) -> bool {
        OPTIONAL.iter().any(|name| self.is(name))
    }
}

const fn column(table: &'static str, name: &'static str, kind: Kind) -> Column {
    Column { table, name, kind }
}

/// The columns that no list's row has. Of a table, the first one is its id, if it has one.
static OTHERS: [Column; 26] = [
    column("dids", "id", Integer),
    column("dids", "did", Text),
    column("dids", "dialplan_id", Integer),
    column("dids", "provider_id", Integer),
    column("users", "id", Integer),
    // The gate: role, whose key counts, rights, API restriction.
    column("users", "usertype", Text),
    column("users", "owner_id", Integer),
    column("users", "acc_group_id", Integer),
    column("users", "own_providers", Integer),
    column("users", "api_restricted", Integer),
    column("users", "api_permission_group_id", Integer),
    column("devices", "id", Integer),
    column("providers", "id", Integer),
    column("dialplans", "id", Integer),
    // Settings; of several with one name the lowest id counts.
    column("conflines", "id", Integer),
    column("conflines", "name", Text),
    column("conflines", "value", Text),
    column("conflines", "owner_id", Integer),
    // Accountants' rights.
    column("acc_rights", "id", Integer),
    column("acc_rights", "name", Text),
    column("acc_group_rights", "acc_group_id", Integer),
    column("acc_group_rights", "acc_right_id", Integer),
    column("acc_group_rights", "value", Integer),
    column("api_permissions", "level", Integer),
    column("api_permissions", "api_permission_group_id", Integer),
    column("api_permissions", "method", Text),
];

/// The columns that not every server has.
pub static OPTIONAL: [&str; 8] = [
    "dids.ai_agent_compatible",
    "dids.routes_to_openai_project_id",
    "dids.updated_at",
    "users.api_restricted",
    "users.api_permission_group_id",
    "api_permissions.level",
    "api_permissions.api_permission_group_id",
    "api_permissions.method",
];

/// What a list's rows call MOR's tables: `alias.column`.
const ALIASES: [(&str, &str); 5] = [
    ("d.", "dids"),
    ("o.", "users"),
    ("v.", "devices"),
    ("p.", "providers"),
    ("l.", "dialplans"),
];

/// Where a column of a list's rows is stored: none of a reseller's names, which are in
/// the table of the owners'.
pub fn stored(listed: &super::column::Column) -> Option<Column> {
    let mut tables = ALIASES.iter();
    let (name, table) =
        tables.find_map(|(alias, table)| Some((listed.name.strip_prefix(alias)?, *table)))?;
    Some(column(table, name, listed.kind))
}

/// Every column, each once.
pub fn columns() -> impl Iterator<Item = Column> {
    OTHERS
        .iter()
        .copied()
        .chain(COLUMNS.iter().filter_map(stored))
}

#[cfg(test)]
#[path = "mor_tests.rs"]
mod tests;
