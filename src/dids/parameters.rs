//! PARAMETERS: every parameter of `dids_get`, declared once (contract sections 1, 5
//! and 8).
//!
//! Limits, the names and values that are refused, filters, the HTML view, the log, the
//! form of the local host, the programs that attack it and the tests of the documents
//! follow from this table. A parameter that restricts the list has its parser in its
//! [`Kind`]: there is no other way to declare one, so none can be left out.

use super::cursor::{self, Cursor};
use super::filters::{
    Parsed, Wrong, id, ids, language, number, numbers, owner, since, switch, text, whole,
};
use crate::api::caller::{Caller, Role};
use crate::api::parameters::Parameters;
use crate::db::filter::Filter;
use crate::error::ApiError;
use crate::text;

/// The most parameters in query and body together, duplicates counted (D3).
pub const MAX_PARAMETERS: usize = 256;
/// The longest decoded value, in bytes (D3).
pub const MAX_VALUE: usize = 1024;
/// The longest value of a list of items, in bytes (D35).
pub const MAX_LIST: usize = 4096;
/// The longest number or owner to search for, after trimming, in characters (D3).
pub const MAX_TERM: usize = 64;

/// What a parameter is for, and what its trimmed value means where it restricts.
#[derive(Clone, Copy)]
pub enum Kind {
    /// Says which method is called, who calls, and proves it.
    Identity,
    /// Says how the answer looks.
    View,
    /// Leaves DIDs out.
    Filter(fn(&str) -> Parsed),
    /// Chooses a part of the list.
    Paging(fn(&str, &mut Paging) -> Result<(), Wrong>),
}

/// The part of the list that is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Paging {
    /// 0-based index of the first row.
    pub offset: u64,
    /// The most rows; `None` for every one.
    pub limit: Option<u64>,
    /// The place of the row before the first one, instead of the offset (D32).
    pub cursor: Option<Cursor>,
    /// Whether `from` is set.
    has_from: bool,
}

/// A parameter that the method documents.
pub struct Parameter {
    /// Its name; case-sensitive.
    pub name: &'static str,
    /// What it is for.
    pub kind: Kind,
    /// Who may use it. For others it is ignored, by the vendor's rule.
    pub honoured: fn(&Caller) -> bool,
    /// The longest value, in bytes (D3, D35).
    pub most_bytes: usize,
    /// The longest value after trimming, in characters (D3).
    pub most_characters: Option<usize>,
    /// Whether its value is a password: shown and logged nowhere (D7).
    pub secret: bool,
    /// What to write in it, in one sentence. This and the example are empty in the
    /// component, which shows them nowhere.
    pub about: &'static str,
    /// A value for it. In the demo data the examples have a DID in common.
    pub example: &'static str,
}

impl Parameter {
    /// A parameter for everybody, within the limits for all.
    const fn new(
        name: &'static str,
        kind: Kind,
        about: &'static str,
        example: &'static str,
    ) -> Self {
        Self {
            name,
            kind,
            honoured: |_| true,
            most_bytes: MAX_VALUE,
            most_characters: None,
            secret: false,
            about: text::of_documents(about),
            example: text::of_documents(example),
        }
    }

    const fn filter(
        name: &'static str,
        parse: fn(&str) -> Parsed,
        about: &'static str,
        example: &'static str,
    ) -> Self {
        Self::new(name, Kind::Filter(parse), about, example)
    }

    const fn only_for(mut self, honoured: fn(&Caller) -> bool) -> Self {
        self.honoured = honoured;
        self
    }

    const fn term(mut self) -> Self {
        self.most_characters = Some(MAX_TERM);
        self
    }

    const fn list(mut self) -> Self {
        self.most_bytes = MAX_LIST;
        self
    }

    const fn secret(mut self) -> Self {
        self.secret = true;
        self
    }

    /// The parameter of this name.
    #[inline(never)]
    pub fn named(name: &str) -> Option<&'static Self> {
        // Hidden from the compiler, which would write a comparison for each name.
        let parameters = std::hint::black_box(&PARAMETERS);
        parameters.iter().find(|parameter| parameter.name == name)
    }

    /// Whether it leaves DIDs out.
    pub fn is_filter(&self) -> bool {
        matches!(self.kind, Kind::Filter(_))
    }
}

fn staff(caller: &Caller) -> bool {
    matches!(caller.role, Role::Admin | Role::Accountant)
}

fn sellers(caller: &Caller) -> bool {
    caller.role != Role::User
}

/// A reseller searches by provider only with providers of its own.
fn with_providers(caller: &Caller) -> bool {
    staff(caller) || caller.role == Role::Reseller && caller.own_providers
}

