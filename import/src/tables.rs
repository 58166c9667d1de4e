//! Which rows and columns are copied, as SQL text: what the component reads, and
//! nothing else. A server's other settings, passwords and rights stay where they are.
//!
//! Columns are read by the component's own expressions, so the copy holds what it
//! would have seen. Rights and settings are chosen by the server's collation, as the
//! component has them chosen there, and rights then written as SQLite compares them.
//!
//! What is anonymised is put together by the server from the row's id, or the key's
//! owner: the original is never sent, and nothing of it is in what takes its place.

use dids_get::db::column::Kind;
use dids_get::db::schema::{Dialect, Schema};

/// A table of the copy. db/schema.sql declares it.
pub(super) struct Table {
    pub name: &'static str,
    columns: &'static [Column],
    /// The rows that are wanted.
    rows: &'static str,
    exists: fn(&Schema) -> bool,
}

struct Column {
    name: &'static str,
    value: Value,
    exists: fn(&Schema) -> bool,
}

/// What is put into a column.
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
const TIME: Value = Plain(Kind::Time);

const fn column(name: &'static str, value: Value) -> Column {
    Column {
        name,
        value,
        exists: |_| true,
    }
}

const fn optional(name: &'static str, value: Value, exists: fn(&Schema) -> bool) -> Column {
    Column {
        name,
        value,
        exists,
    }
}

const fn table(name: &'static str, columns: &'static [Column], rows: &'static str) -> Table {
    Table {
        name,
        columns,
        rows,
        exists: |_| true,
    }
}

/// The columns of `dids`: those of a list's row that are stored there. The one place
/// that names them.
const DIDS: &[Column] = &[
    column("id", INTEGER),
    column("did", TEXT),
    column("status", TEXT),
    column("user_id", INTEGER),
    column("device_id", INTEGER),
    column("reseller_id", INTEGER),
    column("dialplan_id", INTEGER),
    column("provider_id", INTEGER),
    column("closed_till", TIME),
    column("language", TEXT),
    column("comment", Named("Comment ")),
    column("reseller_comment", Named("Reseller comment ")),
    column("call_limit", INTEGER),
    column("tonezone", TEXT),
    optional("ai_agent_compatible", INTEGER, |it| it.ai_agent_compatible),
    optional("routes_to_openai_project_id", Named("proj_"), |it| {
        it.routes_to_openai_project_id
    }),
    optional("updated_at", TIME, |it| it.updated_at),
];

/// Every table with rows. `acc_groups` stays empty: nobody reads it.
pub(super) const TABLES: [Table; 9] = [
    table("dids", DIDS, ""),
    table(
        "users",
        &[
            column("id", INTEGER),
            column("username", Named("user")),
            column("usertype", TEXT),
            column("first_name", Named("First")),
            column("last_name", Named("Last")),
            column("owner_id", INTEGER),
            column("acc_group_id", INTEGER),
            column("own_providers", INTEGER),
            optional("api_restricted", INTEGER, |it| it.api_restriction),
            optional("api_permission_group_id", INTEGER, |it| it.api_restriction),
        ],
        "",
    ),
    table(
        "devices",
        &[
            column("id", INTEGER),
            column("name", Named("device")),
            column("extension", Named("extension")),
            column("device_type", TEXT),
        ],
        "",
    ),
    table(
        "providers",
        &[column("id", INTEGER), column("name", Named("Provider "))],
        "",
    ),
    table(
        "dialplans",
        &[
            column("id", INTEGER),
            column("name", Named("Dial plan ")),
            column("dptype", TEXT),
        ],
        "",
    ),
    table(
        "conflines",
        &[
            column("id", INTEGER),
            column("name", TEXT),
            column("value", Setting),
            column("owner_id", INTEGER),
        ],
        " WHERE name IN ('Allow_API', 'Allow_GET_API', 'API_Secret_Key', \
         'XML_API_Extension', 'API_Disable_hash_checking')",
    ),
    table(
        "acc_rights",
        &[
            column("id", INTEGER),
            column("name", Constant("'manage_dids_opt_1'")),
        ],
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
    Table {
        name: "api_permissions",
        columns: &[
            column("api_permission_group_id", INTEGER),
            column("method", Constant("'dids_get'")),
            column("level", INTEGER),
        ],
        rows: " WHERE method = 'dids_get'",
        exists: |it| it.api_permissions,
    },
];

/// The indexes of db/schema.sql on columns that not every server has.
const INDEXES: [(&str, &str); 1] = [("updated_at", "dids_updated")];

impl Table {
    /// The tables that a server has.
    pub fn of(schema: &Schema) -> impl Iterator<Item = &'static Table> {
        TABLES.iter().filter(|table| (table.exists)(schema))
    }

    /// Takes away from db/schema.sql what a server lacks, so that the component
    /// answers from the copy as it does there.
    pub fn lacking(schema: &Schema) -> String {
        let mut sql = String::new();
        for table in &TABLES {
            let name = table.name;
            if !(table.exists)(schema) {
                sql += &format!("DROP TABLE {name}; ");
                continue;
            }
            for column in table.columns.iter().filter(|it| !(it.exists)(schema)) {
                let column = column.name;
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

    fn existing(&self, schema: &Schema) -> impl Iterator<Item = &Column> {
        self.columns.iter().filter(|it| (it.exists)(schema))
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
