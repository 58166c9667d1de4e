//! Filters and paging as typed values, and what each role may use (contract
//! section 5, D17 to D19, D21).
//!
//! A [`Search`] holds only what is honoured for the caller: a filter the role
//! may not use is dropped here and nowhere else.

use crate::api::caller::{Caller, Role, Roles};
use crate::api::parameters::Parameters;

/// What a caller asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// The filters, all of which hold together.
    pub filters: Vec<Filter>,
    /// 0-based index of the first row.
    pub offset: u64,
    /// The most rows to return; `None` for every one.
    pub limit: Option<u64>,
    /// Names of the parameters that became filters, for the log.
    pub used: Vec<&'static str>,
}

/// One condition on a DID.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    /// Holds for no DID, such as an id that is not a whole number (D19).
    Nothing,
    /// The number, by a LIKE pattern (D17).
    Number(Pattern),
    /// The owner as shown, by a LIKE pattern (D17).
    Owner(Pattern),
    /// `did_status` equals, ASCII case apart.
    Status(String),
    /// The language equals, ASCII case apart.
    Language(String),
    /// The DID has no language (D18).
    NoLanguage,
    /// The dial plan's id.
    DialPlan(i64),
    /// The user's id or, above 0, the reseller's.
    Holder(i64),
    /// The device's id.
    Device(i64),
    /// The provider's id.
    Provider(i64),
    /// Not terminated.
    NotTerminated,
}

impl Filter {
    /// Whether it leaves so few rows that they are better sorted than met in
    /// order: a user's or a reseller's, found by the indexes of both columns.
    pub fn is_narrow(&self) -> bool {
        matches!(self, Self::Holder(id) if *id > 0)
    }
}

/// A LIKE pattern whose escape character is [`Pattern::ESCAPE`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(String);

impl Pattern {
    /// The escape character of every pattern. SQLite has none by default and
    /// MySQL a backslash, which must stay an ordinary character; so one is
    /// named, and it stands for itself when doubled.
    pub const ESCAPE: char = '!';

    /// A needle by D17: with `%` or `_` it is the caller's own pattern, else
    /// it is looked for anywhere.
    pub fn new(needle: &str) -> Self {
        let needle_escaped = needle.replace(Self::ESCAPE, "!!");
        if needle.contains(['%', '_']) {
            Self(needle_escaped)
        } else {
            Self(format!("%{needle_escaped}%"))
        }
    }

    /// The pattern that matches this text and nothing else.
    pub fn exactly(text: &str) -> String {
        let mut pattern = String::with_capacity(text.len());
        for character in text.chars() {
            if matches!(character, '%' | '_' | Self::ESCAPE) {
                pattern.push(Self::ESCAPE);
            }
            pattern.push(character);
        }
        pattern
    }

    /// The pattern as it is bound.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The longest text that every match contains, if an index of three
    /// characters each can find it.
    pub fn literal(&self) -> Option<String> {
        let literals = self.0.split(['%', '_']);
        let longest = literals.max_by_key(|literal| literal.len())?;
        let literal = longest.replace("!!", "!");
        (literal.chars().count() >= 3).then_some(literal)
    }

    /// Whether every text matches, the empty one and NULL included.
    fn matches_all(&self) -> bool {
        self.0.bytes().all(|byte| byte == b'%')
    }
}

/// From a trimmed value to a filter; `None` when the value means not set.
type Understand = fn(&str) -> Option<Filter>;

/// The parameters that filter, in the contract's order: who may use each, and
/// how its value is understood.
const FILTERS: [(&str, Roles, Understand); 9] = [
    ("search_did_number", Roles::ALL, |value| {
        pattern(value, Filter::Number)
    }),
    ("search_status", Roles::ALL, |value| {
        text(value, Filter::Status)
    }),
    ("search_did_owner", Roles::STAFF, |value| {
        pattern(value, Filter::Owner)
    }),
    ("search_dialplan", Roles::SELLERS, |value| {
        id(value, Filter::DialPlan)
    }),
    ("search_user", Roles::ALL, |value| id(value, Filter::Holder)),
    ("search_device", Roles::ALL, |value| {
        id(unless_all(value), Filter::Device)
    }),
    ("search_provider", Roles::SELLERS, |value| {
        id(value, Filter::Provider)
    }),
    ("search_language", Roles::ALL, language),
    ("search_hide_terminated_dids", Roles::ALL, |value| {
        (value == "1").then_some(Filter::NotTerminated)
    }),
];

/// Who may use a parameter: only filters are kept from some.
pub fn honoured_for(parameter: &str) -> Roles {
    let filter = FILTERS.iter().find(|(name, ..)| *name == parameter);
    filter.map_or(Roles::ALL, |(_, roles, _)| *roles)
}

impl Search {
    /// Reads filters and paging, for this caller.
    pub fn new(parameters: &Parameters, caller: &Caller) -> Self {
        let mut filters = Vec::new();
        let mut used = Vec::new();
        for (name, roles, understand) in FILTERS {
            if !roles.has(caller.role) || !may_use(name, caller) {
                continue;
            }
            let value = parameters.trimmed(name);
            if let Some(filter) = value.and_then(understand) {
                used.push(name);
                filters.push(filter);
            }
        }
        let from = whole(parameters.trimmed("from"));
        let most = whole(parameters.trimmed("max_results"));
        Self {
            filters,
            used,
            offset: from.map_or(0, |from| from.saturating_sub(1)),
            limit: most,
        }
    }

    /// Whether no DID can match, so that the database need not be asked.
    pub fn is_empty(&self) -> bool {
        self.filters.contains(&Filter::Nothing) || self.offset > i64::MAX as u64
    }
}

/// A reseller searches by provider only with providers of its own.
fn may_use(name: &str, caller: &Caller) -> bool {
    name != "search_provider" || caller.role != Role::Reseller || caller.own_providers
}

fn text(value: &str, filter: fn(String) -> Filter) -> Option<Filter> {
    (!value.is_empty()).then(|| filter(value.to_owned()))
}

fn pattern(value: &str, filter: fn(Pattern) -> Filter) -> Option<Filter> {
    let pattern = Pattern::new(value);
    (!value.is_empty() && !pattern.matches_all()).then(|| filter(pattern))
}

/// An id (D19). Digits beyond the machine's range name no row.
fn id(value: &str, filter: fn(i64) -> Filter) -> Option<Filter> {
    if value.is_empty() {
        return None;
    }
    let digits = value.strip_prefix('-').unwrap_or(value);
    let whole = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let id = value.parse().ok().filter(|_| whole);
    Some(id.map_or(Filter::Nothing, filter))
}

fn unless_all(value: &str) -> &str {
    if value.eq_ignore_ascii_case("all") {
        ""
    } else {
        value
    }
}

/// Present and empty means DIDs without a language (D18).
fn language(value: &str) -> Option<Filter> {
    match value {
        "" => Some(Filter::NoLanguage),
        all if all.eq_ignore_ascii_case("all") => None,
        other => Some(Filter::Language(other.to_owned())),
    }
}

/// A positive whole number (D21); one too large for the machine is its largest.
fn whole(value: Option<&str>) -> Option<u64> {
    let digits = value.filter(|value| !value.is_empty())?;
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = digits.parse().unwrap_or(u64::MAX);
    (number > 0).then_some(number)
}

#[cfg(test)]
#[path = "search_tests.rs"]
mod tests;
