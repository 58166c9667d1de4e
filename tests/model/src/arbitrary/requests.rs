//! Requests as an honest caller makes them.

use super::dice::Dice;
use super::draft::{BodyForm, Draft, Pairs};
use crate::gate::{self, Role};
use crate::page;
use crate::tables::{Did, Tables, User};
use crate::text::{bytes, characters, number};

/// Values of `from` and `max_results`.
const PAGING: [&str; 16] = [
    "1",
    "2",
    "1",
    "3",
    "5",
    "10",
    "25",
    "40",
    "0",
    "-1",
    "",
    " 2 ",
    "x",
    "1.5",
    "99999999999999999999999999999999999999999",
    "-99999999999999999999999",
];

/// A request of a user of these tables, signed rightly in most cases.
pub fn draft(tables: &Tables, dice: &mut Dice) -> Draft {
    let mut pairs = Pairs::new();
    let (path, caller) = credentials(tables, &mut pairs, dice);
    let mut rows: Vec<&Did> = tables.dids.iter().collect();
    if let Some(user) = caller {
        rows.retain(|did| sees(user, did));
    }
    let nothing = Did::default();
    rows.push(&nothing);

    let filters = *dice.pick(&[0, 0, 0, 1, 1, 1, 2, 3]);
    let row = dice.pick(&rows);
    for _ in 0..filters {
        // Mostly all filters fit one row.
        let row = if dice.rarely(20) {
            dice.pick(&rows)
        } else {
            row
        };
        pairs.push(filter(tables, row, dice));
    }
    if dice.rarely(40) {
        for name in ["from", "max_results"] {
            pairs.push((name.to_owned(), dice.pick(&PAGING).as_bytes().to_vec()));
        }
    }
    let length = pairs.len();
    pairs.rotate_left(dice.below(length));

    let form_type = Some("application/x-www-form-urlencoded".to_owned());
    let json_type = Some(
        dice.pick(&["application/json", "Application/JSON; charset=utf-8"])
            .to_string(),
    );
    let (method, in_body, body_form, content_type) = match dice.below(8) {
        0 | 1 => ("POST", 0, BodyForm::Form, None),
        2 => ("POST", 0, BodyForm::Form, form_type),
        3 | 4 => ("GET", 0, BodyForm::Form, None),
        5 => ("POST", dice.below(length + 1), BodyForm::Form, form_type),
        6 => ("POST", length, BodyForm::Form, form_type),
        _ => (
            "POST",
            length - dice.below(length + 1),
            BodyForm::Json,
            json_type,
        ),
    };
    let in_query = pairs.split_off(in_body);
    Draft {
        method: method.to_owned(),
        path,
        in_query,
        in_body: pairs,
        body_form,
        content_type,
        raw_query: String::new(),
        raw_body: Vec::new(),
    }
}

/// Chooses a path and a caller and signs the request. Says where it goes and who
/// it comes from.
fn credentials<'a>(
    tables: &'a Tables,
    pairs: &mut Pairs,
    dice: &mut Dice,
) -> (String, Option<&'a User>) {
    let paths = [
        "/api",
        "/api/",
        "/billing/api/",
        "/billing/api",
        "/api/dids_get",
    ];
    let path = if dice.rarely(35) {
        *dice.pick(&[
            "/billing/api/dids_get",
            "/api/dids_get/",
            "/billing/api/dids_get/",
        ])
    } else {
        *dice.pick(&paths)
    };
    if !path.contains("dids_get") {
        pairs.push(("action".to_owned(), b"dids_get".to_vec()));
    } else if dice.rarely(30) {
        pairs.push((
            "action".to_owned(),
            dice.pick(&["dids_get", "", "user_get"]).as_bytes().to_vec(),
        ));
    }

    let by_name = |user: &&User| !bytes(&user.username).is_empty();
    let mut callers: Vec<&User> = tables.users.iter().filter(by_name).collect();
    if !dice.rarely(15) {
        callers.retain(|user| tables.dids.iter().any(|did| sees(user, did)));
    }
    let name = if callers.is_empty() || dice.rarely(3) {
        b"admin".to_vec()
    } else {
        bytes(&dice.pick(&callers).username).to_vec()
    };
    let name = if dice.rarely(25) {
        name.to_ascii_uppercase()
    } else {
        name
    };

    // Hash-listed parameters, in the order of the list (D6).
    let mut signed: Vec<u8> = Vec::new();
    for listed in ["user_id", "u5", "number", "id", "status", "did"] {
        if dice.rarely(4) {
            let value = *dice.pick(&[&b"7"[..], b"", b" x ", "ė&".as_bytes(), b"%zz"]);
            signed.extend_from_slice(value);
            pairs.push((listed.to_owned(), value.to_vec()));
        }
    }
    if dice.rarely(40) {
        signed.clear();
    }
    let user = gate::named(tables, &name);
    let owner = user
        .and_then(|user| Some(gate::key_owner(user, gate::role(user)?)))
        .unwrap_or(0);
    let signer = if dice.rarely(15) { 0 } else { owner };
    let key = tables.setting("API_Secret_Key", signer);
    let hash = hex::encode(gate::sha1(&[&signed, key]));
    let hash = if dice.rarely(10) {
        hash.to_ascii_uppercase()
    } else {
        hash
    };
    pairs.push(("u".to_owned(), name));
    if !(tables.is_on("API_Disable_hash_checking", owner) && dice.rarely(30)) {
        pairs.push(("hash".to_owned(), hash.into_bytes()));
    }
    if dice.rarely(5) {
        pairs.push(("p".to_owned(), b"password".to_vec()));
        pairs.push(("Search_User".to_owned(), b"1".to_vec()));
    }
    (path.to_owned(), user)
}

