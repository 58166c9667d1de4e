//! A server that takes its time holds up those who wait for it, and nobody else.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use dids_host::Action;
use dids_tests::data::Data;
use dids_tests::harness::Site;
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
    let address = site.address();
    thread::scope(|scope| {
        let waiting = ["admin", "shop", "anna"]
            .map(|caller| (caller, scope.spawn(move || list_at(address, caller, ""))));
        thread::sleep(Duration::from_millis(300));
        let began = Instant::now();
        let mut health = ask("GET", "");
        health.target = "/healthz".into();
        for _ in 0..20 {
            assert_eq!(site.send(&health).status, 200);
            // The gate reads other tables.
            assert_eq!(site.post("u=admin&hash=0").error(), "Incorrect hash");
            assert_eq!(site.post("u=%FF").status, 400);
        }
        assert!(
            began.elapsed() < Duration::from_secs(2),
            "{:?}",
            began.elapsed()
        );
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
    site.server().faults().set(|call| match call.index {
        0 => Action::Delay(Duration::from_secs(2)),
        _ => Action::Pass,
    });
    let address = site.address();
    thread::scope(|scope| {
        let waiting = scope.spawn(move || list_at(address, "admin", ""));
        thread::sleep(Duration::from_millis(200));
        let began = Instant::now();
        for _ in 0..20 {
            assert_eq!(site.ids("anna", ""), [ANNA]);
        }
        assert!(
            began.elapsed() < Duration::from_secs(1),
            "{:?}",
            began.elapsed()
        );
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
fn stale_statistics_do_not_make_a_page_read_the_whole_table() {
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
    let began = Instant::now();
    let reply = site.list("admin", "");
    assert!(reply.text() == wanted(&tables, "admin", ""));
    let taken = began.elapsed();
    assert!(
        taken < Duration::from_secs(10),
        "30,000 DIDs took {taken:?}"
    );
}
