//! What repeats the declaration elsewhere, compared with it.

use super::*;

/// Every column, as `table.column`.
fn names() -> Vec<String> {
    let names = columns().map(|column| format!("{}.{}", column.table, column.name));
    names.collect()
}

#[test]
fn d39_the_grants_are_of_what_is_read() {
    let script = include_str!("../../db/mysql-grant.sql");
    let mut granted = Vec::new();
    for line in script.lines() {
        let Some(grant) = line.strip_prefix("GRANT SELECT") else {
            continue;
        };
        let (columns, rest) = grant.split_once(" ON mor.").unwrap();
        let table = rest.split_whitespace().next().unwrap();
        let named = columns.trim().trim_matches(['(', ')']).split(", ");
        let named = named.filter(|name| !name.is_empty());
        let before = granted.len();
        granted.extend(named.map(|name| format!("{table}.{name}")));
        if granted.len() == before {
            let of_table = format!("{table}.");
            granted.extend(
                names()
                    .into_iter()
                    .filter(|name| name.starts_with(&of_table)),
            );
        }
    }
    let mut declared = names();
    granted.sort();
    declared.sort();
    assert_eq!(granted, declared);
}

#[test]
fn the_page_lists_what_is_read() {
    let page = include_str!("../../docs/operating.md");
    for Column { table, name, .. } in columns() {
        let begin = format!("| `{table}` |");
        let line = page.lines().find(|line| line.starts_with(&begin));
        let line = line.unwrap_or_default();
        assert!(line.contains(&format!("`{name}`")), "{table}.{name}");
    }
}

#[test]
fn the_scripts_make_what_is_read() {
    for script in [
        include_str!("../../db/schema.sql"),
        include_str!("../../db/mysql.sql"),
    ] {
        for Column { table, name, .. } in columns() {
            let begin = format!("TABLE IF NOT EXISTS {table} (");
            let (_, rest) = script.split_once(&begin).unwrap();
            let (rest, _) = rest.split_once(");").or(rest.split_once("ENGINE")).unwrap();
            let begin = format!("{name} ");
            let mut lines = rest.lines().map(str::trim_start);
            assert!(lines.any(|line| line.starts_with(&begin)), "{table}.{name}");
        }
    }
}
