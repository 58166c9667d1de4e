//! Servers whose defaults are not the usual ones: a session says what it relies on, and
//! inherits none of that.

use std::sync::Arc;

use dids_host::{Action, Call};
use dids_import::{Import, Stop};
use dids_tests::data::Data;
use dids_tests::harness::Site;
use dids_tests::model::Tables;
use dids_tests::model::mysql::Flavour;
use dids_tests::server::{Database, DatabaseServer, Kind, READER, Session};
use rusqlite::Connection;
use tempfile::TempDir;

use crate::asking::Asking as _;
use crate::grants::kill_all_of;
use crate::town::*;
use crate::{is_logged, is_right, is_unavailable, long_list, serve};

/// Settings of both servers, as for `SET GLOBAL`.
const BOTH: [&str; 28] = [
    "autocommit = 0",
    "sql_select_limit = 5",
    "sql_select_limit = 0",
    "max_join_size = 50",
    "max_sort_length = 4",
    "group_concat_max_len = 4",
    "sql_mode = 'ANSI'",
    "sql_mode = 'PIPES_AS_CONCAT'",
    "sql_mode = 'HIGH_NOT_PRECEDENCE'",
    "sql_mode = 'NO_BACKSLASH_ESCAPES'",
    "sql_mode = 'PAD_CHAR_TO_FULL_LENGTH'",
    "sql_mode = 'IGNORE_SPACE,NO_UNSIGNED_SUBTRACTION,ONLY_FULL_GROUP_BY'",
    "completion_type = 'CHAIN'",
    "div_precision_increment = 0",
    "default_week_format = 6",
    "lc_time_names = 'lt_LT'",
    "lc_messages = 'de_DE'",
    "big_tables = 1",
    "tmp_table_size = 1024",
    "max_heap_table_size = 16384",
    "low_priority_updates = 1",
    "lock_wait_timeout = 1",
    "max_length_for_sort_data = 4",
    "sql_quote_show_create = 0",
    "optimizer_switch = 'derived_merge=off,materialization=off,semijoin=off,index_merge=off'",
    "eq_range_index_dive_limit = 1",
    "join_buffer_size = 128",
    "sql_safe_updates = 1",
];
const MARIADB: [&str; 7] = [
    "tx_isolation = 'READ-UNCOMMITTED'",
    "tx_read_only = 1",
    "sql_mode = 'EMPTY_STRING_IS_NULL'",
    "sql_mode = 'ORACLE'",
    "system_versioning_asof = '2020-01-01'",
    "old_mode = 'ZERO_DATE_TIME_CAST'",
    "join_cache_level = 0",
];
const MYSQL: [&str; 4] = [
    "transaction_isolation = 'SERIALIZABLE'",
    "transaction_isolation = 'READ-UNCOMMITTED'",
    "transaction_read_only = 1",
    "internal_tmp_mem_storage_engine = 'MEMORY'",
];

fn settings(kind: Kind) -> Vec<&'static str> {
    let own: &[&str] = match kind {
        Kind::Mariadb => &MARIADB,
        Kind::Mysql => &MYSQL,
    };
    BOTH.iter().chain(own).copied().collect()
}

/// More DIDs than some limits above, in another order than that of their ids, and with
/// times of which a server needs a division.
fn tables() -> Tables {
    let mut tables = long_list(400);
    for did in &mut tables.dids {
        did.did = text(&format!("37060{:045}", 1_000 - did.id));
        did.status = text("closed");
        did.closed_till = text("2040-07-15 12:00:00");
        did.updated_at = text("2037-01-15 12:00:00");
    }
    tables
}

/// A site of a server of its own, and a session of the server's administrator.
fn own_site(tables: &Tables) -> (Arc<DatabaseServer>, Site, Session) {
    let cached: &[&str] = match Kind::chosen() {
        Kind::Mariadb => &["--query-cache-type=1", "--query-cache-size=1M"],
        Kind::Mysql => &[],
    };
    let server = Arc::new(DatabaseServer::start("UTC", cached));
    let site = serve(&server, tables, &Flavour::default()).in_turn();
    let root = server.session("");
    (server, site, root)
}

/// Whether the whole list, a page and a search are right over a new connection.
fn is_served(site: &Site, root: &mut Session, tables: &Tables, about: &str) {
    println!("{about}");
    kill_all_of(root, READER.0);
    for query in [
        "",
        "from=7&max_results=100",
        "search_did_number=37060%25&max_results=3",
    ] {
        is_right(site, tables, "admin", query);
    }
}

