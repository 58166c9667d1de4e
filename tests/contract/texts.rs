//! Section 3: how stored values are shown.

use dids_tests::harness::Site;
use dids_tests::model::Tables;
use dids_tests::model::tables::{Device, Text};

use crate::asking::*;
use crate::town::*;

/// The town with only anna's DID, changed.
pub fn one(change: impl FnOnce(&mut Tables)) -> Tables {
    let mut tables = town();
    tables.dids.retain(|did| did.id == ANNA);
    change(&mut tables);
    tables
}

/// What the admin sees in an element of that DID; `None` when it is absent.
pub fn shown(tables: &Tables, element: &str) -> Option<String> {
    let reply = Site::open(tables).list("admin", "");
    assert_eq!(reply.ids(), [ANNA], "{}", reply.text());
    let found = reply.elements(element);
    assert!(found.len() < 2, "{element} occurs once");
    found.first().map(|text| (*text).to_owned())
}

#[test]
fn d13_display_names() {
    for (first, last, wanted) in [
        ("Anna", "Smith", "Anna Smith"),
        ("Anna", "", "Anna"),
        ("", "Smith", "Smith"),
        ("", "", "anna"),
        // D14: blank counts as missing.
        (" ", "Smith", "Smith"),
        ("Anna", "  ", "Anna"),
        (" ", " ", "anna"),
    ] {
        let tables = one(|tables| {
            user(tables, "anna").first_name = text(first);
            user(tables, "anna").last_name = text(last);
            did(tables, ANNA).reseller_id = Some(3);
        });
        assert_eq!(
            shown(&tables, "owner").unwrap(),
            wanted,
            "{first:?} {last:?}"
        );
        assert_eq!(
            shown(&tables, "reseller").unwrap(),
            wanted,
            "{first:?} {last:?}"
        );
    }
    let tables = one(|tables| {
        user(tables, "anna").first_name = None;
        user(tables, "anna").last_name = None;
    });
    assert_eq!(shown(&tables, "owner").unwrap(), "anna");
}

#[test]
fn d13_who_is_shown_as_the_owner() {
    for (user, reseller, wanted) in [
        (Some(0), Some(0), Some("System Admin")),
        (None, None, Some("System Admin")),
        (Some(3), Some(0), Some("Anna Smith")),
        (Some(4), Some(2), Some("Jones")),
        // No such user.
        (Some(99), Some(0), Some("")),
        (Some(99), Some(2), Some("")),
        // A reseller holds it and no user does.
        (Some(0), Some(2), None),
        (None, Some(2), None),
        (Some(-1), Some(2), None),
        (Some(0), Some(99), None),
    ] {
        let tables = one(|tables| {
            did(tables, ANNA).user_id = user;
            did(tables, ANNA).reseller_id = reseller;
        });
        assert_eq!(
            shown(&tables, "owner").as_deref(),
            wanted,
            "{user:?} {reseller:?}"
        );
        let id = user.filter(|id| *id > 0).map(|id| id.to_string());
        assert_eq!(shown(&tables, "user_id"), id, "{user:?}");
    }
    // The admin's row itself may be missing.
    let tables = one(|tables| {
        tables.users.retain(|user| user.id != 0);
        did(tables, ANNA).user_id = Some(0);
    });
    let reply = Site::open(&tables).list("clerk", "");
    assert_eq!(reply.elements("owner"), [""]);
}

#[test]
fn the_reseller_is_shown_where_there_is_one() {
    for (reseller, wanted) in [
        (Some(2), Some("Test Reseller")),
        (Some(5), Some("carrier")),
        (Some(99), Some("")),
        (Some(0), None),
        (None, None),
    ] {
        let tables = one(|tables| did(tables, ANNA).reseller_id = reseller);
        assert_eq!(
            shown(&tables, "reseller").as_deref(),
            wanted,
            "{reseller:?}"
        );
    }
}

#[test]
fn d14_what_is_missing_is_empty_and_loses_no_did() {
    let tables = one(|tables| {
        let did = did(tables, ANNA);
        did.did = None;
        did.status = None;
        did.language = None;
        did.user_id = None;
        did.device_id = Some(99);
        did.dialplan_id = Some(99);
        did.provider_id = Some(99);
        did.reseller_id = Some(99);
        did.call_limit = None;
        did.tonezone = None;
        did.comment = None;
        did.ai_agent_compatible = None;
        did.routes_to_openai_project_id = None;
        did.updated_at = None;
    });
    let reply = Site::open(&tables).list("admin", "");
    for (element, wanted) in [
        ("did_number", ""),
        ("did_status", ""),
        ("status", ""),
        ("language", ""),
        ("provider", ""),
        ("device", ""),
        ("dial_plan", ""),
        ("reseller", ""),
        ("tone_zone", ""),
        ("routes_to_openai_project_id", ""),
        ("simultaneous_call_limit", "Unlimited"),
        ("ai_agent_compatible", "false"),
        // The id is what it is, whether there is such a device or not.
        ("device_id", "99"),
        ("id", "11"),
    ] {
        assert_eq!(reply.elements(element), [wanted], "{element}");
    }
    for absent in ["owner", "comment", "updated_at", "user_id"] {
        assert!(reply.elements(absent).is_empty(), "{absent}");
    }
    assert!(
        reply
            .text()
            .contains("      <did></did>\n      <did_number></did_number>\n")
    );
}

