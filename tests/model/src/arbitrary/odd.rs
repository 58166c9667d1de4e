//! What is not understood, and must be refused rather than ignored (D25, section 8).

use super::dice::Dice;
use super::draft::{BodyForm, Draft};
use crate::names::DOCUMENTED;

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

fn add_a_name(draft: &mut Draft, dice: &mut Dice) {
    let name = dice.pick(DOCUMENTED);
    let odd = match dice.below(17) {
        0 => "search_reseller".to_owned(),
        1 => "search_status[]".to_owned(),
        2 => format!("{name}[]"),
        3 => format!("{name}[0][x]"),
        4 => format!("amp;{name}"),
        5 => name.to_ascii_uppercase(),
        6 => format!(" {name}"),
        7 => format!("{name}\u{A0}"),
        8 => format!("{name}\0"),
        9 => format!("\u{FEFF}{name}"),
        10 => format!("{{\"{name}\":\"free\"}}"),
        11 => format!("filter[{name}]"),
        12 => format!("Search_{}", "é<&>\"'\\\r\n\u{7F}\u{FFFF}".repeat(9)),
        13 => format!("{name}.0"),
        14 => format!("x{name}"),
        15 => name.replace('_', "\\_"),
        _ => "s_user".to_owned(),
    };
    let value = *dice.pick(&[
        &b"free"[..],
        b"",
        b"1",
        b"all;search_status=free",
        b"\0\xFF",
    ]);
    if dice.rarely(50) {
        draft.add_first(&odd, value);
    } else {
        draft.add(&odd, value);
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

/// Puts a body where none belongs, or of a kind that is not read.
fn misplace(draft: &mut Draft, dice: &mut Dice) {
    match dice.below(6) {
        0 => draft.method = "GET".to_owned(),
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
    match dice.below(8) {
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
