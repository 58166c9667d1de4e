//! Section 8, D34: what has changed since a moment.

use dids_tests::harness::Site;
use dids_tests::model::Tables;

use crate::asking::*;
use crate::misunderstood::refused;
use crate::town::*;

/// The town, three of whose DIDs have changed: two at once, one a second later.
fn changed() -> Tables {
    let mut tables = town();
    for (id, at) in [
        (ANNA, "2026-05-27 07:35:57"),
        (BEN, "2026-05-27 07:35:57"),
        (OLD, "2026-05-27 07:35:58"),
    ] {
        did(&mut tables, id).updated_at = text(at);
    }
    tables
}

#[test]
fn d34_that_moment_or_later() {
    let site = Site::open(&changed());
    let all = &[ANNA, BEN, OLD][..];
    for (since, ids) in [
        ("2026-05-27T07:35:56Z", all),
        ("2026-05-27T07:35:57Z", all),
        ("2026-05-27T07:35:58Z", &[OLD]),
        ("2026-05-27T07:35:59Z", &[]),
        ("1970-01-01T00:00:00Z", all),
        ("9999-12-31T23:59:59Z", &[]),
        // Moments all the same, though no year that is stored has them.
        ("9999-12-31T23:59:59-23:59", &[]),
        ("0001-01-01T00:00:00%2B23:59", all),
        ("0001-01-01T00:00:00Z", all),
        // An empty one is not set.
        ("", &ALL),
        (" ", &ALL),
    ] {
        let query = format!("search_updated_since={}", since.replace(' ', "%20"));
        assert_eq!(site.ids("admin", &query), ids, "{since}");
    }
    // The last moment that a row can have, and one after it.
    let mut tables = changed();
    did(&mut tables, SHOP).updated_at = text("9999-12-31 23:59:59");
    let site = Site::open(&tables);
    for (zone, ids) in [("Z", &[SHOP][..]), ("-00:01", &[])] {
        let query = format!("search_updated_since=9999-12-31T23:59:59{zone}");
        assert_eq!(site.ids("admin", &query), ids, "{zone}");
    }
}

#[test]
fn d34_spellings_of_a_moment() {
    let site = Site::open(&changed());
    for since in [
        "2026-05-27 07:35:58",
        "2026-05-27T07:35:58z",
        "2026-05-27t07:35:58Z",
        "2026-05-27 07:35:58Z",
        // Fractions are cut, on both sides.
        "2026-05-27T07:35:58.999999999Z",
        "2026-05-27 07:35:58.9",
        "2026-05-27T07:35:58.0+00:00",
        "2026-05-27T09:35:58+02:00",
        "2026-05-27 02:05:58-05:30",
        "2026-05-28T07:34:58+23:59",
        "2026-05-26T07:36:58-23:59",
        "2026-05-27T07:35:58-00:00",
        "  2026-05-27 07:35:58\n",
    ] {
        let since = since
            .replace('+', "%2B")
            .replace(' ', "%20")
            .replace('\n', "%0A");
        let query = format!("search_updated_since={since}");
        assert_eq!(site.ids("admin", &query), [OLD], "{since}");
    }
    // A `+` in a query is a blank: forgotten escapes are refused, not misread.
    let query = signed("admin", "search_updated_since=2026-05-27T09:35:58+02:00");
    assert_eq!(refused(&site, &ask("POST", &query)).0, 400);
}

