//! Section 8, D32: a page tells where the next one begins.

use dids_tests::client::Reply;
use dids_tests::data::many_dids;
use dids_tests::harness::Site;
use dids_tests::model::tables::Did;
use dids_tests::model::{self, Tables};

use crate::asking::*;
use crate::town::*;

/// The cursor of an answer.
pub fn next(reply: &Reply) -> Option<String> {
    reply.header("x-next-cursor").map(str::to_owned)
}

/// Numbers that are absent, empty, equal, and equal but for their case; with a blank
/// at the end, and longer in bytes than in characters.
pub fn village() -> Tables {
    let numbers = [
        Some("7"),
        None,
        Some("b"),
        Some("A"),
        Some(""),
        Some("7"),
        Some("a"),
        None,
        Some("B"),
        Some("a"),
        Some("A"),
        Some("é"),
        Some("7 "),
        Some("%"),
        Some("+7"),
        None,
        Some("10"),
        Some("9"),
        Some("'"),
    ];
    let mut tables = town();
    let did = |(id, number): (i64, &Option<&str>)| Did {
        id,
        did: number.and_then(text),
        status: text(if id % 2 == 0 { "free" } else { "active" }),
        user_id: Some(if id % 3 == 0 { 3 } else { 0 }),
        reseller_id: Some(if id % 4 == 0 { 2 } else { 0 }),
        ..Did::default()
    };
    tables.dids = (1..).zip(&numbers).map(did).collect();
    tables
}

#[test]
fn d32_which_pages_have_a_cursor() {
    let site = Site::open(&many_dids(town(), 1_003));
    for (query, has_one) in [
        ("max_results=1", true),
        ("max_results=1000", true),
        ("max_results=1000&from=3", true),
        ("max_results=1000&from=4", false),
        ("max_results=5&from=999", false),
        // No page, or a larger one than the rule is for.
        ("", false),
        ("from=2", false),
        ("max_results=0", false),
        ("max_results=-1", false),
        ("max_results=1001", false),
        ("max_results=99999999999999999999", false),
        ("max_results=5&search_status=none", false),
    ] {
        for accept in ["*/*", "application/json", "text/csv"] {
            let ask = ask("POST", &signed("admin", query)).with("Accept", accept);
            let cursor = next(&site.send(&ask));
            assert_eq!(cursor.is_some(), has_one, "{query} {accept}");
            let cursor = cursor.unwrap_or_default();
            assert!(cursor.len() <= 128, "{cursor}");
            let is_safe = |c: char| c.is_ascii_alphanumeric() || "-._~".contains(c);
            assert!(cursor.chars().all(is_safe), "{cursor}");
        }
    }
}

#[test]
fn d32_a_cursor_goes_with_any_format_and_size() {
    let tables = village();
    let site = Site::open(&tables);
    for accept in ["*/*", "application/json", "text/csv"] {
        for (query, size) in [
            ("max_results=4", ""),
            ("from=2&max_results=3", "&max_results=5"),
        ] {
            let first = site.send(&ask("POST", &signed("admin", query)).with("Accept", accept));
            let cursor = next(&first).expect("a cursor");
            // The rest, or a page of another size.
            let after = signed("admin", &format!("cursor={cursor}{size}"));
            let reply = site.send(&ask("GET", &after).with("Accept", accept));
            let same =
                ask("POST", &signed("admin", &format!("from=5{size}"))).with("Accept", accept);
            assert!(
                Some(reply.body) == model::answer(&tables, &same).body,
                "{accept} {size}"
            );
        }
    }
    let view = site.list("admin", "max_results=4&test=1");
    let cursor = next(&view).expect("the HTML view has one too");
    let view = site.list("admin", &format!("test=1&cursor={cursor}"));
    assert_eq!(view.shown_xml(), site.list("admin", "from=5").text());
}