#[test]
fn every_default_leaves_the_answers_as_they_are() {
    let tables = tables();
    let (server, site, mut root) = own_site(&tables);
    for setting in settings(server.kind()) {
        let (name, _) = setting.split_once(" =").unwrap();
        let before = format!("SELECT @@global.{name}");
        let before = root.rows(&before).concat().concat();
        root.run(&format!("SET GLOBAL {setting}"));
        is_served(&site, &mut root, &tables, setting);
        let is_number = !before.is_empty() && before.bytes().all(|byte| byte.is_ascii_digit());
        root.run(&match is_number {
            true => format!("SET GLOBAL {name} = {before}"),
            false if name == "system_versioning_asof" => format!("SET GLOBAL {name} = DEFAULT"),
            false => format!("SET GLOBAL {name} = '{before}'"),
        });
    }
}

#[test]
fn nor_does_what_a_session_is_begun_with() {
    let tables = tables();
    let (server, site, mut root) = own_site(&tables);
    // These only an administrator sets on MySQL, in a session too: error 1227.
    let restricted = ["internal_tmp_mem_storage_engine", "low_priority_updates"];
    let of_session = |setting: &&str| {
        let is_named = restricted.iter().any(|name| setting.starts_with(name));
        !(is_named && matches!(server.kind(), Kind::Mysql))
    };
    let sets = settings(server.kind()).into_iter().filter(of_session);
    let sets = sets.map(|setting| format!("SET SESSION {setting}"));
    let others = [
        "SET autocommit = 0; SELECT COUNT(*) FROM information_schema.tables",
        "START TRANSACTION WITH CONSISTENT SNAPSHOT",
        "SET NAMES latin1",
        "SET character_set_results = NULL",
        "SET collation_connection = 'utf8mb4_bin'",
    ];
    for begin in sets.chain(others.map(str::to_owned)) {
        root.run(&format!("SET GLOBAL init_connect = \"{begin}\""));
        is_served(&site, &mut root, &tables, &begin);
    }
}

/// A site of a server that begins a transaction for everybody.
fn without_autocommit() -> (Tables, Site, Session) {
    let tables = town();
    let (_, site, mut root) = own_site(&tables);
    root.run(
        "SET GLOBAL autocommit = 0; \
         SET GLOBAL init_connect = 'SET autocommit = 0; START TRANSACTION WITH CONSISTENT SNAPSHOT'",
    );
    (tables, site, root)
}

#[test]
fn nothing_is_open_between_calls() {
    let (tables, site, mut root) = without_autocommit();
    is_right(&site, &tables, "admin", "");
    let user = READER.0;
    let query = format!(
        "SELECT COUNT(*) FROM information_schema.innodb_trx t JOIN \
         information_schema.processlist p ON p.id = t.trx_mysql_thread_id WHERE p.user = '{user}'"
    );
    assert_eq!(root.rows(&query).concat(), ["0"]);
    let connected =
        format!("SELECT COUNT(*) FROM information_schema.processlist WHERE user = '{user}'");
    assert_eq!(root.rows(&connected).concat(), ["1"]);
    // No lock on the table's definition either.
    site.run_sql("SET SESSION lock_wait_timeout = 3; ALTER TABLE dids ADD COLUMN other INT");
    is_right(&site, &tables, "admin", "");
}

#[test]
fn the_next_call_sees_what_was_committed() {
    let (mut tables, site, _root) = without_autocommit();
    is_right(&site, &tables, "admin", "");
    site.run_sql("UPDATE dids SET comment = 'new' WHERE id = 11; COMMIT");
    did(&mut tables, ANNA).comment = text("new");
    is_right(&site, &tables, "admin", "");
    site.run_sql("UPDATE conflines SET value = 'other' WHERE name = 'API_Secret_Key'; COMMIT");
    assert_eq!(site.list("admin", "").error(), "Incorrect hash");
    assert_eq!(site.server().stats().database_opens, 1, "one connection");
}

