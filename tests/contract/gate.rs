//! Section 2: who may pass, and which check speaks first.

use dids_tests::harness::Site;
use dids_tests::model::Tables;

use crate::asking::*;
use crate::town::*;

/// The town with everything wrong that can be wrong for these callers.
fn everything_wrong() -> Tables {
    let mut tables = town();
    tables.conflines.clear();
    tables.acc_group_rights.clear();
    for name in ["clerk", "ben"] {
        user(&mut tables, name).api_restricted = Some(1);
        user(&mut tables, name).api_permission_group_id = Some(3);
    }
    tables
}

fn error_of(tables: &Tables, method: &str, query: &str) -> String {
    let reply = Site::open(tables).send(&ask(method, query));
    assert_eq!(reply.status, 200, "{query}");
    reply.error().to_owned()
}

#[test]
fn the_checks_in_their_order_for_a_resellers_user() {
    let mut tables = everything_wrong();
    let wrong = "u=ben&hash=0000000000000000000000000000000000000000";
    let unknown = "u=nobody";
    let disabled = "API Requests are disabled";
    assert_eq!(error_of(&tables, "GET", unknown), disabled);
    set(&mut tables, "Allow_API", "1", 0);
    assert_eq!(
        error_of(&tables, "GET", unknown),
        "GET Requests are disabled"
    );
    set(&mut tables, "Allow_GET_API", "1", 0);
    assert_eq!(error_of(&tables, "GET", unknown), "Access Denied");
    assert_eq!(error_of(&tables, "GET", wrong), disabled);
    set(&mut tables, "Allow_API", "1", 2);
    let no_key = "API must have Secret Key";
    assert_eq!(error_of(&tables, "GET", wrong), no_key);
    // The admin's key is not the reseller's.
    set(&mut tables, "API_Secret_Key", "secret", 0);
    assert_eq!(error_of(&tables, "GET", wrong), no_key);
    set(&mut tables, "API_Secret_Key", "shopkey", 2);
    assert_eq!(error_of(&tables, "GET", wrong), "Incorrect hash");
    let right = signed("ben", "search_status=none");
    let not_permitted = "API method not permitted: dids_get";
    assert_eq!(error_of(&tables, "GET", &right), not_permitted);
    user(&mut tables, "ben").api_permission_group_id = Some(1);
    assert_eq!(error_of(&tables, "GET", &right), "No DIDs found");
}

#[test]
fn the_checks_in_their_order_for_an_accountant() {
    let mut tables = everything_wrong();
    let wrong = "u=clerk&hash=0000000000000000000000000000000000000000";
    let right = signed("clerk", "search_status=none");
    set(&mut tables, "Allow_API", "1", 0);
    assert_eq!(error_of(&tables, "POST", wrong), "API must have Secret Key");
    set(&mut tables, "API_Secret_Key", "secret", 0);
    assert_eq!(error_of(&tables, "POST", wrong), "Incorrect hash");
    let not_permitted = "API method not permitted: dids_get";
    assert_eq!(error_of(&tables, "POST", &right), not_permitted);
    user(&mut tables, "clerk").api_permission_group_id = Some(1);
    let not_authorized = "You are not authorized to manage DIDs";
    assert_eq!(error_of(&tables, "POST", &right), not_authorized);
    tables.acc_group_rights = town().acc_group_rights;
    assert_eq!(error_of(&tables, "POST", &right), "No DIDs found");
}

#[test]
fn whose_api_must_be_allowed() {
    // The caller, and the owner without whose `Allow_API` it gets no answer.
    for (caller, owner) in [("shop", 2), ("ben", 2), ("carrier", 5)] {
        let mut tables = town();
        unset(&mut tables, "Allow_API", owner);
        let site = Site::open(&tables);
        let reply = site.list(caller, "");
        assert_eq!(reply.error(), "API Requests are disabled", "{caller}");
        for other in ["admin", "clerk", "anna"] {
            assert!(!site.ids(other, "").is_empty(), "{other} beside {caller}");
        }
    }
}

#[test]
fn what_the_server_forbids_a_reseller_cannot_allow() {
    for (name, error) in [
        ("Allow_API", "API Requests are disabled"),
        ("Allow_GET_API", "GET Requests are disabled"),
    ] {
        let mut tables = town();
        set(&mut tables, name, "0", 0);
        set(&mut tables, name, "1", 2);
        for caller in ["shop", "ben"] {
            let found = error_of(&tables, "GET", &signed(caller, ""));
            assert_eq!(found, error, "{caller}");
        }
    }
    // Nor is GET the reseller's to forbid.
    let mut tables = town();
    set(&mut tables, "Allow_GET_API", "0", 2);
    let reply = Site::open(&tables).send(&ask("GET", &signed("ben", "")));
    assert_eq!(reply.ids(), [BEN]);
}

#[test]
fn the_role_decides_the_key_owner() {
    let mut tables = town();
    // A second admin, and accounts that are a reseller's.
    user(&mut tables, "pat").usertype = text("admin");
    for name in ["pat", "clerk", "carrier"] {
        user(&mut tables, name).owner_id = Some(2);
    }
    let site = Site::open(&tables);
    for (caller, key, ids) in [
        ("pat", "secret", &ALL[..]),
        ("clerk", "secret", &ALL),
        ("carrier", "carrierkey", &[CARRIER]),
    ] {
        let by = |key: &str| site.post(&format!("u={caller}&hash={}", sha1(key)));
        assert_eq!(by(key).ids(), ids, "{caller}");
        assert_eq!(by("shopkey").error(), "Incorrect hash", "{caller}");
    }
}