#[test]
fn d34_what_is_no_time_is_refused() {
    let site = Site::open(&changed());
    for bad in [
        "x",
        "all",
        "ALL",
        "0",
        "1780000000",
        "2026-05-27",
        "2026-05-27T07:35Z",
        "2026-05-27T07:35:58",
        "2026-05-27  07:35:58",
        "2026-05-27T07:35:60Z",
        "2026-05-27T24:00:00Z",
        "2026-05-27T07:60:00Z",
        "2026-02-29T00:00:00Z",
        "2026-02-30 00:00:00",
        "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-05-00T00:00:00Z",
        "2026-5-27T07:35:58Z",
        "26-05-27T07:35:58Z",
        "2026-05-27T07:35:58.Z",
        "2026-05-27T07:35:58%2B0200",
        "2026-05-27T07:35:58%2B24:00",
        "2026-05-27T07:35:58%2B02:60",
        "2026-05-27T07:35:58Z.",
        "2026-05-27T07:35:58ZZ",
        "20260527T073558Z",
        "%272026-05-27T07:35:58Z",
        "Wed, 27 May 2026 07:35:58 GMT",
        "2026/05/27 07:35:58",
        "-2026-05-27T07:35:58Z",
        // Arabic digits.
        "%D9%A2%D9%A0%D9%A2%D9%A6-05-27 07:35:58",
    ] {
        let query = format!("search_updated_since={}", bad.replace(' ', "%20"));
        for caller in [signed("admin", &query), format!("u=nobody&{query}")] {
            let found = refused(&site, &ask("POST", &caller));
            assert_eq!(
                found,
                (400, "Not a time: search_updated_since".to_owned()),
                "{bad}"
            );
        }
    }
}

#[test]
fn d34_every_role_and_other_filters() {
    let site = Site::open(&changed());
    let since = "search_updated_since=2026-05-27T07:35:57Z";
    for (caller, query, ids) in [
        ("admin", "&search_status=active", &[ANNA][..]),
        ("clerk", "&max_results=2&from=2", &[BEN, OLD]),
        ("shop", "", &[BEN]),
        ("ben", "", &[BEN]),
        ("anna", "&search_did_exact=37060000001", &[ANNA]),
        ("carrier", "", &[]),
    ] {
        assert_eq!(
            site.ids(caller, &format!("{since}{query}")),
            ids,
            "{caller}"
        );
    }
}

#[test]
fn d34_rows_without_a_time_do_not_match() {
    let mut tables = changed();
    if !dids_tests::data::is_on_server() {
        // What the model stores, a server's column would not take.
        did(&mut tables, FREE).updated_at = text("soon");
        did(&mut tables, SHOP).updated_at = text("0000-00-00 00:00:00");
        did(&mut tables, CARRIER).updated_at = text("2026-02-30 00:00:00");
    }
    let ids = Site::open(&tables).ids("admin", "search_updated_since=0001-01-01T00:00:00Z");
    assert_eq!(ids, [ANNA, BEN, OLD]);
}

#[test]
fn d34_times_as_sqlite_holds_them() {
    let mut tables = changed();
    did(&mut tables, ANNA).updated_at = text("2026-05-27T07:35:58.999Z");
    did(&mut tables, BEN).updated_at = text("2026-05-27T07:35:58");
    let site = Site::open(&tables);
    let at = |since: &str| site.ids("admin", &format!("search_updated_since={since}"));
    assert_eq!(at("2026-05-27T07:35:58Z"), [ANNA, BEN, OLD]);
    assert_eq!(at("2026-05-27T07:35:59Z"), [0; 0]);
}

#[test]
fn d34_a_server_without_the_column_says_so() {
    let mut tables = changed();
    tables.columns.updated_at = false;
    let site = Site::open(&tables);
    let error = "search_updated_since needs the column dids.updated_at";
    let query = signed("admin", "search_updated_since=2026-05-27T07:35:57Z");
    let reply = site.post(&query);
    assert_eq!((reply.status, reply.error()), (400, error));
    let json = site.send(&ask("POST", &query).with("Accept", "application/json"));
    assert_eq!(
        (json.status, json.text()),
        (400, &*format!("{{\"error\":\"{error}\"}}\n"))
    );
    // Behind the gate, and only where it is set.
    assert_eq!(
        site.post("u=admin&hash=0&search_updated_since=2026-05-27T07:35:57Z")
            .error(),
        "Incorrect hash"
    );
    assert_eq!(site.ids("admin", "search_updated_since="), ALL);
    assert_eq!(
        site.list("admin", "search_updated_since=x").error(),
        "Not a time: search_updated_since"
    );
}
