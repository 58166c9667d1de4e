//! What makes an honest request hostile, wrong or odd.

use super::dice::Dice;
use super::draft::{BodyForm, Draft};
use crate::body::BODY_LIMIT;
use crate::names::DOCUMENTED;
use crate::request::{LIST_LIMIT, LISTS, PARAMETER_LIMIT, TERM_LIMIT, VALUE_LIMIT};
use crate::tables::Tables;

/// Spoils a draft in one way, sometimes in two, so that the order of the checks
/// shows.
pub fn spoil(tables: &Tables, draft: &mut Draft, dice: &mut Dice) {
    let ways = if dice.rarely(30) { 2 } else { 1 };
    for _ in 0..ways {
        match dice.below(10) {
            0..=2 => spoil_credentials(tables, draft, dice),
            3 | 4 => spoil_route(draft, dice),
            5 | 6 => spoil_encoding(draft, dice),
            7 => spoil_body(draft, dice),
            _ => go_to_a_limit(draft, dice),
        }
    }
}

fn spoil_credentials(tables: &Tables, draft: &mut Draft, dice: &mut Dice) {
    let right = hex::encode([7; 20]);
    match dice.below(8) {
        0 => draft.set("hash", right.as_bytes()),
        1 => {
            // The hash of no key at all, which must open nothing.
            let empty = "da39a3ee5e6b4b0d3255bfef95601890afd80709";
            draft.set("hash", empty.as_bytes());
        }
        2 => {
            let odd = [
                "",
                "x",
                "e5e9fa1ba31ecd1ae84f75caaa474f3a663f05",
                "secret",
                "é",
            ];
            draft.set("hash", dice.pick(&odd).as_bytes());
        }
        3 => draft.remove("hash"),
        4 => {
            let hash = hash_of(draft);
            draft.set("hash", &[b" ", &hash[..]].concat());
        }
        5 => draft.remove("u"),
        6 => draft.set(
            "u",
            dice.pick(&["nobody", "", " admin", "admin ", "0"])
                .as_bytes(),
        ),
        _ => {
            // Any user at all, with the hash of another.
            let users = &tables.users;
            if !users.is_empty() {
                let name = dice.pick(users).username.clone().unwrap_or_default();
                draft.set("u", &name);
            }
        }
    }
}

fn hash_of(draft: &Draft) -> Vec<u8> {
    let mut pairs = draft.in_query.iter().chain(&draft.in_body);
    let found = pairs.find(|pair| pair.0 == "hash");
    found.map(|pair| pair.1.clone()).unwrap_or_default()
}

fn spoil_route(draft: &mut Draft, dice: &mut Dice) {
    match dice.below(8) {
        0 => draft.set(
            "action",
            dice.pick(&["user_get", "", "DIDS_GET", " dids_get"])
                .as_bytes(),
        ),
        1 => draft.remove("action"),
        2 => {
            let others = [
                "/api/user_get",
                "/billing/api/x",
                "/api/DIDS_GET",
                "/api/dids_get2",
            ];
            draft.path = dice.pick(&others).to_string();
        }
        3 => {
            let unknown = [
                "/",
                "/billing",
                "/billing/",
                "/apix",
                "/API",
                "/api/a/b",
                "/x/api",
            ];
            draft.path = dice.pick(&unknown).to_string();
        }
        4 => {
            let unknown = [
                "/api/dids_get/x",
                "/billing/billing/api",
                "/healthz/",
                "/api2/",
            ];
            draft.path = dice.pick(&unknown).to_string();
            draft.method = dice.pick(&["POST", "PUT"]).to_string();
        }
        5 | 6 => {
            let methods = ["PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"];
            draft.method = dice.pick(&methods).to_string();
        }
        _ => {
            let probes = ["/healthz", "/readyz", "//healthz"];
            draft.path = dice.pick(&probes).to_string();
            draft.method = dice.pick(&["GET", "HEAD", "POST"]).to_string();
        }
    }
}

fn spoil_encoding(draft: &mut Draft, dice: &mut Dice) {
    let name = *dice.pick(DOCUMENTED);
    match dice.below(10) {
        0 => draft.set(name, b"a\0b"),
        1 => draft.set(name, b"a\xFFb"),
        // Only the value that wins is looked at.
        2 => draft.add_first(name, b"\0\xFF"),
        3 => draft.add("x\0unknown", b"\0\xFF"),
        4 => {
            // The same name in both places: the query wins, even when empty.
            draft.in_query.push((name.to_owned(), b"".to_vec()));
            draft.in_body.push((name.to_owned(), b"1".to_vec()));
        }
        5 => draft.add(name, b"1"),
        6 => {
            let odd = [
                "search_did_number=3706%",
                "search_did_number=%3",
                "search_did_number=%zz%41",
            ];
            draft.raw_query = dice.pick(&odd).to_string();
        }
        7 => draft.raw_query = "&&=&=x&search_user&search%5Fdevice=%+&%zz=1".to_owned(),
        8 => draft.raw_query = "search_language=&search_status=%09free+".to_owned(),
        _ => draft.set(
            "test",
            dice.pick(&["1", "1", "1", "0", " 1", "true"]).as_bytes(),
        ),
    }
}

