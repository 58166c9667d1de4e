//! Section 5: the filters, each by itself and for each role.

use dids_tests::harness::Site;
use dids_tests::model::Tables;

use crate::asking::*;
use crate::town::*;

/// The roles whose filters are tried, and the DIDs each sees without one.
const CALLERS: [(&str, &[i64]); 6] = [
    ("admin", &ALL),
    ("clerk", &ALL),
    ("shop", &[BEN, SHOP]),
    ("carrier", &[CARRIER]),
    ("anna", &[ANNA]),
    ("ben", &[BEN]),
];

/// Asks a query of every role. `found` are the DIDs a filter finds where it is
/// honoured; where it is not, all are listed.
pub fn filters(tables: &Tables, query: &str, found: &[i64], honoured: &[&str]) {
    let site = Site::open(tables);
    for (caller, visible) in CALLERS {
        let mut wanted = visible.to_vec();
        if honoured.contains(&caller) {
            wanted.retain(|id| found.contains(id));
        }
        assert_eq!(site.ids(caller, query), wanted, "{caller} asks {query}");
    }
}

pub const EVERYONE: [&str; 6] = ["admin", "clerk", "shop", "carrier", "anna", "ben"];
const ALL_BUT_USERS: [&str; 4] = ["admin", "clerk", "shop", "carrier"];
const OWN_PROVIDERS: [&str; 3] = ["admin", "clerk", "carrier"];

#[test]
fn by_status_in_any_case_for_all() {
    for (status, found) in [
        ("free", &[FREE, SPARE][..]),
        ("FREE", &[FREE, SPARE]),
        ("Active", &[ANNA, CARRIER]),
        ("closed", &[BEN]),
        ("reserved", &[SHOP]),
        ("terminated", &[OLD]),
        // An unknown status matches nothing, and it is no pattern.
        ("unknown", &[]),
        ("fre%25", &[]),
        ("fre_", &[]),
    ] {
        filters(
            &town(),
            &format!("search_status={status}"),
            found,
            &EVERYONE,
        );
    }
    // Statuses beyond the five can be asked for too.
    let mut tables = town();
    did(&mut tables, SPARE).status = text("On Hold");
    assert_eq!(
        Site::open(&tables).ids("admin", "search_status=on%20hold"),
        [SPARE]
    );
}

#[test]
fn by_dial_plan_for_all_but_users() {
    for (id, found) in [
        ("1", &[BEN][..]),
        ("2", &[CARRIER]),
        ("0", &[ANNA, FREE, SHOP, OLD, SPARE]),
        ("3", &[]),
    ] {
        filters(
            &town(),
            &format!("search_dialplan={id}"),
            found,
            &ALL_BUT_USERS,
        );
    }
}

#[test]
fn by_user_or_reseller_for_all() {
    for (id, found) in [
        ("3", &[ANNA][..]),
        ("4", &[BEN]),
        ("2", &[BEN, SHOP]),
        ("5", &[CARRIER]),
        // 0 is the admin, who owns what no user has; no reseller is 0.
        ("0", &[FREE, SHOP, OLD, CARRIER, SPARE]),
        ("99", &[]),
    ] {
        filters(&town(), &format!("search_user={id}"), found, &EVERYONE);
    }
    let mut tables = town();
    did(&mut tables, ANNA).reseller_id = Some(-3);
    did(&mut tables, FREE).user_id = Some(-3);
    assert_eq!(Site::open(&tables).ids("admin", "search_user=-3"), [FREE]);
}

#[test]
fn by_device_for_all() {
    for (id, found) in [
        ("1", &[ANNA][..]),
        ("2", &[BEN]),
        ("-2", &[OLD]),
        ("0", &[FREE, SHOP, CARRIER, SPARE]),
        ("9", &[]),
        ("all", &ALL),
        ("ALL", &ALL),
        ("alle", &[]),
    ] {
        filters(&town(), &format!("search_device={id}"), found, &EVERYONE);
    }
}

#[test]
fn by_provider_for_those_with_providers() {
    for (id, found) in [
        ("1", &[ANNA, FREE, SHOP][..]),
        ("2", &[BEN, CARRIER]),
        ("0", &[OLD, SPARE]),
        ("9", &[]),
    ] {
        filters(
            &town(),
            &format!("search_provider={id}"),
            found,
            &OWN_PROVIDERS,
        );
    }
}

#[test]
fn d18_by_language_for_all() {
    let mut tables = town();
    did(&mut tables, SPARE).language = None;
    did(&mut tables, CARRIER).language = text("  ");
    for (language, found) in [
        ("=en", &[ANNA, OLD][..]),
        ("=EN", &[ANNA, OLD]),
        ("=lt", &[BEN]),
        ("=all", &ALL),
        ("=All", &ALL),
        ("=e%25", &[]),
        ("=e_", &[]),
        ("=de", &[]),
        // Present and empty: those without a language.
        ("=", &[FREE, SHOP, CARRIER, SPARE]),
        ("", &[FREE, SHOP, CARRIER, SPARE]),
        ("=+", &[FREE, SHOP, CARRIER, SPARE]),
    ] {
        filters(
            &tables,
            &format!("search_language{language}"),
            found,
            &EVERYONE,
        );
    }
}

