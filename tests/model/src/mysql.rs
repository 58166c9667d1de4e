//! The tables as a script for MySQL and MariaDB: the contract's section 7.
//!
//! A column of such a server cannot hold everything a column of SQLite can. What
//! it cannot hold is written down as what is shown in its place, so the answers
//! stay those of the model: an ill-formed UTF-8 sequence as U+FFFD, a time that
//! is not readable as the zero date, one that is as `YYYY-MM-DD HH:MM:SS`.
//! Columns are wider than MOR's, because the tests put long texts in all of them.

mod columns;

use std::fmt::Write as _;

use super::tables::{Did, Int, Tables, Text, User};
use super::text::characters;
use super::times::rfc3339;
use columns::*;

/// How the tables are declared.
#[derive(Clone, Debug)]
pub struct Flavour {
    /// The character set of every text.
    pub charset: &'static str,
    /// The collation of every text.
    pub collation: &'static str,
    /// Columns declared otherwise: `dids.did` and the type.
    pub types: Vec<(&'static str, &'static str)>,
}

impl Default for Flavour {
    fn default() -> Self {
        Self::of("utf8mb4", "utf8mb4_general_ci")
    }
}

impl Flavour {
    /// Tables with this character set and collation.
    pub fn of(charset: &'static str, collation: &'static str) -> Self {
        Flavour {
            charset,
            collation,
            types: Vec::new(),
        }
    }

    /// The same, with a column declared otherwise.
    pub fn with(mut self, column: &'static str, kind: &'static str) -> Self {
        self.types.push((column, kind));
        self
    }
}

/// Rows that one statement inserts.
const AT_ONCE: usize = 500;

impl Tables {
    /// An SQL script that makes these tables in a database that has none.
    pub fn to_mysql(&self, flavour: &Flavour) -> String {
        let mut script = Script {
            flavour,
            out: "SET SESSION sql_mode = '', time_zone = '+00:00';\n".to_owned(),
        };
        script.table("dids", &self.columns_of_dids(), &self.rows_of_dids());
        script.table("users", self.columns_of_users(), &self.rows_of_users());
        self.small_tables_of_mysql(&mut script);
        script.out
    }

    fn columns_of_dids(&self) -> Vec<(&'static str, &'static str)> {
        let has = self.columns;
        let exists = |name: &str| match name {
            "ai_agent_compatible" => has.ai_agent_compatible,
            "routes_to_openai_project_id" => has.routes_to_openai_project_id,
            "updated_at" => has.updated_at,
            _ => true,
        };
        let columns = DIDS.iter().filter(|(name, _)| exists(name));
        columns.copied().collect()
    }

    fn rows_of_dids(&self) -> Vec<Vec<String>> {
        let row = |did: &Did| {
            let mut row = vec![
                number(did.id),
                text(&did.did),
                text(&did.status),
                number(did.user_id),
                number(did.device_id),
                number(did.reseller_id),
                number(did.dialplan_id),
                number(did.provider_id),
                time(&did.closed_till),
                text(&did.language),
                text(&did.comment),
                text(&did.reseller_comment),
                number(did.call_limit),
                text(&did.tonezone),
            ];
            let has = self.columns;
            row.extend(
                has.ai_agent_compatible
                    .then(|| number(did.ai_agent_compatible)),
            );
            row.extend(
                has.routes_to_openai_project_id
                    .then(|| text(&did.routes_to_openai_project_id)),
            );
            row.extend(has.updated_at.then(|| time(&did.updated_at)));
            row
        };
        self.dids.iter().map(row).collect()
    }

    fn columns_of_users(&self) -> Columns {
        if self.columns.api_restricted {
            USERS
        } else {
            USERS.split_at(USERS.len() - 2).0
        }
    }

    fn rows_of_users(&self) -> Vec<Vec<String>> {
        let row = |user: &User| {
            let mut row = vec![
                number(user.id),
                text(&user.username),
                text(&user.usertype),
                text(&user.first_name),
                text(&user.last_name),
                number(user.owner_id),
                number(user.acc_group_id),
                number(user.own_providers),
                number(user.api_restricted),
                number(user.api_permission_group_id),
            ];
            row.truncate(self.columns_of_users().len());
            row
        };
        self.users.iter().map(row).collect()
    }

