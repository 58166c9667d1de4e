//! D11 and D20: lists longer than one page.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use dids_tests::client::{Connection, written};
use dids_tests::harness::Site;
use dids_tests::model::tables::Did;
use dids_tests::model::{self, Tables};

use crate::asking::*;
use crate::town::*;

/// A number of DIDs that takes several pages.
const MANY: i64 = 5_000;

/// The town with many DIDs; some numbers occur twice, in either case, or not at all.
pub fn city() -> Tables {
    let mut tables = town();
    let sample = tables.dids.clone();
    tables.dids = (1..=MANY)
        .map(|id| Did {
            id,
            did: match id % 10 {
                0 => None,
                1..4 => text(&format!("A{}", id % 97)),
                4..7 => text(&format!("a{}", id % 97)),
                _ => text(&format!("37{:08}", (id * 7_919) % 100_000)),
            },
            ..sample[(id % 7) as usize].clone()
        })
        .collect();
    tables
}

/// What the model answers the admin, worked out once.
fn whole_city() -> &'static str {
    static WHOLE: OnceLock<String> = OnceLock::new();
    WHOLE.get_or_init(|| {
        let expected = model::answer(&city(), &ask("POST", &signed("admin", "")));
        String::from_utf8(expected.body.unwrap()).unwrap()
    })
}

#[test]
fn d20_a_long_list_is_whole() {
    let site = Site::open(&city());
    let reply = site.list("admin", "");
    assert!(reply.whole);
    assert!(reply.text() == whole_city(), "the list is the model's");
    // Its length is not known when it begins.
    assert!(reply.is_chunked());
    assert_eq!(reply.header("content-length"), None);
    for caller in ["clerk", "shop", "anna"] {
        let expected = model::answer(&city(), &ask("POST", &signed(caller, "")));
        assert!(
            site.list(caller, "").body == expected.body.unwrap(),
            "{caller}"
        );
    }
    // One page has its length.
    let short = site.list("admin", "max_results=25");
    assert!(!short.is_chunked());
    assert_eq!(short.ids().len(), 25);
}

#[test]
fn headers_of_a_long_list() {
    let site = Site::open(&city());
    for (query, kind) in [("", "text/xml"), ("test=1", "text/html")] {
        let ask = ask("POST", &signed("admin", query));
        let reply = site.send_with(&ask, &[("X-Request-Id", "a-long-one")]);
        assert!(reply.whole && reply.is_chunked(), "{kind}");
        for (name, value) in [
            ("content-type", format!("{kind}; charset=utf-8").as_str()),
            ("cache-control", "no-store"),
            ("x-content-type-options", "nosniff"),
            ("x-request-id", "a-long-one"),
        ] {
            assert_eq!(reply.header(name), Some(value), "{name} of {kind}");
        }
    }
}

#[test]
fn d20_a_long_list_by_get_keeps_the_connection() {
    let site = Site::open(&city());
    let mut connection = Connection::open(site.address());
    for method in ["GET", "POST"] {
        connection.write(&written(&ask(method, &signed("admin", "")), &[]));
        let reply = connection.read(method);
        assert!(reply.whole && reply.text() == whole_city(), "{method}");
    }
}

#[test]
fn d20_any_part_of_a_long_list() {
    let tables = city();
    let site = Site::open(&tables);
    let whole = site.ids("admin", "");
    assert_eq!(whole.len(), MANY as usize);
    // Around whatever the length of a page may be.
    for (from, size) in [
        (1, 4_999),
        (2, 5_000),
        (999, 3),
        (1_000, 1_001),
        (1_001, 2_000),
        (2_345, 2_345),
        (4_999, 10),
        (5_000, 1),
        (1, 1_000),
        (1, 1_001),
        (501, 1_499),
        (1, 1_024),
        (1, 1_025),
        (250, 251),
        (4_001, 1_000),
    ] {
        let ids = site.ids("admin", &format!("from={from}&max_results={size}"));
        let end = (from - 1 + size).min(whole.len());
        assert_eq!(ids, whole[from - 1..end], "{size} from {from}");
    }
    assert_eq!(site.ids("admin", "from=5001"), [0; 0]);
}

#[test]
fn pages_tile_a_long_list() {
    let site = Site::open(&city());
    for (caller, filter) in [
        ("admin", ""),
        ("shop", ""),
        ("admin", "search_did_number=a1%25&"),
    ] {
        let whole = site.ids(caller, filter);
        for size in [97, 500, 1_000, 1_333] {
            let mut joined = Vec::new();
            for from in (1..=whole.len()).step_by(size) {
                let query = format!("{filter}from={from}&max_results={size}");
                joined.extend(site.ids(caller, &query));
            }
            assert!(joined == whole, "{caller} {filter} in pages of {size}");
        }
    }
}

