//! Which database this is: its dialect, and which of MOR's newer columns it
//! has. Asked once per connection; everything else is known beforehand.

use crate::db::column::Columns;
use crate::db::index::Indexes;
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

/// What every connection to MySQL must have, whatever the server gives it: MySQL cuts a
/// concatenation at 1,024 bytes, a mode can change what a statement means, and
/// `init_connect` the characters that arrive.
pub const MYSQL_SESSION: &str = "SET SESSION group_concat_max_len = 67108864, sql_mode = '', \
    character_set_client = utf8mb4, character_set_results = utf8mb4, \
    collation_connection = utf8mb4_general_ci";

/// What differs from one MOR database to the next (contract section 7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schema {
    /// The database's language.
    pub dialect: Dialect,
    /// Which of [`Schema::OPTIONAL`] there are.
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

/// The tables without which nothing can be answered, each with a column that
/// proves it is MOR's.
const REQUIRED: [&str; 8] = [
    "dids.did",
    "users.username",
    "devices.device_type",
    "providers.name",
    "dialplans.dptype",
    "conflines.value",
    "acc_rights.name",
    "acc_group_rights.value",
];

impl Schema {
    /// The columns that not every server has. All others are taken to be there.
    pub const OPTIONAL: &[&str] = &[
        "dids.ai_agent_compatible",
        "dids.routes_to_openai_project_id",
        "dids.updated_at",
        "users.api_restricted",
        "users.api_permission_group_id",
        "api_permissions.level",
    ];
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
        let is_it = |known: &&str| match of_dids {
            Some(column) => known.strip_prefix("dids.") == Some(column),
            None => *known == column,
        };
        let at = Self::OPTIONAL.iter().position(is_it);
        at.is_none_or(|at| self.optional.has(at))
    }

    /// Whether a user's calls can be restricted, and to what.
    pub fn restricts_calls(&self) -> bool {
        self.has("users.api_restricted") && self.has("users.api_permission_group_id")
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
            Dialect::Mysql => {
                "SELECT v FROM (SELECT CONCAT(GROUP_CONCAT(LOWER(c.name), ' ', c.about, ';' \
                 SEPARATOR ''), COUNT(*), 'UTF-8') AS v FROM (SELECT \
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
            }
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
        let whole = |count: &str| count.parse() == Ok(columns.len());
        match count.strip_suffix("utf-8") {
            Some(count) if whole(count) => {}
            None if contains(count, "utf-16") => {
                return Err(Failure(
                    "the SQLite file is UTF-16; make a UTF-8 copy (PRAGMA encoding) and use that"
                        .into(),
                ));
            }
            // No columns, no list, no count.
            _ if text.is_empty() => {}
            _ => return Err(Failure("the list of columns was cut on its way".into())),
        }
        let collation = |column| collation(&columns, column);
        let is_index = |(name, _): &&(&str, &str)| *name == "index";
        let has = |column| collation(column).is_some();
        let is_case_sensitive =
            |column: &&'static str| collation(column).is_some_and(|name| !name.ends_with("_ci"));
        if let Some(missing) = REQUIRED.iter().find(|column| !has(column)) {
            return Err(Failure(format!(
                "column {missing} is missing: create MOR's tables (db/schema.sql), grant them \
                 whole (db/mysql-grant.sql), or point the variable \"database\" at a MOR \
                 database"
            )));
        }
        Ok(Self {
            dialect,
            optional: Columns::which(Self::OPTIONAL, |_, column| has(column)),
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
