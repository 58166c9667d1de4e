//! A kept connection that the server closes: opened once more, unnoticed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use dids_tests::model::mysql::Flavour;
use dids_tests::server::{DatabaseServer, READER, Session};

use crate::asking::{Asking as _, ask};
use crate::grants::kill_all_of;
use crate::town::*;
use crate::{
    is_logged, is_right, is_right_or_none, is_unavailable, list_at, long_list, serve, wanted,
};

/// A server of one's own: what follows would disturb others.
fn own_server(options: &[&str]) -> Arc<DatabaseServer> {
    Arc::new(DatabaseServer::start("UTC", options))
}

/// The connections of the component.
fn connections(session: &mut Session) -> Vec<String> {
    let user = READER.0;
    let query = format!("SELECT id FROM information_schema.processlist WHERE user = '{user}'");
    session
        .rows(&query)
        .into_iter()
        .map(|mut row| row.remove(0))
        .collect()
}

fn kill_connections(session: &mut Session) -> usize {
    kill_all_of(session, READER.0)
}

#[test]
fn a_connection_is_kept_and_reopened_after_a_kill() {
    let server = own_server(&[]);
    let tables = town();
    let site = serve(&server, &tables, &Flavour::default()).in_turn();
    let mut session = server.session("");
    for _ in 0..5 {
        is_right(&site, &tables, "admin", "");
    }
    assert_eq!(site.server().stats().database_opens, 1);
    assert_eq!(kill_connections(&mut session), 1);
    is_right(&site, &tables, "shop", "");
    assert_eq!(site.server().stats().database_opens, 2);
    is_right(&site, &tables, "ben", "");
    assert_eq!(site.server().stats().database_opens, 2);
    is_logged(&site, "connection dropped");
}

#[test]
fn a_connection_that_waited_too_long_is_opened_again() {
    let server = own_server(&["--wait-timeout=1", "--interactive-timeout=1"]);
    let tables = town();
    let site = serve(&server, &tables, &Flavour::default()).in_turn();
    let mut health = ask("GET", "");
    health.target = "/healthz".into();
    for caller in ["admin", "ben", "clerk"] {
        is_right(&site, &tables, caller, "");
        // The instance is kept busy, and its connection is not.
        let began = Instant::now();
        while began.elapsed() < Duration::from_millis(2_500) {
            assert_eq!(site.send(&health).status, 200);
            thread::sleep(Duration::from_millis(100));
        }
    }
    is_right(&site, &tables, "anna", "");
    let stats = site.server().stats();
    assert_eq!(stats.instances_created, 1);
    assert_eq!(stats.database_opens, 4);
}

#[test]
fn connections_killed_all_the_time_harm_nothing() {
    let server = own_server(&[]);
    let tables = long_list(4_000);
    let site = serve(&server, &tables, &Flavour::default());
    let wanted = wanted(&tables, "admin", "");
    let over = AtomicBool::new(false);
    let (mut right, mut none) = (0, 0);
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut session = server.session("");
            while !over.load(Relaxed) {
                kill_connections(&mut session);
                thread::sleep(Duration::from_millis(7));
            }
        });
        for nth in 0..60 {
            let reply = site.list("admin", "");
            match is_right_or_none(&reply, &wanted, &format!("list {nth}")) {
                true => right += 1,
                false => none += 1,
            }
        }
        over.store(true, Relaxed);
    });
    println!("{right} right, {none} aborted or 503");
    is_right(&site, &tables, "admin", "max_results=3");
    assert_eq!(site.list("admin", "").text(), wanted);
}

#[test]
fn a_question_that_is_cancelled_is_not_run_again() {
    let server = own_server(&[]);
    let tables = town();
    let site = serve(&server, &tables, &Flavour::default());
    is_right(&site, &tables, "admin", "");
    let mut session = server.session("");
    let mut locker = server.session("");
    let name = session
        .rows("SHOW DATABASES LIKE 'site%'")
        .remove(0)
        .remove(0);
    locker.run(&format!("USE {name}; LOCK TABLES dids WRITE"));
    let address = site.address();
    thread::scope(|scope| {
        let waiting = scope.spawn(move || list_at(address, "admin", ""));
        let began = Instant::now();
        while !is_waiting(&mut session) {
            assert!(
                began.elapsed() < Duration::from_secs(20),
                "it waits for the lock"
            );
        }
        for id in connections(&mut session) {
            session.run(&format!("KILL QUERY {id}"));
        }
        thread::sleep(Duration::from_millis(100));
        // A server that is slow would have to do it all again.
        is_unavailable(&waiting.join().unwrap());
        locker.run("UNLOCK TABLES");
    });
    is_right(&site, &tables, "admin", "");
    is_logged(&site, "error 1317");
}

fn is_waiting(session: &mut Session) -> bool {
    let query = format!(
        "SELECT state FROM information_schema.processlist WHERE user = '{}'",
        READER.0
    );
    let states = session.rows(&query).concat();
    states.iter().any(|state| state.contains("lock"))
}

#[test]
fn too_many_connections_are_503_until_there_is_room() {
    let server = own_server(&["--max-connections=10"]);
    let tables = town();
    let site = serve(&server, &tables, &Flavour::default());
    let mut others: Vec<Session> = Vec::new();
    while let Ok(session) = Session::open(&server.url("")) {
        others.push(session);
        assert!(others.len() < 20);
    }
    is_unavailable(&site.list("admin", ""));
    // The server takes its time to notice who is gone.
    others.truncate(1);
    let is_full = |session: &mut Session| {
        let count = session.rows("SHOW STATUS LIKE 'Threads_connected'");
        count[0][1].parse::<u32>().expect("a count") > 1
    };
    while is_full(&mut others[0]) {
        thread::sleep(Duration::from_millis(10));
    }
    is_right(&site, &tables, "admin", "");
}

#[test]
fn tables_that_change_under_a_kept_connection() {
    let server = own_server(&[]);
    let mut tables = town();
    let site = serve(&server, &tables, &Flavour::default());
    is_right(&site, &tables, "admin", "");
    // A column that goes away: its question fails, and the next knows better.
    site.run_sql("ALTER TABLE dids DROP COLUMN updated_at");
    tables.columns.updated_at = false;
    is_right(&site, &tables, "admin", "");
    site.run_sql("RENAME TABLE providers TO gone");
    is_unavailable(&site.list("admin", ""));
    site.run_sql("RENAME TABLE gone TO providers");
    is_right(&site, &tables, "admin", "");
    site.run_sql("ALTER TABLE dids ENGINE = MyISAM");
    is_right(&site, &tables, "admin", "");
    site.run_sql("ALTER TABLE dids CONVERT TO CHARACTER SET latin1");
    is_right(&site, &tables, "admin", "search_status=FREE");
}
