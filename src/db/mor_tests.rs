//! What repeats the declaration elsewhere, compared with it.

use super::*;

/// Every column, as `table.column`.
fn names() -> Vec<String> {
    let names = columns().map(|column| format!("{}.{}", column.table, {table}.{name}"));
    names.collect()
}

#[test]
fn d39_the_grants_are_of_what_is_read() {
    let script = include_str!("../../db/mysql-grant.sql");
    let grants = script
        .lines()
        .filter_map(|line| line.strip_prefix("GRANT SELECT"));
    let mut granted = Vec::new();
    for grant in grants {
        let (columns, rest) = grant.split_once(" ON mor.").unwrap();
        let table = rest.split_whitespace().next().unwrap();
        let columns = columns.trim().trim_matches(['(', ')']);
        if columns.is_empty() {
            let all = names();
            let of_table = format!("{table}.");
            granted.extend(all.into_iter().filter(|name| name.starts_with(&of_table)));
        } else {
            granted.extend(columns.split(", ").map(|name| format!("{table}.{name}")));
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
    for column in columns() {
        let Column { table, name, .. } = column;
        let line = page
            .lines()
            .find(|line| line.starts_with(&format!("| `{table}` |")));
        let line = line.unwrap_or_else(|| panic!("docs/operating.md has no line on {table}"));
        assert!(line.contains(&format!("`{name}`")), "{table}.{name}");
    }
}

#[test]
fn the_scripts_make_what_is_read() {
    for script in [
        include_str!("../../db/schema.sql"),
        include_str!("../../db/mysql.sql"),
    ] {
        for column in columns() {
            let Column { table, name, .. } = column;
            let (_, table) = script
                .split_once(&format!("TABLE IF NOT EXISTS {table} ("))
                .unwrap();
            let (table, _) = table
                .split_once(");")
                .or(table.split_once("ENGINE"))
                .unwrap();
            let mut lines = table.lines().map(str::trim_start);
            assert!(
                lines.any(|line| line.starts_with(&format!("{name} "))),
                "{table}.{name}"
            );
        }
    }
}
