//! Which rows and columns are copied, as SQL text: what the component reads, and
//! nothing else. A server's other settings, passwords and rights stay where they are.
//!
//! Columns are read by the component's own expressions, so the copy holds what it
//! would have seen. Rights and settings are chosen by the server's collation, as the
//! component has them chosen there, and rights then written as SQLite compares them.
//!
//! Which columns there are, and what takes the place of a text that is anonymised, the
//! component declares.
//!
//! What is anonymised is put together by the server from the row's id, or the key's
//! owner: the original is never sent, and nothing of it is in what takes its place.

use dids_get::db::column::{ANONYMISED, COLUMNS, Kind};
use dids_get::db::mor;
use dids_get::db::schema::{Dialect, Schema};

/// A table of the copy. db/schema.sql declares it.
pub(super) struct Table {
    pub name: &'static str,
    /// The rows that are wanted.
    rows: &'static str,
}

#[derive(Clone, Copy)]
struct Column {
    name: &'static str,
    value: Value,
}

/// What is put into a column.
#[derive(Clone, Copy)]
enum Value {
    /// The server's value.
    Plain(Kind),
    /// The server's text. Where it is anonymised: this word and the row's id.
    Named(&'static str),
    /// A setting's value. Where it is anonymised and a key: that of an example.
    Setting,
    /// This text: what the server takes for equal to it is written otherwise.
    Constant(&'static str),
}

use Value::{Constant, Named, Plain, Setting};

/// What no list's row has, and what is put into it if not the server's value.
const VALUES: [(&str, Value); 3] = [
    ("conflines.value", Setting),
    ("acc_rights.name", Constant("'manage_dids_opt_1'")),
    ("api_permissions.method", Constant("'dids_get'")),
];

const fn table(name: &'static str, rows: &'static str) -> Table {
    Table { name, rows }
}

/// Every table with rows. `acc_groups` stays empty: nobody reads it.
pub(super) const TABLES: [Table; 9] = [
    table("dids", ""),
    table("users", ""),
    table("devices", ""),
    table("providers", ""),
    table("dialplans", ""),
    table(
        "conflines",
        " WHERE name IN ('Allow_API', 'Allow_GET_API', 'API_Secret_Key', \
         'XML_API_Extension', 'API_Disable_hash_checking')",
    ),
    table("acc_rights", " WHERE name = 'manage_dids_opt_1'"),
    table(
        "acc_group_rights",
        " WHERE acc_right_id IN (SELECT id FROM acc_rights WHERE name = 'manage_dids_opt_1')",
    ),
    table("api_permissions", " WHERE method = 'dids_get'"),
];

/// The indexes of db/schema.sql on columns that not every server has.
const INDEXES: [(&str, &str); 1] = [("updated_at", "dids_updated")];

impl Table {
    /// The tables that a server has.
    pub fn of(schema: &Schema) -> impl Iterator<Item = &'static Table> {
        TABLES.iter().filter(|table| table.exists(schema))
    }

    /// Takes away from db/schema.sql what a server lacks, so that the component
    /// answers from the copy as it does there.
    pub fn lacking(schema: &Schema) -> String {
        let mut sql = String::new();
        for table in &TABLES {
            let name = table.name;
            if !table.exists(schema) {
                sql += &format!("DROP TABLE {name}; ");
                continue;
            }
            for Column { name: column, .. } in table.columns() {
                if table.has(schema, column) {
                    continue;
                }
                let mut indexes = INDEXES.iter().filter(|(of, _)| *of == column);
                sql.extend(
                    indexes
                        .by_ref()
                        .map(|(_, index)| format!("DROP INDEX {index}; ")),
                );
                sql += &format!("ALTER TABLE {name} DROP COLUMN {column}; ");
            }
        }
        sql
    }

    /// Whether a row's first column is its id, which SQLite would make up if it
    /// were NULL.
    pub fn has_id(&self) -> bool {
        self.columns().next().is_some_and(|it| it.name == "id")
    }

    /// Reads the rows from MySQL.
    pub fn select(&self, schema: &Schema, anonymize: bool) -> String {
        let values = self.existing(schema).map(|it| it.expression(anonymize));
        let values: Vec<_> = values.collect();
        format!(
            "SELECT {} FROM {}{}",
            values.join(", "),
            self.name,
            self.rows
        )
    }

    /// Counts the rows.
    pub fn count(&self) -> String {
        format!("SELECT COUNT(*) FROM {}{}", self.name, self.rows)
    }

    /// Writes a row to SQLite.
    pub fn insert(&self, schema: &Schema) -> String {
        let names: Vec<_> = self.existing(schema).map(|it| it.name).collect();
        let places = vec!["?"; names.len()].join(", ");
        let names = names.join(", ");
        format!("INSERT INTO {} ({names}) VALUES ({places})", self.name)
    }

    /// Every column that is read.
    fn columns(&self) -> impl Iterator<Item = Column> {
        let columns = mor::columns().filter(|column| column.table == self.name);
        columns.map(|column| {
            let mut others = VALUES.iter();
            let other = others.find(|(name, _)| column.is(name));
            let mut listed = COLUMNS.iter().zip(ANONYMISED);
            let word =
                listed.find(|(listed, _)| mor::stored(listed).is_some_and(|it| it == column));
            let value = match (other, word) {
                (Some((_, value)), _) => *value,
                (None, Some((_, Some(word)))) => Named(word),
                _ => Plain(column.kind),
            };
            let name = column.name;
            Column { name, value }
        })
    }

    fn existing(&self, schema: &Schema) -> impl Iterator<Item = Column> {
        self.columns().filter(|it| self.has(schema, it.name))
    }

    fn has(&self, schema: &Schema, column: &str) -> bool {
        schema.has(&format!("{}.{column}", self.name))
    }

    fn exists(&self, schema: &Schema) -> bool {
        self.columns()
            .next()
            .is_some_and(|it| self.has(schema, it.name))
    }
}

impl Column {
    fn expression(&self, anonymize: bool) -> String {
        let name = self.name;
        let text = Kind::Text.of(Dialect::Mysql, name);
        match self.value {
            Plain(kind) => kind.of(Dialect::Mysql, name),
            Constant(text) => text.to_owned(),
            Named(_) | Setting if !anonymize => text,
            // What is empty stays so: it decides which of the names is shown.
            Named(word) => format!(
                "CASE WHEN LENGTH({name}) > 0 THEN CONCAT('{word}', {id}) ELSE {text} END",
                id = Kind::Integer.of(Dialect::Mysql, "id"),
            ),
            Setting => format!(
                "CASE WHEN LENGTH({name}) > 0 AND name = 'API_Secret_Key' \
                 THEN CASE WHEN owner_id = 0 THEN 'secret' \
                 ELSE CONCAT('secret', {owner}) END ELSE {text} END",
                owner = Kind::Integer.of(Dialect::Mysql, "owner_id"),
            ),
        }
    }
}

#[cfg(test)]
#[path = "tables_tests.rs"]
mod tests;
