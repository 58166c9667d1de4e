//! Views in the place of tables, as an operator supplies them.

use dids_tests::data::Data;
use dids_tests::harness::Site;
use dids_tests::model::Tables;
use dids_tests::model::mysql::Flavour;
use dids_tests::server::{Database, DatabaseServer};

use crate::asking::Asking as _;
use crate::town::*;
use crate::{is_logged, is_right};

/// The tables of the contract, and whether all of a table's columns are kept.
pub const TABLES: [&str; 9] = [
    "dids",
    "users",
    "devices",
    "providers",
    "dialplans",
    "conflines",
    "acc_rights",
    "acc_group_rights",
    "api_permissions",
];

fn serve(tables: &Tables, sql: &str) -> Site {
    let script = tables.to_mysql(&Flavour::default());
    let database = Database::create(&DatabaseServer::shared(), &[&script, sql]);
    Site::on_local_host(Data::Server(database), |_| ())
}

#[test]
fn every_table_may_be_a_view() {
    let mut sql = String::new();
    for table in TABLES {
        sql += &format!(
            "RENAME TABLE {table} TO t_{table}; CREATE VIEW {table} AS SELECT * FROM t_{table};"
        );
    }
    let tables = town();
    let site = serve(&tables, &sql);
    for (caller, query) in [
        ("admin", ""),
        ("admin", "search_did_owner=anna&search_status=active"),
        ("clerk", "from=2&max_results=3"),
        ("shop", ""),
        ("ben", "search_language=LT"),
    ] {
        is_right(&site, &tables, caller, query);
    }
}

/// A server whose own restriction has other names, given in views.
fn restricted_by_views(level: i64) -> Site {
    let mut tables = town();
    tables.columns.api_restricted = false;
    tables.api_permissions = None;
    let sql = format!(
        "RENAME TABLE users TO all_users; \
         CREATE TABLE vendors_restrictions (user_id INT, group_id INT); \
         INSERT INTO vendors_restrictions VALUES (3, 8); \
         CREATE TABLE vendors_levels (group_id INT, what VARCHAR(50), how INT); \
         INSERT INTO vendors_levels VALUES (8, 'dids_get', {level}), (8, 'user_get', 2); \
         CREATE VIEW users AS SELECT u.*, r.user_id IS NOT NULL AS api_restricted, \
         r.group_id AS api_permission_group_id \
         FROM all_users u LEFT JOIN vendors_restrictions r ON r.user_id = u.id; \
         CREATE VIEW api_permissions AS SELECT group_id AS api_permission_group_id, \
         what AS method, how AS level FROM vendors_levels"
    );
    serve(&tables, &sql)
}

#[test]
fn the_api_restriction_by_views() {
    for (level, passes) in [(0, false), (1, true), (2, true), (3, false)] {
        let site = restricted_by_views(level);
        let reply = site.list("anna", "");
        if passes {
            assert_eq!(reply.ids(), [ANNA], "level {level}");
        } else {
            let refused = "API method not permitted: dids_get";
            assert_eq!(reply.error(), refused, "level {level}");
        }
        // Others are in no group.
        assert_eq!(site.ids("ben", ""), [BEN]);
        assert_eq!(site.ids("admin", ""), ALL);
    }
}

#[test]
fn a_view_that_broke_is_503_and_explained() {
    let site = serve(
        &town(),
        "RENAME TABLE providers TO p; CREATE VIEW providers AS SELECT * FROM p",
    );
    assert_eq!(site.ids("admin", ""), ALL);
    site.run_sql("DROP TABLE p");
    crate::is_unavailable(&site.list("admin", ""));
    is_logged(&site, "providers");
    // Who is not shown providers is not held up.
    site.run_sql("CREATE TABLE p (id INT, name VARCHAR(9))");
    assert_eq!(site.ids("admin", ""), ALL);
}
