//! Section 8, D32: a walk from page to page lists what the whole list does.

use dids_tests::harness::Site;

use crate::asking::*;
use crate::cursor::{next, village};
use crate::town::*;

/// The pages of a caller's walk, to the last; `between` is done behind each.
fn walk(
    site: &Site,
    caller: &str,
    filter: &str,
    size: usize,
    between: impl Fn(usize),
) -> Vec<Vec<i64>> {
    let mut pages = Vec::new();
    let mut place = String::new();
    loop {
        let query = format!("{filter}&max_results={size}{place}");
        let reply = site.list(caller, &query);
        assert_eq!(reply.status, 200, "{query}: {}", reply.text());
        pages.push(reply.ids());
        match next(&reply) {
            Some(cursor) => place = format!("&cursor={cursor}"),
            None => return pages,
        }
        assert_eq!(pages[pages.len() - 1].len(), size, "only the last is short");
        between(pages.len());
    }
}

#[test]
fn d32_a_walk_is_the_whole_list() {
    let site = Site::open(&village());
    for (caller, filter) in [
        ("admin", ""),
        ("clerk", "search_status=free"),
        ("admin", "search_did_number=a"),
        ("admin", "search_user=0"),
        ("shop", ""),
        ("anna", "search_hide_terminated_dids=1"),
        ("carrier", ""),
    ] {
        let whole = site.ids(caller, filter);
        for size in 1..=whole.len() + 1 {
            let pages = walk(&site, caller, filter, size, |_| ());
            assert_eq!(
                pages.concat(),
                whole,
                "{caller} {filter} in pages of {size}"
            );
            // None is empty but that of an empty list.
            assert_eq!(pages.len(), whole.len().div_ceil(size).max(1));
        }
    }
}

#[test]
fn d32_numbers_that_are_bytes() {
    // On a server the column says what it holds: tests/mysql has other collations.
    let site = Site::open(&village());
    site.run_sql(
        "UPDATE dids SET did = x'ff00' WHERE id IN (3, 4); UPDATE dids SET did = x'' WHERE id = 5; \
         UPDATE dids SET did = zeroblob(10000) WHERE id IN (2, 8); \
         UPDATE dids SET did = printf('%.*c', 10000, '9') WHERE id IN (15, 16); \
         UPDATE dids SET did = CAST(did AS BLOB) WHERE id IN (1, 6, 7); \
         UPDATE dids SET did = CAST(x'37ff' AS TEXT) WHERE id IN (9, 10, 12); \
         UPDATE dids SET did = 37 WHERE id = 13; UPDATE dids SET did = 1.5 WHERE id = 14",
    );
    let whole = site.ids("admin", "");
    assert_eq!(whole.len(), village().dids.len());
    for size in 1..=whole.len() {
        let pages = walk(&site, "admin", "", size, |_| ());
        assert_eq!(pages.concat(), whole, "pages of {size}");
    }
}

#[test]
fn d32_as_long_as_the_column_holds() {
    // Fifty characters: 200 bytes of some.
    let mut tables = village();
    for (did, letter) in tables.dids.iter_mut().zip("9aZé☎😀%'\"\\".chars().cycle()) {
        did.did = text(&letter.to_string().repeat(50));
    }
    let site = Site::open(&tables);
    let whole = site.ids("admin", "");
    let pages = walk(&site, "admin", "", 1, |_| ());
    assert_eq!(pages.concat(), whole);
}

#[test]
fn d32_rows_that_come_and_go_during_a_walk() {
    for size in [1, 3, 7] {
        let site = Site::open(&village());
        let before = site.ids("admin", "");
        let pages = walk(&site, "admin", "", size, |page| {
            // The row that the cursor stands at, one behind it, and new ones at both ends
            // and between, with numbers that others have.
            let at = before.get(page * size - 1).copied().unwrap_or_default();
            let behind = before.get(page * size + 1).copied().unwrap_or_default();
            let new = 100 + page * 10;
            site.run_sql(&format!(
                "DELETE FROM dids WHERE id IN ({at}, {behind}) AND id % 2 = 1; \
                 INSERT INTO dids (id, did, status) VALUES ({new}, NULL, 'free'), ({new} + 1, '', 'free'), \
                 ({new} + 2, '7', 'free'), ({new} + 3, 'a', 'free'), ({new} + 4, 'zz{page}', 'free')"
            ));
            // New rows behind the cursor would never come to an end.
            assert!(page < 200, "pages of {size}");
            if page > 5 {
                site.run_sql("DELETE FROM dids WHERE id > 150");
            }
        });
        let after = site.ids("admin", "");
        let listed = pages.concat();
        let stayed = |id: &i64| before.contains(id) && after.contains(id);
        let those = |ids: &[i64]| ids.iter().copied().filter(stayed).collect::<Vec<_>>();
        assert!(
            after.iter().filter(|id| stayed(id)).count() >= 9,
            "some stayed"
        );
        assert_eq!(those(&listed), those(&before), "once each, in their order");
        let mut sorted = listed.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(sorted.len(), listed.len(), "none twice");
    }
}

#[test]
fn d32_anothers_cursor_widens_nothing() {
    let site = Site::open(&village());
    let mut place = String::new();
    // From every place of the admin's list.
    while let Some(cursor) = next(&site.list("admin", &format!("max_results=1{place}"))) {
        place = format!("&cursor={cursor}");
        let passed = walk_from(&site, "admin", &place);
        for caller in ["shop", "anna", "ben", "carrier"] {
            let own = site.ids(caller, "");
            let rest = walk_from(&site, caller, &place);
            let wanted: Vec<i64> = own.into_iter().filter(|id| passed.contains(id)).collect();
            assert_eq!(rest, wanted, "{caller} {cursor}");
        }
        let free = site.ids("admin", &format!("search_status=free{place}"));
        assert!(
            free.iter().all(|id| id % 2 == 0 && passed.contains(id)),
            "{cursor}"
        );
        assert_eq!(
            site.post(&format!("u=admin&hash=0{place}")).error(),
            "Incorrect hash"
        );
    }
    assert!(!place.is_empty());
}

/// What a caller finds behind a place.
fn walk_from(site: &Site, caller: &str, place: &str) -> Vec<i64> {
    site.ids(caller, place)
}
