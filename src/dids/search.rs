//! PARAMETERS: every parameter of `dids_get`, what it is for and what becomes of
//! it (contract sections 1, 5 and 8, D25).
//!
//! A [`Search`] holds only what is honoured for the caller: a filter the role
//! may not use is dropped here and nowhere else.

use super::cursor::{self, Cursor};
use super::filters::{
    id, ids, is_not_whole, items, language, number, numbers, pattern, refuse_items, since, text,
    whole,
};
use super::moment;
use crate::api::caller::{Caller, Role};
use crate::api::names;
use crate::api::parameters::{Kind, MAX_LIST, MAX_TERM, Parameter, Parameters};
use crate::api::route::Stage;
use crate::db::column::Columns;
use crate::db::filter::Filter;
use crate::error::ApiError;
use std::sync::LazyLock;

/// The one filter by a column that a server may lack (D34).
const UPDATED_SINCE: &str = "search_updated_since";

/// A parameter of the method, and what becomes of it.
struct Entry {
    parameter: Parameter,
    /// What its trimmed value means; `None` when it means not set.
    filter: fn(&str) -> Option<Filter>,
    /// What is wrong with its trimmed value, whoever calls.
    refuse: fn(&str) -> Option<ApiError>,
}

/// For what restricts nothing.
const fn plain(parameter: Parameter) -> Entry {
    Entry {
        parameter,
        filter: |_| None,
        refuse: |_| None,
    }
}

const fn filter(
    name: &'static str,
    filter: fn(&str) -> Option<Filter>,
    about: &'static str,
) -> Entry {
    Entry {
        filter,
        ..plain(Parameter::new(name, Kind::Filter, about))
    }
}

impl Entry {
    const fn honoured(mut self, honoured: fn(&Caller) -> bool) -> Self {
        self.parameter.honoured = honoured;
        self
    }

    const fn term(mut self) -> Self {
        self.parameter.most_characters = Some(MAX_TERM);
        self
    }

    const fn list(mut self) -> Self {
        self.parameter.most_bytes = MAX_LIST;
        self
    }

