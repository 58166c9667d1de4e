//! A server that is killed and comes back: no answer is wrong or silently short,
//! and service returns by itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use dids_tests::client::{Connection, written};
use dids_tests::harness::Site;
use dids_tests::model::Tables;
use dids_tests::model::mysql::Flavour;
use dids_tests::server::DatabaseServer;

use crate::asking::{Asking as _, ask, signed};
use crate::town::*;
use crate::{
    is_logged, is_right, is_right_or_none, is_unavailable, list_at, long_list, serve, wanted,
};

fn own(tables: &Tables) -> (Arc<DatabaseServer>, Site) {
    let server = Arc::new(DatabaseServer::start("UTC", &[]));
    let site = serve(&server, tables, &Flavour::default());
    (server, site)
}

#[test]
fn killed_or_stopped_and_started_between_requests() {
    let tables = town();
    let (server, site) = own(&tables);
    for end in [DatabaseServer::kill, DatabaseServer::stop] {
        is_right(&site, &tables, "admin", "");
        end(&server);
        for caller in ["admin", "nobody", "ben"] {
            let reply = site.list(caller, "");
            is_unavailable(&reply);
            assert!(reply.header("retry-after").is_some());
        }
        // What needs no database is answered without one.
        assert_eq!(site.post("u=%FF").status, 400);
        server.launch();
        is_right(&site, &tables, "admin", "");
        // Down and up again, unnoticed.
        end(&server);
        server.launch();
        is_right(&site, &tables, "shop", "");
    }
}

#[test]
fn readiness_follows_the_server() {
    let (server, site) = own(&town());
    let probe = |path: &str| {
        let mut ask = ask("GET", "");
        ask.target = path.into();
        site.send(&ask).status
    };
    assert_eq!((probe("/healthz"), probe("/readyz")), (200, 200));
    server.kill();
    assert_eq!((probe("/healthz"), probe("/readyz")), (200, 503));
    server.launch();
    assert_eq!((probe("/healthz"), probe("/readyz")), (200, 200));
}

#[test]
fn d11_killed_in_the_middle_of_a_long_list() {
    let tables = long_list(30_000);
    let (server, site) = own(&tables);
    let ask = ask("POST", &signed("admin", ""));
    for nth in 0..3 {
        let mut reader = Connection::open(site.address());
        reader.write(&written(&ask, &[]));
        let head = reader.read_head();
        assert_eq!(head.status, 200);
        let mut body = reader.read_some(10_000);
        server.kill();
        body.extend(reader.read_some(100 << 20));
        let end = String::from_utf8_lossy(&body[body.len().saturating_sub(50)..]).into_owned();
        assert!(
            !body.ends_with(b"0\r\n\r\n"),
            "time {nth}: a clean end: {end}"
        );
        assert!(!end.contains("</page>"), "time {nth}: {end}");
        is_unavailable(&site.list("admin", ""));
        server.launch();
        let whole = site.list("admin", "");
        assert!(whole.text() == wanted(&tables, "admin", ""), "time {nth}");
    }
    is_logged(&site, "outcome=aborted");
}

#[test]
fn killed_at_any_moment() {
    let tables = long_list(3_000);
    let (server, site) = own(&tables);
    let wanted = wanted(&tables, "admin", "");
    let address = site.address();
    let (right, none) = (AtomicUsize::new(0), AtomicUsize::new(0));
    for nth in 0..24 {
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    for _ in 0..8 {
                        let reply = list_at(address, "admin", "");
                        let about = format!("round {nth}");
                        match is_right_or_none(&reply, &wanted, &about) {
                            true => right.fetch_add(1, Relaxed),
                            false => none.fetch_add(1, Relaxed),
                        };
                    }
                });
            }
            thread::sleep(Duration::from_millis(3 + nth * 11 % 97));
            match nth % 3 {
                0 => server.stop(),
                _ => server.kill(),
            }
            server.launch();
        });
        // Service returns by itself.
        assert!(site.list("admin", "").text() == wanted, "round {nth}");
    }
    println!("{right:?} right, {none:?} aborted or 503");
    assert!(none.load(Relaxed) > 0, "the server was killed in time");
}
