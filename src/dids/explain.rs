//! What the HTML view says beside the list: what was asked, what was ignored, why a
//! call was refused or a list is empty, in words for the person who is debugging.
//!
//! Only of what the caller sent and what the answer itself tells already; the hash
//! and the password are never shown.

use super::parameters::{PARAMETERS, Parameter};
use super::search::Search;
use crate::api::caller::{Caller, Role};
use crate::api::gate::CallerFacts;
use crate::api::parameters::Parameters;
use crate::api::signature;
use crate::db::filter::Filter;
use crate::error::{ApiError, without_hashes};
use crate::render::html::About;

/// What is known where a call is answered by an error.
#[derive(Clone, Copy)]
pub enum Known<'a> {
    /// No more than the error tells.
    Nothing,
    /// What the gate decided by.
    Facts(&'a CallerFacts),
    /// The list is empty: what was looked for, for whom, and how many DIDs match,
    /// paging apart, where that was counted.
    Empty(&'a Search, &'a Caller, Option<u64>),
}

/// What the view of a list says around it.
pub fn list(parameters: &Parameters, search: &Search, caller: &Caller) -> About {
    let mut about = about(parameters);
    about.notes = ignored(parameters, search, caller);
    about
}

/// What the view of an error says around it.
pub fn error(parameters: &Parameters, error: &ApiError, known: Known<'_>) -> About {
    let mut about = about(parameters);
    about.causes = match known {
        Known::Nothing => cause(error),
        Known::Facts(facts) if *error == ApiError::IncorrectHash => {
            incorrect_hash(parameters, facts.recipe(parameters, filters()))
        }
        Known::Facts(_) => cause(error),
        Known::Empty(search, caller, total) => {
            let mut causes = empty(search, caller, total);
            causes.extend(ignored(parameters, search, caller));
            causes
        }
    };
    about
}

/// What was asked, and the same call for a program.
fn about(parameters: &Parameters) -> About {
    let shown = PARAMETERS.iter().filter(|parameter| !parameter.secret);
    let asked: Vec<_> = shown
        .filter_map(|parameter| {
            let value = parameters.get(parameter.name)?;
            Some((parameter.name, without_hashes(value)))
        })
        .collect();
    let sent: String = asked
        .iter()
        .filter(|(name, _)| !matches!(*name, "test" | "action"))
        .map(|(name, value)| format!(" --data-urlencode {}", quoted(&format!("{name}={value}"))))
        .collect();
    let command = |media: &str| {
        format!("curl -H 'Accept: {media}' HOST/billing/api/dids_get -d hash=HASH{sent}")
    };
    About {
        asked,
        notes: Vec::new(),
        causes: Vec::new(),
        commands: vec![
            ("As JSON", command("application/json")),
            ("As CSV", command("text/csv")),
        ],
    }
}

/// A word of a shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// What was sent and not used for the caller.
fn ignored(parameters: &Parameters, search: &Search, caller: &Caller) -> Vec<String> {
    let why = match caller.role {
        Role::Reseller if search.ignored == ["search_provider"] => {
            "a reseller may search by provider only with providers of its own"
        }
        _ => "the caller's role may not search by it",
    };
    let names = parameters.pairs().iter().map(|pair| &*pair.name);
    let is_unknown = |name: &&str| !name.is_empty() && Parameter::named(name).is_none();
    let unknown: Vec<&str> = names.filter(is_unknown).collect();
    let mut notes = Vec::new();
    for (names, why) in [
        (&search.ignored, why),
        (&unknown, "there is no such parameter"),
    ] {
        if !names.is_empty() {
            let names = without_hashes(&names.join(", "));
            notes.push(["Ignored: ", &names, "; ", why, "."].concat());
        }
    }
    notes
}

