//! The request: the contract's section 1, and what section 8 adds to it.

use std::collections::BTreeMap;

use super::ask::Ask;
use super::body::{self, Pair};
use super::items;
use super::names::{self, DOCUMENTED};
use super::text::signed_number;
use super::times::moment;

/// Parameters a request may have, before duplicates are removed (D3).
pub const PARAMETER_LIMIT: usize = 256;
/// Bytes a decoded value may have (D3).
pub const VALUE_LIMIT: usize = 1_024;
/// Bytes the value of a list of numbers or ids may have (D35).
pub const LIST_LIMIT: usize = 4_096;
/// Characters a number or owner term may have (D3).
pub const TERM_LIMIT: usize = 64;
/// The parameters that are lists (D35).
pub const LISTS: [&str; 2] = ["search_did_exact", "search_did_id"];

/// What the path names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// `/healthz` or `/readyz`.
    Probe,
    /// A form of `…/api/dids_get`.
    DidsGet,
    /// A form of `…/api`: the method is named by `action`.
    ByAction,
    /// Another single name after `…/api/`.
    OtherName,
    /// Any other path.
    Unknown,
}

/// What a path names. A run of slashes counts as one (D26).
pub fn route(path: &str) -> Route {
    let mut path = path.to_owned();
    while path.contains("//") {
        path = path.replace("//", "/");
    }
    if path == "/healthz" || path == "/readyz" {
        return Route::Probe;
    }
    let path = path.strip_prefix("/billing").unwrap_or(&path);
    match path {
        "/api" | "/api/" => return Route::ByAction,
        "/api/dids_get" | "/api/dids_get/" => return Route::DidsGet,
        _ => {}
    }
    let Some(name) = path.strip_prefix("/api/") else {
        return Route::Unknown;
    };
    let name = name.strip_suffix('/').unwrap_or(name);
    if name.is_empty() || name.contains('/') {
        return Route::Unknown;
    }
    Route::OtherName
}

/// A request that is refused before it reaches the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub status: u16,
    pub text: String,
    /// Whether a body that was read asks for the HTML view, and the query does not say
    /// otherwise: then the refusal is the XML page, whatever `Accept` says.
    pub is_for_test: bool,
}

impl Refusal {
    /// A refusal before parameters are read.
    pub fn new(status: u16, text: impl Into<String>) -> Self {
        Refusal {
            status,
            text: text.into(),
            is_for_test: false,
        }
    }
}

/// A request that passed the checks of section 1.
#[derive(Clone, Debug)]
pub struct Request {
    pub is_get: bool,
    /// Whether the request names `dids_get`, by its path or by `action`.
    pub names_dids_get: bool,
    /// The values that count, by name (D2).
    values: BTreeMap<Vec<u8>, Vec<u8>>,
}

impl Request {
    /// A request by POST with only these values.
    pub fn of(values: &[(&str, &[u8])]) -> Self {
        let values = values.iter();
        Request {
            is_get: false,
            names_dids_get: true,
            values: values
                .map(|(name, value)| (name.as_bytes().to_vec(), value.to_vec()))
                .collect(),
        }
    }

    /// A parameter's value as it was sent.
    pub fn raw(&self, name: &str) -> Option<&[u8]> {
        self.values.get(name.as_bytes()).map(Vec::as_slice)
    }

    /// A value without surrounding white space, as that of a filter, of paging and
    /// the hash counts (D2).
    pub fn trimmed(&self, name: &str) -> Option<&[u8]> {
        self.raw(name).map(<[u8]>::trim_ascii)
    }

    /// A value that is set: present and not empty.
    pub fn set(&self, name: &str) -> Option<&[u8]> {
        self.trimmed(name).filter(|value| !value.is_empty())
    }

    /// A paging value (D21); absent, 0 and negative ones are none.
    pub fn paging(&self, name: &str) -> Option<i128> {
        signed_number(self.set(name)?).filter(|number| *number > 0)
    }

    /// Whether the HTML view is asked for.
    pub fn is_test(&self) -> bool {
        self.raw("test") == Some(b"1")
    }
}

