//! Which rows and columns are copied, as SQL text: what the component reads, and
//! nothing else. A server's other settings, passwords and rights stay where they are.
//!
//! Columns are read by the component's own expressions, so the copy holds what it
//! would have seen. Rights and settings are chosen by the server's collation, as the
//! component has them chosen there, and rights then written as SQLite compares them.
//!
//! The columns of a list's rows are declared with the component's elements, and taken
//! from there; here are those that only filters and the gate need, and what takes the
//! place of a text that is anonymised.
//!
//! What is anonymised is put together by the server from the row's id, or the key's
//! owner: the original is never sent, and nothing of it is in what takes its place.

use dids_get::db::column::{COLUMNS, Kind};
use dids_get::db::schema::{Dialect, Schema};

/// A table of the copy. db/schema.sql declares it.
pub(super) struct Table {
    pub name: &'static str,
    /// How a list's rows name it, if they have columns of it.
    alias: Option<&'static str>,
    /// What those have not. A server without the first has no such table.
    columns: &'static [Column],
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

const TEXT: Value = Plain(Kind::Text);
const INTEGER: Value = Plain(Kind::Integer);

/// The texts of a list's rows: those that tell of nobody, and the word for each of the
/// others. One that is not named here is anonymised by the row's id alone.
const TEXTS: &[(&str, Value)] = &[
    ("dids.status", TEXT),
    ("dids.language", TEXT),
    ("dids.tonezone", TEXT),
    ("devices.device_type", TEXT),
    ("dialplans.dptype", TEXT),
    ("dids.comment", Named("Comment ")),
    ("dids.reseller_comment", Named("Reseller comment ")),
    ("dids.routes_to_openai_project_id", Named("proj_")),
    ("users.username", Named("user")),
    ("users.first_name", Named("First")),
    ("users.last_name", Named("Last")),
    ("devices.name", Named("device")),
    ("devices.extension", Named("extension")),
    ("providers.name", Named("Provider ")),
    ("dialplans.name", Named("Dial plan ")),
];

const fn column(name: &'static str, value: Value) -> Column {
    Column { name, value }
}

/// A table that a list's rows have columns of.
const fn listed(name: &'static str, alias: &'static str, columns: &'static [Column]) -> Table {
    let alias = Some(alias);
    Table {
        alias,
        ..table(name, columns, "")
    }
}

const fn table(name: &'static str, columns: &'static [Column], rows: &'static str) -> Table {
    Table {
        name,
        alias: None,
        columns,
        rows,
    }
}

const ID: Column = column("id", INTEGER);

/// Every table with rows. `acc_groups` stays empty: nobody reads it.
pub(super) const TABLES: [Table; 9] = [
    listed(
        "dids",
        "d",
        &[
            ID,
            column("did", TEXT),
            column("dialplan_id", INTEGER),
            column("provider_id", INTEGER),
        ],
    ),
    listed(
        "users",
        "o",
        &[
            ID,
            column("usertype", TEXT),
            column("owner_id", INTEGER),
            column("acc_group_id", INTEGER),
            column("own_providers", INTEGER),
            column("api_restricted", INTEGER),
            column("api_permission_group_id", INTEGER),
        ],
    ),
    listed("devices", "v", &[ID]),
    listed("providers", "p", &[ID]),
    listed("dialplans", "l", &[ID]),
    table(
        "conflines",
        &[
            ID,
            column("name", TEXT),
            column("value", Setting),
            column("owner_id", INTEGER),
        ],
        " WHERE name IN ('Allow_API', 'Allow_GET_API', 'API_Secret_Key', \
         'XML_API_Extension', 'API_Disable_hash_checking')",
    ),
    table(
        "acc_rights",
        &[ID, column("name", Constant("'manage_dids_opt_1'"))],
        " WHERE name = 'manage_dids_opt_1'",
    ),
    table(
        "acc_group_rights",
        &[
            column("acc_group_id", INTEGER),
            column("acc_right_id", INTEGER),
            column("value", INTEGER),
        ],
        " WHERE acc_right_id IN (SELECT id FROM acc_rights WHERE name = 'manage_dids_opt_1')",
    ),
    table(
        "api_permissions",
        &[
            column("level", INTEGER),
            column("api_permission_group_id", INTEGER),
            column("method", Constant("'dids_get'")),
        ],
        " WHERE method = 'dids_get'",
    ),
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
        self.columns.first().is_some_and(|it| it.name == "id")
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

    /// Writes a row to SQLite.
    pub fn insert(&self, schema: &Schema) -> String {
        let names: Vec<_> = self.existing(schema).map(|it| it.name).collect();
        let places = vec!["?"; names.len()].join(", ");
        let names = names.join(", ");
        format!("INSERT INTO {} ({names}) VALUES ({places})", self.name)
    }

    /// Every column: its own, and those of a list's rows that are stored here.
    fn columns(&self) -> impl Iterator<Item = Column> {
        let listed = COLUMNS.iter().filter_map(|column| {
            let name = column.name.strip_prefix(self.alias?)?.strip_prefix('.')?;
            let value = match column.kind {
                Kind::Text => self.text(name),
                kind => Plain(kind),
            };
            Some(Column { name, value })
        });
        self.columns.iter().copied().chain(listed)
    }

    fn text(&self, column: &str) -> Value {
        let name = format!("{}.{column}", self.name);
        let known = TEXTS.iter().find(|(known, _)| *known == name);
        known.map_or(Named(""), |(_, value)| *value)
    }

    fn existing(&self, schema: &Schema) -> impl Iterator<Item = Column> {
        self.columns().filter(|it| self.has(schema, it.name))
    }

    fn has(&self, schema: &Schema, column: &str) -> bool {
        schema.has(&format!("{}.{column}", self.name))
    }

    fn exists(&self, schema: &Schema) -> bool {
        let first = self.columns.first();
        first.is_some_and(|it| self.has(schema, it.name))
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
