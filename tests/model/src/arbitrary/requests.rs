//! Requests as an honest caller makes them.

use super::dice::Dice;
use super::draft::{BodyForm, Draft, Pairs};
use super::{filters, pools};
use crate::gate::{self, Role};
use crate::tables::{Did, Tables, User};
use crate::text::bytes;

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
    "+2",
    "007",
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

    let count = *dice.pick(&[0, 0, 0, 1, 1, 1, 2, 3]);
    let row = dice.pick(&rows);
    for _ in 0..count {
        // Mostly all filters fit one row.
        let row = if dice.rarely(20) {
            dice.pick(&rows)
        } else {
            row
        };
        pairs.push(filters::filter(tables, row, dice));
    }
    if dice.rarely(40) {
        for name in ["from", "max_results"] {
            pairs.push((name.to_owned(), dice.pick(&PAGING).as_bytes().to_vec()));
        }
    }
    if dice.rarely(5) {
        // An empty one is not set.
        pairs.push(("cursor".to_owned(), Vec::new()));
    }
    let length = pairs.len();
    pairs.rotate_left(dice.below(length));

    let form_type = Some("application/x-www-form-urlencoded".to_owned());
    let json_type = Some(
        dice.pick(&["application/json", "Application/JSON; charset=utf-8"])
            .to_string(),
    );
    let part = dice.below(length + 1);
    let (method, in_body, body_form, content_type) = match dice.below(10) {
        0 | 1 => ("POST", 0, BodyForm::Form, None),
        2 => ("POST", 0, BodyForm::Form, form_type),
        3 | 4 => ("GET", 0, BodyForm::Form, None),
        5 => ("POST", part, BodyForm::Form, form_type),
        6 => ("POST", length, BodyForm::Form, form_type),
        // A form that does not say so (D36).
        7 => ("POST", length - part, BodyForm::Form, None),
        8 => ("POST", length - part, BodyForm::Multipart, None),
        _ => ("POST", length - part, BodyForm::Json, json_type),
    };
    let in_query = pairs.split_off(in_body);
    let mut draft = Draft {
        method: method.to_owned(),
        path,
        in_query,
        in_body: pairs,
        body_form,
        content_type,
        headers: Vec::new(),
        raw_query: String::new(),
        raw_body_first: Vec::new(),
        raw_body: Vec::new(),
        files: Vec::new(),
    };
    if dice.rarely(15) {
        let accept = *dice.pick(&pools::ACCEPTS);
        draft.add_header("Accept", accept);
    }
    if dice.rarely(20) {
        let prefer = *dice.pick(&pools::PREFERENCES);
        draft.add_header("Prefer", prefer);
    }
    draft
}

/// Chooses a path and a caller and signs the request. Says where it goes and who
/// it comes from.
pub fn credentials<'a>(
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
            "//billing//api/dids_get",
            "///api///dids_get//",
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
    let name = if dice.rarely(15) {
        name.to_ascii_uppercase()
    } else {
        name
    };

    // Hash-listed parameters, in the order of the list (D6).
    let mut signed: Vec<u8> = Vec::new();
    for listed in ["u5", "s_hgc", "number", "amount", "quantity", "message"] {
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
    let hash = if dice.rarely(10) {
        format!("{hash}\n")
    } else {
        hash
    };
    pairs.push(("u".to_owned(), name));
    if !(tables.is_on("API_Disable_hash_checking", owner) && dice.rarely(30)) {
        pairs.push(("hash".to_owned(), hash.into_bytes()));
    }
    if dice.rarely(5) {
        pairs.push(("p".to_owned(), b"password".to_vec()));
        pairs.push(("s_user".to_owned(), b"all".to_vec()));
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
