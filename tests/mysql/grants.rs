//! What the component's user may do: read a few tables, which is enough.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use dids_tests::data::Data;
use dids_tests::harness::Site;
use dids_tests::model::Tables;
use dids_tests::model::mysql::Flavour;
use dids_tests::server::{Database, DatabaseServer, Kind, Session};

use crate::asking::Asking as _;
use crate::town::*;
use crate::views::TABLES;
use crate::{is_logged, is_right, is_unavailable, serve_shared};

pub const SCHEMA: &str = include_str!("../../db/mysql.sql");
pub const GRANT: &str = include_str!("../../db/mysql-grant.sql");
pub const USER: (&str, &str) = ("dids_get", "change-this-password");

/// Serves tables as another user, who is given rights by statements in which
/// `DB` stands for the database.
fn serve_as(user: (&str, &str), tables: &Tables, grants: &str) -> (Site, Session) {
    let server = DatabaseServer::shared();
    let script = tables.to_mysql(&Flavour::default());
    let database = Database::create(&server, &[&script]);
    let name = database.name().to_owned();
    let mut session = database.session();
    let (user_name, password) = user;
    session.run(&format!(
        "CREATE USER '{user_name}' IDENTIFIED BY '{password}'"
    ));
    if !grants.is_empty() {
        session.run(&grants.replace("DB", &name));
    }
    let site = Site::on_local_host(Data::Server(database), |settings| {
        let url = server.url_of((user_name, &percent(password)), &name);
        settings.variables.insert("database".into(), url);
    });
    (site, session)
}