/// The one filter by a column that a server may lack (D34).
pub const UPDATED_SINCE: &str = "search_updated_since";

/// Every parameter. The order is that of the documents, and that in which values are
/// checked (D25).
#[rustfmt::skip]
pub static PARAMETERS: [Parameter; 20] = [
    Parameter::new("action", Kind::Identity, "dids_get, where the path does not name the method", "dids_get"),
    Parameter::new("u", Kind::Identity, "user name of the caller", "admin"),
    Parameter::new("hash", Kind::Identity, "the signature, 40 hex digits", "e5e9fa1ba31ecd1ae84f75caaa474f3a663f05f4").secret(),
    Parameter::new("p", Kind::Identity, "a password; accepted and ignored", "x").secret(),
    Parameter::new("test", Kind::View, "1 for the HTML view", "0"),
    Parameter::new("from", Kind::Paging(|value, paging| {
        paging.has_from = !value.is_empty();
        paging.offset = whole(value)?.map_or(0, |from| from.saturating_sub(1));
        Ok(())
    }), "number of the first row, from 1", "1"),
    Parameter::new("max_results", Kind::Paging(|value, paging| {
        paging.limit = whole(value)?;
        Ok(())
    }), "the most rows; every row if empty", "25"),
    Parameter::filter("search_did_number", number, "any part of the number; with % or _ a LIKE pattern, as 37063%", "1212555").term(),
    Parameter::filter("search_status", |value| text(value, Filter::Status), "free, reserved, active, closed or terminated", "reserved"),
    Parameter::filter("search_did_owner", owner, "any part of the owner's name; with % or _ a LIKE pattern", "petras").term().only_for(staff),
    Parameter::filter("search_dialplan", |value| id(value, Filter::DialPlan), "id of the dial plan", "0").only_for(sellers),
    Parameter::filter("search_user", |value| id(value, Filter::Holder), "id of the user, or of the reseller who holds the DID", "122"),
    Parameter::filter("search_device", |value| id(value, Filter::Device), "id of the device", "0"),
    Parameter::filter("search_provider", |value| id(value, Filter::Provider), "id of the provider", "6").only_for(with_providers),
    Parameter::filter("search_language", language, "language, as stored; empty for DIDs without one", "en"),
    Parameter::filter("search_hide_terminated_dids", |value| switch(value, Filter::NotTerminated), "1 hides terminated DIDs", "1"),
    Parameter::filter(UPDATED_SINCE, since, "changed at that moment or later: RFC 3339, or YYYY-MM-DD HH:MM:SS in UTC", "2026-03-13T04:00:55Z"),
    Parameter::filter("search_did_exact", numbers, "up to 100 whole numbers, separated by commas", "12125550100").list(),
    Parameter::filter("search_did_id", ids, "up to 100 ids of DIDs, separated by commas", "2401").list(),
    Parameter::new("cursor", Kind::Paging(|value, paging| {
        paging.cursor = cursor::read(value, paging.has_from)?;
        Ok(())
    }), "X-Next-Cursor of the page before, instead of from", ""),
];

/// Checks the limits of D3 that hold for parameters, and notes whether all of them are
/// documented.
///
/// # Errors
/// The 400s of D3, in the order of their checks.
pub fn check_limits(parameters: &mut Parameters) -> Result<(), ApiError> {
    if parameters.pairs().len() > MAX_PARAMETERS {
        return Err(ApiError::TooManyParameters(MAX_PARAMETERS));
    }
    let mut all_documented = true;
    for pair in parameters.pairs() {
        let known = Parameter::named(&pair.name);
        all_documented &= known.is_some();
        let most = known.map_or(MAX_VALUE, |parameter| parameter.most_bytes);
        if pair.value.len() > most {
            return Err(ApiError::ValueTooLong(most));
        }
    }
    if all_documented {
        parameters.found_all_documented();
    }
    let is_text = |bytes: &[u8]| std::str::from_utf8(bytes).is_ok_and(|text| !text.contains('\0'));
    for Parameter { name, .. } in &PARAMETERS {
        if !parameters.bytes(name).is_none_or(is_text) {
            return Err(ApiError::InvalidCharacter(name));
        }
    }
    for parameter in &PARAMETERS {
        let Some(most) = parameter.most_characters else {
            continue;
        };
        let value = parameters.trimmed(parameter.name).unwrap_or_default();
        if value.chars().count() > most {
            return Err(ApiError::TermTooLong(parameter.name, most));
        }
    }
    Ok(())
}

#[cfg(test)]
#[path = "parameters_tests.rs"]
mod tests;
