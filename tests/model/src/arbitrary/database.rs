//! Random small databases.

use proptest::collection::vec;
use proptest::prelude::{Strategy, any};

use super::dice::Dice;
use super::pools;
use crate::tables::{
    AccGroup, AccGroupRight, AccRight, ApiPermission, Columns, Confline, Device, Dialplan, Did,
    Int, Provider, Tables, Text, User,
};

/// Ids of users beside the admin are 1 to this.
const USERS: usize = 7;

/// Random small tables.
pub fn tables() -> impl Strategy<Value = Tables> {
    (
        vec(vec(any::<u8>(), 40), 0..=40),
        vec(any::<[u8; 24]>(), 1..=USERS),
        vec(any::<[u8; 32]>(), USERS + 1),
        vec(any::<u8>(), 80),
        vec(any::<[u8; 16]>(), 0..=5),
        vec(any::<[u8; 8]>(), 0..=4),
        vec(any::<[u8; 12]>(), 0..=4),
    )
        .prop_map(
            |(dids, people, settings, server, devices, providers, plans)| {
                let mut tables = Tables::default();
                server_features(&mut tables, &mut Dice::new(&server));
                for (id, dice) in (1..).zip(&people) {
                    tables
                        .users
                        .push(user(id, people.len(), &mut Dice::new(dice)));
                }
                for (owner, dice) in (0..).zip(&settings) {
                    settings_of(&mut tables, owner, &mut Dice::new(dice));
                }
                for (id, dice) in (1..).zip(&devices) {
                    tables.devices.push(device(id, &mut Dice::new(dice)));
                }
                for (id, dice) in (1..).zip(&providers) {
                    let name = name(&mut Dice::new(dice));
                    tables.providers.push(Provider { id, name });
                }
                for (id, dice) in (1..).zip(&plans) {
                    tables.dialplans.push(dialplan(id, &mut Dice::new(dice)));
                }
                for (place, dice) in (0..).zip(&dids) {
                    tables
                        .dids
                        .push(did(place, people.len(), &mut Dice::new(dice)));
                }
                tables
            },
        )
}

/// One of the pool, seldom NULL.
fn text(dice: &mut Dice, pool: &[&[u8]]) -> Text {
    if dice.rarely(8) {
        None
    } else {
        Some(dice.pick(pool).to_vec())
    }
}

/// A name: pieces, or blank, or NULL.
fn name(dice: &mut Dice) -> Text {
    if dice.rarely(15) {
        return text(dice, &pools::BLANKS);
    }
    Some(dice.join(&pools::NAME_PIECES))
}

/// A text that is only shown.
fn note(dice: &mut Dice) -> Text {
    if dice.rarely(20) {
        None
    } else {
        Some(dice.join(&pools::TEXT_PIECES))
    }
}

/// An id of 1 to `count` or one that needs care: none, NULL, −2, no such row.
fn id(dice: &mut Dice, count: usize) -> Int {
    if dice.rarely(60) {
        return Some(1 + dice.below(count.max(1)) as i64);
    }
    *dice.pick(&[
        Some(0),
        Some(0),
        Some(0),
        Some(0),
        None,
        Some(99),
        Some(-1),
        Some(-2),
    ])
}

/// A row of `dids`. The ids are all different and not in the order of the rows.
fn did(place: i64, people: usize, dice: &mut Dice) -> Did {
    let number = match dice.below(20) {
        18 => None,
        19 => Some(Vec::new()),
        _ => Some([*dice.pick(&pools::PREFIXES), *dice.pick(&pools::SUFFIXES)].concat()),
    };
    Did {
        id: 1 + (place * 17) % 41,
        did: number,
        status: text(dice, &pools::STATUSES),
        user_id: id(dice, people),
        device_id: id(dice, 4),
        reseller_id: id(dice, people),
        dialplan_id: id(dice, 3),
        provider_id: id(dice, 3),
        closed_till: text(dice, &pools::TIMES),
        language: text(dice, &pools::LANGUAGES),
        comment: note(dice),
        reseller_comment: note(dice),
        call_limit: *dice.pick(&[Some(0), Some(1), None, Some(-1), Some(2_147_483_647)]),
        tonezone: text(dice, &[b"lt", b"", b"it", b" ", b"<", b"\xFF"]),
        ai_agent_compatible: *dice.pick(&[Some(0), Some(1), None, Some(2), Some(-1)]),
        routes_to_openai_project_id: text(dice, &[b"", b"proj_1", b"a&b", b"\xE2\x82"]),
        updated_at: text(dice, &pools::TIMES),
    }
}

