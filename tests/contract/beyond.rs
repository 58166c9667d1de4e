//! Section 8, D32 to D35: cursor, total, changes, exact numbers and ids.

use dids_tests::client::Reply;
use dids_tests::harness::Site;
use dids_tests::model::Tables;
use dids_tests::model::tables::Did;

use crate::asking::*;
use crate::misunderstood::refused;
use crate::town::*;

/// The town with so many free DIDs instead of its own; ids are 1, 2, 3 ….
fn many(count: i64) -> Tables {
    let mut tables = town();
    let free = |id| Did {
        id,
        did: text(&format!("3706{id:07}")),
        status: text("free"),
        ..Did::default()
    };
    tables.dids = (1..=count).map(free).collect();
    tables
}

/// The pages that cursors lead through.
fn walk(site: &Site, caller: &str, query: &str) -> Vec<Vec<i64>> {
    let mut pages = Vec::new();
    let mut cursor = String::new();
    loop {
        let reply = site.list(caller, &format!("{query}&cursor={cursor}"));
        pages.push(reply.ids());
        match reply.header("x-next-cursor") {
            Some(next) => next.clone_into(&mut cursor),
            None => return pages,
        }
        assert!(cursor.len() <= 128, "{cursor}");
        assert!(pages.len() < 100, "it ends");
    }
}

#[test]
fn d32_cursors_lead_through_the_list() {
    let site = Site::open(&town());
    for caller in ["admin", "clerk", "shop", "ben"] {
        for query in ["", "search_status=free", "search_did_number=3706"] {
            let all = site.ids(caller, query);
            for size in 1..=8 {
                let pages = walk(&site, caller, &format!("{query}&max_results={size}"));
                assert_eq!(pages.concat(), all, "{caller} {query} {size}");
                let is_full = |page: &Vec<i64>| page.len() == size;
                assert!(pages[..pages.len() - 1].iter().all(is_full));
            }
        }
    }
}

#[test]
fn d32_numbers_that_are_null_or_alike() {
    let mut tables = many(9);
    for (did, number) in tables.dids.iter_mut().zip([None, Some("a"), Some("A")]) {
        did.did = number.and_then(text);
    }
    tables.dids[4].did = None;
    tables.dids[5].did = text("");
    tables.dids[6].did = text("a");
    let site = Site::open(&tables);
    let pages = walk(&site, "admin", "max_results=1");
    assert_eq!(pages.concat(), site.ids("admin", ""));
}

#[test]
fn d32_rows_that_stay_are_listed_once() {
    let site = Site::open(&many(6));
    let first = site.list("admin", "max_results=2");
    assert_eq!(first.ids(), [1, 2]);
    let cursor = first.header("x-next-cursor").unwrap();
    site.run_sql("DELETE FROM dids WHERE id IN (2, 3)");
    site.run_sql("INSERT INTO dids (id, did, status) VALUES (9, '37060000000', 'free')");
    let next = site.list("admin", &format!("max_results=9&cursor={cursor}"));
    assert_eq!(next.ids(), [4, 5, 6]);
}

#[test]
fn d32_pages_of_up_to_1000_have_a_cursor() {
    let site = Site::open(&many(1_005));
    let cursor = |query: &str| {
        let reply = site.list("admin", query);
        reply.header("x-next-cursor").map(str::to_owned)
    };
    assert!(cursor("max_results=1000").is_some());
    assert!(cursor("max_results=1001").is_none(), "beyond the most");
    assert!(cursor("").is_none(), "no page");
    assert!(cursor("max_results=5&from=1001").is_none(), "the last one");
    let after = cursor("max_results=5&from=991").expect("more follow");
    // Without a page's size it is all the rest.
    let rest = site.list("admin", &format!("cursor={after}"));
    assert_eq!(rest.ids(), (996..=1_005).collect::<Vec<_>>());
    assert_eq!(rest.header("x-next-cursor"), None);
}

#[test]
fn d32_what_is_no_cursor_is_refused() {
    let site = Site::open(&town());
    let reply = site.list("admin", "max_results=1");
    let good = reply.header("x-next-cursor").unwrap();
    let longer = format!("{good}00");
    let of_version = format!("ff{}", &good[2..]);
    for bad in ["x", "0", &longer, &good[1..], &good[..2], &of_version] {
        let ask = ask("POST", &signed("admin", &format!("cursor={bad}")));
        assert_eq!(
            refused(&site, &ask),
            (400, "Invalid cursor".into()),
            "{bad}"
        );
    }
    for from in ["1", "0"] {
        let query = format!("cursor={good}&from={from}");
        let ask = ask("POST", &signed("admin", &query));
        assert_eq!(
            refused(&site, &ask),
            (400, "Invalid cursor".into()),
            "{from}"
        );
    }
    // Before the gate; and an empty one is none.
    let nobody = ask("POST", "u=nobody&cursor=x");
    assert_eq!(refused(&site, &nobody).0, 400);
    assert_eq!(site.ids("admin", "cursor=&from=7"), [SPARE]);
}

