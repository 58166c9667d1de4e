//! What is not understood, and must be refused rather than ignored (D25, section 8).

use super::dice::Dice;
use super::draft::{BodyForm, Draft};
use super::spellings::{damaged, spelled};
use crate::names::DOCUMENTED;
use crate::page::ELEMENTS;

/// Spoils a draft in one way, sometimes in two, so that the order of the checks
/// shows.
pub fn spoil(draft: &mut Draft, dice: &mut Dice) {
    let ways = if dice.rarely(30) { 2 } else { 1 };
    for _ in 0..ways {
        match dice.below(8) {
            0..=2 => add_a_name(draft, dice),
            3 => set_a_value(draft, dice),
            4 => misplace(draft, dice),
            5 => damage_multipart(draft, dice),
            6 => add_a_cursor(draft, dice),
            _ => draft.set("test", b"1"),
        }
    }
}

/// Names that are no parameters, nor near any.
const OTHERS: [&str; 12] = [
    "_",
    "format",
    "order_by",
    "research_status",
    "s_call_type",
    "utf8",
    "s_did_pattern",
    "username",
    "statuses",
    "valid_from",
    "x[search_status]",
    "",
];

/// Adds a parameter that nobody documents: mostly one that is nearly another.
fn add_a_name(draft: &mut Draft, dice: &mut Dice) {
    let elements: Vec<&str> = ELEMENTS.split_whitespace().collect();
    let words = [
        "limit",
        "offset",
        "page",
        "per_page",
        "page_size",
        "search",
        "filter",
    ];
    let name = match dice.below(5) {
        0 => *dice.pick(DOCUMENTED),
        1 => dice.pick(DOCUMENTED).trim_start_matches("search_"),
        2 => *dice.pick(&elements),
        3 => *dice.pick(&words),
        _ => *dice.pick(&OTHERS),
    };
    let name = match dice.below(8) {
        0 => "search_reseller".to_owned(),
        1 => "search_status[]".to_owned(),
        2 => format!("filter[{name}]"),
        3 => format!("x_{name}"),
        4 if !name.is_empty() => damaged(name, dice),
        _ if name.is_empty() || name == "_" => name.to_owned(),
        _ => spelled(name, dice),
    };
    let value = *dice.pick(&[
        &b"free"[..],
        b"1",
        b"0",
        b"2",
        b"",
        b" \t",
        b"all",
        b" ALL ",
        b"alls",
        b"all;search_status=free",
        b"xSEARCH_",
        b"\0\xFF",
    ]);
    match dice.below(8) {
        0..=2 => draft.add_first(&name, value),
        3 => draft.files.push(name),
        4 => {
            // Once with a value that restricts nothing, and once with another.
            draft.add(&name, b"all");
            draft.add(&name, value);
        }
        _ => draft.add(&name, value),
    }
}

fn set_a_value(draft: &mut Draft, dice: &mut Dice) {
    let (name, value) = *dice.pick(&[
        ("from", "x"),
        ("max_results", "100.0"),
        ("from", "1.5"),
        ("max_results", "all"),
        ("from", "--5"),
        ("max_results", "+"),
        ("search_hide_terminated_dids", "true"),
        ("search_hide_terminated_dids", "01"),
        ("search_hide_terminated_dids", "ALL"),
        ("search_updated_since", "all"),
        ("search_updated_since", "2026-05-27T07:35:57"),
        ("search_updated_since", "2026-02-29 00:00:00"),
        ("search_updated_since", "2016-12-31T23:59:60Z"),
        ("search_updated_since", "2016-07-01T01:59:60+02:00"),
        ("search_updated_since", "2016-12-31T23:59:60+02:00"),
        ("search_did_exact", "37,"),
        ("search_did_id", ",1"),
        ("search_did_exact", ALL_COMMAS),
        ("search_did_id", "all"),
        ("search_did_owner", "a;search_status=free"),
        ("search_dialplan", "5;search_status=free"),
        ("search_provider", "1\nSearch_x"),
        ("test", "1;search_status=free"),
        ("action", "dids_get&Search_x"),
    ]);
    // One that loses is not looked at.
    if dice.rarely(15) {
        draft.add_first(name, value.as_bytes());
    } else {
        draft.set(name, value.as_bytes());
    }
}

/// More items than a list may have.
const ALL_COMMAS: &str = "1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,\
     1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,\
     1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1";

const FORM: &str = "application/x-www-form-urlencoded";

/// Puts a body where none belongs, or of a kind that is not read.
fn misplace(draft: &mut Draft, dice: &mut Dice) {
    match dice.below(8) {
        0 => draft.method = "GET".to_owned(),
        6 => draft.add_header("Content-Type", FORM),
        7 => {
            draft.body_form = BodyForm::Form;
            draft.content_type = Some(FORM.to_owned());
            let kinds = [FORM, "", " ", "application/json", "text/plain"];
            let kind = *dice.pick(&kinds);
            draft.add_header("Content-Type", kind);
        }
        1 => {
            let encoding = *dice.pick(&["gzip", "br", "identity, gzip"]);
            draft.add_header("Content-Encoding", encoding);
        }
        2 => {
            let encoding = *dice.pick(&["identity", " Identity ", ""]);
            draft.add_header("Content-Encoding", encoding);
        }
        3 => {
            draft.body_form = BodyForm::Form;
            let kinds = ["text/plain", "application/jsonp", "application/xml", "x"];
            draft.content_type = Some(dice.pick(&kinds).to_string());
        }
        4 => {
            draft.body_form = BodyForm::Form;
            draft.content_type = Some(dice.pick(&["", ";charset=utf-8", " "]).to_string());
        }
        _ => draft.raw_body_first = b"\xEF\xBB\xBF".to_vec(),
    }
    if draft.in_body.is_empty() && dice.rarely(70) {
        draft
            .in_body
            .push(("search_status".to_owned(), b"free".to_vec()));
    }
}

/// Changes a multipart body from outside: what stands before and behind its parts.
fn damage_multipart(draft: &mut Draft, dice: &mut Dice) {
    draft.method = "POST".to_owned();
    draft.body_form = BodyForm::Multipart;
    if draft.in_body.is_empty() {
        draft.in_body.push(("s_user".to_owned(), b"all".to_vec()));
    }
    match dice.below(9) {
        8 => draft.raw_body_first = b"\r\n \r\n\t\r\n".to_vec(),
        0 => draft.raw_body = b"\r\n--".to_vec(),
        1 => draft.raw_body = b"--x\r\n".to_vec(),
        2 => draft.raw_body_first = b"\r\n".to_vec(),
        3 => draft.raw_body_first = b"preamble\r\n".to_vec(),
        4 => draft.raw_body_first = b"\n".to_vec(),
        // A part is damaged by a name with what a header cannot hold.
        5 => draft.in_body.push(("a\r\nb".to_owned(), b"".to_vec())),
        6 => draft.files.push("search_status".to_owned()),
        _ => draft.files.push("photo".to_owned()),
    }
}

fn add_a_cursor(draft: &mut Draft, dice: &mut Dice) {
    let long = "A".repeat(129);
    let cursors = [
        "x",
        "1",
        "AAAAAAAAAAAAAAAA",
        long.as_str(),
        "'",
        "0",
        "-_",
        "%",
    ];
    draft.set("cursor", dice.pick(&cursors).as_bytes());
    if dice.rarely(70) {
        draft.remove("from");
    }
}