#[test]
fn d32_what_is_no_cursor_is_refused() {
    let site = Site::open(&village());
    let good = next(&site.list("admin", "max_results=4")).expect("a cursor");
    let cut = (1..good.len()).map(|end| good[..end].to_owned());
    let changed = (0..good.len()).map(|at| {
        let other = if &good[at..=at] == "0" { "1" } else { "0" };
        format!("{}{other}{}", &good[..at], &good[at + 1..])
    });
    let odd = [
        "0",
        "x",
        "all",
        "-1",
        "%00",
        "%FF",
        "%27%20OR%201=1",
        "null",
        &"0".repeat(128),
        &"a".repeat(1_000),
    ];
    let odd = odd.map(str::to_owned);
    let more = [
        format!("{good}0"),
        format!("0{good}"),
        format!("{good}%20x"),
    ];
    for bad in cut.chain(changed).chain(odd).chain(more) {
        let reply = site.list("admin", &format!("max_results=4&cursor={bad}"));
        let error = match bad.as_str() {
            // What D3 says of every documented parameter comes first.
            "%00" | "%FF" => "Invalid character in parameter cursor",
            _ => "Invalid cursor",
        };
        assert_eq!((reply.status, reply.error()), (400, error), "{bad}");
    }
    // With `from`, whatever that says. An empty one is not set, nor is an empty cursor.
    for from in ["1", "0", "-1", "5"] {
        let reply = site.list("admin", &format!("cursor={good}&from={from}"));
        assert_eq!(
            (reply.status, reply.error()),
            (400, "Invalid cursor"),
            "{from}"
        );
    }
    let rest = site.ids("admin", "from=5");
    for query in [
        format!("cursor={good}&from="),
        format!("cursor=%20{good}%0A"),
        format!("cursor=x&cursor={good}"),
        "cursor=&from=5".to_owned(),
    ] {
        assert_eq!(site.ids("admin", &query), rest, "{query}");
    }
}

#[test]
fn d32_a_long_number_is_looked_up_by_its_row() {
    // Too long for a cursor, and for no column.
    let long = "☎".repeat(50);
    let mut tables = village();
    for did in &mut tables.dids {
        did.did = text(&long);
    }
    let site = Site::open(&tables);
    let page = |caller, query: &str| site.list(caller, &format!("max_results=2{query}"));
    let cursor = next(&page("admin", "")).expect("a cursor");
    assert!(cursor.len() <= 128, "{cursor}");
    let rest = format!("&cursor={cursor}");
    assert_eq!(page("admin", &rest).ids(), [3, 4]);
    // It is the admin's row, and what it says is not what others may look up.
    let refused = |caller, query: &str| {
        let reply = page(caller, query);
        (reply.status, reply.error().to_owned()) == (400, "Invalid cursor".to_owned())
    };
    assert!(refused("shop", &rest) && refused("anna", &rest));
    assert_eq!(
        site.post(&format!("u=admin&hash=0{rest}")).error(),
        "Incorrect hash"
    );
    // Whatever the row is filtered by: it only says where the list goes on.
    assert_eq!(
        page("admin", &format!("{rest}&search_status=active")).ids(),
        [3, 5]
    );
    site.run_sql("UPDATE dids SET did = '1' WHERE id = 2");
    assert!(refused("admin", &rest), "another number");
    site.run_sql("DELETE FROM dids WHERE id = 2");
    assert!(refused("admin", &rest), "no such row");
}

#[test]
fn d32_refused_before_the_gate_in_the_callers_format() {
    let site = Site::open(&town());
    for caller in ["u=nobody&hash=x", "action=x", "u=admin"] {
        let ask = ask("POST", &format!("{caller}&cursor=x"));
        let json = site.send(&ask.clone().with("Accept", "application/json"));
        assert_eq!(
            (json.status, json.text()),
            (400, "{\"error\":\"Invalid cursor\"}\n")
        );
        let csv = site.send(&ask.with("Accept", "text/csv"));
        assert_eq!((csv.status, csv.text()), (400, "Invalid cursor\n"));
    }
}

#[test]
fn d32_it_holds_no_more_than_its_row() {
    let mut tables = village();
    for did in &mut tables.dids {
        did.comment = text("confidential");
    }
    let site = Site::open(&tables);
    let cursor = |caller, query: &str| next(&site.list(caller, query)).expect("a cursor");
    let one = cursor("admin", "max_results=4");
    // The caller, the key and the filters are not in it.
    set(&mut tables, "API_Secret_Key", "another", 0);
    let other = Site::open(&tables);
    let hash = sha1("another");
    let reply = other.post(&format!("u=clerk&hash={hash}&max_results=4"));
    assert_eq!(next(&reply), Some(one));
}

#[test]
fn d32_the_last_page_costs_what_the_first_does() {
    let site = Site::inside(&many_dids(town(), 20_000)).in_turn();
    let calls = |query: &str| {
        let before = site.server().stats().database_calls;
        let reply = site.list("admin", query);
        (site.server().stats().database_calls - before, next(&reply))
    };
    calls("");
    let (_, near) = calls("max_results=100");
    let (_, far) = calls("max_results=100&from=19701");
    let [near, far] = [near, far].map(|cursor| cursor.expect("a cursor"));
    let (first, _) = calls(&format!("max_results=100&cursor={near}"));
    let (last, next) = calls(&format!("max_results=100&cursor={far}"));
    assert_eq!(first, last, "questions to the database");
    assert!(next.is_some());
}
