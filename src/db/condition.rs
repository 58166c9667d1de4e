//! Conditions that no index leads by, as SQL: each decides of a row alone, and two
//! of them have a part by which an index may find the row.

use super::column::Kind;
use super::dialect::DialectSql;
use super::filter::{Filter, Pattern};
use super::schema::{Dialect, Schema};
use super::statement::{Statement, Value};

/// Appends the condition.
pub(super) fn condition(
    sql: &mut Statement,
    dialect: &DialectSql,
    schema: &Schema,
    filter: &Filter,
) {
    match filter {
        Filter::Nothing => {
            sql.push(" AND 1 = 0");
        }
        Filter::Number(pattern) => {
            let (before, after) = dialect.compared(schema, pattern.as_str());
            sql.push(" AND ").push(before).push("d.did").push(after);
            like(sql, pattern);
        }
        Filter::Owner(pattern) => {
            sql.push(" AND ").push(dialect.owner);
            like(sql, pattern);
        }
        Filter::NoLanguage => {
            sql.push(" AND ").push(dialect.language).push(" = ''");
        }
        Filter::UpdatedSince(moment) => since(sql, dialect, schema, moment),
        Filter::Numbers(numbers) => match schema.dialect {
            Dialect::Sqlite => numbers_in_sqlite(sql, numbers),
            Dialect::Mysql => numbers_in_mysql(sql, dialect, schema, numbers),
        },
        Filter::Ids(ids) => {
            let mut before = " AND d.id IN (";
            for id in ids {
                sql.push(before).bind(Value::Integer(*id));
                before = ", ";
            }
            sql.push(")");
        }
        Filter::NotTerminated => {
            sql.push(" AND NOT (");
            dialect.equals(sql, schema, "COALESCE(d.status, '')", "terminated");
            sql.push(")");
        }
        // Of these an index may lead: see [`super::access`].
        Filter::Status(_)
        | Filter::Language(_)
        | Filter::DialPlan(_)
        | Filter::Device(_)
        | Filter::Provider(_)
        | Filter::Holder(_) => {}
    }
}

fn like(sql: &mut Statement, pattern: &Pattern) {
    sql.push(" LIKE ")
        .bind(Value::Text(pattern.as_str().to_owned()))
        .push(" ESCAPE '!'");
}

/// Of the time as it is shown (D15), so that what decides is what a caller sees: a
/// local time that occurs twice a year is the later moment to MySQL here and there,
/// and no change is missed. No zone need be known of the value.
fn since(sql: &mut Statement, dialect: &DialectSql, schema: &Schema, moment: &str) {
    sql.push(" AND ");
    if schema.dialect == Dialect::Mysql {
        Kind::Time.select_expr(sql, dialect, "d.updated_at");
        sql.push(" >= ").bind(Value::Text(moment.to_owned()));
    } else {
        sql.wrap(SINCE_IN_SQLITE, Value::Text(moment.to_owned()));
    }
}

/// A stored time.
macro_rules! stored {
    () => {
        "CAST(d.updated_at AS TEXT)"
    };
}

/// A stored time without what D15 tolerates in it.
macro_rules! seconds {
    () => {
        concat!("replace(substr(", stored!(), ", 1, 19), 'T', ' ')")
    };
}

/// Not before the value, a day that there is, and nothing behind the seconds but a
/// fraction and a `Z`.
const SINCE_IN_SQLITE: (&str, &str) = (
    concat!(seconds!(), " >= "),
    concat!(
        " AND ",
        seconds!(),
        " = strftime('%Y-%m-%d %H:%M:%S', ",
        seconds!(),
        ") AND (substr(",
        stored!(),
        ", 20) IN ('', 'Z') OR substr(",
        stored!(),
        ", 20, 2) GLOB '.[0-9]' AND ltrim(substr(",
        stored!(),
        ", 21), '0123456789') IN ('', 'Z'))"
    ),
);

/// Numbers that are texts, in any case, and numbers that are bytes. Bytes come last
/// in their index, and an index finds them only as they are: so where letters are
/// asked for, all of them are looked at. As a rule there are none.
fn numbers_in_sqlite(sql: &mut Statement, numbers: &[String]) {
    if !has_letters(numbers) {
        list(sql, " AND d.did COLLATE NOCASE IN (", numbers, text);
        list(sql, ", ", numbers, |number| Value::Bytes(number.into()));
        sql.push(")");
        return;
    }
    let texts = " AND d.id IN (SELECT id FROM dids WHERE did COLLATE NOCASE IN (";
    let bytes = ") UNION ALL SELECT id FROM dids WHERE did >= x'' AND CAST(did AS TEXT) \
                 COLLATE NOCASE IN (";
    list(sql, texts, numbers, text);
    list(sql, bytes, numbers, text);
    sql.push("))");
}

/// Numbers by index, if its collation and character set allow; then without the
/// trailing blanks that most collations do not count, which are none before a dot.
fn numbers_in_mysql(
    sql: &mut Statement,
    dialect: &DialectSql,
    schema: &Schema,
    numbers: &[String],
) {
    let is_plain = numbers.iter().all(|number| number.is_ascii())
        && !(schema.is_case_sensitive && has_letters(numbers));
    let mut wrap = dialect.folded;
    if is_plain {
        list(sql, " AND d.did IN (", numbers, text);
        sql.push(")");
        wrap = ("", "");
    }
    sql.push(" AND ")
        .push(wrap.0)
        .push("CONCAT(d.did, '.')")
        .push(wrap.1);
    list(sql, " IN (", numbers, |number| {
        Value::Text([number, "."].concat())
    });
    sql.push(")");
}

fn has_letters(numbers: &[String]) -> bool {
    let mut numbers = numbers.iter();
    numbers.any(|number| number.bytes().any(|byte| byte.is_ascii_alphabetic()))
}

fn text(number: &str) -> Value {
    Value::Text(number.into())
}

fn list(
    sql: &mut Statement,
    mut before: &'static str,
    numbers: &[String],
    value: fn(&str) -> Value,
) {
    for number in numbers {
        sql.push(before).bind(value(number));
        before = ", ";
    }
}
