//! The tables as a script for SQLite.

use std::fmt::Write as _;

use super::tables::{Int, Tables, Text};

/// One value as an SQL literal.
#[derive(Clone)]
enum Value {
    Number(Int),
    Text(Text),
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Value::Number(Some(number))
    }
}

impl From<Int> for Value {
    fn from(number: Int) -> Self {
        Value::Number(number)
    }
}

impl From<&Text> for Value {
    fn from(text: &Text) -> Self {
        Value::Text(text.clone())
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Value::Text(Some(text.clone().into_bytes()))
    }
}

impl Value {
    /// Text that is plain is quoted; all other text is written byte by byte.
    fn literal(&self) -> String {
        match self {
            Value::Number(None) | Value::Text(None) => "NULL".to_owned(),
            Value::Number(Some(number)) => number.to_string(),
            Value::Text(Some(bytes)) => match std::str::from_utf8(bytes) {
                Ok(text) if !text.chars().any(char::is_control) => {
                    format!("'{}'", text.replace('\'', "''"))
                }
                _ => format!("CAST(x'{}' AS TEXT)", hex::encode(bytes)),
            },
        }
    }
}

/// A table under construction: its columns' declarations and its rows.
struct Table {
    name: &'static str,
    columns: Vec<&'static str>,
    rows: Vec<Vec<Value>>,
}

impl Table {
    fn new(name: &'static str, columns: &[&'static str]) -> Self {
        Table {
            name,
            columns: columns.to_vec(),
            rows: Vec::new(),
        }
    }

    fn script(&self) -> String {
        let name = self.name;
        let columns = self.columns.join(", ");
        let mut out = format!("DROP TABLE IF EXISTS {name};\nCREATE TABLE {name} ({columns});\n");
        for row in &self.rows {
            assert_eq!(row.len(), self.columns.len(), "a row of {name}");
            let literals: Vec<String> = row.iter().map(Value::literal).collect();
            writeln!(out, "INSERT INTO {name} VALUES ({});", literals.join(", ")).unwrap();
        }
        out
    }
}

impl Tables {
    /// An SQL script that makes these tables in an SQLite database, in place of
    /// any that are there.
    pub fn to_sqlite(&self) -> String {
        let mut out = String::from("BEGIN;\n");
        for table in [self.dids_table(), self.users_table()] {
            out += &table.script();
        }
        for table in self.small_tables() {
            out += &table.script();
        }
        if self.api_permissions.is_none() {
            out += "DROP TABLE IF EXISTS api_permissions;\n";
        }
        for (table, column) in [
            ("dids", "did"),
            ("dids", "user_id"),
            ("dids", "reseller_id"),
            ("users", "username"),
            ("conflines", "name"),
        ] {
            writeln!(out, "CREATE INDEX {table}_{column} ON {table} ({column});").unwrap();
        }
        out += "COMMIT;\n";
        out
    }

    fn dids_table(&self) -> Table {
        let mut columns = vec![
            "id INTEGER PRIMARY KEY",
            "did VARCHAR(50) COLLATE NOCASE",
            "status VARCHAR(255) DEFAULT 'free'",
            "user_id INT DEFAULT 0",
            "device_id INT DEFAULT 0",
            "reseller_id INT DEFAULT 0",
            "dialplan_id INT DEFAULT 0",
            "provider_id INT DEFAULT 0",
            "closed_till DATETIME DEFAULT '2006-01-01 00:00:00'",
            "language VARCHAR(10) DEFAULT ''",
            "comment VARCHAR(255)",
            "reseller_comment VARCHAR(255)",
            "call_limit INT DEFAULT 0",
            "tonezone VARCHAR(5)",
        ];
        let has = self.columns;
        if has.ai_agent_compatible {
            columns.push("ai_agent_compatible TINYINT(1)");
        }
        if has.routes_to_openai_project_id {
            columns.push("routes_to_openai_project_id VARCHAR(255)");
        }
        if has.updated_at {
            columns.push("updated_at DATETIME");
        }
        let mut rows = Vec::new();
        for did in &self.dids {
            let mut row: Vec<Value> = vec![
                did.id.into(),
                (&did.did).into(),
                (&did.status).into(),
                did.user_id.into(),
                did.device_id.into(),
                did.reseller_id.into(),
                did.dialplan_id.into(),
                did.provider_id.into(),
                (&did.closed_till).into(),
                (&did.language).into(),
                (&did.comment).into(),
                (&did.reseller_comment).into(),
                did.call_limit.into(),
                (&did.tonezone).into(),
            ];
            if has.ai_agent_compatible {
                row.push(did.ai_agent_compatible.into());
            }
            if has.routes_to_openai_project_id {
                row.push((&did.routes_to_openai_project_id).into());
            }
            if has.updated_at {
                row.push((&did.updated_at).into());
            }
            rows.push(row);
        }
        Table {
            name: "dids",
            columns,
            rows,
        }
    }

