//! Which DIDs an answer lists, in which order: "Which rows", section 5, and what
//! section 8 adds to it.

use super::gate::{Caller, Role};
use super::items;
use super::names;
use super::page::owner;
use super::request::Request;
use super::tables::{Did, Tables};
use super::text::{bytes, number, same, term_matches, whole_number};
use super::times::{moment, stored_moment};

/// Rows a page may have that says where the next one begins (D32).
const CURSOR_LIMIT: i128 = 1_000;

/// What of the DIDs a request is answered with.
pub struct Selection<'a> {
    /// Those on the page, in their order.
    pub page: Vec<&'a Did>,
    /// How many match, paging apart (D33).
    pub total: usize,
    /// Whether the answer says where the next page begins (D32).
    pub has_next: bool,
}

/// Selects the DIDs a request is answered with.
pub fn select<'a>(tables: &'a Tables, caller: &Caller, request: &Request) -> Selection<'a> {
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
    // D21: `from` is 1-based.
    let from = request.paging("from").unwrap_or(1);
    let limit = request.paging("max_results");
    let (total, mut page, mut rows_follow) = (rows.len(), Vec::new(), false);
    for (place, did) in (1i128..).zip(rows) {
        if place < from {
            continue;
        }
        if limit.is_some_and(|limit| page.len() as i128 == limit) {
            rows_follow = true;
            break;
        }
        page.push(did);
    }
    let has_next = rows_follow && limit.is_some_and(|limit| limit <= CURSOR_LIMIT);
    Selection {
        page,
        total,
        has_next,
    }
}

/// Which rows a role sees at all.
fn is_visible(caller: &Caller, did: &Did) -> bool {
    match caller.role {
        Role::Admin | Role::Accountant => true,
        Role::Reseller => number(did.reseller_id) == caller.user.id,
        Role::User => number(did.user_id) == caller.user.id,
    }
}

/// The first filter that is not honoured for a role and has another one in its value,
/// which no role may lose (D25).
pub fn hidden_filter(caller: &Caller, request: &Request) -> Option<&'static str> {
    let is_office = matches!(caller.role, Role::Admin | Role::Accountant);
    let is_seller = is_office || caller.role == Role::Reseller;
    let has_own_providers = caller.role == Role::Reseller && number(caller.user.own_providers) != 0;
    let filters = [
        ("search_did_owner", is_office),
        ("search_dialplan", is_seller),
        ("search_provider", is_office || has_own_providers),
    ];
    let hides = |name| names::holds_a_filter(request.raw(name).unwrap_or(b""));
    let mut filters = filters.into_iter();
    filters.find_map(|(name, is_honoured)| (!is_honoured && hides(name)).then_some(name))
}

/// Whether all filters that are set and honoured for the role hold.
pub fn is_wanted(tables: &Tables, caller: &Caller, request: &Request, did: &Did) -> bool {
    let is_office = matches!(caller.role, Role::Admin | Role::Accountant);
    let has_own_providers = caller.role == Role::Reseller && number(caller.user.own_providers) != 0;

    if let Some(term) = request.set("search_did_number")
        && !term_matches(bytes(&did.did), without_plus(term))
    {
        return false;
    }
    if let Some(status) = filter(request, "search_status")
        && !same(bytes(&did.status), status)
    {
        return false;
    }
    if is_office
        && let Some(term) = request.set("search_did_owner")
        && !term_matches(&owner(tables, did).unwrap_or_default(), term)
    {
        return false;
    }
    if caller.role != Role::User
        && let Some(id) = filter(request, "search_dialplan")
        && !is_id(did.dialplan_id, id)
    {
        return false;
    }
    if let Some(id) = filter(request, "search_user") {
        let is_user = is_id(did.user_id, id);
        let is_reseller = number(did.reseller_id) > 0 && is_id(did.reseller_id, id);
        if !is_user && !is_reseller {
            return false;
        }
    }
    if let Some(id) = filter(request, "search_device")
        && !is_id(did.device_id, id)
    {
        return false;
    }
    if (is_office || has_own_providers)
        && let Some(id) = filter(request, "search_provider")
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
    if let Some(time) = request.set("search_updated_since").and_then(moment)
        && stored_moment(&did.updated_at).is_none_or(|updated| updated < time)
    {
        return false;
    }
    if let Some(list) = request.set("search_did_exact").and_then(items::of)
        && !did
            .did
            .as_ref()
            .is_some_and(|number| items::has_number(&list, number))
    {
        return false;
    }
    if let Some(list) = request.set("search_did_id").and_then(items::of)
        && !items::has_id(&list, did.id)
    {
        return false;
    }
    true
}

/// A filter that is set; `all` means not set (D27).
fn filter<'a>(request: &'a Request, name: &str) -> Option<&'a [u8]> {
    request.set(name).filter(|value| !same(value, b"all"))
}

/// D28: a number in the international form is stored without its `+`.
fn without_plus(term: &[u8]) -> &[u8] {
    match term.strip_prefix(b"+") {
        Some(digits) if !digits.is_empty() && digits.iter().all(u8::is_ascii_digit) => digits,
        _ => term,
    }
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
