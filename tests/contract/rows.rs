//! Section 3: which rows a role sees, and what of them.
//!
//! The golden pages are the reference model's, read line by line against the contract's
//! table. tests/written compares them with it.

use std::path::Path;

use dids_tests::harness::Site;
use dids_tests::model::Tables;
use dids_tests::model::tables::Columns;

use crate::asking::*;
use crate::formats::UNASKED;
use crate::town::*;

/// Compares a caller's whole list with a golden page.
fn is_golden(tables: &Tables, caller: &str, page: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("contract/golden")
        .join(page);
    let golden = std::fs::read_to_string(&file).unwrap();
    let site = Site::open(tables);
    // Whatever a client sends unasked: section 8 changes nothing for who asks for none
    // of it, neither a byte nor a header.
    for accept in UNASKED {
        let reply = site.send(&ask("POST", &signed(caller, "")).with("Accept", accept));
        assert_eq!(reply.text(), golden, "{page}, {accept}");
        for name in [
            "x-next-cursor",
            "x-total-count",
            "preference-applied",
            "content-disposition",
        ] {
            assert_eq!(reply.header(name), None, "{page}, {accept}");
        }
    }
    assert_eq!(site.list(caller, "").text(), golden, "{page}, no Accept");
    let empty = "cursor=&search_updated_since=&search_did_exact=&search_did_id=";
    assert_eq!(site.list(caller, empty).text(), golden, "{page}, {empty}");
}

/// A server from before the optional columns.
fn old_town() -> Tables {
    let mut tables = town();
    tables.columns = Columns::OLD;
    tables
}

#[test]
fn the_admin_sees_all_of_everything() {
    is_golden(&town(), "admin", "admin.xml");
}

#[test]
fn an_accountant_sees_what_the_admin_sees() {
    is_golden(&town(), "clerk", "admin.xml");
}

#[test]
fn a_reseller_sees_the_own_dids() {
    is_golden(&town(), "shop", "reseller.xml");
}

#[test]
fn a_resellers_user_sees_the_own_dids() {
    is_golden(&town(), "ben", "user_of_reseller.xml");
}

#[test]
fn the_admins_user_sees_the_own_dids() {
    is_golden(&town(), "anna", "user_of_admin.xml");
}

#[test]
fn columns_that_are_not_there_leave_no_element() {
    is_golden(&old_town(), "admin", "admin_of_old_server.xml");
    is_golden(&old_town(), "anna", "user_of_old_server.xml");
}

#[test]
fn each_optional_column_may_be_absent_by_itself() {
    let whole = Site::open(&town()).list("anna", "").text().to_owned();
    for name in [
        "ai_agent_compatible",
        "routes_to_openai_project_id",
        "updated_at",
    ] {
        let mut tables = town();
        let columns = &mut tables.columns;
        match name {
            "ai_agent_compatible" => columns.ai_agent_compatible = false,
            "updated_at" => columns.updated_at = false,
            _ => columns.routes_to_openai_project_id = false,
        }
        let reply = Site::open(&tables).list("anna", "");
        let without = whole.lines().filter(|line| !line.contains(name));
        let without: String = without.map(|line| format!("{line}\n")).collect();
        assert_eq!(reply.text(), without, "{name}");
    }
}

#[test]
fn which_rows_a_role_sees() {
    let mut tables = town();
    // A user's and a reseller's ids are different things.
    did(&mut tables, SPARE).user_id = Some(2);
    did(&mut tables, OLD).reseller_id = Some(3);
    did(&mut tables, FREE).user_id = Some(0);
    let site = Site::open(&tables);
    for (caller, ids) in [
        ("admin", &ALL[..]),
        ("clerk", &ALL),
        ("shop", &[BEN, SHOP]),
        ("carrier", &[CARRIER]),
        ("anna", &[ANNA]),
        ("ben", &[BEN]),
    ] {
        assert_eq!(site.ids(caller, ""), ids, "{caller}");
    }
    tables.dids.clear();
    let site = Site::open(&tables);
    for caller in ["admin", "shop", "ben"] {
        assert_eq!(site.list(caller, "").error(), "No DIDs found", "{caller}");
    }
}

#[test]
fn d12_what_the_example_has_twice_is_shown_once() {
    let mut tables = town();
    // The example's first row: active, with a date it should not show.
    did(&mut tables, ANNA).closed_till = text("2026-06-09 12:00:00");
    let reply = Site::open(&tables).list("admin", "");
    let elements = |name| reply.elements(name);
    assert_eq!(elements("did_status").len(), ALL.len());
    assert_eq!(elements("status").len(), ALL.len());
    // Only the closed one is reserved for someone, and only two have a user.
    assert_eq!(elements("reserved_for_user_till"), ["2026-06-09T12:00:00Z"]);
    assert_eq!(elements("user_id"), ["3", "4"]);
    assert_eq!(elements("device_id"), ["1", "2"]);
}

#[test]
fn d24_whose_comment_is_shown() {
    let mut tables = town();
    for (id, user, reseller) in [(ANNA, 3, 0), (FREE, 3, 2), (BEN, 0, 2), (SHOP, 0, 2)] {
        let did = did(&mut tables, id);
        did.user_id = Some(user);
        did.reseller_id = Some(reseller);
        did.comment = text("of the admin");
        did.reseller_comment = text("of the reseller");
    }
    did(&mut tables, BEN).reseller_comment = None;
    did(&mut tables, SHOP).reseller_comment = text("");
    tables
        .dids
        .retain(|did| [ANNA, FREE, BEN, SHOP].contains(&did.id));
    let site = Site::open(&tables);
    for (caller, comments) in [
        ("admin", &["of the admin"; 4][..]),
        ("clerk", &["of the admin"; 4]),
        // Absent when NULL, and not made up for by the other one.
        ("shop", &["of the reseller", ""]),
        ("anna", &["of the admin", "of the reseller"]),
    ] {
        assert_eq!(
            site.list(caller, "").elements("comment"),
            comments,
            "{caller}"
        );
    }
    did(&mut tables, ANNA).comment = None;
    let site = Site::open(&tables);
    assert_eq!(
        site.list("anna", "").elements("comment"),
        ["of the reseller"]
    );
}