fn spoil_body(draft: &mut Draft, dice: &mut Dice) {
    match dice.below(8) {
        0 => draft.content_type = Some(dice.pick(&["text/plain", "", "x; y"]).to_string()),
        1 => {
            // A GET has no body (D25 f).
            draft.method = "GET".to_owned();
            draft
                .in_body
                .push(("search_status".to_owned(), b"none".to_vec()));
            draft.content_type = Some("application/x-www-form-urlencoded".to_owned());
        }
        2 => {
            let kind = "APPLICATION/X-WWW-FORM-URLENCODED ;charset=UTF-8";
            draft.body_form = BodyForm::Form;
            draft.content_type = Some(kind.to_owned());
        }
        3 => {
            use_json(draft);
            draft.raw_body = dice.pick(&[&b"}"[..], b"{}", b" x", b"\0"]).to_vec();
        }
        4 => {
            use_json(draft);
            draft.raw_body = b" \r\n\t".to_vec();
        }
        _ => {
            let bodies: [&[u8]; 16] = [
                br#"{}"#,
                br#"{"search_status":null,"from":null}"#,
                br#"{"from":1,"from":null}"#,
                br#"{"search_user":1e0,"x":-0.5E-7}"#,
                br#"{"search_hide_terminated_dids":true,"max_results":2}"#,
                br#"{"search_language":""}"#,
                br#"{"search_st\u0061tus":"fr\u0065e"}"#,
                br#"{"search_did_number":"\u0000"}"#,
                br#"{"x":"\u0000\ud83d\ude00"}"#,
                br#"{"search_status":["free"]}"#,
                br#"{"x":{"y":1}}"#,
                br#"[{"search_status":"free"}]"#,
                br#"{"x":01}"#,
                br#"{"x":"\x"}"#,
                br#"{"x":1,}"#,
                b"{\"x\":\"\xFF\"}",
            ];
            // The honest parameters move into the query.
            draft.in_query.append(&mut draft.in_body);
            use_json(draft);
            draft.raw_body = dice.pick(&bodies).to_vec();
        }
    }
}

fn use_json(draft: &mut Draft) {
    draft.method = "POST".to_owned();
    draft.body_form = BodyForm::Json;
    draft.content_type = Some("application/json".to_owned());
}

/// Goes to a limit of D3, to its last allowed or its first forbidden value.
fn go_to_a_limit(draft: &mut Draft, dice: &mut Dice) {
    let over = dice.below(2);
    match dice.below(6) {
        0 => {
            let present = draft.in_query.len() + draft.in_body.len();
            let missing = (PARAMETER_LIMIT + over).saturating_sub(present);
            for _ in 0..missing {
                draft.add_first("x", b"");
            }
        }
        1 => {
            let name = *dice.pick(&["unknown", "number", "search_status", "u", "p"]);
            // White space counts, and so does a value that loses.
            draft.add_first(name, &vec![b' '; VALUE_LIMIT + over]);
        }
        2 => {
            let blanks = vec![b' '; LIST_LIMIT + over - 1];
            let name = *dice.pick(&LISTS);
            draft.set(name, &[&b"3"[..], &blanks].concat());
        }
        3 => {
            let name = *dice.pick(&["search_did_number", "search_did_owner"]);
            let letter = *dice.pick(&["%", "3", "é", "😀"]);
            let term = format!(" {} ", letter.repeat(TERM_LIMIT + over));
            draft.set(name, term.as_bytes());
        }
        _ => {
            // Pieces that count as nothing fill the body up to its limit.
            draft.in_query.append(&mut draft.in_body);
            draft.method = dice
                .pick(&["POST", "POST", "POST", "POST", "GET"])
                .to_string();
            let (kind, filler) = *dice.pick(&[
                ("application/x-www-form-urlencoded", b'&'),
                ("application/json", b' '),
            ]);
            draft.content_type = Some(kind.to_owned());
            draft.raw_body = vec![filler; BODY_LIMIT + over];
            if kind == "application/json" {
                draft.raw_body[..2].copy_from_slice(b"{}");
            }
        }
    }
}