/// A user beside the admin.
fn user(id: i64, people: usize, dice: &mut Dice) -> User {
    let owner = match dice.below(10) {
        0..=4 => Some(0),
        5 => None,
        6 => Some(99),
        _ => Some(1 + dice.below(people) as i64),
    };
    User {
        id,
        usertype: text(dice, &pools::USERTYPES),
        username: text(dice, &pools::USERNAMES),
        first_name: name(dice),
        last_name: name(dice),
        owner_id: owner,
        acc_group_id: *dice.pick(&pools::ACCOUNTANT_GROUPS),
        own_providers: *dice.pick(&[Some(0), Some(1), None]),
        api_restricted: *dice.pick(&[Some(0), Some(0), Some(0), None, Some(1), Some(1)]),
        api_permission_group_id: *dice.pick(&[Some(1), Some(2), Some(3), Some(4), Some(0), None]),
    }
}

/// A row of `devices`.
fn device(id: i64, dice: &mut Dice) -> Device {
    Device {
        id,
        device_type: text(dice, &pools::DEVICE_TYPES),
        name: name(dice),
        extension: name(dice),
        user_id: Some(0),
    }
}

/// A row of `dialplans`.
fn dialplan(id: i64, dice: &mut Dice) -> Dialplan {
    Dialplan {
        id,
        dptype: text(dice, &pools::DIALPLAN_TYPES),
        name: name(dice),
    }
}

/// What belongs to the server as a whole: optional columns, the admin, the
/// accountants' rights, the permissions.
fn server_features(tables: &mut Tables, dice: &mut Dice) {
    tables.columns = Columns {
        ai_agent_compatible: !dice.rarely(25),
        routes_to_openai_project_id: !dice.rarely(25),
        updated_at: !dice.rarely(25),
        api_restricted: !dice.rarely(20),
    };
    if !dice.rarely(10) {
        tables.users.push(User {
            id: 0,
            username: Some(b"admin".to_vec()),
            usertype: Some(b"admin".to_vec()),
            first_name: name(dice),
            last_name: name(dice),
            owner_id: *dice.pick(&[Some(0), None]),
            acc_group_id: Some(0),
            own_providers: Some(0),
            // The admin is never restricted, whatever stands here.
            api_restricted: *dice.pick(&[Some(0), Some(1)]),
            api_permission_group_id: Some(1),
        });
    }
    for (id, name) in [
        (1, "callc_1"),
        (2, "manage_dids_opt_1"),
        (3, "manage_dids_opt_11"),
    ] {
        tables.acc_rights.push(AccRight {
            id,
            name: name.to_owned(),
        });
    }
    for group in 1..=3 {
        tables.acc_groups.push(AccGroup {
            id: group,
            name: format!("group {group}"),
        });
        for right in 1..=3 {
            // A group may lack an entry.
            if !dice.rarely(10) {
                tables.acc_group_rights.push(AccGroupRight {
                    acc_group_id: group,
                    acc_right_id: right,
                    value: *dice.pick(&pools::ACCOUNTANT_LEVELS),
                });
            }
        }
    }
    if dice.rarely(15) {
        return;
    }
    let mut permissions = Vec::new();
    for _ in 0..dice.below(7) {
        permissions.push(ApiPermission {
            api_permission_group_id: 1 + dice.below(4) as i64,
            method: dice.pick(&["dids_get", "dids_get", "user_get"]).to_string(),
            level: *dice.pick(&[Some(1), Some(2), Some(1), Some(0), None, Some(3)]),
        });
    }
    tables.api_permissions = Some(permissions);
}

/// The settings of one owner.
fn settings_of(tables: &mut Tables, owner: i64, dice: &mut Dice) {
    let mut add = |name: &str, value: Text, dice: &mut Dice| {
        let id = tables.conflines.len() as i64 + 1;
        let row = |id, value| Confline {
            id,
            name: name.to_owned(),
            value,
            owner_id: owner,
        };
        tables.conflines.push(row(id, value));
        if dice.rarely(8) {
            // The name once more: the row that comes first has the higher id.
            let other = if dice.rarely(50) {
                Some(b"1".to_vec())
            } else {
                None
            };
            tables.conflines.insert(0, row(id + 1, other));
        }
    };
    for (name, percent_on) in [
        ("Allow_API", 97),
        ("Allow_GET_API", 85),
        ("XML_API_Extension", 25),
        ("API_Disable_hash_checking", 15),
    ] {
        // Where on is usual, the byte 0 means on.
        let is_on = if percent_on > 50 {
            !dice.rarely(100 - percent_on)
        } else {
            dice.rarely(percent_on)
        };
        match (is_on, dice.below(10)) {
            (true, _) => add(name, Some(b"1".to_vec()), dice),
            (false, 0..=4) => {}
            (false, 5) => add(name, None, dice),
            (false, _) => {
                let value = dice.pick(&pools::NEARLY_ON).to_vec();
                add(name, Some(value), dice);
            }
        }
    }
    match dice.below(60) {
        57 => {}
        58 => add("API_Secret_Key", None, dice),
        59 => add("API_Secret_Key", Some(Vec::new()), dice),
        _ => {
            let key = dice.pick(&pools::KEYS).to_vec();
            add("API_Secret_Key", Some(key), dice);
        }
    }
}