    #[rustfmt::skip]
    fn small_tables_of_mysql(&self, script: &mut Script<'_>) {
        let rows = self.devices.iter().map(|row| {
            vec![number(row.id), text(&row.name), text(&row.extension), text(&row.device_type), number(row.user_id)]
        });
        script.table("devices", DEVICES, &rows.collect::<Vec<_>>());
        let rows = self.providers.iter().map(|row| vec![number(row.id), text(&row.name)]);
        script.table("providers", PROVIDERS, &rows.collect::<Vec<_>>());
        let rows = self.dialplans.iter().map(|row| vec![number(row.id), text(&row.name), text(&row.dptype)]);
        script.table("dialplans", DIALPLANS, &rows.collect::<Vec<_>>());
        let rows = self.conflines.iter().map(|row| {
            vec![number(row.id), plain(&row.name), text(&row.value), number(row.owner_id)]
        });
        script.table("conflines", CONFLINES, &rows.collect::<Vec<_>>());
        let rows = self.acc_groups.iter().map(|row| vec![number(row.id), plain(&row.name), plain("accountant")]);
        script.table("acc_groups", GROUPS, &rows.collect::<Vec<_>>());
        let rows = self.acc_rights.iter().map(|row| vec![number(row.id), plain(&row.name), plain("accountant")]);
        script.table("acc_rights", RIGHTS, &rows.collect::<Vec<_>>());
        let rows = self.acc_group_rights.iter().map(|row| {
            vec![number(row.acc_group_id), number(row.acc_right_id), number(row.value)]
        });
        script.table("acc_group_rights", LEVELS, &rows.collect::<Vec<_>>());
        if let Some(permissions) = &self.api_permissions {
            let rows = permissions.iter().map(|row| {
                vec![number(row.api_permission_group_id), plain(&row.method), number(row.level)]
            });
            script.table("api_permissions", PERMISSIONS, &rows.collect::<Vec<_>>());
        }
    }
}

/// The script so far.
struct Script<'a> {
    flavour: &'a Flavour,
    out: String,
}

impl Script<'_> {
    fn table(&mut self, name: &str, columns: &[(&str, &str)], rows: &[Vec<String>]) {
        let Flavour {
            charset,
            collation,
            types,
        } = self.flavour;
        let mut lines = Vec::new();
        for (place, (column, kind)) in columns.iter().enumerate() {
            let full = format!("{name}.{column}");
            let other = types.iter().find(|(changed, _)| *changed == full);
            let kind = other.map_or(*kind, |other| other.1);
            // MOR's own ids are INT; tests try what is larger.
            let mut numbers = rows.iter().map(|row| row[place].parse::<i64>());
            let is_large = numbers.any(|number| number.is_ok_and(|it| i32::try_from(it).is_err()));
            match kind.strip_prefix("INT ").filter(|_| is_large) {
                Some(rest) => lines.push(format!("{column} BIGINT {rest}")),
                None => lines.push(format!("{column} {kind}")),
            }
            // The index of a long type would need a length.
            if INDEXED.contains(&full.as_str()) && other.is_none() {
                lines.push(format!("KEY by_{column} ({column})"));
            }
        }
        writeln!(
            self.out,
            "CREATE TABLE {name} ({}) ENGINE InnoDB DEFAULT CHARSET {charset} COLLATE {collation};",
            lines.join(", ")
        )
        .unwrap();
        for rows in rows.chunks(AT_ONCE) {
            let rows: Vec<_> = rows
                .iter()
                .map(|row| format!("({})", row.join(", ")))
                .collect();
            writeln!(self.out, "INSERT INTO {name} VALUES {};", rows.join(",\n")).unwrap();
        }
    }
}

fn number(stored: impl Into<Int>) -> String {
    stored
        .into()
        .map_or("NULL".to_owned(), |number| number.to_string())
}

fn time(stored: &Text) -> String {
    let zero = "0000-00-00 00:00:00".to_owned();
    let text = rfc3339(stored).map_or(zero, |time| time.replace('T', " ").replace('Z', ""));
    stored
        .as_ref()
        .map_or("NULL".to_owned(), |_| format!("'{text}'"))
}

fn text(stored: &Text) -> String {
    let text = |bytes: &Vec<u8>| plain(&characters(bytes).into_iter().collect::<String>());
    stored.as_ref().map_or("NULL".to_owned(), text)
}

/// Text that is plain is quoted; all other text is written byte by byte.
fn plain(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || " +-_./".contains(c);
    if text.chars().all(is_plain) {
        format!("'{text}'")
    } else {
        format!("_utf8mb4 x'{}'", hex::encode(text))
    }
}