#[test]
fn devices() {
    for (kind, name, extension, wanted) in [
        ("SIP", "desk", "101", "SIP/desk"),
        ("IAX2", "105", "", "IAX2/105"),
        ("SIP", "", "101", "SIP/101"),
        ("SIP", " ", "101", "SIP/101"),
        ("FAX", "desk", "101", "FAX/101"),
        ("Virtual", "v", "9", "Virtual/v"),
        ("SIP", "", "", "SIP/"),
    ] {
        let tables = one(|tables| {
            tables.devices[0].device_type = text(kind);
            tables.devices[0].name = text(name);
            tables.devices[0].extension = text(extension);
        });
        assert_eq!(shown(&tables, "device").unwrap(), wanted);
    }
    for (id, element) in [
        (Some(-2), None),
        (Some(0), None),
        (None, None),
        (Some(1), Some("1")),
    ] {
        let tables = one(|tables| {
            did(tables, ANNA).device_id = id;
            // What these ids stand for is no device, even if there were a row.
            for id in [0, -2] {
                let row = tables.devices[0].clone();
                tables.devices.push(Device { id, ..row });
            }
        });
        assert_eq!(shown(&tables, "device_id").as_deref(), element, "{id:?}");
        let device = if id == Some(1) { "SIP/anna-desk" } else { "" };
        assert_eq!(shown(&tables, "device").unwrap(), device, "{id:?}");
    }
}

#[test]
fn dial_plans_limits_and_flags() {
    let with = |id| one(|tables| did(tables, ANNA).dialplan_id = id);
    assert_eq!(
        shown(&with(Some(1)), "dial_plan").unwrap(),
        "Reception (ivr)"
    );
    for none in [Some(0), None, Some(99)] {
        assert_eq!(shown(&with(none), "dial_plan").unwrap(), "");
    }
    for (limit, wanted) in [
        (Some(0), "Unlimited"),
        (None, "Unlimited"),
        (Some(1), "1"),
        (Some(2_147_483_647), "2147483647"),
    ] {
        let tables = one(|tables| did(tables, ANNA).call_limit = limit);
        assert_eq!(shown(&tables, "simultaneous_call_limit").unwrap(), wanted);
    }
    for (flag, wanted) in [(Some(1), "true"), (Some(0), "false"), (None, "false")] {
        let tables = one(|tables| did(tables, ANNA).ai_agent_compatible = flag);
        assert_eq!(shown(&tables, "ai_agent_compatible").unwrap(), wanted);
    }
}

#[test]
fn statuses() {
    for (stored, wanted) in [
        ("free", "Free"),
        ("reserved", "Reserved"),
        ("active", "Active"),
        ("closed", "Closed"),
        ("terminated", "Terminated"),
        ("on hold", "On hold"),
        ("", ""),
    ] {
        let tables = one(|tables| did(tables, ANNA).status = text(stored));
        assert_eq!(shown(&tables, "status").unwrap(), wanted);
        assert_eq!(shown(&tables, "did_status").unwrap(), stored);
    }
}

#[test]
fn d15_times() {
    let whole = Some("2026-05-27T07:35:57Z");
    for (stored, wanted) in [
        ("2026-05-27 07:35:57", whole),
        ("2026-05-27T07:35:57", whole),
        ("2026-05-27 07:35:57Z", whole),
        ("2026-05-27T07:35:57.999Z", whole),
        ("2026-05-27 07:35:57.000000", whole),
        // A past date is shown.
        ("2006-01-01 00:00:00", Some("2006-01-01T00:00:00Z")),
        ("2024-02-29 23:59:59", Some("2024-02-29T23:59:59Z")),
        ("0000-00-00 00:00:00", None),
        ("", None),
        ("soon", None),
        ("2026-05-27", None),
        ("2026-13-01 00:00:00", None),
        ("2026-02-29 00:00:00", None),
        ("2026-05-27 24:00:00", None),
        ("2026-05-27 07:35:57 ", None),
    ] {
        check_time(&text(stored), wanted);
    }
    check_time(&None, None);
    check_time(&Some(b"2026-05-27 07:35:5\xFF".to_vec()), None);
}

fn check_time(stored: &Text, wanted: Option<&str>) {
    let tables = one(|tables| {
        let did = did(tables, ANNA);
        did.status = text("closed");
        did.closed_till = stored.clone();
        did.updated_at = stored.clone();
    });
    for element in ["updated_at", "reserved_for_user_till"] {
        assert_eq!(
            shown(&tables, element).as_deref(),
            wanted,
            "{element} {stored:?}"
        );
    }
}
