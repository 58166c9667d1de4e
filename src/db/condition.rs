//! Conditions that no index leads by, as SQL: each decides of a row alone, and two
//! of them have a part by which an index may find the row.

use super::column::Kind;
use super::dialect::Words;
use super::filter::{Filter, Pattern};
use super::schema::{Dialect, Schema};
use super::statement::{Statement, Value};

/// Appends the condition.
pub(super) fn condition(sql: &mut Statement, words: &Words, schema: &Schema, filter: &Filter) {
    match filter {
        Filter::Nothing => {
            sql.push(" AND 1 = 0");
        }
        Filter::Number(pattern) => {
            let (before, after) = words.compared(schema, pattern.as_str());
            sql.push(" AND ").push(before).push("d.did").push(after);
            like(sql, pattern);
        }
        Filter::Owner(pattern) => {
            sql.push(" AND ").push(words.owner);
            like(sql, pattern);
        }
        Filter::NoLanguage => {
            sql.push(" AND ").push(words.language).push(" = ''");
        }
        Filter::UpdatedSince(moment) => since(sql, words, schema, moment),
        Filter::Numbers(numbers) => match schema.dialect {
            Dialect::Sqlite => numbers_in_sqlite(sql, numbers),
            Dialect::Mysql => numbers_in_mysql(sql, words, schema, numbers),
        },
        Filter::Ids(ids) => {
            let ids = ids.iter().copied().map(Value::Integer);
            one_of(sql.push(" AND d.id"), ids);
        }
        Filter::NotTerminated => {
            sql.push(" AND NOT (");
            words.equals(sql, schema, "COALESCE(d.status, '')", "terminated");
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
fn since(sql: &mut Statement, words: &Words, schema: &Schema, moment: &str) {
    sql.push(" AND ");
    if schema.dialect == Dialect::Mysql {
        Kind::Time.bring(sql, words, "d.updated_at");
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
    let texts = numbers.iter().map(|number| Value::Text(number.clone()));
    if !numbers.iter().any(|number| has_letters(number)) {
        let bytes = |number: &String| Value::Bytes(number.clone().into_bytes());
        let bytes = numbers.iter().map(bytes);
        one_of(sql.push(" AND d.did COLLATE NOCASE"), texts.chain(bytes));
        return;
    }
    sql.push(" AND d.id IN (SELECT id FROM dids WHERE did COLLATE NOCASE");
    one_of(sql, texts.clone());
    sql.push(
        " UNION ALL SELECT id FROM dids WHERE did >= x'' AND CAST(did AS TEXT) COLLATE NOCASE",
    );
    one_of(sql, texts);
    sql.push(")");
}

/// Numbers by index, if its collation and character set allow; then without the
/// trailing blanks that most collations do not count, which are none before a dot.
fn numbers_in_mysql(sql: &mut Statement, words: &Words, schema: &Schema, numbers: &[String]) {
    let is_plain =
        |number: &String| number.is_ascii() && !(schema.minds_case && has_letters(number));
    let mut wrap = words.folded;
    if numbers.iter().all(is_plain) {
        let texts = numbers.iter().map(|number| Value::Text(number.clone()));
        one_of(sql.push(" AND d.did"), texts);
        wrap = ("", "");
    }
    sql.push(" AND ").push(wrap.0).push("CONCAT(d.did, '.')");
    let dotted = |number: &String| Value::Text([number, "."].concat());
    one_of(sql.push(wrap.1), numbers.iter().map(dotted));
}

fn has_letters(number: &str) -> bool {
    number.bytes().any(|byte| byte.is_ascii_alphabetic())
}

fn one_of(sql: &mut Statement, values: impl Iterator<Item = Value>) {
    let mut before = " IN (";
    for value in values {
        sql.push(before).bind(value);
        before = ", ";
    }
    sql.push(")");
}
