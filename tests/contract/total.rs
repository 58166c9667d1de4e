//! Section 8, D33: how many there are, for who asks.

use std::sync::{Arc, Mutex};

use dids_host::Action;
use dids_tests::client::Reply;
use dids_tests::data::many_dids;
use dids_tests::harness::Site;

use crate::asking::*;
use crate::town::*;

/// A caller's list, with this `Prefer`.
fn preferring(site: &Site, caller: &str, query: &str, prefer: &str) -> Reply {
    site.send(&ask("POST", &signed(caller, query)).with("Prefer", prefer))
}

/// The total of an answer, which says also that it was asked for.
fn total(reply: &Reply) -> Option<usize> {
    let applied = reply.header("preference-applied");
    let total = reply.header("x-total-count");
    assert_eq!(applied, total.map(|_| "count=exact"));
    total.map(|total| total.parse().expect("a number"))
}

#[test]
fn d33_all_that_match_paging_apart() {
    let site = Site::open(&town());
    for caller in ["admin", "clerk", "shop", "carrier", "anna", "ben"] {
        for filter in [
            "",
            "search_status=free",
            "search_did_number=3706%25",
            "search_did_owner=a",
            "search_user=0",
            "search_device=all",
            "search_provider=1",
            "search_language=",
            "search_hide_terminated_dids=1",
            "search_updated_since=2026-01-01T00:00:00Z",
            "search_did_exact=37060000001,x",
            "search_did_id=11,12",
        ] {
            let whole = site.ids(caller, filter).len();
            for paging in [
                "",
                "max_results=1",
                "from=2",
                "from=2&max_results=2",
                "from=99",
                "max_results=0",
            ] {
                let query = format!("{filter}&{paging}");
                let reply = preferring(&site, caller, &query, "count=exact");
                assert_eq!(total(&reply), Some(whole), "{caller} {query}");
                assert!(reply.body == site.list(caller, &query).body, "{query}");
            }
        }
    }
}

#[test]
fn d33_a_long_list_and_a_place_in_it() {
    let site = Site::open(&many_dids(town(), 2_345));
    assert_eq!(
        total(&preferring(&site, "admin", "", "count=exact")),
        Some(2_345)
    );
    let page = preferring(&site, "admin", "max_results=500", "count=exact");
    let cursor = page.header("x-next-cursor").expect("a cursor").to_owned();
    let query = format!("max_results=500&cursor={cursor}");
    assert_eq!(
        total(&preferring(&site, "admin", &query, "count=exact")),
        Some(2_345)
    );
}

#[test]
fn d33_in_every_form_of_an_answer() {
    let site = Site::open(&town());
    for (query, accept) in [
        ("max_results=2", "application/json"),
        ("max_results=2", "text/csv"),
        ("from=50", "application/json"),
        ("test=1&max_results=2", "*/*"),
    ] {
        let ask = ask("POST", &signed("admin", query));
        let reply = site.send(&ask.with("Accept", accept).with("Prefer", "count=exact"));
        assert_eq!(total(&reply), Some(ALL.len()), "{query} {accept}");
    }
}

#[test]
fn d33_how_it_is_asked_for() {
    let site = Site::open(&town());
    for (prefer, is_asked) in [
        ("count=exact", true),
        ("Count=exact", true),
        ("count=\"exact\"", true),
        ("count = exact", true),
        ("return=minimal, count=exact", true),
        ("count=exact; foo=\"bar, baz\"", true),
        ("respond-async, wait=100, count=exact;x", true),
        // The first counts (RFC 7240, section 2).
        ("count=exact, count=none", true),
        ("count=none, count=exact", false),
        ("count=planned", false),
        ("count", false),
        ("count=Exact", false),
        ("count=exactly", false),
        ("counts=exact", false),
        ("x=\"count=exact\"", false),
        ("return=minimal; count=exact", false),
        ("", false),
    ] {
        let reply = preferring(&site, "admin", "", prefer);
        assert_eq!(total(&reply).is_some(), is_asked, "{prefer}");
    }
    let two_lines = ask("POST", &signed("admin", "")).with("Prefer", "return=minimal");
    let reply = site.send(&two_lines.with("Prefer", "count=exact"));
    assert_eq!(total(&reply), Some(ALL.len()));
}

#[test]
fn d33_an_error_counts_nothing() {
    let site = Site::open(&town());
    for query in [
        "u=nobody",
        "u=admin&hash=0",
        "u=pat",
        "from=x",
        "search_x=1",
        "test=1",
    ] {
        for accept in ["*/*", "application/json"] {
            let ask = ask("POST", query).with("Prefer", "count=exact");
            assert_eq!(
                total(&site.send(&ask.with("Accept", accept))),
                None,
                "{query}"
            );
        }
    }
}

#[test]
fn d33_nobody_else_pays() {
    let site = Site::inside(&many_dids(town(), 3_000));
    site.list("admin", "");
    let said = Arc::new(Mutex::new(Vec::new()));
    let hears = Arc::clone(&said);
    site.server().faults().set(move |call| {
        hears
            .lock()
            .unwrap()
            .push(call.statement.to_ascii_uppercase());
        Action::Pass
    });
    // A page counts its own rows, so that a cut one is seen.
    let counts_all = |sql: &String| {
        sql.contains("COUNT(*)") && sql.contains("FROM DIDS") && !sql.contains("GROUP_CONCAT")
    };
    let counts = || said.lock().unwrap().drain(..).filter(counts_all).count();
    for query in [
        "",
        "max_results=25",
        "from=100&max_results=25",
        "search_status=active",
    ] {
        site.list("admin", query);
        assert_eq!(counts(), 0, "{query}");
        preferring(&site, "admin", query, "count=none");
        assert_eq!(counts(), 0, "{query}");
        preferring(&site, "admin", query, "count=exact");
        assert_eq!(counts(), 1, "{query}: one count");
    }
}