    const fn refused(mut self, refuse: fn(&str) -> Option<ApiError>) -> Self {
        self.refuse = refuse;
        self
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

/// Every parameter, in the order of the documents and of the checks.
#[rustfmt::skip]
static ENTRIES: &[Entry] = &[
    plain(Parameter::ACTION),
    plain(Parameter::USER),
    plain(Parameter::HASH),
    plain(Parameter::PASSWORD),
    plain(Parameter::TEST),
    filter("search_did_number", number, "any part of the number; with % or _ a LIKE pattern, as 37063%").term(),
    filter("search_status", |value| text(value, Filter::Status), "free, reserved, active, closed or terminated"),
    filter("search_did_owner", |value| pattern(value, Filter::Owner), "any part of the owner's name; with % or _ a LIKE pattern")
        .term().honoured(staff),
    filter("search_dialplan", |value| id(value, Filter::DialPlan), "id of the dial plan").honoured(sellers),
    filter("search_user", |value| id(value, Filter::Holder), "id of the user, or of the reseller who holds the DID"),
    filter("search_device", |value| id(value, Filter::Device), "id of the device"),
    filter("search_provider", |value| id(value, Filter::Provider), "id of the provider").honoured(with_providers),
    filter("search_language", language, "language, as stored; empty for DIDs without one"),
    filter("search_hide_terminated_dids", |value| (value == "1").then_some(Filter::NotTerminated), "1 hides terminated DIDs")
        .refused(|value| (!matches!(value, "" | "0" | "1")).then_some(ApiError::InvalidValue("search_hide_terminated_dids"))),
    filter(UPDATED_SINCE, |value| moment::parse(value).map(since), "changed at that moment or later: RFC 3339, or YYYY-MM-DD HH:MM:SS in UTC")
        .refused(|value| (!value.is_empty() && moment::parse(value).is_none()).then_some(ApiError::NotATime(UPDATED_SINCE))),
    filter("search_did_exact", |value| items(value, numbers), "up to 100 whole numbers, separated by commas")
        .list().refused(|value| refuse_items(value, "search_did_exact")),
    filter("search_did_id", |value| items(value, ids), "up to 100 ids of DIDs, separated by commas")
        .list().refused(|value| refuse_items(value, "search_did_id")),
    plain(Parameter::new("from", Kind::Paging, "number of the first row, from 1"))
        .refused(|value| is_not_whole(value).then_some(ApiError::NotWhole("from"))),
    plain(Parameter::new("max_results", Kind::Paging, "the most rows; every row if empty"))
        .refused(|value| is_not_whole(value).then_some(ApiError::NotWhole("max_results"))),
    plain(Parameter::new("cursor", Kind::Paging, "X-Next-Cursor of the page before, instead of from")),
];

/// The parameters that are checked first, in the contract's order (D25 c and d).
const FIRST: [&str; 3] = ["from", "max_results", "search_hide_terminated_dids"];

/// Every parameter of the method.
pub static PARAMETERS: LazyLock<Vec<&'static Parameter>> =
    LazyLock::new(|| ENTRIES.iter().map(|entry| &entry.parameter).collect());

/// What a caller asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// The filters, all of which hold together.
    pub filters: Vec<Filter>,
    /// 0-based index of the first row.
    pub offset: u64,
    /// The place of the row before the first one, instead (D32).
    pub cursor: Option<Cursor>,
    /// The most rows to return; `None` for every one.
    pub limit: Option<u64>,
    /// Names of the parameters that became filters, for the log.
    pub used: Vec<&'static str>,
    /// Names of those that were sent and may not be used by the caller.
    pub ignored: Vec<&'static str>,
}

/// Checks the values that restrict, whoever calls: what was meant is not guessed.
///
/// # Errors
/// With the limits D32; later the first of D25 (c) and (d), D34 and D35.
pub fn check(parameters: &Parameters, stage: Stage) -> Result<(), ApiError> {
    if stage == Stage::Limits {
        return cursor::read(parameters).map(|_| ());
    }
    let first = FIRST.iter().filter_map(|name| {
        let mut entries = ENTRIES.iter();
        entries.find(|entry| entry.parameter.name == *name)
    });
    let then = ENTRIES
        .iter()
        .filter(|entry| !FIRST.contains(&entry.parameter.name));
    for entry in first.chain(then) {
        let value = parameters.trimmed(entry.parameter.name);
        if let Some(error) = value.and_then(entry.refuse) {
            return Err(error);
        }
    }
    Ok(())
}

impl Search {
    /// Reads filters and paging, for this caller.
    pub fn new(parameters: &Parameters, caller: &Caller) -> Self {
        let (mut filters, mut used, mut ignored) = (Vec::new(), Vec::new(), Vec::new());
        for Entry {
            parameter, filter, ..
        } in ENTRIES
        {
            let Some(filter) = parameters.trimmed(parameter.name).and_then(filter) else {
                continue;
            };
            if (parameter.honoured)(caller) {
                used.push(parameter.name);
                filters.push(filter);
            } else {
                ignored.push(parameter.name);
            }
        }
        let from = whole(parameters.trimmed("from"));
        Self {
            filters,
            used,
            ignored,
            offset: from.map_or(0, |from| from.saturating_sub(1)),
            cursor: cursor::read(parameters).ok().flatten(),
            limit: whole(parameters.trimmed("max_results")),
        }
    }

    /// Whether no DID can match, wherever the page begins.
    pub fn matches_nothing(&self) -> bool {
        self.filters.contains(&Filter::Nothing)
    }

    /// Whether no DID can be in the page, so that the database need not be asked.
    pub fn is_empty(&self) -> bool {
        self.matches_nothing() || self.offset > i64::MAX as u64
    }

    /// The error where a filter is not understood, which only the caller's role or the
    /// server's columns tell. One that is ignored for the role may have another in its
    /// value, which is meant for every role (D25 b).
    pub fn refusal(&self, parameters: &Parameters, columns: Columns) -> Option<ApiError> {
        let value = |name| parameters.bytes(name).unwrap_or_default();
        let mut ignored = self.ignored.iter().copied();
        match ignored.find(|name| names::holds_filter(value(name))) {
            Some(name) => Some(ApiError::MalformedParameter(name.into())),
            None => self.needs(columns),
        }
    }

    /// The error where a filter is about a column that the server lacks (D34).
    pub fn needs(&self, columns: Columns) -> Option<ApiError> {
        let lacks = !columns.has_named("d.updated_at");
        (lacks && self.used.contains(&UPDATED_SINCE))
            .then_some(ApiError::NeedsColumn(UPDATED_SINCE, "dids.updated_at"))
    }
}

#[cfg(test)]
#[path = "search_tests.rs"]
mod tests;
