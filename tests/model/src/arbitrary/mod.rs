//! `proptest` strategies for databases and for requests to them.
//!
//! A row is made from a fixed handful of random bytes, the dice, each choosing
//! from a pool of values. That is cheap, and it shrinks well: rows drop out, and
//! dice go down to 0, which always picks the plainest value.

mod database;
mod dice;
mod draft;
mod filters;
mod hostile;
mod odd;
mod pools;
mod requests;
pub mod sent;
mod spellings;

use std::ops::RangeInclusive;

use proptest::collection::vec;
use proptest::prelude::{Strategy, any};

use super::ask::Ask;
use super::tables::Tables;
use dice::Dice;

pub use database::tables;

/// Bytes of randomness a request is made from.
const ASK_DICE: usize = 128;

/// A database and requests to it. Most requests pass the gate and list DIDs; a
/// smaller share is hostile or wrong.
pub fn scenario(asks: RangeInclusive<usize>) -> impl Strategy<Value = (Tables, Vec<Ask>)> {
    let dice = vec(vec(any::<u8>(), ASK_DICE), asks);
    (tables(), dice).prop_map(|(tables, dice)| {
        let mut asks = Vec::new();
        for dice in &dice {
            asks.push(ask(&tables, dice));
        }
        (tables, asks)
    })
}

/// A request to a given database, made from random bytes.
pub fn ask(tables: &Tables, dice: &[u8]) -> Ask {
    let mut dice = Dice::new(dice);
    let mut draft = requests::draft(tables, &mut dice);
    if dice.rarely(15) {
        hostile::spoil(tables, &mut draft, &mut dice);
    }
    if dice.rarely(8) {
        odd::spoil(&mut draft, &mut dice);
    }
    draft.finish(&mut dice)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::time::Instant;

    use proptest::strategy::ValueTree as _;
    use proptest::test_runner::TestRunner;

    use super::*;
    use crate::answer;

    /// The kind of an answer: its status and error text, or `list`.
    fn kind(tables: &Tables, ask: &Ask) -> String {
        let expected = answer(tables, ask);
        let Some(body) = expected.body else {
            return "test page".to_owned();
        };
        let body = String::from_utf8(body).unwrap();
        let json = body.strip_prefix("{\"error\":\"");
        let text = match body.split_once("<error>").map(|(_, rest)| rest).or(json) {
            Some(rest) => rest.split(['<', '"']).next().unwrap(),
            None if body == "ok" => "probe",
            None if expected.content_type.starts_with("application/json") => "JSON",
            None if expected.content_type.starts_with("text/csv") => "CSV",
            None if expected.content_type.starts_with("text/plain") => body.trim_end(),
            None => "list",
        };
        format!("{} {text}", expected.status)
    }

    #[test]
    fn most_requests_list_dids_and_every_error_occurs() {
        let mut runner = TestRunner::deterministic();
        let strategy = scenario(8..=8);
        let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
        let began = Instant::now();
        for _ in 0..1_000 {
            let (tables, asks) = strategy.new_tree(&mut runner).unwrap().current();
            for ask in &asks {
                *kinds.entry(kind(&tables, ask)).or_default() += 1;
            }
        }
        println!("{kinds:#?} in {:?}", began.elapsed());
        let lists = ["200 list", "200 JSON", "200 CSV"].map(|kind| kinds[kind]);
        assert!(lists.iter().sum::<usize>() > 8_000 * 40 / 100);
        for wanted in [
            "200 API Requests are disabled",
            "200 GET Requests are disabled",
            "200 Access Denied",
            "200 API must have Secret Key",
            "200 Incorrect hash",
            "200 API method not permitted: dids_get",
            "200 You are not authorized to manage DIDs",
            "200 No DIDs found",
            "200 There is no such API",
            "200 probe",
            "400 A parameter value is longer than 1024 bytes",
            "400 Invalid character in parameter u",
            "400 Malformed JSON body",
            "400 More than 256 parameters",
            "400 search_did_number is longer than 64 characters",
            "400 search_did_owner is longer than 64 characters",
            "400 Unknown parameter search_reseller",
            "400 Unknown parameter search_status[]",
            "400 Not a whole number: from",
            "400 Not a whole number: max_results",
            "400 Invalid value of search_hide_terminated_dids",
            "400 A body needs POST",
            "400 Malformed multipart body",
            "400 Invalid cursor",
            "400 Not a time: search_updated_since",
            "400 search_updated_since needs the column dids.updated_at",
            "400 Too many or empty items: search_did_exact",
            "400 Too many or empty items: search_did_id",
            "400 A parameter value is longer than 4096 bytes",
            "415 Unsupported content encoding",
            "415 Unsupported media type: send application/x-www-form-urlencoded, \
             multipart/form-data or application/json",
            "404 Not found",
            "405 Method not allowed",
            "413 Request body is larger than 65536 bytes",
            "200 JSON",
            "200 CSV",
            "401 Incorrect hash",
            "403 GET Requests are disabled",
            "test page",
        ] {
            assert!(kinds.contains_key(wanted), "no {wanted} among {kinds:#?}");
        }
    }
}