fn percent(text: &str) -> String {
    let encode = |byte: u8| match byte {
        b'a'..=b'z' | b'0'..=b'9' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(encode).collect()
}

#[test]
fn the_grant_script_is_enough_and_no_more() {
    let server = Arc::new(DatabaseServer::start("UTC", &[]));
    let mut root = server.session("");
    root.run("CREATE DATABASE mor; USE mor");
    // Twice, as the scripts say of themselves.
    for script in [SCHEMA, GRANT, SCHEMA, GRANT] {
        root.run(script);
    }
    root.run(
        "INSERT INTO users (id, username, usertype, first_name) VALUES (0, 'admin', 'admin', 'A'); \
         INSERT INTO conflines (name, value) VALUES ('Allow_API', '1'), ('API_Secret_Key', 'secret'); \
         INSERT INTO dids (did, comment) VALUES ('3706', 'first')",
    );
    let url = server.url_of(USER, "mor");
    let unused = Data::sqlite(&town(), "");
    let site = Site::on_local_host(unused, |settings| {
        settings.variables.insert("database".into(), url.clone());
    });
    let reply = site.list("admin", "");
    assert_eq!(
        reply.ids(),
        [1],
        "{}\n{}",
        reply.text(),
        site.server().log()
    );
    assert_eq!(reply.elements("comment"), ["first"]);
    assert_eq!(reply.elements("ai_agent_compatible"), ["false"]);
    assert!(reply.elements("updated_at").is_empty());

    let mut user = Session::open(&url).unwrap();
    for forbidden in [
        "INSERT INTO dids (did) VALUES ('1')",
        "UPDATE conflines SET value = '0'",
        "DELETE FROM dids",
        "CREATE TABLE t (i INT)",
        "DROP TABLE dids",
        "ALTER TABLE dids ADD COLUMN x INT",
        "SELECT * FROM acc_groups",
        "SELECT * FROM mysql.user",
        "LOCK TABLES dids WRITE",
        "SET GLOBAL group_concat_max_len = 4",
    ] {
        assert!(user.try_run(forbidden).is_err(), "{forbidden}");
    }
    user.run("SELECT id FROM dids");
}

#[test]
fn d39_every_grant_is_needed_and_named_in_the_log() {
    let grants: Vec<&str> = GRANT
        .lines()
        .filter(|line| line.starts_with("GRANT"))
        .collect();
    assert_eq!(grants.len(), 10);
    let mut tables = town();
    let anna = crate::town::user(&mut tables, "anna");
    (anna.api_restricted, anna.api_permission_group_id) = (Some(1), Some(3));
    for (place, left_out) in grants.iter().enumerate() {
        // The columns or the table; and a user whose name hides neither.
        let what = left_out.split(['(', ',']).nth(1).unwrap_or_else(|| {
            let (_, table) = left_out.split_once("mor.").unwrap();
            table.split(' ').next().unwrap()
        });
        let user = format!("dids_get{place}");
        let granted = |grant: &str| {
            let grant = grant.replace("mor.", "DB.");
            grant.replace("'dids_get'@'%'", &user)
        };
        let others = grants.iter().filter(|grant| *grant != left_out);
        let others: String = others.map(|grant| granted(grant)).collect();
        let (site, mut session) = serve_as((&user, "x"), &tables, &others);
        is_unavailable(&site.list("anna", ""));
        is_logged(&site, what);
        let name = session.rows("SELECT DATABASE()").concat().concat();
        session.run(&granted(left_out).replace("DB", &name));
        is_right(&site, &tables, "admin", "");
        is_right(&site, &tables, "anna", "");
    }
}

#[test]
fn d39_one_column_or_table_that_is_denied() {
    let grants = GRANT.lines().filter(|line| line.starts_with("GRANT"));
    let grants: String = grants.map(|line| line.replace("mor.", "DB.")).collect();
    let mut tables = town();
    let anna = crate::town::user(&mut tables, "anna");
    (anna.api_restricted, anna.api_permission_group_id) = (Some(1), Some(3));
    // The documented name, which is no secret.
    let (site, mut session) = serve_as(("dids_get", "x"), &tables, &grants.replace("@'%'", ""));
    is_right(&site, &tables, "anna", "");
    for (right, named) in [
        ("SELECT (api_restricted) ON users", "only one is granted"),
        (
            "SELECT (api_permission_group_id) ON users",
            "only one is granted",
        ),
        (
            "SELECT (api_restricted, api_permission_group_id) ON users",
            "column 'api_restricted' in table",
        ),
        (
            "SELECT (owner_id) ON users",
            "column users.owner_id is missing",
        ),
        (
            "SELECT (name) ON providers",
            "column providers.name is missing",
        ),
        ("SELECT ON api_permissions", "api_permissions"),
        ("SELECT ON dids", "dids"),
    ] {
        session.run(&format!("REVOKE {right} FROM dids_get"));
        kill_all_of(&mut session, "dids_get");
        for _ in 0..2 {
            is_unavailable(&site.list("anna", ""));
        }
        is_logged(&site, named);
        session.run(&format!("GRANT {right} TO dids_get"));
        is_right(&site, &tables, "anna", "");
    }
    session.run(
        "ALTER TABLE users DROP COLUMN api_restricted, DROP COLUMN api_permission_group_id; \
         ALTER TABLE dids DROP COLUMN updated_at; DROP TABLE api_permissions",
    );
    tables.columns.api_restricted = false;
    tables.columns.updated_at = false;
    tables.api_permissions = None;
    kill_all_of(&mut session, "dids_get");
    is_right(&site, &tables, "anna", "");
}

/// Ends the connections of a user, and says how many there were.
pub fn kill_all_of(session: &mut Session, user: &str) -> usize {
    let query = format!("SELECT id FROM information_schema.processlist WHERE user = '{user}'");
    let connections = session.rows(&query).concat();
    for id in &connections {
        // It may have ended meanwhile.
        let _ = session.try_run(&format!("KILL CONNECTION {id}"));
    }
    // A server only marks them, and what comes before they notice is no lost connection.
    let is_killed = |id: &String| connections.contains(id);
    let began = Instant::now();
    while session.rows(&query).concat().iter().any(is_killed) {
        assert!(began.elapsed() < Duration::from_secs(20), "they live on");
        thread::sleep(Duration::from_millis(5));
    }
    connections.len()
}

#[test]
fn a_wrong_password_is_503_and_reaches_no_log() {
    let right = "r1ght-s&cret/p@ss:w%rd";
    let (site, mut session) = serve_as(
        ("somebody", right),
        &town(),
        "GRANT SELECT ON DB.* TO somebody",
    );
    is_right(&site, &town(), "admin", "");
    session.run("ALTER USER somebody IDENTIFIED BY 'an0ther-password'");
    kill_all_of(&mut session, "somebody");
    for _ in 0..3 {
        is_unavailable(&site.list("admin", ""));
    }
    is_logged(&site, "error 1045");
    let log = site.server().log();
    for secret in [right, &percent(right), "r1ght", "an0ther"] {
        assert!(!log.contains(secret), "{secret} in\n{log}");
    }
    session.run(&format!("ALTER USER somebody IDENTIFIED BY '{right}'"));
    is_right(&site, &town(), "admin", "");
}

#[test]
fn without_a_grant_503_until_it_is_given() {
    let (site, mut session) = serve_as(("nobody_yet", "x"), &town(), "");
    is_unavailable(&site.list("admin", ""));
    session.run("GRANT SELECT ON dids TO nobody_yet");
    is_unavailable(&site.list("admin", ""));
    let name = session.rows("SELECT DATABASE()").concat().concat();
    session.run(&format!("GRANT SELECT ON {name}.* TO nobody_yet"));
    is_right(&site, &town(), "admin", "");
    session.run("ALTER USER nobody_yet ACCOUNT LOCK");
    kill_all_of(&mut session, "nobody_yet");
    is_unavailable(&site.list("admin", ""));
    session.run("ALTER USER nobody_yet ACCOUNT UNLOCK");
    is_right(&site, &town(), "admin", "");
    session.run("ALTER USER nobody_yet PASSWORD EXPIRE");
    kill_all_of(&mut session, "nobody_yet");
    is_unavailable(&site.list("admin", ""));
}

#[test]
fn a_server_that_is_read_only_is_enough() {
    let server = Arc::new(DatabaseServer::start("UTC", &[]));
    let site = crate::serve(&server, &town(), &Flavour::default());
    let transactions = match server.kind() {
        Kind::Mariadb => "tx_read_only",
        Kind::Mysql => "transaction_read_only",
    };
    server.session("").run(&format!(
        "SET GLOBAL read_only = 1; SET GLOBAL {transactions} = 1"
    ));
    is_right(&site, &town(), "admin", "");
    is_right(&site, &town(), "shop", "search_status=closed");
}

#[test]
fn missing_tables_are_503_and_explained() {
    let site = serve_shared(&town(), &Flavour::default());
    let required = TABLES.iter().filter(|table| **table != "api_permissions");
    for table in required {
        site.run_sql(&format!("RENAME TABLE {table} TO gone"));
        is_unavailable(&site.list("admin", ""));
        is_logged(&site, table);
        site.run_sql(&format!("RENAME TABLE gone TO {table}"));
        is_right(&site, &town(), "admin", "");
    }
    let url = DatabaseServer::shared().url("site_that_is_not_there");
    let site = Site::on_local_host(Data::sqlite(&town(), ""), |settings| {
        settings.variables.insert("database".into(), url);
    });
    is_unavailable(&site.list("admin", ""));
    is_logged(&site, "site_that_is_not_there");
}