/// Why the list may be empty. `total` is the number of DIDs that match, paging
/// apart, where it is known.
fn empty(search: &Search, caller: &Caller, total: Option<u64>) -> Vec<String> {
    if let Some(total @ 1..) = total {
        return vec![format!(
            "{total} DIDs match, but from or cursor is beyond the last of them; from counts from 1."
        )];
    }
    let mut causes = vec![
        "The call was accepted, but no DID that this user may see matches every filter above.",
    ];
    let mut say = |text| causes.push(text);
    match caller.role {
        Role::Admin | Role::Accountant => {}
        Role::Reseller => say("A reseller sees only the DIDs it holds, whatever the filters."),
        Role::User => say("A user sees only its own DIDs, whatever the filters."),
    }
    for filter in &search.filters {
        match filter {
            Filter::Nothing => say(
                "A value above can match nothing: an id that is not a whole number, or a time after the year 9999.",
            ),
            Filter::Number(pattern) | Filter::Owner(pattern) if pattern.is_callers() => say(
                "With % or _ a value is a pattern for the whole text: % is any text, _ one \
                 character. Without them it is looked for anywhere.",
            ),
            Filter::Status(status) if !is_status(status) => {
                say("search_status is none of free, reserved, active, closed and terminated.");
            }
            Filter::NoLanguage => {
                say(
                    "search_language is empty: only DIDs without a language match. Leave it out for any.",
                );
            }
            _ => {}
        }
    }
    if search.filters.len() > 1 {
        say("Leave filters out one by one to find the one that excludes everything.");
    }
    causes.into_iter().map(str::to_owned).collect()
}

fn is_status(status: &str) -> bool {
    let mut known = crate::render::html::STATUSES.iter();
    known.any(|known| status.eq_ignore_ascii_case(known))
}

/// The likely cause of an error.
fn cause(error: &ApiError) -> Vec<String> {
    let text = match error {
        ApiError::NoSuchApi => {
            "The method is named by the last part of the path, or by the parameter action where \
             the path ends in /api. This service has dids_get."
        }
        ApiError::ApiDisabled => {
            "Allow API is off in the settings of the server or, for resellers and their users, in \
             those of the reseller."
        }
        ApiError::GetDisabled => {
            "Allow GET API is off in the settings: send the same parameters by POST."
        }
        ApiError::AccessDenied => {
            "The parameter u must be the username of an admin, accountant, reseller or user. \
             Check its spelling; partners may not call."
        }
        ApiError::NoSecretKey => {
            "No API Secret Key is set for whoever signs this user's calls: the admin, or the \
             user's reseller."
        }
        ApiError::NotPermitted => {
            "The user's API permission group does not have dids_get at read or write."
        }
        ApiError::NotAuthorized => {
            "The accountant's permission group does not have the right to manage DIDs."
        }
        _ => return Vec::new(),
    };
    vec![text.to_owned()]
}

/// The names of the filters, for the recipes of a wrong hash.
fn filters() -> impl Iterator<Item = &'static str> {
    let filters = PARAMETERS.iter().filter(|parameter| parameter.is_filter());
    filters.map(|parameter| parameter.name)
}

/// Never the hash itself, nor a part of it.
fn incorrect_hash(parameters: &Parameters, recipe: Option<String>) -> Vec<String> {
    let received = parameters.trimmed("hash").unwrap_or_default();
    let hex = received.bytes().all(|byte| byte.is_ascii_hexdigit());
    let mut text = match received.chars().count() {
        0 => "No hash was received; it is the parameter hash.".to_owned(),
        40 if hex => "The hash received is 40 hexadecimal digits, as it should be.".to_owned(),
        length => {
            let kind = if hex {
                "hexadecimal digits"
            } else {
                "characters, not all hexadecimal"
            };
            format!("The hash received is {length} {kind}; it should be 40 hexadecimal digits.")
        }
    };
    let listed: Vec<&str> = signature::listed(parameters).collect();
    text += " It is the SHA1 of ";
    if !listed.is_empty() {
        text += "the values of ";
        text += &listed.join(", ");
        text += ", in this order, and then ";
    }
    text += "the API Secret Key";
    text += if listed.is_empty() {
        ", since no parameter of this call counts."
    } else {
        "; the key alone is accepted too."
    };
    text += " The key is the one of the admin or, for resellers and their users, the reseller's.";
    let mut texts = vec![text];
    if let Some(recipe) = recipe {
        texts.insert(
            0,
            format!(
                "The hash received is the SHA1 of {recipe}. No parameter of dids_get is hashed: \
                 send the SHA1 of the key alone."
            ),
        );
    }
    texts
}

#[cfg(test)]
#[path = "explain_tests.rs"]
mod tests;
