//! Where the databases differ, side by side: one constant per need and dialect.

use super::filter::Pattern;
use super::statement::{Statement, Value, Wrap};
use crate::db::schema::{Dialect, Schema};

/// The pieces of SQL that are not the same everywhere.
pub(super) struct DialectSql {
    /// A column as UTF-8 text, whatever its type and character set.
    pub text: Wrap,
    /// A column as a whole number; NULL stays NULL.
    pub integer: Wrap,
    /// A date and time, stored in the server's zone, as UTC text (D15): around
    /// and between the three places where the column stands.
    pub time: [&'static str; 4],
    /// The number's bytes in hex where they are no text, NULL otherwise.
    pub number_bytes: &'static str,
    /// A place's number that is a text: around it, and as what it is bound.
    pub number_text: Wrap,
    pub number_value: fn(&[u8]) -> Value,
    /// Texts that are equal but for case: what stands between the column and
    /// the value, and after it.
    pub same: Wrap,
    /// `same` is LIKE, so the value must be written as a pattern.
    pub same_is_like: bool,
    /// A column that is compared, made Unicode and blind to case.
    pub folded: Wrap,
    /// Around the columns of a page's row: rows and their count, as one value. A
    /// database or host that cuts it cuts the count. Between its last two pieces
    /// stands `sorted`, where it is wanted or [`Self::always_sorted`].
    pub rows: [&'static str; 3],
    /// The order in which an aggregate takes rows.
    pub sorted: &'static str,
    /// Whether rows come in disorder unless sorted. SQLite takes them as they
    /// were chosen, but does not promise it, so the list looks at the order;
    /// and sorting what was put together takes it as long as all the rest.
    pub always_sorted: bool,
    /// Joins in the order written: the rows of a page are already chosen.
    pub then_join: &'static str,
    /// Around two texts that are compared byte for byte.
    pub exact: Wrap,
    /// The owner as shown (D13, D14), of `d` and `o`; empty where absent.
    pub owner: &'static str,
    /// The language without its blanks.
    pub language: &'static str,
    /// Around a bound number of rows.
    pub rows_of: Wrap,
    /// Around an arm of a union that has an order of its own; empty where the union's
    /// order is each arm's.
    pub arm: [&'static str; 2],
    /// The order of few rows, which an index found otherwise: hidden, so that not
    /// all numbers are walked in their order, seconds for a million, to find a
    /// handful.
    pub few_sorted: &'static str,
    /// Around a moment in UTC: a time before every one in whatever zone that is as
    /// late.
    pub day_before: Wrap,
    /// What stands at the end of every statement with one value.
    pub end: &'static str,
    /// Around the one value of a statement.
    pub answer: Wrap,
    /// The same of a value of at most 16,000 characters, in a statement without
    /// [`Self::end`]. A longer one is cut, which its reader must notice.
    pub short_answer: Wrap,
    /// Around texts to be joined, and between them.
    pub concat: (&'static str, &'static str, &'static str),
}

impl DialectSql {
    pub(super) fn of(dialect: Dialect) -> &'static Self {
        match dialect {
            Dialect::Sqlite => &SQLITE,
            Dialect::Mysql => &MYSQL,
        }
    }

    /// The column that tells a number that is no text.
    pub(super) fn number_bytes(&self, schema: &Schema) -> &'static str {
        if schema.number_is_binary {
            "HEX(CAST(d.did AS BINARY))"
        } else {
            self.number_bytes
        }
    }

    /// The order of the list. Where `few` rows are found by other indexes they
    /// are sorted then.
    pub(super) fn order(&self, few: bool) -> &'static str {
        if few {
            self.few_sorted
        } else {
            " ORDER BY d.did, d.id"
        }
    }

    /// The start of a statement whose one value is a number, as the text of it.
    pub(super) fn number(&self, expression: &'static str) -> Statement {
        let (before, between, after) = self.concat;
        let mut sql = Statement::default();
        sql.push(self.answer.0)
            .push(before)
            .push("''")
            .push(between)
            .push(expression)
            .push(after)
            .push(self.answer.1);
        sql
    }

    /// Around a column that is compared with `text`. Plain, so that an index
    /// serves, unless the column's collation is case-sensitive or its character set
    /// may lack a letter of the text.
    pub(super) fn compared(&self, schema: &Schema, text: &str) -> Wrap {
        if schema.is_case_sensitive || !text.is_ascii() {
            self.folded
        } else {
            ("", "")
        }
    }

    /// Appends the condition that a column equals a text but for case.
    pub(super) fn equals(
        &self,
        sql: &mut Statement,
        schema: &Schema,
        column: &'static str,
        text: &str,
    ) {
        let (before, after) = self.compared(schema, text);
        let mut value = text.to_owned();
        if self.same_is_like {
            value = Pattern::exactly(text);
            if before.is_empty() {
                // LIKE alone is not what an index in the list's order is for.
                sql.push(column)
                    .push(" = ")
                    .bind(Value::Text(text.to_owned()))
                    .push(" AND ");
            }
        }
        sql.push(before).push(column).push(after);
        sql.wrap(self.same, Value::Text(value));
    }
}

/// Whether a column has something to read, as [`crate::text::is_blank`] decides it:
/// the six blanks of ASCII and no others. No function and no pattern of a database
/// takes just these for blanks wherever it runs.
macro_rules! readable_in_sqlite {
    ($column:literal) => {
        concat!(
            "trim(COALESCE(",
            $column,
            ", ''), char(9, 10, 11, 12, 13, 32)) <> ''"
        )
    };
}
macro_rules! readable_in_mysql {
    ($column:literal) => {
        concat!(
            "OCTET_LENGTH(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(",
            $column,
            ", ' ', ''), '\t', ''), '\n', ''), '\x0b', ''), '\x0c', ''), '\r', '')) > 0"
        )
    };
}

/// The owner as shown (D13, D14): how a column is found readable, and around and
/// in the expression what the dialect needs.
macro_rules! owner {
    ($readable:ident, $before:literal, $both:literal, $after:literal) => {
        concat!(
            $before,
            "CASE WHEN d.reseller_id > 0 AND COALESCE(d.user_id, 0) <= 0 THEN '' \
             ELSE COALESCE(CASE WHEN ",
            $readable!("o.first_name"),
            " THEN CASE WHEN ",
            $readable!("o.last_name"),
            " THEN ",
            $both,
            " ELSE o.first_name END WHEN ",
            $readable!("o.last_name"),
            " THEN o.last_name WHEN ",
            $readable!("o.username"),
            " THEN o.username END, '') END",
            $after
        )
    };
}

const SQLITE: DialectSql = DialectSql {
    text: ("CAST(", " AS TEXT)"),
    integer: ("CAST(", " AS INTEGER)"),
    time: ["CAST(", " AS TEXT)", "", ""],
    number_bytes: "CASE WHEN typeof(d.did) = 'blob' THEN hex(d.did) END",
    // Bytes, because a text that is not UTF-8 cannot be bound.
    number_text: ("CAST(", " AS TEXT)"),
    number_value: |number| Value::Bytes(number.to_vec()),
    same: (" = ", " COLLATE NOCASE"),
    same_is_like: false,
    folded: ("", ""),
    rows: [
        "SELECT CAST(COALESCE(group_concat(json_array(",
        "), ''",
        "), '') || count(*) AS BLOB) AS v FROM ",
    ],
    sorted: " ORDER BY d.did, d.id",
    always_sorted: false,
    // SQLite prepares a statement anew for each value bound to a bare LIMIT,
    // which takes longer than a short page itself.
    rows_of: ("", " + 0"),
    arm: ["", ""],
    few_sorted: " ORDER BY +d.did, d.id",
    // A `T` sorts behind a blank.
    day_before: ("substr(", ", 1, 10)"),
    end: "",
    then_join: " CROSS JOIN ",
    owner: owner!(
        readable_in_sqlite,
        "",
        "o.first_name || ' ' || o.last_name",
        ""
    ),
    exact: ("CAST(", " AS BLOB)"),
    language: "trim(COALESCE(d.language, ''))",
    // Named, because the host sends the column's name along, and it would be
    // all this text.
    answer: ("SELECT CAST(", " AS BLOB) AS v"),
    short_answer: ("SELECT CAST(", " AS BLOB) AS v"),
    concat: ("", " || ", ""),
};

const MYSQL: DialectSql = DialectSql {
    text: ("CONVERT(", " USING utf8mb4)"),
    integer: ("CAST(", " AS SIGNED)"),
    // CONVERT_TZ knows the server's own zone and offsets without the time-zone
    // tables, but leaves moments after 2037 as they are. The calendar repeats
    // every 28 years, weekdays and daylight saving included, so those are
    // converted in an earlier cycle. MySQL has no negative years: what is taken
    // from them must be the smaller. DIV, because a setting decides how many
    // decimals `/` has.
    time: [
        "DATE_FORMAT(CONVERT_TZ(",
        " - INTERVAL 28 * ((GREATEST(YEAR(",
        "), 2036) - 2009) DIV 28) YEAR, @@session.time_zone, '+00:00') + \
         INTERVAL 28 * ((GREATEST(YEAR(",
        "), 2036) - 2009) DIV 28) YEAR, '%Y-%m-%d %H:%i:%s')",
    ],
    number_bytes: "NULL",
    number_text: ("", ""),
    number_value: |number| Value::Text(String::from_utf8_lossy(number).into_owned()),
    // Not `=`, for which trailing blanks do not count.
    same: (" LIKE ", " ESCAPE '!'"),
    same_is_like: true,
    folded: ("CONVERT(", " USING utf8mb4) COLLATE utf8mb4_general_ci"),
    // The hint is for MySQL, and a comment elsewhere: where statistics are stale it
    // takes a table for tiny, and would read all of it for each page to hash it.
    rows: [
        "SELECT v FROM (SELECT /*+ NO_BNL() */ CONCAT(COALESCE(GROUP_CONCAT(JSON_ARRAY(",
        ")",
        " SEPARATOR ''), ''), COUNT(*)) AS v FROM ",
    ],
    // Here, unlike at the end of a statement, MariaDB sorts NULL as ''.
    sorted: " ORDER BY d.did IS NOT NULL, d.did, d.id",
    always_sorted: true,
    rows_of: ("", ""),
    arm: ["(", ")"],
    few_sorted: " ORDER BY d.did IS NOT NULL, d.did, d.id",
    // No zone is a day from UTC. MariaDB knows no day before the first.
    day_before: (
        "COALESCE(CAST(",
        " AS DATETIME) - INTERVAL 1 DAY, CAST('0001-01-01' AS DATETIME))",
    ),
    // Read from a derived table, every server sends the value as BLOB. Straight
    // from the functions it is a MEDIUM or LONG BLOB (MariaDB: CONCAT; MySQL 8:
    // GROUP_CONCAT itself), types that Spin refuses. It costs a fifth of a page.
    end: " LIMIT 1) AS answer",
    // Also fixes the order, and is done by the primary key whatever the server
    // believes of the table's size: a STRAIGHT_JOIN read the whole table for
    // each page when the statistics were stale.
    then_join: " LEFT JOIN ",
    owner: owner!(
        readable_in_mysql,
        "CONVERT(",
        "CONCAT(o.first_name, ' ', o.last_name)",
        " USING utf8mb4) COLLATE utf8mb4_general_ci"
    ),
    exact: ("CAST(CONVERT(", " USING utf8mb4) AS BINARY)"),
    language: "TRIM(COALESCE(d.language, ''))",
    answer: ("SELECT v FROM (SELECT ", " AS v"),
    // MariaDB makes a file for the derived table of a BLOB.
    short_answer: ("SELECT CAST(", " AS CHAR(16000)) AS v"),
    concat: ("CONCAT(", ", ", ")"),
};
