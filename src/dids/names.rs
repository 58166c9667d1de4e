//! Names that are not documented (D25).
//!
//! A filter that was sent and not understood must not be answered by the list without
//! it. So a name in which a person would read a restriction is refused; any other
//! unknown name is ignored, since real clients send a good many. What reads as a
//! restriction follows from the parameters and the elements, and nothing is listed here
//! but the words for paging that other APIs have.

use super::elements::ELEMENTS;
use super::parameters::{PARAMETERS, Parameter};
use crate::api::parameters::{Pair, Parameters};
use crate::error::{ApiError, Name};

/// What the names of this API's filters begin with.
const PREFIX: &str = "search_";
/// Beginnings that say it all.
const FILTERS: [&str; 2] = ["search", "filter"];
/// Paging, as it is called elsewhere.
const PAGING: [&str; 5] = ["limit", "offset", "page", "per_page", "page_size"];

/// Checks every name that was sent, those of files included.
///
/// # Errors
/// The first unknown one that may be meant to restrict, in the order body, then query.
pub fn check(parameters: &Parameters) -> Result<(), ApiError> {
    let mut pairs = parameters.pairs().iter();
    match pairs.find(|pair| is_refused(pair)) {
        Some(pair) => Err(ApiError::UnknownParameter(Name::from(&*pair.name))),
        None => Ok(()),
    }
}

fn is_refused(pair: &Pair) -> bool {
    let name = &*pair.name;
    if Parameter::named(name).is_some() {
        // A file is no value of a parameter. The two that neither restrict nor may hold
        // anything, as names and passwords do, have no room for a filter.
        let may_hold_none = matches!(name, "test" | "action");
        return pair.is_file || may_hold_none && holds_filter(&pair.value);
    }
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.[]".contains(&byte);
    if !name.bytes().all(is_plain) || holds_filter(&pair.value) {
        return true;
    }
    let value = pair.value.trim_ascii();
    let restricts = pair.is_file || !(value.is_empty() || value.eq_ignore_ascii_case(b"all"));
    let before_bracket = name.split('[').next().unwrap_or_default();
    for part in [name, before_bracket] {
        let without_prefix = match part.as_bytes() {
            [b's' | b'S', b'_' | b'-' | b'.', ..] => part.get(2..),
            _ => None,
        };
        for part in [part, without_prefix.unwrap_or(part)] {
            let reading = read(part);
            let is_filter = FILTERS.iter().any(|word| reading.starts_with(word));
            if is_filter || restricts && is_known(&reading) {
                return true;
            }
        }
    }
    false
}

/// Whether a value may hold a filter of its own.
pub fn holds_filter(value: &[u8]) -> bool {
    let mut places = value.windows(PREFIX.len());
    places.any(|place| place.eq_ignore_ascii_case(PREFIX.as_bytes()))
}

/// A name as a person reads it: its letters and digits, in lower case.
#[inline(never)]
fn read(name: &str) -> String {
    let mut reading = name.to_ascii_lowercase();
    reading.retain(|character| character.is_ascii_alphanumeric());
    reading
}

/// Whether a reading is that of a parameter, a filter without its prefix, an element or
/// paging.
#[inline(never)]
fn is_known(reading: &str) -> bool {
    let parameters = PARAMETERS.iter().map(|parameter| parameter.name);
    let elements = ELEMENTS.iter().map(|element| element.name);
    let mut names = parameters.chain(elements).chain(PAGING);
    names.any(|name| {
        let known = read(name);
        known == reading || known.strip_prefix("search") == Some(reading)
    })
}

#[cfg(test)]
#[path = "names_tests.rs"]
mod tests;
