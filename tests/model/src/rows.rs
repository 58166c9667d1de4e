//! Which DIDs an answer lists, in which order: "Which rows" and section 5.

use super::gate::{Caller, Role};
use super::page::owner;
use super::request::Request;
use super::tables::{Did, Tables};
use super::text::{bytes, needle_matches, number, same, whole_number};

/// The DIDs a request is answered with.
pub fn select<'a>(tables: &'a Tables, caller: &Caller, request: &Request) -> Vec<&'a Did> {
    let mut rows: Vec<&Did> = Vec::new();
    for did in &tables.dids {
        if is_visible(caller, did) && is_wanted(tables, caller, request, did) {
            rows.push(did);
        }
    }
    // D20. `None` sorts before all that is there, so NULL before empty.
    rows.sort_by_key(|did| {
        (
            did.did.as_ref().map(|text| text.to_ascii_lowercase()),
            did.id,
        )
    });
    page_of(rows, request)
}

/// D21: `from` is 1-based; what is not a positive whole number counts as absent.
fn page_of<'a>(rows: Vec<&'a Did>, request: &Request) -> Vec<&'a Did> {
    let from = request.paging("from").filter(|n| *n > 0).unwrap_or(1);
    let limit = request.paging("max_results").filter(|n| *n > 0);
    let mut page = Vec::new();
    for (place, did) in (1i128..).zip(rows) {
        if place >= from && limit.is_none_or(|limit| (page.len() as i128) < limit) {
            page.push(did);
        }
    }
    page
}

/// Which rows a role sees at all.
fn is_visible(caller: &Caller, did: &Did) -> bool {
    match caller.role {
        Role::Admin | Role::Accountant => true,
        Role::Reseller => number(did.reseller_id) == caller.user.id,
        Role::User => number(did.user_id) == caller.user.id,
    }
}

/// Whether all filters that are set and honoured for the role hold.
fn is_wanted(tables: &Tables, caller: &Caller, request: &Request, did: &Did) -> bool {
    let is_office = matches!(caller.role, Role::Admin | Role::Accountant);
    let has_own_providers = caller.role == Role::Reseller && number(caller.user.own_providers) != 0;

    if let Some(needle) = request.filter("search_did_number")
        && !needle_matches(bytes(&did.did), needle)
    {
        return false;
    }
    if let Some(status) = request.filter("search_status")
        && !same(bytes(&did.status), status)
    {
        return false;
    }
    if is_office
        && let Some(needle) = request.filter("search_did_owner")
        && !needle_matches(&owner(tables, did).unwrap_or_default(), needle)
    {
        return false;
    }
    if caller.role != Role::User
        && let Some(id) = request.filter("search_dialplan")
        && !is_id(did.dialplan_id, id)
    {
        return false;
    }
    if let Some(id) = request.filter("search_user") {
        let is_user = is_id(did.user_id, id);
        let is_reseller = number(did.reseller_id) > 0 && is_id(did.reseller_id, id);
        if !is_user && !is_reseller {
            return false;
        }
    }
    if let Some(id) = request.filter("search_device")
        && !same(id, b"all")
        && !is_id(did.device_id, id)
    {
        return false;
    }
    if (is_office || has_own_providers)
        && let Some(id) = request.filter("search_provider")
        && !is_id(did.provider_id, id)
    {
        return false;
    }
    if let Some(language) = request.trimmed("search_language")
        && !same(language, b"all")
        && !has_language(did, language)
    {
        return false;
    }
    if request.trimmed("search_hide_terminated_dids") == Some(b"1")
        && same(bytes(&did.status), b"terminated")
    {
        return false;
    }
    true
}

/// D19: what is not a whole number equals no id.
fn is_id(stored: Option<i64>, asked: &[u8]) -> bool {
    whole_number(asked) == Some(i128::from(number(stored)))
}

/// D18: the empty language asks for DIDs without one.
fn has_language(did: &Did, language: &[u8]) -> bool {
    let stored = bytes(&did.language);
    if language.is_empty() {
        return stored.iter().all(|&b| b == b' ');
    }
    same(stored, language)
}