#[test]
fn d33_a_total_is_told_to_who_asks() {
    let site = Site::open(&town());
    let total = |caller: &str, query: &str, prefer: &str| -> Reply {
        site.send(&ask("POST", &signed(caller, query)).with("Prefer", prefer))
    };
    for caller in ["admin", "clerk", "shop", "ben"] {
        for query in ["", "search_status=free", "search_device=x"] {
            let all = site.ids(caller, query).len().to_string();
            for page in ["", "&max_results=1", "&from=99"] {
                let reply = total(caller, &format!("{query}{page}"), "count=exact");
                assert_eq!(reply.header("x-total-count"), Some(all.as_str()), "{query}");
                assert_eq!(reply.header("preference-applied"), Some("count=exact"));
                let unasked = total(caller, &format!("{query}{page}"), "respond-async");
                assert_eq!(unasked.body, reply.body);
                assert_eq!(unasked.header("x-total-count"), None);
                assert_eq!(unasked.header("preference-applied"), None);
            }
        }
    }
    let denied = site.send(&ask("POST", "u=nobody").with("Prefer", "count=exact"));
    assert_eq!(denied.header("x-total-count"), None);
}

#[test]
fn d34_changes_since_a_moment() {
    let mut tables = town();
    did(&mut tables, FREE).updated_at = text("2026-05-27 07:35:58");
    did(&mut tables, BEN).updated_at = text("2020-01-01 00:00:00");
    let site = Site::open(&tables);
    for (moment, ids) in [
        ("2026-05-27T07:35:57Z", &[ANNA, FREE][..]),
        ("2026-05-27%2007:35:57", &[ANNA, FREE]),
        ("2026-05-27T07:35:58.999Z", &[FREE]),
        ("2026-05-27T10:35:57%2B03:00", &[ANNA, FREE]),
        ("2026-05-27T07:35:59Z", &[]),
        ("0000-01-01T00:00:00Z", &[ANNA, FREE, BEN]),
        ("", &ALL),
    ] {
        let query = format!("search_updated_since={moment}");
        assert_eq!(site.ids("admin", &query), ids, "{moment}");
    }
    for bad in [
        "yesterday",
        "all",
        "2026-05-27",
        "2026-02-30T00:00:00Z",
        "1",
    ] {
        let query = format!("search_updated_since={bad}");
        let found = refused(&site, &ask("POST", &signed("admin", &query)));
        assert_eq!(
            found,
            (400, "Not a time: search_updated_since".into()),
            "{bad}"
        );
    }
}

#[test]
fn d34_without_the_column_it_is_refused() {
    let mut tables = town();
    tables.columns.updated_at = false;
    let site = Site::open(&tables);
    let query = signed("admin", "search_updated_since=2026-05-27T07:35:57Z");
    let error = "search_updated_since needs the column dids.updated_at";
    assert_eq!(refused(&site, &ask("POST", &query)), (400, error.into()));
    // After the gate, which tells nobody what the server has.
    let nobody = site.post(&query.replace("u=admin", "u=nobody"));
    assert_eq!(nobody.error(), "Access Denied");
}

#[test]
fn d35_exact_numbers() {
    let mut tables = town();
    did(&mut tables, SPARE).did = text("+44200000003");
    did(&mut tables, OLD).did = text("Abc");
    let site = Site::open(&tables);
    for (numbers, ids) in [
        ("37060000001", &[ANNA][..]),
        ("3706000000", &[]),
        ("37060000004,37060000001,37060000001,0", &[ANNA, SHOP]),
        ("%2037060000001%20,%0937060000002", &[ANNA, FREE]),
        ("%2B37060000001", &[ANNA]),
        ("%2B44200000003", &[SPARE]),
        ("44200000003", &[]),
        ("aBC", &[OLD]),
        ("3706%25", &[]),
        ("", &[SPARE, ANNA, FREE, BEN, SHOP, CARRIER, OLD]),
    ] {
        let query = format!("search_did_exact={numbers}");
        assert_eq!(site.ids("admin", &query), ids, "{numbers}");
    }
    assert_eq!(
        site.ids("ben", "search_did_exact=37060000001,37060000003"),
        [BEN]
    );
}

#[test]
fn d35_exact_ids() {
    let site = Site::open(&town());
    for (ids, found) in [
        ("11", &[ANNA][..]),
        ("99999,10,11", &[ANNA, SPARE]),
        ("x,11,1.5,%2B12", &[ANNA]),
        ("x", &[]),
        ("all", &[]),
        ("-1", &[]),
        ("", &ALL),
    ] {
        assert_eq!(
            site.ids("admin", &format!("search_did_id={ids}")),
            found,
            "{ids}"
        );
    }
    assert_eq!(site.ids("shop", "search_did_id=11,13,14"), [BEN, SHOP]);
}

#[test]
fn d35_a_hundred_items_none_of_them_empty() {
    let site = Site::open(&many(200));
    for name in ["search_did_exact", "search_did_id"] {
        let items = |count: usize| {
            let item = |id: usize| match name {
                "search_did_id" => id.to_string(),
                _ => format!("3706{id:07}"),
            };
            (1..=count).map(item).collect::<Vec<_>>().join(",")
        };
        let found = site.ids("admin", &format!("{name}={}", items(100)));
        assert_eq!(found, (1..=100).collect::<Vec<_>>());
        let error = format!("Too many or empty items: {name}");
        for bad in [&items(101), ",1", "1,", "1,,2", "1,%20,2"] {
            let ask = ask("POST", &signed("admin", &format!("{name}={bad}")));
            assert_eq!(refused(&site, &ask), (400, error.clone()), "{bad}");
        }
        // Within the bytes for lists, and one beyond.
        let long = site.ids("admin", &format!("{name}=1,{}", "9".repeat(4_094)));
        let none: &[i64] = if name == "search_did_id" { &[1] } else { &[] };
        assert_eq!(long, none);
        let ask = ask(
            "POST",
            &signed("admin", &format!("{name}=1,{}", "9".repeat(4_095))),
        );
        let error = "A parameter value is longer than 4096 bytes";
        assert_eq!(refused(&site, &ask), (400, error.into()));
    }
}
