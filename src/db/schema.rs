//! Which database this is: its dialect, and which of MOR's newer columns it
//! has. Asked once per connection; everything else is known beforehand.
//!
//! A server does not show a column that the user may not read, so it looks like one that
//! the server lacks. Where an optional column is not shown, a second query names it (D39).
//! Only then: that query waits for whoever has locked the table.

use crate::db::column::Columns;
use crate::db::index::Indexes;
use crate::db::mor::{self, OPTIONAL};
use crate::db::statement::Statement;
use crate::error::Failure;
use crate::text::{contains, split_once};

/// The two families of SQL. Where they differ is written in [`crate::db::dialect`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite 3.44 or newer (`ORDER BY` inside an aggregate).
    Sqlite,
    /// MySQL and MariaDB, of versions with `JSON_ARRAY`. docs/operating.md has those
    /// that were run.
    Mysql,
}

/// What differs from one MOR database to the next (contract section 7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schema {
    /// The database's language.
    pub dialect: Dialect,
    /// Which of [`OPTIONAL`] there are.
    pub optional: Columns,
    /// A column that is searched has a case-sensitive collation (MySQL).
    pub is_case_sensitive: bool,
    /// `dids.did` is no text (MySQL).
    pub number_is_binary: bool,
    /// The index of db/trigram.sql exists, and the triggers that keep it up to
    /// date (SQLite): they go with the table `dids`, and the index does not.
    pub trigram: bool,
    /// The indexes of `dids`.
    pub indexes: Indexes,
}

/// The columns that are compared with what a caller wrote.
const COMPARED: &[&str] = &["dids.did", "dids.status", "dids.language", "users.username"];

impl Schema {
    /// An old server: no optional column, and no index.
    pub const BARE: Self = Self {
        dialect: Dialect::Sqlite,
        optional: Columns::NONE,
        is_case_sensitive: false,
        number_is_binary: false,
        trigram: false,
        indexes: Indexes::NONE,
    };
    /// A new one, with every optional column.
    pub const FULL: Self = Self {
        optional: Columns::ALL,
        ..Self::BARE
    };

    /// Whether there is a column, named as `table.column`; the rows of a list name
    /// the table `dids` [`d`](super::page).
    #[inline(never)]
    pub fn has(&self, column: &str) -> bool {
        let of_dids = column.strip_prefix("d.");
        let is_it = |known: &str| match of_dids {
            Some(column) => known.strip_prefix("dids.") == Some(column),
            None => known == column,
        };
        let at = OPTIONAL.iter().position(|known| is_it(known));
        at.is_none_or(|at| self.optional.has(at))
    }

    /// Whether a user's calls can be restricted, and to what.
    pub fn restricts_calls(&self) -> bool {
        self.has("users.api_restricted") && self.has("users.api_permission_group_id")
    }