/// Whether the query by itself asks for the HTML view.
pub fn query_is_test(ask: &Ask) -> bool {
    let pairs = body::form_pairs(ask.query().as_bytes());
    let last = pairs.iter().rev().find(|pair| pair.name == b"test");
    last.is_some_and(|pair| pair.value == b"1")
}

/// Reads a request, or refuses it. Probes are not for this function.
pub fn parse(ask: &Ask) -> Result<Request, Refusal> {
    let route = route(ask.path());
    if route == Route::Unknown {
        return Err(Refusal::new(404, "Not found"));
    }
    if ask.method != "POST" && ask.method != "GET" {
        return Err(Refusal::new(405, "Method not allowed"));
    }
    let (mut pairs, malformed) = match body::parameters(ask)? {
        Ok(pairs) => (pairs, None),
        Err(text) => (Vec::new(), Some(text)),
    };
    // Body, then query: the last of a name wins, and so the query does (D2).
    pairs.extend(body::form_pairs(ask.query().as_bytes()));
    let of_value = |pair: &Pair| (pair.name.clone(), pair.value.clone());
    let values = pairs.iter().filter(|pair| !pair.is_file).map(of_value);
    let mut request = Request {
        is_get: ask.method == "GET",
        names_dids_get: false,
        values: values.collect(),
    };
    let refused = |(status, text)| Refusal {
        status,
        text,
        is_for_test: request.is_test(),
    };
    // What is malformed has no parameters, but those of the query have their limits.
    limits(&request, &pairs).map_err(|text| refused((400, text)))?;
    if let Some(text) = malformed {
        return Err(Refusal::new(400, text));
    }
    understood(&request, &pairs).map_err(|text| refused((400, text)))?;

    request.names_dids_get = match route {
        Route::DidsGet => true,
        Route::ByAction => request.raw("action") == Some(b"dids_get"),
        _ => false,
    };
    Ok(request)
}

/// D3.
fn limits(request: &Request, pairs: &[Pair]) -> Result<(), String> {
    if pairs.len() > PARAMETER_LIMIT {
        return Err(format!("More than {PARAMETER_LIMIT} parameters"));
    }
    for pair in pairs.iter().filter(|pair| !pair.is_file) {
        let is_list = LISTS.iter().any(|name| name.as_bytes() == pair.name);
        let limit = if is_list { LIST_LIMIT } else { VALUE_LIMIT };
        if pair.value.len() > limit {
            return Err(format!("A parameter value is longer than {limit} bytes"));
        }
    }
    for &name in DOCUMENTED {
        let value = request.raw(name).unwrap_or(b"");
        if value.contains(&0) || std::str::from_utf8(value).is_err() {
            return Err(format!("Invalid character in parameter {name}"));
        }
    }
    for name in ["search_did_number", "search_did_owner"] {
        let term = std::str::from_utf8(request.trimmed(name).unwrap_or(b"")).unwrap();
        if term.chars().count() > TERM_LIMIT {
            return Err(format!("{name} is longer than {TERM_LIMIT} characters"));
        }
    }
    Ok(())
}

/// D25, D32, D34 and D35: whatever is sent is understood.
fn understood(request: &Request, pairs: &[Pair]) -> Result<(), String> {
    if let Some(pair) = pairs.iter().find(|pair| names::is_refused(pair)) {
        return Err(format!("Unknown parameter {}", names::echo(&pair.name)));
    }
    for name in ["from", "max_results"] {
        if request
            .set(name)
            .is_some_and(|value| signed_number(value).is_none())
        {
            return Err(format!("Not a whole number: {name}"));
        }
    }
    let name = "search_hide_terminated_dids";
    if !matches!(request.set(name), None | Some(b"0" | b"1")) {
        return Err(format!("Invalid value of {name}"));
    }
    let name = "search_updated_since";
    if request.set(name).is_some_and(|time| moment(time).is_none()) {
        return Err(format!("Not a time: {name}"));
    }
    for name in LISTS {
        if request
            .set(name)
            .is_some_and(|list| items::of(list).is_none())
        {
            return Err(format!("Too many or empty items: {name}"));
        }
    }
    // What a cursor says only its maker knows; this one made none.
    if request.set("cursor").is_some() {
        return Err("Invalid cursor".to_owned());
    }
    Ok(())
}