#[test]
fn hiding_the_terminated_for_all() {
    let mut tables = town();
    did(&mut tables, BEN).status = text("Terminated");
    let left = [ANNA, FREE, SHOP, CARRIER, SPARE];
    for (value, found) in [
        ("1", &left[..]),
        ("+1%09", &left),
        ("0", &ALL),
        ("", &ALL),
        ("+", &ALL),
    ] {
        filters(
            &tables,
            &format!("search_hide_terminated_dids={value}"),
            found,
            &EVERYONE,
        );
    }
    // A DID without a status is not terminated.
    did(&mut tables, ANNA).status = None;
    filters(&tables, "search_hide_terminated_dids=1", &left, &EVERYONE);
    let asked_for_both = "search_hide_terminated_dids=1&search_status=terminated";
    filters(&tables, asked_for_both, &[], &EVERYONE);
}

#[test]
fn d19_an_id_that_is_no_whole_number_matches_nothing() {
    let site = Site::open(&town());
    for name in [
        "search_dialplan",
        "search_user",
        "search_device",
        "search_provider",
    ] {
        for id in [
            "1.5", "1.0", "%2B2", "x", "2x", "0x1", "1e0", "-", "--1", "1+1", "%D9%A3", "1,2",
            "1 OR 1=1",
        ] {
            let id = id.replace(' ', "%20");
            let ids = site.ids("admin", &format!("{name}={id}"));
            assert_eq!(ids, [0; 0], "{name}={id}");
        }
        // Too large for the machine is beyond every id.
        for id in [
            "9223372036854775808",
            "-9223372036854775809",
            "18446744073709551617",
            "4294967297",
            &"9".repeat(1_000),
        ] {
            assert_eq!(
                site.ids("admin", &format!("{name}={id}")),
                [0; 0],
                "{name}={id}"
            );
        }
        // Written with zeros it is the same number.
        let plain = site.ids("admin", &format!("{name}=2"));
        assert_eq!(site.ids("admin", &format!("{name}=0002")), plain, "{name}");
        assert!(!plain.is_empty(), "{name}");
    }
}

#[test]
fn d27_all_means_not_set() {
    let mut tables = town();
    // Even where a row says so.
    did(&mut tables, SPARE).status = text("all");
    did(&mut tables, SPARE).language = text("all");
    for name in [
        "search_status",
        "search_dialplan",
        "search_user",
        "search_device",
        "search_provider",
        "search_language",
    ] {
        for all in ["all", "ALL", "+All%09"] {
            filters(&tables, &format!("{name}={all}"), &ALL, &EVERYONE);
        }
        let site = Site::open(&tables);
        let ids = site.ids("admin", &format!("{name}=alle"));
        assert_eq!(ids, [0; 0], "{name}");
    }
    // To the two texts it is a text.
    let site = Site::open(&tables);
    for name in ["search_did_number", "search_did_owner"] {
        assert_eq!(site.ids("admin", &format!("{name}=all")), [0; 0], "{name}");
    }
}

#[test]
fn an_empty_value_means_not_set() {
    let empty = "search_did_number=&search_status=&search_did_owner=&search_dialplan=\
                 &search_user=&search_device=&search_provider=+&search_hide_terminated_dids=\
                 &from=&max_results=";
    filters(&town(), empty, &ALL, &EVERYONE);
}

#[test]
fn all_filters_hold_together() {
    let site = Site::open(&town());
    let filters = [
        "search_did_number=37060000003",
        "search_status=closed",
        "search_did_owner=jones",
        "search_dialplan=1",
        "search_user=2",
        "search_device=2",
        "search_provider=2",
        "search_language=lt",
        "search_hide_terminated_dids=1",
    ];
    assert_eq!(site.ids("admin", &filters.join("&")), [BEN]);
    for (place, filter) in filters.iter().enumerate().take(8) {
        let mut changed = filters.map(str::to_owned);
        let (name, _) = filter.split_once('=').unwrap();
        changed[place] = format!("{name}=1999");
        assert_eq!(site.ids("admin", &changed.join("&")), [0; 0], "{name}");
    }
}

#[test]
fn a_filter_never_widens_what_is_seen() {
    let site = Site::open(&town());
    for query in [
        "search_user=0",
        "search_user=4",
        "search_did_number=%25",
        "search_device=2",
        "search_user=2",
    ] {
        for (caller, visible) in CALLERS {
            let ids = site.ids(caller, query);
            assert!(
                ids.iter().all(|id| visible.contains(id)),
                "{caller} asks {query}: {ids:?}"
            );
        }
    }
}