#[test]
fn a_proxy_that_loses_what_is_set_is_named() {
    let tables = town();
    let (_, site, mut root) = own_site(&tables);
    for (setting, usual) in [
        (
            "group_concat_max_len = 1024",
            "group_concat_max_len = 1048576",
        ),
        ("autocommit = 0", "autocommit = 1"),
        (
            "sql_select_limit = 5",
            "sql_select_limit = 18446744073709551615",
        ),
    ] {
        root.run(&format!("SET GLOBAL {setting}"));
        site.server().faults().set(|call: &Call| {
            let is_set = call.statement.starts_with("SET SESSION");
            if is_set {
                Action::Answer(Vec::new())
            } else {
                Action::Pass
            }
        });
        kill_all_of(&mut root, READER.0);
        is_unavailable(&site.list("admin", ""));
        is_logged(&site, "a proxy that shares server connections");
        site.server().take_log();
        site.server().faults().clear();
        is_right(&site, &tables, "admin", "");
        root.run(&format!("SET GLOBAL {usual}"));
    }
}

#[test]
fn an_import_copies_every_row_or_none() {
    let server = Arc::new(DatabaseServer::start("UTC", &[]));
    let tables = long_list(10_000);
    let database = Database::create(&server, &[&tables.to_mysql(&Flavour::default())]);
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("dids.db");
    let copy = || {
        Import::new(&database.url(), &file, false)
            .unwrap()
            .run(&Stop::default())
    };
    let rows = || {
        let copy = Connection::open(&file).unwrap();
        let count = copy.query_row("SELECT COUNT(*) FROM dids", [], |row| row.get::<_, i64>(0));
        count.unwrap()
    };
    let mut session = database.session();
    session.run(
        "SET GLOBAL sql_select_limit = 5; SET GLOBAL max_join_size = 50; SET GLOBAL autocommit = 0; \
         SET GLOBAL init_connect = 'SET SESSION sql_select_limit = 7'",
    );
    copy().unwrap();
    assert_eq!(rows(), 10_000);
    // Whatever cuts a result: here, each query finds another part of the table.
    session.run(
        "RENAME TABLE dids TO d; \
         CREATE VIEW dids AS SELECT d.* FROM d \
         JOIN (SELECT RAND() AS part FROM d LIMIT 1) AS p ON d.id < 10000 * p.part",
    );
    let error = copy().unwrap_err().to_string();
    assert!(
        error.contains("rows came, but the server counts"),
        "{error}"
    );
    assert_eq!(rows(), 10_000, "the good copy stays");
}

#[test]
fn who_must_use_tls_is_told_so() {
    let server = Arc::new(DatabaseServer::start("UTC", &[]));
    let tables = town();
    let site = serve(&server, &tables, &Flavour::default());
    let user = READER.0;
    server
        .session("")
        .run(&format!("ALTER USER {user} REQUIRE SSL"));
    is_unavailable(&site.list("admin", ""));
    is_logged(&site, "error 1045");
    is_logged(&site, "ssl-mode=required");
}

#[test]
fn an_ipv6_address_is_connected_to() {
    let server = Arc::new(DatabaseServer::start(
        "UTC",
        &["--bind-address=127.0.0.1,::1"],
    ));
    let tables = town();
    let database = Database::create(&server, &[&tables.to_mysql(&Flavour::default())]);
    let url = database.url().replace("127.0.0.1", "[::1]");
    let folder = TempDir::new().unwrap();
    let import = Import::new(&url, folder.path().join("dids.db"), false).unwrap();
    import.run(&Stop::default()).unwrap();
    let site = Site::on_local_host(Data::Server(database), |settings| {
        settings.variables.insert("database".into(), url);
    });
    is_right(&site, &tables, "admin", "");
}

#[test]
fn a_user_of_ed25519_is_let_in() {
    let server = Arc::new(DatabaseServer::start("UTC", &[]));
    let tables = town();
    let database = Database::create(&server, &[&tables.to_mysql(&Flavour::default())]);
    let (user, password) = READER;
    server.session("").run(&format!(
        "INSTALL SONAME 'auth_ed25519'; \
         ALTER USER {user} IDENTIFIED VIA ed25519 USING PASSWORD('{password}')"
    ));
    let folder = TempDir::new().unwrap();
    let import = Import::new(&database.url(), folder.path().join("dids.db"), false).unwrap();
    import.run(&Stop::default()).unwrap();
    let site = Site::on_local_host(Data::Server(database), |_| ());
    is_right(&site, &tables, "admin", "");
}
