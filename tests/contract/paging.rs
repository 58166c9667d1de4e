//! Section 5: order and paging.

use dids_tests::harness::Site;
use dids_tests::model::Tables;
use dids_tests::model::tables::Did;

use crate::asking::*;
use crate::town::*;

/// The town with these numbers instead of its own; ids are 1, 2, 3 ….
fn numbered(numbers: &[Option<&str>]) -> Tables {
    let mut tables = town();
    tables.dids.clear();
    for (id, number) in (1..).zip(numbers) {
        tables.dids.push(Did {
            id,
            did: number.and_then(text),
            status: text("free"),
            ..Did::default()
        });
    }
    tables
}

#[test]
fn d20_by_number_without_regard_to_case_then_by_id() {
    let tables = numbered(&[
        Some("b"),
        Some("A"),
        Some("a"),
        Some("B"),
        Some("10"),
        Some("9"),
        Some(""),
        Some("a"),
        Some("aa"),
        Some("_"),
    ]);
    let site = Site::open(&tables);
    // By text, not by number; `_` stands behind the capitals and before `a`.
    assert_eq!(
        site.ids("admin", "").iter().take(3).collect::<Vec<_>>(),
        [&7, &5, &6]
    );
    let letters: Vec<i64> = site
        .ids("admin", "")
        .into_iter()
        .filter(|id| ![7, 5, 6, 10].contains(id))
        .collect();
    assert_eq!(letters, [2, 3, 8, 9, 1, 4]);
}

#[test]
fn d20_equal_numbers_are_in_the_order_of_their_ids() {
    let tables = numbered(&[Some("1"); 50]);
    let ids: Vec<i64> = (1..=50).collect();
    assert_eq!(Site::open(&tables).ids("admin", ""), ids);
}

#[test]
fn d20_without_a_number_a_did_is_listed_too() {
    let tables = numbered(&[Some("5"), None, Some(""), None, Some("1")]);
    let ids = Site::open(&tables).ids("admin", "");
    assert_eq!(ids.len(), 5);
    assert_eq!(ids[3..], [5, 1]);
}

#[test]
fn d21_from_and_max_results() {
    let site = Site::open(&town());
    for (query, ids) in [
        ("from=1", &ALL[..]),
        ("from=3", &ALL[2..]),
        ("from=7", &ALL[6..]),
        ("max_results=3", &ALL[..3]),
        ("max_results=7", &ALL),
        ("max_results=100", &ALL),
        ("from=3&max_results=2", &ALL[2..4]),
        ("from=7&max_results=5", &ALL[6..]),
        ("from=003&max_results=02", &ALL[2..4]),
        ("from=%2B3&max_results=%2B2", &ALL[2..4]),
        // Absent, 0 or negative.
        ("from=0&max_results=2", &ALL[..2]),
        ("from=-3&max_results=2", &ALL[..2]),
        ("from=-0&max_results=2", &ALL[..2]),
        ("from=+&max_results=2", &ALL[..2]),
        ("from=3&max_results=0", &ALL[2..]),
        ("from=3&max_results=-1", &ALL[2..]),
        ("from=3&max_results=", &ALL[2..]),
        // Beyond the last row.
        ("from=8", &[]),
        ("from=1000000&max_results=1", &[]),
    ] {
        assert_eq!(site.ids("admin", query), ids, "{query}");
    }
    assert_eq!(site.list("admin", "from=8").error(), "No DIDs found");
}

#[test]
fn d21_numbers_too_large_for_the_machine() {
    let site = Site::open(&town());
    for large in [
        "2147483648",
        "4294967296",
        "4294967297",
        "9223372036854775807",
        "9223372036854775808",
        "18446744073709551615",
        "18446744073709551617",
        "340282366920938463463374607431768211457",
        &"9".repeat(1_000),
    ] {
        assert_eq!(
            site.ids("admin", &format!("from={large}")),
            [0; 0],
            "{large}"
        );
        assert_eq!(
            site.ids("admin", &format!("max_results={large}")),
            ALL,
            "{large}"
        );
        let both = format!("from=2&max_results={large}");
        assert_eq!(site.ids("admin", &both), ALL[1..], "{large}");
        let both = format!("from={large}&max_results={large}");
        assert_eq!(site.ids("admin", &both), [0; 0], "{large}");
        assert_eq!(site.ids("admin", &format!("from=-{large}")), ALL, "{large}");
        assert_eq!(
            site.ids("admin", &format!("max_results=-{large}")),
            ALL,
            "{large}"
        );
    }
}

#[test]
fn paging_counts_what_the_filters_leave() {
    let site = Site::open(&town());
    for (caller, query, ids) in [
        ("admin", "search_status=free&from=2", &[SPARE][..]),
        ("admin", "search_status=free&max_results=1", &[FREE]),
        (
            "admin",
            "search_did_owner=admin&from=2&max_results=1",
            &[OLD],
        ),
        (
            "admin",
            "search_hide_terminated_dids=1&from=5&max_results=1",
            &[CARRIER],
        ),
        ("shop", "from=2", &[SHOP]),
        ("shop", "max_results=1", &[BEN]),
        ("ben", "from=2", &[]),
    ] {
        assert_eq!(site.ids(caller, query), ids, "{caller} asks {query}");
    }
}

#[test]
fn pages_tile() {
    // Equal numbers in either case, and some without one.
    let numbers = ["7", "7", "a", "A", "", "b", "7", "B", "a", "3"];
    let mut numbers: Vec<_> = numbers.map(Some).into();
    numbers.extend([None, None]);
    let mut tables = numbered(&numbers);
    for did in &mut tables.dids {
        did.reseller_id = Some(if did.id % 3 == 0 { 0 } else { 2 });
    }
    let site = Site::open(&tables);
    for caller in ["admin", "shop"] {
        for filter in [
            "",
            "&search_did_number=%25a%25",
            "&search_status=free",
            "&search_did_number=7",
        ] {
            let whole = site.ids(caller, filter);
            for size in 1..=whole.len() + 1 {
                let mut joined = Vec::new();
                for from in (1..=whole.len()).step_by(size) {
                    let query = format!("from={from}&max_results={size}{filter}");
                    joined.extend(site.ids(caller, &query));
                }
                assert_eq!(joined, whole, "{caller}, pages of {size}, {filter}");
            }
        }
    }
}
