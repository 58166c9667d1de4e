//! Columns of other types than MOR's: each is brought over as text or as a whole
//! number, and none fails the query.

use dids_tests::model::mysql::Flavour;

use crate::town::*;
use crate::{is_right, serve_shared};

/// Columns and the types they may have instead.
pub const TYPES: [(&str, &[&str]); 24] = [
    (
        "dids.id",
        &[
            "BIGINT UNSIGNED",
            "DECIMAL(20,0)",
            "MEDIUMINT",
            "SMALLINT UNSIGNED",
        ],
    ),
    (
        "dids.did",
        &[
            "CHAR(50)",
            "VARBINARY(50)",
            "BIGINT",
            "DECIMAL(20,0)",
            "TEXT",
            "BLOB",
        ],
    ),
    (
        "dids.status",
        &[
            "ENUM('free','reserved','active','closed','terminated')",
            "SET('free','reserved','active','closed','terminated')",
            "CHAR(20)",
            "VARBINARY(20)",
            "TEXT",
        ],
    ),
    (
        "dids.user_id",
        &[
            "BIGINT",
            "DECIMAL(10,0)",
            "VARCHAR(10)",
            "DOUBLE",
            "DECIMAL(10,2)",
        ],
    ),
    (
        "dids.device_id",
        &["BIGINT", "DECIMAL(10,0)", "VARCHAR(10)", "TINYINT"],
    ),
    (
        "dids.reseller_id",
        &[
            "BIGINT UNSIGNED",
            "DECIMAL(10,0)",
            "VARCHAR(10)",
            "SMALLINT",
        ],
    ),
    (
        "dids.dialplan_id",
        &["BIGINT", "DECIMAL(10,0)", "VARCHAR(10)"],
    ),
    (
        "dids.provider_id",
        &["BIGINT UNSIGNED", "DECIMAL(10,0)", "VARCHAR(10)"],
    ),
    (
        "dids.language",
        &["CHAR(10)", "ENUM('','en','lt')", "VARBINARY(10)"],
    ),
    (
        "dids.comment",
        &[
            "TINYTEXT",
            "TEXT",
            "MEDIUMTEXT",
            "LONGTEXT",
            "BLOB",
            "LONGBLOB",
            "CHAR(200)",
        ],
    ),
    (
        "dids.reseller_comment",
        &["TEXT", "LONGTEXT", "VARBINARY(200)"],
    ),
    (
        "dids.call_limit",
        &["BIGINT", "VARCHAR(20)", "TINYINT UNSIGNED", "DECIMAL(10,0)"],
    ),
    ("dids.tonezone", &["CHAR(5)", "ENUM('lt','us')", "BLOB"]),
    (
        "dids.ai_agent_compatible",
        &["BIT(1)", "INT", "VARCHAR(1)", "BOOLEAN", "DECIMAL(1,0)"],
    ),
    (
        "dids.routes_to_openai_project_id",
        &["TEXT", "CHAR(64)", "VARBINARY(64)"],
    ),
    ("users.id", &["BIGINT", "DECIMAL(10,0)", "INT UNSIGNED"]),
    ("users.username", &["CHAR(30)", "VARBINARY(30)", "TEXT"]),
    (
        "users.usertype",
        &[
            "ENUM('user','admin','reseller','accountant','partner')",
            "CHAR(20)",
            "VARBINARY(20)",
        ],
    ),
    (
        "users.owner_id",
        &["BIGINT", "DECIMAL(10,0)", "VARCHAR(10)"],
    ),
    ("users.own_providers", &["TINYINT", "BIT(1)", "VARCHAR(1)"]),
    ("users.api_restricted", &["BIT(1)", "INT", "VARCHAR(1)"]),
    (
        "devices.device_type",
        &["ENUM('SIP','FAX')", "CHAR(20)", "VARBINARY(20)"],
    ),
    (
        "conflines.value",
        &["TEXT", "BLOB", "CHAR(255)", "VARBINARY(255)"],
    ),
    (
        "acc_group_rights.value",
        &["TINYINT", "VARCHAR(1)", "DECIMAL(10,0)"],
    ),
];

/// What is asked of each.
pub const QUERIES: [(&str, &str); 12] = [
    ("admin", ""),
    ("clerk", "search_status=FREE"),
    (
        "admin",
        "search_hide_terminated_dids=1&search_did_number=3706",
    ),
    ("admin", "search_did_number=3706%25&from=2&max_results=2"),
    ("admin", "search_did_owner=anna"),
    ("admin", "search_language="),
    ("admin", "search_language=EN"),
    ("admin", "search_user=2"),
    ("admin", "search_device=-2"),
    ("shop", "search_dialplan=1"),
    ("carrier", "search_provider=2"),
    ("Anna", ""),
];

#[test]
fn every_type_of_every_column() {
    let tables = town();
    for (column, types) in TYPES {
        for kind in types {
            let site = serve_shared(&tables, &Flavour::default().with(column, kind));
            for (caller, query) in QUERIES {
                println!("{column} {kind}: {caller} asks {query}");
                is_right(&site, &tables, caller, query);
            }
        }
    }
}

#[test]
fn all_of_them_otherwise_at_once() {
    for nth in 0..4 {
        let mut flavour = Flavour::default();
        for (column, types) in TYPES {
            flavour = flavour.with(column, types[nth % types.len()]);
        }
        let tables = town();
        let site = serve_shared(&tables, &flavour);
        for (caller, query) in QUERIES {
            println!("{nth}: {caller} asks {query}");
            is_right(&site, &tables, caller, query);
        }
    }
}

#[test]
fn numbers_as_large_as_their_columns() {
    let mut tables = town();
    did(&mut tables, ANNA).call_limit = Some(i64::MAX);
    did(&mut tables, FREE).id = i64::MAX;
    let flavour = Flavour::default()
        .with("dids.id", "BIGINT PRIMARY KEY")
        .with("dids.call_limit", "BIGINT");
    let site = serve_shared(&tables, &flavour);
    is_right(&site, &tables, "admin", "");
}

#[test]
fn columns_with_not_null_defaults_and_in_any_order() {
    // A live table has more columns than are read, and others in between.
    let tables = town();
    let site = serve_shared(&tables, &Flavour::default());
    for column in [
        "t1 TIME",
        "y YEAR",
        "b BIT(9)",
        "g GEOMETRY",
        "j JSON",
        "f FLOAT",
        "d DECIMAL(9,3)",
    ] {
        for table in ["dids", "users", "devices", "providers", "conflines"] {
            site.run_sql(&format!(
                "ALTER TABLE {table} ADD COLUMN extra_{column} FIRST"
            ));
        }
    }
    for (caller, query) in QUERIES {
        is_right(&site, &tables, caller, query);
    }
}