#[test]
fn filters_hold_on_every_page_of_a_long_list() {
    let tables = city();
    let site = Site::open(&tables);
    for query in [
        "search_status=active",
        "search_did_owner=s%25",
        "search_did_number=7",
        "search_hide_terminated_dids=1&search_language=en",
        "search_did_number=a&from=700&max_results=1500",
        "search_user=2",
    ] {
        let query = signed("admin", query);
        let expected = model::answer(&tables, &ask("POST", &query)).body.unwrap();
        assert!(site.post(&query).body == expected, "{query}");
    }
}

#[test]
fn the_view_of_a_long_list() {
    let site = Site::open(&city());
    let page = site.list("admin", "test=1");
    assert!(page.whole && page.is_chunked());
    assert!(
        page.shown_xml() == whole_city(),
        "the view shows the whole list"
    );
    let rows = page.text().matches("<tr><td data-c=\"did\">").count();
    assert_eq!(rows, MANY as usize);
}

#[test]
fn values_as_long_as_they_can_be() {
    let mut tables = city();
    let long = |letter: &str| text(&letter.repeat(255));
    for did in &mut tables.dids {
        did.comment = long("&");
        did.status = long("<");
        did.routes_to_openai_project_id = long("\u{1f600}");
    }
    tables.providers[0].name = long("\r");
    tables.dialplans[0].name = long("\u{1}");
    let query = signed("admin", "");
    let expected = model::answer(&tables, &ask("POST", &query)).body.unwrap();
    let reply = Site::open(&tables).post(&query);
    assert!(reply.whole && reply.body == expected);
}

/// Adds DIDs up to this number by SQL, which is quicker than by tables.
pub fn dids_up_to(count: usize) -> String {
    format!(
        "INSERT INTO dids (id, did, status, user_id, provider_id, comment) \
         WITH RECURSIVE n (i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) \
         SELECT i, '370' || i, 'active', 3, 1, 'number ' || i FROM n"
    )
}

#[test]
fn memory_stays_flat_however_long_the_list() {
    for (query, row) in [("", "    <did>\n"), ("test=1", "<tr><td data-c=\"did\">")] {
        let peak = |count: usize| {
            let site = Site::inside_with_sql(&town(), &dids_up_to(count));
            let reply = site.list("admin", query);
            assert!(reply.whole);
            let rows = reply.text().matches(row).count();
            assert_eq!(rows, count - 99 + ALL.len());
            site.server().stats().guest_memory_peak
        };
        let (short, long) = (peak(1_100), peak(40_100));
        assert!(long <= 8 << 20, "{query}: {long} bytes");
        assert!(
            long * 10 <= short * 11,
            "{query}: {long} bytes after {short}"
        );
    }
}

#[test]
fn a_slow_reader_holds_up_nobody() {
    let site = Site::inside_with_sql(&town(), &dids_up_to(100_000));
    let mut slow = Connection::open(site.address());
    let ask = ask("POST", &signed("admin", ""));
    slow.write(&written(&ask, &[]));
    let head = slow.read_head();
    assert_eq!(head.status, 200);
    slow.read_some(10_000);
    // Behind the slow one they would wait for good, since it reads no further.
    for _ in 0..50 {
        assert_eq!(site.ids("admin", "search_status=closed"), [BEN]);
    }
    // The slow one gets the rest all the same.
    let rest = slow.read_until(b"</page>\n\r\n0\r\n\r\n");
    let rows = rest
        .windows(11)
        .filter(|part| part == b"    <did>\n ")
        .count();
    assert!(rows > 99_000, "{rows}");
    let peak = site.server().stats().guest_memory_peak;
    assert!(peak <= 8 << 20, "{peak} bytes");
}

#[test]
fn a_reader_who_goes_away_leaves_nothing_behind() {
    let site = Site::inside_and_ending(&town(), &dids_up_to(100_000));
    for _ in 0..20 {
        let mut connection = Connection::open(site.address());
        connection.write(&written(&ask("POST", &signed("admin", "")), &[]));
        connection.read_head();
    }
    assert_eq!(site.ids("admin", "search_status=closed"), [BEN]);
    let began = Instant::now();
    while site.server().stats().database_handles_live > 1 {
        assert!(
            began.elapsed() < Duration::from_secs(60),
            "{:?}",
            site.server().stats()
        );
        std::thread::sleep(Duration::from_millis(50));
    }
}
