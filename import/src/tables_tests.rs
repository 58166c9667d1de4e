//! The statements as text, and against db/schema.sql.

use rusqlite::Connection;

use super::*;

const FULL: Schema = Schema {
    dialect: Dialect::Mysql,
    ..Schema::FULL
};
const OLD: Schema = Schema {
    dialect: Dialect::Mysql,
    ..Schema::BARE
};

fn select(table: &str, schema: &Schema, anonymize: bool) -> String {
    let mut tables = Table::of(schema);
    let table = tables.find(|it| it.name == table).unwrap();
    table.select(schema, anonymize)
}

#[test]
fn the_schema_script_takes_the_rows_of_every_server() {
    for schema in [FULL, OLD] {
        let copy = Connection::open_in_memory().unwrap();
        let script = include_str!("../../db/schema.sql");
        copy.execute_batch(script).unwrap();
        copy.execute_batch(&Table::lacking(&schema)).unwrap();
        for table in Table::of(&schema) {
            copy.prepare(&table.insert(&schema)).unwrap();
        }
        let columns = "SELECT group_concat(name) FROM pragma_table_info('dids')";
        let columns: String = copy.query_row(columns, [], |row| row.get(0)).unwrap();
        assert_eq!(
            columns.contains("updated_at"),
            schema.has("dids.updated_at")
        );
    }
}

#[test]
fn only_wanted_settings_and_rights_are_read() {
    let settings = select("conflines", &FULL, false);
    assert!(
        settings.contains("WHERE name IN ('Allow_API', "),
        "{settings}"
    );
    let wanted = settings.matches('\'').count() / 2;
    assert_eq!(wanted, 5, "{settings}");
    for (table, wanted) in [
        (
            "acc_rights",
            " FROM acc_rights WHERE name = 'manage_dids_opt_1'",
        ),
        (
            "api_permissions",
            " FROM api_permissions WHERE method = 'dids_get'",
        ),
    ] {
        let sql = select(table, &FULL, false);
        assert!(sql.ends_with(wanted), "{sql}");
    }
    assert!(!select("devices", &FULL, false).contains("user_id"));
}

#[test]
fn an_old_server_is_not_asked_for_what_it_lacks() {
    let asked: String = Table::of(&OLD).map(|it| it.select(&OLD, true)).collect();
    for absent in [
        "updated_at",
        "openai",
        "ai_agent",
        "api_restricted",
        "api_permission",
    ] {
        assert!(!asked.contains(absent), "{absent} in {asked}");
    }
}

#[test]
fn every_name_comment_project_and_key_is_anonymised() {
    let named = [
        ("dids", "comment", "Comment "),
        ("dids", "reseller_comment", "Reseller comment "),
        ("dids", "routes_to_openai_project_id", "proj_"),
        ("users", "username", "user"),
        ("users", "first_name", "First"),
        ("users", "last_name", "Last"),
        ("devices", "name", "device"),
        ("devices", "extension", "extension"),
        ("providers", "name", "Provider "),
        ("dialplans", "name", "Dial plan "),
    ];
    for (table, column, word) in named {
        let wanted = format!(
            "CASE WHEN LENGTH({column}) > 0 THEN CONCAT('{word}', CAST(id AS SIGNED)) ELSE"
        );
        assert!(
            select(table, &FULL, true).contains(&wanted),
            "{table}.{column}"
        );
        assert!(!select(table, &FULL, false).contains("CASE"), "{table}");
    }
    let key = select("conflines", &FULL, true);
    assert!(key.contains("THEN 'secret' ELSE CONCAT('secret', CAST(owner_id AS SIGNED))"));
    // All other texts are shown to everybody or are of a fixed set.
    let plain = TABLES.iter().flat_map(|table| {
        let columns = table.columns();
        let texts = columns.filter(|it| matches!(it.value, Plain(Kind::Text)));
        texts.map(move |it| format!("{}.{}", table.name, it.name))
    });
    let plain: Vec<_> = plain.collect();
    let kept = [
        "dids.did",
        "dids.language",
        "dids.status",
        "dids.tonezone",
        "users.usertype",
        "devices.device_type",
        "dialplans.dptype",
        "conflines.name",
    ];
    assert_eq!(plain, kept);
}

#[test]
fn every_column_that_is_read_is_copied() {
    for column in mor::columns() {
        let table = TABLES.iter().find(|table| table.name == column.table);
        let mut columns = table.unwrap().columns();
        assert!(columns.any(|it| it.name == column.name), "{}", column.name);
    }
    for (name, _) in VALUES {
        assert!(mor::columns().any(|column| column.is(name)), "{name}");
    }
}
