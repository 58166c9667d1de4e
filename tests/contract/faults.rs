//! D9 and D11: databases that fail, lie or are not there.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use dids_host::{Action, CallKind};
use dids_tests::client::{self, Reply};
use dids_tests::harness::Site;
use rusqlite::Connection;

use crate::asking::*;
use crate::town::*;

/// The answer is the one for a database that cannot be reached.
pub fn is_unavailable(reply: &Reply) {
    assert_eq!(reply.status, 503, "{}", reply.text());
    assert_eq!(reply.error(), "Service temporarily unavailable");
    let kind = reply.header("content-type");
    assert_eq!(kind, Some("text/xml; charset=utf-8"));
    let seconds = reply.header("retry-after").expect("when to try again");
    assert!(seconds.parse::<u32>().is_ok(), "{seconds}");
    for header in ["x-request-id", "cache-control", "content-length"] {
        assert!(reply.header(header).is_some(), "{header}");
    }
}

/// Longer than any test: until the faults are cleared.
const HELD: Duration = Duration::from_secs(3_600);

/// From this page of a list on, counted from 0, everything fails. Told by its
/// statement, since the calls before it depend on whether a connection is kept.
pub fn fail_from_page(site: &Site, nth: u64) {
    let pages = AtomicU64::new(0);
    site.server().faults().set(move |call| {
        let is_page = call.statement.contains("d.did, d.id");
        let before = pages.fetch_add(u64::from(is_page), Relaxed);
        match before + u64::from(is_page) > nth {
            true => fail(),
            false => Action::Pass,
        }
    });
}

pub fn fail() -> Action {
    Action::Fail("disk I/O error".to_owned())
}

#[test]
fn d9_a_failing_database_is_503() {
    let mut tables = town();
    set(&mut tables, "XML_API_Extension", "1", 0);
    let site = Site::inside(&tables);
    site.server().faults().set(|_| fail());
    let queries = ["", "test=1", "search_status=free", "from=3&max_results=1"];
    for query in queries {
        is_unavailable(&site.list("admin", query));
    }
    is_unavailable(&site.post("u=nobody"));
    // The view's is the XML, whatever Accept says.
    let view = ask("POST", &signed("admin", "test=1"));
    is_unavailable(&site.send_with(&view, &[("Accept", "application/json")]));
    is_unavailable(&site.send(&ask("GET", &signed("anna", ""))));
    // What needs no database is answered without one.
    assert_eq!(site.post("u=%FF").status, 400);
    assert_eq!(site.send(&ask("PUT", "")).status, 405);
    let mut other = ask("POST", "");
    other.target = "/api?action=nothing".into();
    assert_eq!(site.send(&other).error(), "There is no such API");
    site.server().faults().clear();
    assert_eq!(site.ids("admin", ""), ALL);
}

#[test]
fn d9_an_open_that_fails_is_503() {
    let site = Site::inside(&town());
    site.server().faults().set(|call| match call.kind {
        CallKind::Open => fail(),
        CallKind::Query => Action::Pass,
    });
    is_unavailable(&site.list("admin", "test=1"));
    site.server().faults().clear();
    assert_eq!(site.ids("admin", ""), ALL);
}

#[test]
fn probes_with_a_database_that_fails() {
    let site = Site::inside(&town());
    let probe = |path: &str| {
        let mut ask = ask("GET", "");
        ask.target = path.into();
        site.send(&ask)
    };
    site.server().faults().set(|_| fail());
    assert_eq!(
        (probe("/healthz").status, probe("/healthz").text()),
        (200, "ok")
    );
    let down = probe("/readyz");
    assert_eq!(
        (down.status, down.text().trim_end()),
        (503, "Service temporarily unavailable")
    );
    assert_eq!(
        down.header("content-type"),
        Some("text/plain; charset=utf-8")
    );
    site.server().faults().clear();
    let up = probe("/readyz");
    assert_eq!((up.status, up.text()), (200, "ok"));
}

