//! A small town's telephone numbers: the database most examples are asked of.
//!
//! Two resellers, `shop` and `carrier` (who brings own providers); `anna` is a
//! user of the admin's, `ben` one of `shop`'s; `clerk` is an accountant, `pat` a
//! partner.

use crate::model::Tables;
use crate::model::tables::*;

pub const ANNA: i64 = 11;
pub const FREE: i64 = 12;
pub const BEN: i64 = 13;
pub const SHOP: i64 = 14;
pub const OLD: i64 = 15;
pub const CARRIER: i64 = 16;
pub const SPARE: i64 = 10;

/// All of the town's DIDs, in the order of their numbers.
pub const ALL: [i64; 7] = [ANNA, FREE, BEN, SHOP, OLD, CARRIER, SPARE];

/// A stored text.
pub fn text(text: &str) -> Text {
    Some(text.as_bytes().to_vec())
}

/// The town.
pub fn town() -> Tables {
    let mut town = Tables {
        dids: dids(),
        users: users(),
        devices: vec![
            device(1, "SIP", "anna-desk", "101"),
            device(2, "FAX", "ben-fax", "102"),
        ],
        providers: vec![
            Provider {
                id: 1,
                name: text("Baltic Tel"),
            },
            Provider {
                id: 2,
                name: text("Nordic Voice"),
            },
        ],
        dialplans: vec![
            dialplan(1, "Reception", "ivr"),
            dialplan(2, "Cards", "callingcard"),
        ],
        acc_groups: vec![AccGroup {
            id: 1,
            name: "Clerks".into(),
        }],
        acc_rights: vec![AccRight {
            id: 1,
            name: "manage_dids_opt_1".into(),
        }],
        acc_group_rights: vec![AccGroupRight {
            acc_group_id: 1,
            acc_right_id: 1,
            value: Some(1),
        }],
        api_permissions: Some(vec![
            permission(1, "dids_get", 1),
            permission(2, "dids_get", 2),
            permission(3, "dids_get", 0),
            permission(4, "user_get", 2),
        ]),
        ..Tables::default()
    };
    for (owner, key) in [(0, "secret"), (2, "shopkey"), (5, "carrierkey")] {
        set(&mut town, "Allow_API", "1", owner);
        set(&mut town, "API_Secret_Key", key, owner);
    }
    set(&mut town, "Allow_GET_API", "1", 0);
    town
}

fn dids() -> Vec<Did> {
    let plain = Did {
        closed_till: text("2006-01-01 00:00:00"),
        language: text(""),
        ..Did::default()
    };
    vec![
        Did {
            id: ANNA,
            did: text("37060000001"),
            status: text("active"),
            user_id: Some(3),
            device_id: Some(1),
            provider_id: Some(1),
            language: text("en"),
            comment: text("Anna's desk"),
            reseller_comment: text("not for anyone"),
            call_limit: Some(2),
            tonezone: text("lt"),
            ai_agent_compatible: Some(1),
            routes_to_openai_project_id: text("proj_1"),
            updated_at: text("2026-05-27 07:35:57"),
            ..plain.clone()
        },
        Did {
            id: FREE,
            did: text("37060000002"),
            status: text("free"),
            provider_id: Some(1),
            ..plain.clone()
        },
        Did {
            id: BEN,
            did: text("37060000003"),
            status: text("closed"),
            user_id: Some(4),
            reseller_id: Some(2),
            device_id: Some(2),
            dialplan_id: Some(1),
            provider_id: Some(2),
            closed_till: text("2026-06-09 12:00:00"),
            language: text("lt"),
            comment: text("the admin's note"),
            reseller_comment: text("the shop's note"),
            ..plain.clone()
        },
        Did {
            id: SHOP,
            did: text("37060000004"),
            status: text("reserved"),
            reseller_id: Some(2),
            provider_id: Some(1),
            comment: text("the admin's other note"),
            ..plain.clone()
        },
        Did {
            id: OLD,
            did: text("44200000001"),
            status: text("terminated"),
            device_id: Some(-2),
            language: text("en"),
            comment: text(""),
            ..plain.clone()
        },
        Did {
            id: CARRIER,
            did: text("44200000002"),
            status: text("active"),
            reseller_id: Some(5),
            dialplan_id: Some(2),
            provider_id: Some(2),
            ..plain.clone()
        },
        Did {
            id: SPARE,
            did: text("44200000003"),
            status: text("free"),
            ..plain
        },
    ]
}

fn users() -> Vec<User> {
    let user = |id, username, usertype, first, last| User {
        id,
        username: text(username),
        usertype: text(usertype),
        first_name: text(first),
        last_name: text(last),
        owner_id: Some(0),
        acc_group_id: Some(0),
        own_providers: Some(0),
        api_restricted: Some(0),
        api_permission_group_id: None,
    };
    let mut clerk = user(1, "clerk", "accountant", "Clara", "");
    clerk.acc_group_id = Some(1);
    let mut ben = user(4, "ben", "user", "", "Jones");
    ben.owner_id = Some(2);
    let mut carrier = user(5, "carrier", "reseller", "", "");
    carrier.own_providers = Some(1);
    vec![
        user(0, "admin", "admin", "System", "Admin"),
        clerk,
        user(2, "shop", "reseller", "Test", "Reseller"),
        user(3, "anna", "user", "Anna", "Smith"),
        ben,
        carrier,
        user(6, "pat", "partner", "Pat", "Partner"),
    ]
}

fn device(id: i64, kind: &str, name: &str, extension: &str) -> Device {
    Device {
        id,
        name: text(name),
        extension: text(extension),
        device_type: text(kind),
        user_id: Some(0),
    }
}

fn dialplan(id: i64, name: &str, kind: &str) -> Dialplan {
    Dialplan {
        id,
        name: text(name),
        dptype: text(kind),
    }
}

/// A row of `api_permissions`.
pub fn permission(group: i64, method: &str, level: i64) -> ApiPermission {
    ApiPermission {
        api_permission_group_id: group,
        method: method.into(),
        level: Some(level),
    }
}

/// Gives a setting of an owner this value.
pub fn set(tables: &mut Tables, name: &str, value: &str, owner: i64) {
    unset(tables, name, owner);
    let ids = tables.conflines.iter().map(|row| row.id);
    tables.conflines.push(Confline {
        id: 1 + ids.max().unwrap_or(0),
        name: name.into(),
        value: text(value),
        owner_id: owner,
    });
}

/// Takes a setting away.
pub fn unset(tables: &mut Tables, name: &str, owner: i64) {
    tables
        .conflines
        .retain(|row| row.name != name || row.owner_id != owner);
}

/// A user's row, to be changed.
pub fn user<'a>(tables: &'a mut Tables, name: &str) -> &'a mut User {
    let mut users = tables.users.iter_mut();
    users.find(|user| user.username == text(name)).unwrap()
}

/// A DID's row, to be changed.
pub fn did(tables: &mut Tables, id: i64) -> &mut Did {
    tables.dids.iter_mut().find(|did| did.id == id).unwrap()
}
