//! FILTERS: what the value of a parameter means, trimmed as it comes (contract
//! section 5, D17 to D19, D21, D25 c, D27, D28, D34, D35).

use super::moment::Moment;
use crate::api::parameters::trim;
use crate::db::filter::{Filter, Pattern};
use crate::error::ApiError;

/// The most items of a list of numbers or ids (D35).
pub const MAX_ITEMS: usize = 100;

/// What a text must equal, but for case.
pub(super) fn text(value: &str, filter: fn(String) -> Filter) -> Option<Filter> {
    let is_set = !value.is_empty() && !is_all(value);
    is_set.then(|| filter(value.to_owned()))
}

/// What a text holds, or the caller's own pattern for it (D17).
pub(super) fn pattern(value: &str, filter: fn(Pattern) -> Filter) -> Option<Filter> {
    let pattern = Pattern::new(value);
    (!value.is_empty() && !pattern.matches_all()).then(|| filter(pattern))
}

/// Callers hold E.164 with its plus; MOR stores digits (D28).
pub(super) fn number(value: &str) -> Option<Filter> {
    let digits = value.strip_prefix('+').filter(|digits| is_digits(digits));
    pattern(digits.unwrap_or(value), Filter::Number)
}

/// An id (D19). Digits beyond the machine's range name no row.
pub(super) fn id(value: &str, filter: fn(i64) -> Filter) -> Option<Filter> {
    if value.is_empty() || is_all(value) {
        return None;
    }
    Some(whole_id(value).map_or(Filter::Nothing, filter))
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
pub(super) fn language(value: &str) -> Option<Filter> {
    if value.is_empty() {
        return Some(Filter::NoLanguage);
    }
    text(value, Filter::Language)
}

/// Changed at a moment or later (D34).
pub(super) fn since(moment: Moment) -> Filter {
    match moment {
        Moment::Utc(moment) => Filter::UpdatedSince(moment),
        Moment::AfterAll => Filter::Nothing,
    }
}

/// Items between commas, blanks around them apart (D35).
pub(super) fn items(value: &str, filter: fn(Vec<&str>) -> Filter) -> Option<Filter> {
    (!value.is_empty()).then(|| filter(value.split(',').map(trim).collect()))
}

/// What is wrong with a list of items (D35).
pub(super) fn refuse_items(value: &str, name: &'static str) -> Option<ApiError> {
    let items = || value.split(',').map(trim);
    let is_bad = items().count() > MAX_ITEMS || items().any(str::is_empty);
    (!value.is_empty() && is_bad).then_some(ApiError::BadItems(name))
}

/// A number with a plus before it is also looked for without.
pub(super) fn numbers(items: Vec<&str>) -> Filter {
    let mut numbers: Vec<String> = Vec::with_capacity(items.len());
    for item in items {
        numbers.push(item.to_owned());
        let without = item.strip_prefix('+').filter(|rest| !rest.is_empty());
        numbers.extend(without.map(str::to_owned));
    }
    Filter::Numbers(numbers)
}

/// The ids that are whole numbers; others match nothing (D19).
pub(super) fn ids(items: Vec<&str>) -> Filter {
    let ids: Vec<i64> = items.into_iter().filter_map(whole_id).collect();
    if ids.is_empty() {
        return Filter::Nothing;
    }
    Filter::Ids(ids)
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The digits of a whole number with or without a sign (D25 c).
fn digits(value: &str) -> Option<&str> {
    let digits = value.strip_prefix(['+', '-']).unwrap_or(value);
    is_digits(digits).then_some(digits)
}

/// Whether something else is given than a whole number (D25 c).
pub(super) fn is_not_whole(value: &str) -> bool {
    !value.is_empty() && digits(value).is_none()
}

/// A positive whole number (D21); one too large for the machine is its largest.
pub(super) fn whole(value: Option<&str>) -> Option<u64> {
    let value = value.filter(|value| !value.starts_with('-'))?;
    let number = digits(value)?.parse().unwrap_or(u64::MAX);
    (number > 0).then_some(number)
}