    fn users_table(&self) -> Table {
        let mut columns = vec![
            "id INTEGER PRIMARY KEY",
            "username VARCHAR(30) COLLATE NOCASE",
            "usertype VARCHAR(20)",
            "first_name VARCHAR(50) DEFAULT ''",
            "last_name VARCHAR(50) DEFAULT ''",
            "owner_id INT DEFAULT 0",
            "acc_group_id INT DEFAULT 0",
            "own_providers INT DEFAULT 0",
        ];
        if self.columns.api_restricted {
            columns.push("api_restricted TINYINT(1) DEFAULT 0");
            columns.push("api_permission_group_id INT");
        }
        let mut rows = Vec::new();
        for user in &self.users {
            let mut row: Vec<Value> = vec![
                user.id.into(),
                (&user.username).into(),
                (&user.usertype).into(),
                (&user.first_name).into(),
                (&user.last_name).into(),
                user.owner_id.into(),
                user.acc_group_id.into(),
                user.own_providers.into(),
            ];
            if self.columns.api_restricted {
                row.push(user.api_restricted.into());
                row.push(user.api_permission_group_id.into());
            }
            rows.push(row);
        }
        Table {
            name: "users",
            columns,
            rows,
        }
    }

    fn small_tables(&self) -> Vec<Table> {
        let id = "id INTEGER PRIMARY KEY";
        let name = "name VARCHAR(255)";
        let accountant = Value::from(&"accountant".to_owned());

        let texts = [
            "name VARCHAR(100)",
            "extension VARCHAR(100)",
            "device_type VARCHAR(20)",
        ];
        let mut devices = Table::new(
            "devices",
            &[id, texts[0], texts[1], texts[2], "user_id INT"],
        );
        for row in &self.devices {
            let [name, extension, kind] =
                [&row.name, &row.extension, &row.device_type].map(Value::from);
            devices.rows.push(vec![
                row.id.into(),
                name,
                extension,
                kind,
                row.user_id.into(),
            ]);
        }
        let mut providers = Table::new("providers", &[id, name]);
        for row in &self.providers {
            providers.rows.push(vec![row.id.into(), (&row.name).into()]);
        }
        let mut dialplans = Table::new("dialplans", &[id, name, "dptype VARCHAR(255)"]);
        for row in &self.dialplans {
            dialplans.rows.push(vec![
                row.id.into(),
                (&row.name).into(),
                (&row.dptype).into(),
            ]);
        }
        let columns = [id, name, "value VARCHAR(255)", "owner_id INT DEFAULT 0"];
        let mut conflines = Table::new("conflines", &columns);
        for row in &self.conflines {
            let [name, value] = [Value::from(&row.name), Value::from(&row.value)];
            conflines
                .rows
                .push(vec![row.id.into(), name, value, row.owner_id.into()]);
        }
        let mut groups = Table::new("acc_groups", &[id, name, "group_type VARCHAR(20)"]);
        for row in &self.acc_groups {
            groups
                .rows
                .push(vec![row.id.into(), (&row.name).into(), accountant.clone()]);
        }
        let mut rights = Table::new("acc_rights", &[id, name, "right_type VARCHAR(20)"]);
        for row in &self.acc_rights {
            rights
                .rows
                .push(vec![row.id.into(), (&row.name).into(), accountant.clone()]);
        }
        let columns = ["acc_group_id INT", "acc_right_id INT", "value INT"];
        let mut levels = Table::new("acc_group_rights", &columns);
        for row in &self.acc_group_rights {
            let [group, right] = [row.acc_group_id, row.acc_right_id].map(Value::from);
            levels.rows.push(vec![group, right, row.value.into()]);
        }
        let mut tables = vec![
            devices, providers, dialplans, conflines, groups, rights, levels,
        ];
        if let Some(rows) = &self.api_permissions {
            let columns = [
                "api_permission_group_id INT",
                "method VARCHAR(255)",
                "level INT",
            ];
            let mut permissions = Table::new("api_permissions", &columns);
            for row in rows {
                let group = row.api_permission_group_id.into();
                permissions
                    .rows
                    .push(vec![group, (&row.method).into(), row.level.into()]);
            }
            tables.push(permissions);
        }
        tables
    }
}
