//! A server that takes its time holds up those who wait for it, and nobody else.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use dids_host::Action;
use dids_tests::data::Data;
use dids_tests::harness::Site;
use dids_tests::model::Tables;
use dids_tests::model::mysql::Flavour;
use dids_tests::server::{Database, DatabaseServer, Kind, Session};

use crate::asking::{Asking as _, ask};
use crate::town::*;
use crate::{is_right, list_at, long_list, serve, wanted};

fn site_and_session() -> (Site, Session) {
    let script = town().to_mysql(&Flavour::default());
    let database = Database::create(&DatabaseServer::shared(), &[&script]);
    let session = database.session();
    (Site::on_local_host(Data::Server(database), |_| ()), session)
}

#[test]
fn a_locked_table_holds_up_only_those_who_read_it() {
    let (site, mut session) = site_and_session();
    is_right(&site, &town(), "admin", "");
    session.run("LOCK TABLES dids WRITE");
    let mut watcher = DatabaseServer::shared().session("");
    let address = site.address();
    thread::scope(|scope| {
        let waiting = ["admin", "shop", "anna"]
            .map(|caller| (caller, scope.spawn(move || list_at(address, caller, ""))));
        while !is_waiting(&mut watcher) {
            thread::sleep(Duration::from_millis(10));
        }
        let mut health = ask("GET", "");
        health.target = "/healthz".into();
        for _ in 0..20 {
            assert_eq!(site.send(&health).status, 200);
            // The gate reads other tables.
            assert_eq!(site.post("u=admin&hash=0").error(), "Incorrect hash");
            assert_eq!(site.post("u=%FF").status, 400);
        }
        for (_, waiting) in &waiting {
            assert!(!waiting.is_finished(), "the table is locked");
        }
        session.run("UNLOCK TABLES");
        for (caller, waiting) in waiting {
            assert_eq!(waiting.join().unwrap().text(), wanted(&town(), caller, ""));
        }
    });
}

#[test]
fn a_slow_connection_holds_up_only_its_own_request() {
    let (site, _) = site_and_session();
    is_right(&site, &town(), "admin", "");
    let held = Arc::new(AtomicBool::new(false));
    let is_held = Arc::clone(&held);
    site.server().faults().set(move |call| match call.index {
        0 => {
            is_held.store(true, Relaxed);
            // Until the faults are cleared.
            Action::Delay(Duration::from_secs(3_600))
        }
        _ => Action::Pass,
    });
    let address = site.address();
    thread::scope(|scope| {
        let waiting = scope.spawn(move || list_at(address, "admin", ""));
        while !held.load(Relaxed) {
            thread::sleep(Duration::from_millis(1));
        }
        for _ in 0..20 {
            assert_eq!(site.ids("anna", ""), [ANNA]);
        }
        assert!(
            !waiting.is_finished(),
            "its server answers when the others are done"
        );
        site.server().faults().clear();
        assert_eq!(waiting.join().unwrap().text(), wanted(&town(), "admin", ""));
    });
}

#[test]
fn a_server_that_gives_up_on_a_statement_is_503() {
    let option = match Kind::chosen() {
        Kind::Mariadb => "--max-statement-time=0.5",
        Kind::Mysql => "--max-execution-time=500",
    };
    let server = Arc::new(DatabaseServer::start("UTC", &[option]));
    let site = serve(&server, &town(), &Flavour::default());
    is_right(&site, &town(), "admin", "");
    let mut session = server.session("");
    let name = session
        .rows("SHOW DATABASES LIKE 'site%'")
        .concat()
        .concat();
    session.run(&format!("USE {name}; LOCK TABLES dids WRITE"));
    crate::is_unavailable(&site.list("admin", ""));
    session.run("UNLOCK TABLES");
    is_right(&site, &town(), "admin", "");
}

#[test]
fn stale_statistics_make_no_page_read_the_table() {
    let tables = long_list(30_000);
    let server = Arc::new(DatabaseServer::start("UTC", &[]));
    let site = serve(&server, &tables, &Flavour::default());
    // As after a bulk load or a crash. A running server remembers better.
    server.session("mysql").run(
        "UPDATE innodb_table_stats SET n_rows = 2, clustered_index_size = 1; \
         UPDATE innodb_index_stats SET stat_value = 1",
    );
    server.kill();
    server.launch();
    // Some for each row that is listed. There are thirty pages: the whole table for each
    // of them would be thirty.
    let read = rows_read(&server, &site, &tables);
    println!("{read} rows read for 30,000 DIDs");
    assert!(read < 15 * 30_000, "{read} rows read");
}

/// How many rows the server reads for a whole list.
fn rows_read(server: &Arc<DatabaseServer>, site: &Site, tables: &Tables) -> u64 {
    let mut session = server.session("");
    let mut count = || -> u64 {
        let rows = session.rows("SHOW GLOBAL STATUS LIKE 'Handler_read%'");
        let number = |row: &Vec<String>| row[1].parse::<u64>().expect("a number");
        rows.iter().map(number).sum()
    };
    let before = count();
    let is_right = site.list("admin", "").text() == wanted(tables, "admin", "");
    assert!(is_right, "the list is the model's");
    count() - before
}

/// Whether a statement waits for a table's lock.
fn is_waiting(session: &mut Session) -> bool {
    let rows = session.rows("SHOW PROCESSLIST");
    rows.concat()
        .iter()
        .any(|column| column.contains("Waiting for table"))
}
