//! Section 8, D35: up to a hundred numbers or ids in one call.

use dids_tests::data::many_dids;
use dids_tests::harness::Site;
use dids_tests::model;

use crate::asking::*;
use crate::misunderstood::refused;
use crate::town::*;

#[test]
fn d35_whole_numbers() {
    let mut tables = town();
    did(&mut tables, SHOP).did = text("AbC");
    did(&mut tables, OLD).did = text("+44200");
    did(&mut tables, CARRIER).did = text("44200");
    did(&mut tables, SPARE).did = text("+");
    let site = Site::open(&tables);
    for (numbers, ids) in [
        ("37060000001", &[ANNA][..]),
        ("37060000003,37060000001", &[ANNA, BEN]),
        ("37060000001,37060000001", &[ANNA]),
        // A whole number, no part and no pattern.
        ("3706000000", &[]),
        ("3706000000%25,3706000000_,%25", &[]),
        ("370600000011", &[]),
        // Misses change nothing.
        ("1,2,37060000002,3", &[FREE]),
        ("abc", &[SHOP]),
        ("ABC,x", &[SHOP]),
        // With a `+`: the number with or without it; without: as it is.
        ("%2B37060000001", &[ANNA]),
        ("%2B44200", &[OLD, CARRIER]),
        ("44200", &[CARRIER]),
        ("%2BabC", &[SHOP]),
        ("%2B", &[SPARE]),
        ("%2B%2B44200", &[OLD]),
        ("%20%0937060000001%20,%0A37060000002%0D", &[ANNA, FREE]),
        ("all", &[]),
        ("\\,'", &[]),
        ("", &[ANNA, FREE, BEN, SHOP, OLD, CARRIER, SPARE]),
    ] {
        let mut found = site.ids("admin", &format!("search_did_exact={numbers}"));
        let mut ids = ids.to_vec();
        found.sort_unstable();
        ids.sort_unstable();
        assert_eq!(found, ids, "{numbers}");
    }
}

#[test]
fn d35_ids() {
    let site = Site::open(&town());
    for (query, ids) in [
        ("11", &[ANNA][..]),
        ("13,%2011%20,0011", &[ANNA, BEN]),
        ("1,2,3", &[]),
        // Not whole numbers match nothing (D19); the others still do.
        ("x", &[]),
        ("x,11,1.5,%2B12,1e1,all", &[ANNA]),
        ("-11,99999999999999999999,11", &[ANNA]),
        ("all", &[]),
        ("", &ALL),
    ] {
        assert_eq!(
            site.ids("admin", &format!("search_did_id={query}")),
            ids,
            "{query}"
        );
    }
}

#[test]
fn d35_the_order_is_the_lists() {
    let site = Site::open(&town());
    assert_eq!(site.ids("admin", "search_did_id=10,16,15,14,13,12,11"), ALL);
    assert_eq!(
        site.ids("admin", "search_did_id=10,11,13&from=2&max_results=1"),
        [BEN]
    );
    let both = "search_did_id=11,12&search_did_exact=37060000002,37060000003";
    assert_eq!(site.ids("admin", both), [FREE]);
    assert_eq!(
        site.ids("admin", "search_did_id=11,12,13&search_status=closed"),
        [BEN]
    );
}

#[test]
fn d35_a_role_finds_its_own_only() {
    let site = Site::open(&town());
    let every = [
        "search_did_id=10,11,12,13,14,15,16",
        "search_did_exact=37060000001,37060000003,37060000004",
    ];
    for query in every {
        assert_eq!(site.ids("shop", query), [BEN, SHOP]);
        assert_eq!(site.ids("ben", query), [BEN]);
        assert_eq!(site.ids("anna", query), [ANNA]);
    }
    assert_eq!(site.ids("carrier", every[1]), [0; 0]);
}

#[test]
fn d35_a_hundred_and_not_one_more() {
    let site = Site::open(&many_dids(town(), 300));
    let list = |count: i64| {
        (1..=count)
            .map(|id| format!("{id}"))
            .collect::<Vec<_>>()
            .join(",")
    };
    assert_eq!(
        site.ids("admin", &format!("search_did_id={}", list(100)))
            .len(),
        100
    );
    let numbers = |count: i64| {
        (1..=count)
            .map(|id| format!("%2B37060{id:07}"))
            .collect::<Vec<_>>()
            .join(",")
    };
    assert_eq!(
        site.ids("admin", &format!("search_did_exact={}", numbers(100)))
            .len(),
        100
    );
    // Equal ones count too.
    let same = vec!["5"; 101].join(",");
    let ends = ["1,", ",1", ",", "1,,2", "1,%20,2", "%20,"];
    let ends = ends.map(str::to_owned);
    for name in ["search_did_exact", "search_did_id"] {
        for bad in [list(101), numbers(101), same.clone()].iter().chain(&ends) {
            let error = format!("Too many or empty items: {name}");
            for caller in ["u=nobody", "u=admin"] {
                let query = format!("{caller}&{name}={bad}");
                assert_eq!(
                    refused(&site, &ask("POST", &query)),
                    (400, error.clone()),
                    "{bad}"
                );
            }
        }
    }
}

#[test]
fn d35_4096_bytes_for_these_two() {
    let site = Site::open(&town());
    for name in ["search_did_exact", "search_did_id"] {
        let padded = |length: usize| format!("11,{}", "9".repeat(length - 3));
        let found = site.ids("admin", &format!("{name}={}", padded(4_096)));
        let wanted = if name.ends_with("id") {
            &[ANNA][..]
        } else {
            &[]
        };
        assert_eq!(found, wanted, "{name}");
        let long = ask(
            "POST",
            &signed("admin", &format!("{name}={}", padded(4_097))),
        );
        let error = "A parameter value is longer than 4096 bytes".to_owned();
        assert_eq!(refused(&site, &long), (400, error));
    }
    // Other values have their own limit.
    let long = ask(
        "POST",
        &format!("u=admin&search_status={}", "9".repeat(1_025)),
    );
    let error = "A parameter value is longer than 1024 bytes".to_owned();
    assert_eq!(refused(&site, &long), (400, error));
}

#[test]
fn d35_a_hundred_numbers_of_the_longest_kind() {
    let mut tables = many_dids(town(), 100);
    for did in &mut tables.dids {
        did.did = text(&format!("{:0>39}", did.id));
    }
    let numbers: Vec<_> = (1..=100).map(|id| format!("{id:0>39}")).collect();
    let query = signed("admin", &format!("search_did_exact={}", numbers.join(",")));
    let reply = Site::open(&tables).post(&query);
    assert_eq!(reply.ids().len(), 100);
    assert!(Some(reply.body) == model::answer(&tables, &ask("POST", &query)).body);
}

#[test]
fn d35_hit_or_miss_are_the_same_questions() {
    let site = Site::inside(&many_dids(town(), 20_000)).in_turn();
    let calls = |query: &str| {
        let before = site.server().stats().database_calls;
        site.list("admin", query);
        site.server().stats().database_calls - before
    };
    calls("");
    let numbers = |first: i64| {
        (first..first + 100)
            .map(|id| format!("37060{id:07}"))
            .collect::<Vec<_>>()
            .join(",")
    };
    let page = calls("max_results=100");
    for first in [1, 19_901, 50_000] {
        let asked = calls(&format!("search_did_exact={}", numbers(first)));
        assert!(asked <= page + 1, "{asked} questions, a page takes {page}");
    }
}
