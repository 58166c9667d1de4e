//! Section 4: API restricted.

use dids_tests::harness::Site;
use dids_tests::model::Tables;

use crate::asking::*;
use crate::town::*;

const REFUSED: &str = "API method not permitted: dids_get";

/// The town with everyone restricted and in this permission group.
fn everyone_in(group: Option<i64>) -> Tables {
    let mut tables = town();
    for user in &mut tables.users {
        user.api_restricted = Some(1);
        user.api_permission_group_id = group;
    }
    tables
}

fn passes(tables: &Tables, caller: &str) -> bool {
    let reply = Site::open(tables).list(caller, "");
    assert_eq!(reply.status, 200);
    let passes = !reply.ids().is_empty();
    if !passes {
        assert_eq!(reply.error(), REFUSED, "{caller}");
    }
    passes
}

#[test]
fn the_level_decides_for_users_and_accountants() {
    // Group 1 may read, 2 may write, 3 has level 0, 4 another method, 9 nothing.
    for (group, allowed) in [(1, true), (2, true), (3, false), (4, false), (9, false)] {
        let tables = everyone_in(Some(group));
        for caller in ["anna", "ben", "clerk"] {
            assert_eq!(passes(&tables, caller), allowed, "{caller} in {group}");
        }
    }
}

#[test]
fn resellers_and_the_admin_are_never_restricted() {
    let mut tables = everyone_in(Some(3));
    for caller in ["shop", "carrier", "admin"] {
        assert!(passes(&tables, caller), "{caller}");
    }
    tables.api_permissions = None;
    for caller in ["shop", "carrier", "admin"] {
        assert!(passes(&tables, caller), "{caller}");
    }
}

#[test]
fn levels_other_than_1_and_2_are_refused() {
    for level in [Some(0), None, Some(3), Some(-1)] {
        let mut tables = everyone_in(Some(1));
        tables.api_permissions.as_mut().unwrap()[0].level = level;
        assert!(!passes(&tables, "anna"), "{level:?}");
    }
}

#[test]
fn only_the_restricted_are_restricted() {
    for restricted in [Some(0), None] {
        let mut tables = everyone_in(Some(3));
        user(&mut tables, "anna").api_restricted = restricted;
        assert!(passes(&tables, "anna"), "{restricted:?}");
        assert!(!passes(&tables, "ben"), "{restricted:?}");
    }
}

#[test]
fn d16_without_a_group_it_is_not_enforced() {
    for group in [None, Some(0)] {
        let tables = everyone_in(group);
        for caller in ["anna", "ben", "clerk"] {
            assert!(passes(&tables, caller), "{caller} in {group:?}");
        }
    }
}

#[test]
fn d16_it_holds_with_hash_checking_disabled_too() {
    let mut tables = everyone_in(Some(3));
    set(&mut tables, "API_Disable_hash_checking", "1", 0);
    let site = Site::open(&tables);
    for caller in ["anna", "clerk"] {
        assert_eq!(
            site.post(&format!("u={caller}")).error(),
            REFUSED,
            "{caller}"
        );
    }
}

#[test]
fn d16_of_several_entries_the_lowest_level_counts() {
    for (levels, allowed) in [([2, 0], false), ([0, 2], false), ([1, 2], true)] {
        let mut tables = everyone_in(Some(7));
        let entries = levels.map(|level| permission(7, "dids_get", level));
        tables.api_permissions = Some(entries.to_vec());
        assert_eq!(passes(&tables, "anna"), allowed, "{levels:?}");
    }
}

#[test]
fn d16_without_the_table_the_restricted_are_refused() {
    let mut tables = everyone_in(Some(1));
    tables.api_permissions = None;
    for caller in ["anna", "ben", "clerk"] {
        assert!(!passes(&tables, caller), "{caller}");
    }
    user(&mut tables, "anna").api_restricted = Some(0);
    assert!(passes(&tables, "anna"));
}

#[test]
fn without_the_columns_there_is_no_such_feature() {
    for permissions in [None, town().api_permissions] {
        let mut tables = everyone_in(Some(3));
        tables.columns.api_restricted = false;
        tables.api_permissions = permissions;
        for caller in ["anna", "ben", "clerk", "shop"] {
            assert!(passes(&tables, caller), "{caller}");
        }
    }
}