#[test]
fn readyz_asks_the_database() {
    let site = Site::inside(&town());
    let before = site.server().stats().database_calls;
    let mut ask = ask("GET", "");
    ask.target = "/healthz".into();
    site.send(&ask);
    assert_eq!(site.server().stats().database_calls, before);
    ask.target = "/readyz".into();
    site.send(&ask);
    assert!(site.server().stats().database_calls > before);
}

#[test]
fn a_kept_connection_that_broke_is_opened_anew() {
    let site = Site::inside(&town()).in_turn();
    for caller in ["admin", "shop", "anna", "nobody"] {
        let expected = site.list(caller, "").body;
        site.server().faults().set(|call| match call.index {
            0 => Action::Fail("Input/output error: Broken pipe (os error 32)".to_owned()),
            _ => Action::Pass,
        });
        let reply = site.list(caller, "");
        site.server().faults().clear();
        assert_eq!(reply.status, 200, "{caller}");
        assert_eq!(reply.body, expected, "{caller}");
    }
}

#[test]
fn a_slow_database_holds_up_only_its_own_requests() {
    let site = Site::inside(&town());
    site.list("admin", "");
    let held = Arc::new(AtomicBool::new(false));
    let is_held = Arc::clone(&held);
    site.server().faults().set(move |call| match call.index {
        0 => {
            is_held.store(true, Relaxed);
            Action::Delay(HELD)
        }
        _ => Action::Pass,
    });
    let address = site.address();
    let slow = ask("POST", &signed("admin", ""));
    let waiting = thread::spawn(move || client::send(address, &slow, &[]));
    while !held.load(Relaxed) {
        thread::sleep(Duration::from_millis(1));
    }
    for _ in 0..20 {
        assert_eq!(site.ids("anna", ""), [ANNA]);
    }
    assert!(
        !waiting.is_finished(),
        "its database answers when the others are done"
    );
    site.server().faults().clear();
    assert_eq!(waiting.join().unwrap().ids(), ALL);
}

#[test]
fn a_database_that_went_away_and_came_back() {
    let site = Site::inside(&town());
    let file = site.database();
    let away = file.with_extension("away");
    std::fs::rename(&file, &away).unwrap();
    is_unavailable(&site.list("admin", ""));
    std::fs::rename(&away, &file).unwrap();
    assert_eq!(site.ids("admin", ""), ALL);
}

#[test]
fn a_file_that_is_no_database_or_has_no_tables() {
    let site = Site::inside(&town());
    std::fs::write(
        site.database(),
        "not a database, but long enough to be read as one",
    )
    .unwrap();
    is_unavailable(&site.list("admin", ""));
    std::fs::write(site.database(), "").unwrap();
    is_unavailable(&site.list("admin", "test=1"));
    let mut ask = ask("GET", "");
    ask.target = "/readyz".into();
    let status = site.send(&ask).status;
    assert!([200, 503].contains(&status), "{status}");
}

#[test]
fn a_locked_database_is_503_and_free_again_is_served() {
    let site = Site::inside(&town());
    let other = Connection::open(site.database()).unwrap();
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    is_unavailable(&site.list("admin", ""));
    other.execute_batch("COMMIT").unwrap();
    assert_eq!(site.ids("admin", ""), ALL);
}

#[test]
fn the_component_never_writes() {
    let site = Site::inside(&town());
    let before = std::fs::read(site.database()).unwrap();
    let other = Connection::open(site.database()).unwrap();
    // While another reader holds it, nobody could write without failing.
    other
        .execute_batch("BEGIN; SELECT count(*) FROM dids")
        .unwrap();
    for caller in ["admin", "clerk", "shop", "anna", "ben"] {
        assert!(!site.ids(caller, "").is_empty());
    }
    assert_eq!(std::fs::read(site.database()).unwrap(), before);
}

#[test]
fn changes_are_seen_by_the_next_request() {
    let site = Site::inside(&town());
    assert_eq!(site.ids("admin", ""), ALL);
    site.run_sql("DELETE FROM dids WHERE id <> 11");
    assert_eq!(site.ids("admin", ""), [ANNA]);
    site.run_sql("UPDATE conflines SET value = 'other' WHERE name = 'API_Secret_Key'");
    assert_eq!(site.list("admin", "").error(), "Incorrect hash");
}