/// Whether a user sees a DID. Who has no role sees none.
fn sees(user: &User, did: &Did) -> bool {
    match gate::role(user) {
        Some(Role::Admin | Role::Accountant) => true,
        Some(Role::Reseller) => did.reseller_id == Some(user.id),
        Some(Role::User) => did.user_id == Some(user.id),
        None => false,
    }
}

/// One filter with a value that, in most cases, this row has.
fn filter(tables: &Tables, row: &Did, dice: &mut Dice) -> (String, Vec<u8>) {
    let (name, value) = match dice.below(10) {
        0 | 1 => ("search_did_number", needle(bytes(&row.did), dice)),
        2 => ("search_status", word(bytes(&row.status), dice)),
        3 => (
            "search_did_owner",
            needle(&page::owner(tables, row).unwrap_or_default(), dice),
        ),
        4 => ("search_dialplan", id(row.dialplan_id, dice)),
        5 => (
            "search_user",
            id(
                if dice.rarely(40) {
                    row.reseller_id
                } else {
                    row.user_id
                },
                dice,
            ),
        ),
        6 => ("search_device", id(row.device_id, dice)),
        7 => ("search_provider", id(row.provider_id, dice)),
        8 => ("search_language", word(bytes(&row.language), dice)),
        _ => {
            let values = ["1", "0", "1", " 1 ", "true", "01", ""];
            (
                "search_hide_terminated_dids",
                dice.pick(&values).as_bytes().to_vec(),
            )
        }
    };
    (name.to_owned(), value)
}

/// A stored text as an honest caller can send it: without what is no character.
fn sendable(stored: &[u8]) -> Vec<char> {
    characters(stored)
        .into_iter()
        .filter(|&c| c != '\u{FFFD}')
        .collect()
}

/// A needle for a number or an owner: a part or a pattern of a stored text.
fn needle(stored: &[u8], dice: &mut Dice) -> Vec<u8> {
    if dice.rarely(15) {
        let odd = [
            "%", "_", "\\", "", " 3706 ", "É", "é", "%%%", "_%_", "zzz", "'", "100%%", "A_b",
        ];
        return dice.pick(&odd).as_bytes().to_vec();
    }
    let mut part = sendable(stored);
    let from = dice.below(part.len() / 2 + 1);
    let to = part.len() - dice.below(part.len() / 2 + 1);
    match dice.below(8) {
        0 => {}
        1 => part.truncate(to.max(1)),
        2 => part = part[from..to.max(from)].to_vec(),
        3 => {
            part.truncate(to);
            part.push('%');
        }
        4 => {
            part.drain(..from);
            part.insert(0, '%');
        }
        5 if !part.is_empty() => part[from.min(to - 1)] = '_',
        6 => {
            part = part[from..to.max(from)].to_vec();
            part.iter_mut().for_each(char::make_ascii_uppercase);
        }
        _ => part.iter_mut().for_each(char::make_ascii_lowercase),
    }
    part.into_iter().collect::<String>().into_bytes()
}

/// A status or language in some case.
fn word(stored: &[u8], dice: &mut Dice) -> Vec<u8> {
    let word: String = sendable(stored).into_iter().collect();
    let word = match dice.below(10) {
        0..=3 => word,
        4 => word.to_ascii_uppercase(),
        5 => word.to_ascii_lowercase(),
        6 => format!(" {word}\t"),
        7 => "ALL".to_owned(),
        8 => String::new(),
        _ => "nothing".to_owned(),
    };
    word.into_bytes()
}

/// An id in some spelling.
fn id(stored: Option<i64>, dice: &mut Dice) -> Vec<u8> {
    let id = number(stored);
    let odd = [
        "",
        "1.5",
        "+1",
        "x",
        "all",
        " ALL ",
        "-",
        "1 2",
        "99999999999999999999",
        "0x1",
        "1e0",
    ];
    let text = match dice.below(8) {
        0..=4 => id.to_string(),
        5 => format!(" {id} "),
        6 => format!("{}00{}", if id < 0 { "-" } else { "" }, id.abs()),
        _ => dice.pick(&odd).to_string(),
    };
    text.into_bytes()
}
