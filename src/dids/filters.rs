//! FILTERS: what the trimmed value of a parameter means (contract section 5, D17 to
//! D19, D21, D25, D27, D28, D34, D35): a filter, nothing where it means not set, or what
//! is wrong with it.

use super::moment::{self, Moment};
use crate::api::parameters::trim;
use crate::db::filter::{Filter, Pattern};
use crate::error::ApiError;

/// What is wrong with a value: the error for the name of its parameter.
pub type Wrong = fn(&'static str) -> ApiError;
/// What a value means; `Ok(None)` when it means not set.
pub type Parsed = Result<Option<Filter>, Wrong>;

/// The most items of a list of numbers or ids (D35).
pub const MAX_ITEMS: usize = 100;

/// What a text must equal, but for case.
pub fn text(value: &str, filter: fn(String) -> Filter) -> Parsed {
    let is_set = !value.is_empty() && !is_all(value);
    Ok(is_set.then(|| filter(value.to_owned())))
}

/// What a text holds, or the caller's own pattern for it (D17).
fn pattern(value: &str, filter: fn(Pattern) -> Filter) -> Parsed {
    let pattern = Pattern::new(value);
    let is_set = !value.is_empty() && !pattern.matches_all();
    Ok(is_set.then(|| filter(pattern)))
}

/// The owner as shown.
pub fn owner(value: &str) -> Parsed {
    pattern(value, Filter::Owner)
}

/// Callers hold E.164 with its plus; MOR stores digits (D28).
pub fn number(value: &str) -> Parsed {
    let digits = value.strip_prefix('+').filter(|digits| is_digits(digits));
    pattern(digits.unwrap_or(value), Filter::Number)
}

/// An id (D19). Digits beyond the machine's range name no row.
pub fn id(value: &str, filter: fn(i64) -> Filter) -> Parsed {
    if value.is_empty() || is_all(value) {
        return Ok(None);
    }
    Ok(Some(whole_id(value).map_or(Filter::Nothing, filter)))
}

fn whole_id(value: &str) -> Option<i64> {
    let digits = value.strip_prefix('-').unwrap_or(value);
    value.parse().ok().filter(|_| is_digits(digits))
}

/// Clients write `all` by MOR's own habit (D27).
fn is_all(value: &str) -> bool {
    value.eq_ignore_ascii_case("all")
}

/// Present and empty means DIDs without a language (D18).
pub fn language(value: &str) -> Parsed {
    if value.is_empty() {
        return Ok(Some(Filter::NoLanguage));
    }
    text(value, Filter::Language)
}

/// What is on or off (D25).
pub fn switch(value: &str, filter: Filter) -> Parsed {
    match value {
        "" | "0" => Ok(None),
        "1" => Ok(Some(filter)),
        _ => Err(ApiError::InvalidValue),
    }
}

/// Changed at a moment or later (D34).
pub fn since(value: &str) -> Parsed {
    if value.is_empty() {
        return Ok(None);
    }
    Ok(Some(
        match moment::parse(value).ok_or(ApiError::NotATime as Wrong)? {
            Moment::Utc(moment) => Filter::UpdatedSince(moment),
            Moment::AfterAll => Filter::Nothing,
        },
    ))
}

/// Items between commas, blanks around them apart (D35); none of an empty value.
fn items(value: &str) -> Result<Vec<&str>, Wrong> {
    if value.is_empty() {
        return Ok(Vec::new());
    }
    let items: Vec<&str> = value.split(',').map(trim).collect();
    if items.len() > MAX_ITEMS || items.contains(&"") {
        return Err(ApiError::BadItems);
    }
    Ok(items)
}

/// Whole numbers (D35). One with a plus before it is also looked for without.
pub fn numbers(value: &str) -> Parsed {
    let mut numbers: Vec<String> = Vec::new();
    for item in items(value)? {
        numbers.push(item.to_owned());
        let without = item.strip_prefix('+').filter(|rest| !rest.is_empty());
        numbers.extend(without.map(str::to_owned));
    }
    Ok((!numbers.is_empty()).then_some(Filter::Numbers(numbers)))
}

/// The ids that are whole numbers (D35); others match nothing (D19).
pub fn ids(value: &str) -> Parsed {
    let items = items(value)?;
    let ids: Vec<i64> = items.iter().filter_map(|item| whole_id(item)).collect();
    Ok(match (items.is_empty(), ids.is_empty()) {
        (true, _) => None,
        (_, true) => Some(Filter::Nothing),
        _ => Some(Filter::Ids(ids)),
    })
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A positive whole number (D21), with or without a sign (D25); `None` where it is not
/// set, 0 or negative. One too large for the machine is its largest.
pub fn whole(value: &str) -> Result<Option<u64>, Wrong> {
    let digits = value.strip_prefix(['+', '-']).unwrap_or(value);
    if !value.is_empty() && !is_digits(digits) {
        return Err(ApiError::NotWhole);
    }
    let is_set = !value.is_empty() && !value.starts_with('-');
    let number = is_set.then(|| digits.parse().unwrap_or(u64::MAX));
    Ok(number.filter(|number| *number > 0))
}
