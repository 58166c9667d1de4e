//! Filters as an honest caller sends them.

use super::dice::Dice;
use crate::names::DOCUMENTED;
use crate::page;
use crate::tables::{Did, Tables};
use crate::text::{bytes, characters, number};
use crate::times::rfc3339;

/// One filter with a value that, in most cases, this row has.
pub fn filter(tables: &Tables, row: &Did, dice: &mut Dice) -> (String, Vec<u8>) {
    let filters = DOCUMENTED.iter().filter(|name| name.starts_with("search_"));
    let filters: Vec<&str> = filters.copied().collect();
    let name = *dice.pick(&filters);
    let value = match name {
        "search_did_number" => term(bytes(&row.did), dice),
        "search_status" => word(bytes(&row.status), dice),
        "search_did_owner" => term(&page::owner(tables, row).unwrap_or_default(), dice),
        "search_dialplan" => id(row.dialplan_id, dice),
        "search_user" if dice.rarely(40) => id(row.reseller_id, dice),
        "search_user" => id(row.user_id, dice),
        "search_device" => id(row.device_id, dice),
        "search_provider" => id(row.provider_id, dice),
        "search_language" => word(bytes(&row.language), dice),
        "search_updated_since" => since(row, dice),
        "search_did_exact" => numbers(tables, row, dice),
        "search_did_id" => ids(tables, row, dice),
        "search_hide_terminated_dids" => {
            let values = ["1", "0", "1", " 1 ", ""];
            dice.pick(&values).as_bytes().to_vec()
        }
        _ => panic!("say here which values {name} is tried with"),
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

/// A term for a number or an owner: a part or a pattern of a stored text.
fn term(stored: &[u8], dice: &mut Dice) -> Vec<u8> {
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

/// A time not long before or after that of a row, in some spelling.
fn since(row: &Did, dice: &mut Dice) -> Vec<u8> {
    let time = rfc3339(&row.updated_at).unwrap_or("2026-05-27T07:35:57Z".to_owned());
    let time = time.trim_end_matches('Z');
    let text = match dice.below(8) {
        0 | 1 => format!("{time}Z"),
        2 => time.replace('T', " "),
        3 => format!("{time}.999z"),
        4 => format!("{time}+02:00"),
        5 => format!("{}-23:59", time.replace('T', " ")),
        6 => format!(" {} ", time.replace('T', " ")),
        _ => "".to_owned(),
    };
    text.into_bytes()
}

/// A list with the number of a row and some others.
fn numbers(tables: &Tables, row: &Did, dice: &mut Dice) -> Vec<u8> {
    let mut numbers: Vec<String> = Vec::new();
    for did in some(tables, row, dice) {
        let number: String = sendable(bytes(&did.did)).into_iter().collect();
        let number = number.replace(',', "").trim().to_owned();
        numbers.push(match dice.below(8) {
            _ if number.is_empty() => "37".to_owned(),
            0..=4 => number,
            5 => number.to_ascii_uppercase(),
            6 => format!("+{number}"),
            _ => format!(" {number}\t"),
        });
    }
    numbers.join(",").into_bytes()
}

/// A list with the id of a row and some others.
fn ids(tables: &Tables, row: &Did, dice: &mut Dice) -> Vec<u8> {
    let rows = some(tables, row, dice);
    let ids: Vec<Vec<u8>> = rows.iter().map(|did| id(Some(did.id), dice)).collect();
    let item = |id: &Vec<u8>| {
        if id.is_empty() {
            b"0".to_vec()
        } else {
            id.clone()
        }
    };
    ids.iter().map(item).collect::<Vec<_>>().join(&b","[..])
}

/// A row and up to seven others.
fn some<'a>(tables: &'a Tables, row: &'a Did, dice: &mut Dice) -> Vec<&'a Did> {
    let mut rows = vec![row];
    for _ in 0..dice.below(8) {
        if !tables.dids.is_empty() {
            rows.push(dice.pick(&tables.dids));
        }
    }
    rows
}