    /// Queries that the server refuses where what it does not show exists, and the user
    /// may not read it (D39).
    pub fn looks(&self) -> impl Iterator<Item = &'static str> {
        let is_server = self.dialect == Dialect::Mysql;
        // A column that does not exist is then the one of the same name around it. Named
        // alone, it is denied as well: a user who may not read a table's every column may
        // not know which others there are.
        let is_unseen = |name: &&str| !name.starts_with("api_") && !self.has(name);
        let columns = is_server && OPTIONAL.iter().any(is_unseen);
        // The same holds for a table, so only where calls are restricted.
        let permissions = is_server && self.restricts_calls() && !self.has("api_permissions.level");
        let columns = columns.then_some(
            "SELECT v FROM (SELECT CONCAT('', COUNT(*)) AS v FROM (SELECT 0 AS \
             ai_agent_compatible, 0 AS routes_to_openai_project_id, 0 AS updated_at, \
             0 AS api_restricted, 0 AS api_permission_group_id) AS absent WHERE EXISTS (SELECT \
             ai_agent_compatible, routes_to_openai_project_id, updated_at FROM dids LIMIT 0) \
             OR EXISTS (SELECT api_restricted, api_permission_group_id FROM users LIMIT 0) \
             LIMIT 1) AS answer",
        );
        let permissions = permissions.then_some(
            "SELECT v FROM (SELECT CONCAT('', COUNT(*)) AS v FROM (SELECT level, \
             api_permission_group_id, method FROM api_permissions LIMIT 0) AS p LIMIT 1) \
             AS answer",
        );
        columns.into_iter().chain(permissions)
    }

    /// Asks for every column of MOR's tables, as `table.column collation;` each
    /// (SQLite names no collation), for the columns of indexes of `dids`, as
    /// `index name place column length;`, and how many there must be.
    pub fn question(dialect: Dialect) -> Statement {
        Statement::constant(match dialect {
            Dialect::Sqlite => {
                "SELECT CAST(group_concat(name || ' ;', '') || count(*) \
                 || (SELECT encoding FROM pragma_encoding) AS BLOB) AS v FROM \
                 (SELECT t.column1 || '.' || c.name AS name FROM \
                 (VALUES ('dids'), ('users'), ('devices'), ('providers'), ('dialplans'), \
                 ('conflines'), ('acc_rights'), ('acc_group_rights'), ('api_permissions')) t \
                 JOIN pragma_table_info(t.column1) c UNION ALL \
                 SELECT 'trigram' FROM sqlite_schema WHERE name = 'dids_trigram' \
                 AND sql LIKE '%fts5%trigram%' AND sqlite_compileoption_used('ENABLE_FTS5') \
                 AND (SELECT count(*) FROM sqlite_schema WHERE type = 'trigger' \
                 AND lower(tbl_name) = 'dids' AND name IN ('dids_trigram_insert', \
                 'dids_trigram_update', 'dids_trigram_delete')) = 3 UNION ALL \
                 SELECT 'index ' || l.name || ' ' || (c.seqno + 1) || ' ' || \
                 COALESCE(c.name, 'none') || CASE WHEN c.desc THEN ' desc' ELSE ' -' END \
                 FROM pragma_index_list('dids') l JOIN pragma_index_xinfo(l.name) c \
                 WHERE l.partial = 0 AND c.key = 1 AND l.name NOT LIKE '% %' \
                 AND l.name NOT LIKE '%;%')"
            }
            Dialect::Mysql => concat!(
                "SELECT v FROM (SELECT CONCAT(COALESCE(GROUP_CONCAT(LOWER(c.name), ' ', c.about, \
                 ';' SEPARATOR ''), ''), COUNT(*), CASE WHEN ",
                dids_mysql::is_said!(),
                " THEN 'UTF-8' ELSE 'shared' END) AS v FROM (SELECT \
                 CONCAT(table_name, '.', column_name) AS name, \
                 COALESCE(collation_name, 'binary') AS about FROM information_schema.columns \
                 WHERE table_schema = DATABASE() AND table_name IN ('dids', 'users', 'devices', \
                 'providers', 'dialplans', 'conflines', 'acc_rights', 'acc_group_rights', \
                 'api_permissions') UNION ALL SELECT 'index', CONCAT(index_name, ' ', \
                 seq_in_index, ' ', COALESCE(column_name, 'none'), ' ', \
                 COALESCE(sub_part, CASE WHEN collation = 'A' THEN '-' ELSE 'desc' END)) \
                 FROM information_schema.statistics WHERE table_schema = DATABASE() AND \
                 table_name = 'dids' AND index_name NOT LIKE '% %' AND index_name NOT LIKE '%;%') \
                 AS c LIMIT 1) AS answer"
            ),
        })
    }

    /// Reads the answer to [`Schema::question`].
    ///
    /// # Errors
    /// A sentence for the operator when a table is missing or unusable.
    pub fn read(dialect: Dialect, answer: Option<&[u8]>) -> Result<Self, Failure> {
        let text = answer.unwrap_or_default().to_ascii_lowercase();
        // Bytes, of which the standard library's loops are a fraction of the code.
        let mut parts: Vec<&[u8]> = text.split(|byte| *byte == b';').collect();
        let count = str::from_utf8(parts.pop().unwrap_or_default()).unwrap_or_default();
        let columns: Vec<(&str, &str)> = parts.into_iter().filter_map(column).collect();
        let is_whole = |count: &str| count.parse() == Ok(columns.len());
        // SQLite joins no columns to nothing, not to a count of 0.
        let has_none = text.is_empty() && dialect == Dialect::Sqlite;
        if !has_none && !count.strip_suffix("utf-8").is_some_and(is_whole) {
            return Err(if contains(count, "utf-16") {
                "the SQLite file is UTF-16; make a UTF-8 copy (PRAGMA encoding) and use that"
            } else {
                "the session is not as it was set, or its answer was cut: a proxy that shares \
                 server connections among clients loses what a client SETs; turn that off for \
                 this user, or connect to the server itself"
            }
            .into());
        }
        let collation = |column| collation(&columns, column);
        let is_index = |(name, _): &&(&str, &str)| *name == "index";
        let has = |column| collation(column).is_some();
        let is_case_sensitive =
            |column: &&'static str| collation(column).is_some_and(|name| !name.ends_with("_ci"));
        let mut missing = String::new();
        for column in mor::columns().filter(|column| !column.is_optional()) {
            if !columns.iter().any(|(name, _)| column.is(name)) {
                missing = [&missing, " ", column.table, ".", column.name].concat();
            }
        }
        if !missing.is_empty() {
            return Err(Failure::from(format!(
                "column{missing} is missing: create MOR's tables (db/schema.sql), grant its \
                 columns (db/mysql-grant.sql), or point the variable \"database\" at a MOR \
                 database"
            )));
        }
        if has("users.api_restricted") != has("users.api_permission_group_id") {
            return Err(
                "of users.api_restricted and users.api_permission_group_id only one is there, or \
                 only one is granted (db/mysql-grant.sql): API restriction needs both"
                    .into(),
            );
        }
        Ok(Self {
            dialect,
            optional: Columns::which(&OPTIONAL, |_, column| has(column)),
            is_case_sensitive: dialect == Dialect::Mysql && COMPARED.iter().any(is_case_sensitive),
            number_is_binary: collation("dids.did") == Some("binary"),
            trigram: has("trigram"),
            indexes: Indexes::read(columns.iter().filter(is_index).map(|(_, part)| *part)),
        })
    }
}

/// A column's name and what is said of it.
#[inline(never)]
fn column(part: &[u8]) -> Option<(&str, &str)> {
    split_once(str::from_utf8(part).ok()?, " ")
}

/// The collation of a column, if there is such a column.
#[inline(never)]
fn collation<'a>(columns: &[(&'a str, &'a str)], column: &str) -> Option<&'a str> {
    let mut columns = columns.iter();
    let (_, collation) = columns.find(|(name, _)| *name == column)?;
    Some(collation)
}
