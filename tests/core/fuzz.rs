//! The checks of `fuzz/` on a fixed number of inputs: the seeds, and what a few
//! random changes make of them. `cargo xtask fuzz` searches on, with coverage.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use dids_get::dids::parameters::{PARAMETERS, Parameter};
use dids_tests::random::Random;

use crate::checks;

/// Inputs tried with each check; `FUZZ_CASES` changes it.
const CASES: u64 = 20_000;
/// What readers of this component's inputs look out for.
const WORDS: [&[u8]; 28] = [
    b"\0",
    b"\xFF",
    b"\xED\xA0\x80",
    b"\xE2\x82",
    b"\"",
    b"\\",
    b"\\u0000",
    b"\\ud83d",
    b"\\n",
    b"[",
    b"]",
    b"{",
    b"}",
    b",",
    b":",
    b"null",
    b"true",
    b"-",
    b"00",
    b"9223372036854775808",
    b"%",
    b"%00",
    b"%FF",
    b"&",
    b"=",
    b"\n",
    b"<",
    b"'",
];

/// Makes another input of one that is there.
fn change(input: &mut Vec<u8>, seeds: &[Vec<u8>], random: &mut Random) {
    let at = random.below(input.len() + 1);
    let end = at + random.below((input.len() - at).min(20) + 1);
    match random.below(7) {
        0 => drop(input.drain(at..end)),
        1 => drop(input.splice(at..at, WORDS[random.below(WORDS.len())].iter().copied())),
        2 => drop(input.splice(at..end, WORDS[random.below(WORDS.len())].iter().copied())),
        3 => input[at..end]
            .iter_mut()
            .for_each(|byte| *byte ^= 1 << random.below(8)),
        4 => input.extend_from_within(at..end),
        5 => {
            let Parameter { name, example, .. } = &PARAMETERS[random.below(PARAMETERS.len())];
            input.splice(at..at, format!("&{name}={example}").into_bytes());
        }
        _ => {
            let other = &seeds[random.below(seeds.len())];
            let from = random.below(other.len() + 1);
            input.truncate(at);
            input.extend_from_slice(&other[from..]);
        }
    }
}

/// Tries a check. What fails is shown, to be put into a file and tried again.
fn try_out(name: &str, check: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../fuzz/seeds")
        .join(name);
    let mut files: Vec<_> = folder
        .read_dir()
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    files.sort();
    let seeds: Vec<Vec<u8>> = files
        .iter()
        .map(|file| std::fs::read(file).unwrap())
        .collect();
    let mut random = Random::new(name.len() as u64);
    let cases = std::env::var("FUZZ_CASES").map_or(CASES, |cases| cases.parse().unwrap());
    for nth in 0..cases {
        let mut input = seeds[random.below(seeds.len())].clone();
        // First the seeds as they are.
        for _ in 0..(nth as usize / 20).min(1 + random.below(8)) {
            change(&mut input, &seeds, &mut random);
        }
        let tried = catch_unwind(AssertUnwindSafe(|| check(&input)));
        assert!(
            tried.is_ok(),
            "{name}, case {nth}: b\"{}\"",
            input.escape_ascii()
        );
    }
}

#[test]
fn a_request_is_refused_or_within_the_limits() {
    try_out("request", checks::request::check);
}

#[test]
fn d2_forms_are_read_as_by_a_naive_reader() {
    try_out("form", checks::form::check);
}

#[test]
fn d23_bodies_are_accepted_as_by_serde_json() {
    try_out("json", checks::json::check);
}

#[test]
fn d36_multipart_bodies_are_read_or_refused() {
    try_out("multipart", checks::multipart::check);
}

#[test]
fn d7_nothing_but_the_hash_verifies() {
    try_out("signature", checks::signature::check);
}

#[test]
fn pages_are_read_as_by_serde_json_or_refused() {
    try_out("page", checks::page::check);
}

#[test]
fn d10_any_row_is_well_formed_and_true() {
    try_out("row", checks::row::check);
}

#[test]
fn any_search_is_valid_sql_within_the_callers_rows() {
    try_out("filter", checks::filter::check);
}