#[test]
fn a_setting_is_on_when_it_is_exactly_1() {
    for (value, on) in [("1", true), ("0", false), ("", false), ("01", false)] {
        let mut tables = town();
        set(&mut tables, "Allow_API", value, 0);
        let reply = Site::open(&tables).list("admin", "");
        assert_eq!(reply.ids() == ALL, on, "{value:?}");
        if !on {
            assert_eq!(reply.error(), "API Requests are disabled", "{value:?}");
        }
    }
}

#[test]
fn of_a_setting_that_occurs_twice_the_lowest_id_wins() {
    for (low, high, on) in [("1", "0", true), ("0", "1", false)] {
        let mut tables = town();
        unset(&mut tables, "Allow_API", 0);
        for (id, value) in [(901, high), (900, low)] {
            set(&mut tables, "other", value, 0);
            let row = tables.conflines.last_mut().unwrap();
            row.id = id;
            row.name = "Allow_API".into();
        }
        let reply = Site::open(&tables).list("admin", "");
        assert_eq!(reply.ids() == ALL, on, "{low:?} before {high:?}");
    }
}

#[test]
fn user_names_are_matched_without_regard_to_case() {
    let mut tables = town();
    let site = Site::open(&tables);
    let hash = sha1("secret");
    for name in ["anna", "ANNA", "Anna"] {
        let reply = site.post(&format!("u={name}&hash={hash}"));
        assert_eq!(reply.ids(), [ANNA], "{name}");
    }
    // `u` is not trimmed and no pattern, and needs to be there.
    user(&mut tables, "pat").usertype = text("admin");
    user(&mut tables, "pat").username = text("");
    let site = Site::open(&tables);
    for query in [
        "u=+anna",
        "u=anna%20",
        "u=ann_",
        "u=an%25",
        "u=%25",
        "u=",
        "hash=x",
    ] {
        let reply = site.post(&format!("{query}&hash={hash}"));
        assert_eq!(reply.error(), "Access Denied", "{query}");
    }
    // Of several, the lowest id, where none is equal (D30).
    user(&mut tables, "clerk").username = text("ANNA");
    assert_eq!(Site::open(&tables).ids("Anna", "").len(), ALL.len());
}

#[test]
fn d4_partners_and_other_types_are_denied() {
    for kind in ["partner", "Admin", "admin ", "", "operator", "superadmin"] {
        let mut tables = town();
        user(&mut tables, "anna").usertype = text(kind);
        let reply = Site::open(&tables).list("anna", "");
        assert_eq!(reply.error(), "Access Denied", "{kind:?}");
    }
    let mut tables = town();
    user(&mut tables, "anna").usertype = None;
    assert_eq!(
        Site::open(&tables).list("anna", "").error(),
        "Access Denied"
    );
    assert_eq!(Site::open(&town()).list("pat", "").error(), "Access Denied");
}

#[test]
fn d5_an_unknown_user_is_answered_alike() {
    let site = Site::inside(&town()).in_turn();
    // The kept connection is made.
    site.list("admin", "");
    let wrong = "hash=0000000000000000000000000000000000000000";
    let before = site.server().stats();
    let known = site.post(&format!("u=admin&{wrong}"));
    let between = site.server().stats();
    let unknown = site.post(&format!("u=nobody&{wrong}"));
    let after = site.server().stats();
    assert_eq!(known.error(), "Incorrect hash");
    assert_eq!(unknown.error(), "Access Denied");
    assert_eq!(unknown.status, known.status);
    let names = |reply: &dids_tests::client::Reply| -> Vec<String> {
        reply
            .headers
            .iter()
            .map(|header| header.0.clone())
            .collect()
    };
    assert_eq!(names(&unknown), names(&known));
    // The same work: as many questions to the database.
    let for_known = between.database_calls - before.database_calls;
    let for_unknown = after.database_calls - between.database_calls;
    assert_eq!(for_unknown, for_known);
}

#[test]
fn an_accountant_needs_manage_dids() {
    for (level, passes) in [
        (Some(0), false),
        (Some(1), true),
        (Some(2), true),
        (None, false),
    ] {
        let mut tables = town();
        tables.acc_group_rights[0].value = level;
        let reply = Site::open(&tables).list("clerk", "");
        assert_eq!(reply.ids() == ALL, passes, "{level:?}");
        if !passes {
            assert_eq!(reply.error(), "You are not authorized to manage DIDs");
        }
    }
    // A right of another name, and no group at all.
    let mut tables = town();
    tables.acc_rights[0].name = "manage_dids_opt_11".into();
    let reply = Site::open(&tables).list("clerk", "");
    assert_eq!(reply.error(), "You are not authorized to manage DIDs");
    let mut tables = town();
    user(&mut tables, "clerk").acc_group_id = None;
    let reply = Site::open(&tables).list("clerk", "");
    assert_eq!(reply.error(), "You are not authorized to manage DIDs");
}

#[test]
fn d30_of_several_names_the_equal_one() {
    let mut tables = town();
    user(&mut tables, "anna").username = text("Anna");
    let mut other = user(&mut tables, "Anna").clone();
    (other.id, other.username) = (9, text("anna"));
    tables.users.push(other.clone());
    (other.id, other.username) = (2_000, text("anna"));
    tables.users.push(other);
    did(&mut tables, FREE).user_id = Some(9);
    let site = Site::open(&tables);
    for (name, ids) in [("anna", [FREE]), ("Anna", [ANNA]), ("ANNA", [ANNA])] {
        assert_eq!(site.ids(name, ""), ids, "{name}");
    }
}
