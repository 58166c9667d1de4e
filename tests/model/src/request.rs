//! The request: the contract's section 1.

use std::collections::BTreeMap;
use std::fmt;

use super::json;
use super::text::whole_number;

/// Bytes a body may have (D3).
pub const BODY_LIMIT: usize = 65_536;
/// Parameters a request may have, before duplicates are removed (D3).
pub const PARAMETER_LIMIT: usize = 256;
/// Bytes a decoded value may have (D3).
pub const VALUE_LIMIT: usize = 1_024;
/// Characters a number or owner needle may have (D3).
pub const NEEDLE_LIMIT: usize = 64;

/// The parameters that are documented, in the order they are checked in.
pub const DOCUMENTED: [&str; 16] = [
    "u",
    "action",
    "hash",
    "p",
    "test",
    "search_did_number",
    "search_status",
    "search_did_owner",
    "search_dialplan",
    "search_user",
    "search_device",
    "search_provider",
    "search_language",
    "search_hide_terminated_dids",
    "from",
    "max_results",
];

/// An HTTP request as it goes over the wire.
#[derive(Clone)]
pub struct Ask {
    pub method: String,
    /// Path and query, raw: `/billing/api?u=admin`.
    pub target: String,
    pub content_type: Option<String>,
    pub body: Vec<u8>,
}

impl fmt::Debug for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let body = self.body.escape_ascii();
        writeln!(f, "\n{} {}", self.method, self.target)?;
        writeln!(f, "Content-Type: {:?}", self.content_type)?;
        write!(f, "{} bytes: {body}", self.body.len())
    }
}

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

/// What a path names.
pub fn route(path: &str) -> Route {
    if path == "/healthz" || path == "/readyz" {
        return Route::Probe;
    }
    let path = path.strip_prefix("/billing").unwrap_or(path);
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
}

impl Refusal {
    fn new(status: u16, text: impl Into<String>) -> Self {
        let text = text.into();
        Refusal { status, text }
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
    /// A parameter's value as it was sent.
    pub fn raw(&self, name: &str) -> Option<&[u8]> {
        self.values.get(name.as_bytes()).map(Vec::as_slice)
    }

    /// The value of a filter or of paging, without surrounding white space (D2).
    pub fn trimmed(&self, name: &str) -> Option<&[u8]> {
        self.raw(name).map(<[u8]>::trim_ascii)
    }

    /// A filter that is set: present and not empty.
    pub fn filter(&self, name: &str) -> Option<&[u8]> {
        self.trimmed(name).filter(|value| !value.is_empty())
    }

    /// A paging value; absent and not a whole number are both none (D21).
    pub fn paging(&self, name: &str) -> Option<i128> {
        whole_number(self.trimmed(name)?)
    }

    /// Whether the HTML view is asked for.
    pub fn is_test(&self) -> bool {
        self.raw("test") == Some(b"1")
    }
}

/// Reads a request, or refuses it. Probes are not for this function.
pub fn parse(ask: &Ask) -> Result<Request, Refusal> {
    let (path, query) = match ask.target.split_once('?') {
        Some((path, query)) => (path, query),
        None => (ask.target.as_str(), ""),
    };
    let route = route(path);
    if route == Route::Unknown {
        return Err(Refusal::new(404, "Not found"));
    }
    if ask.method != "POST" && ask.method != "GET" {
        return Err(Refusal::new(405, "Method not allowed"));
    }
    let in_query = form_pairs(query.as_bytes());
    let in_body = body_pairs(ask)?;

    if in_query.len() + in_body.len() > PARAMETER_LIMIT {
        let text = format!("More than {PARAMETER_LIMIT} parameters");
        return Err(Refusal::new(400, text));
    }
    let mut pairs = in_query.iter().chain(&in_body);
    if pairs.any(|(_, value)| value.len() > VALUE_LIMIT) {
        let text = format!("A parameter value is longer than {VALUE_LIMIT} bytes");
        return Err(Refusal::new(400, text));
    }

    // D2: within one place the last wins, and the query wins over the body.
    let mut values = BTreeMap::new();
    values.extend(in_body);
    values.extend(in_query);
    let mut request = Request {
        is_get: ask.method == "GET",
        names_dids_get: false,
        values,
    };

    for name in DOCUMENTED {
        let value = request.raw(name).unwrap_or(b"");
        if value.contains(&0) || std::str::from_utf8(value).is_err() {
            let text = format!("Invalid character in parameter {name}");
            return Err(Refusal::new(400, text));
        }
    }
    for name in ["search_did_number", "search_did_owner"] {
        let needle = std::str::from_utf8(request.trimmed(name).unwrap_or(b"")).unwrap();
        if needle.chars().count() > NEEDLE_LIMIT {
            let text = format!("{name} is longer than {NEEDLE_LIMIT} characters");
            return Err(Refusal::new(400, text));
        }
    }

    request.names_dids_get = match route {
        Route::DidsGet => true,
        Route::ByAction => request.raw("action") == Some(b"dids_get"),
        _ => false,
    };
    Ok(request)
}

/// Names and values, in order, duplicates included.
type Pairs = Vec<(Vec<u8>, Vec<u8>)>;

/// The parameters of a body. On GET and of another content type it is ignored.
fn body_pairs(ask: &Ask) -> Result<Pairs, Refusal> {
    let content_type = ask.content_type.as_deref().unwrap_or("");
    let media_type = content_type.split(';').next().unwrap_or("").trim();
    let is_form = media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded");
    let is_json = media_type.eq_ignore_ascii_case("application/json");
    if ask.method == "GET" || !(is_form || is_json) {
        return Ok(Pairs::new());
    }
    if ask.body.len() > BODY_LIMIT {
        let text = format!("Request body is larger than {BODY_LIMIT} bytes");
        return Err(Refusal::new(413, text));
    }
    if is_form || ask.body.is_empty() {
        return Ok(form_pairs(&ask.body));
    }
    json::members(&ask.body).ok_or_else(|| Refusal::new(400, "Malformed JSON body"))
}

/// Reads `name=value&name=value`. A piece without `=` is a name with an empty
/// value; an empty piece is nothing.
fn form_pairs(text: &[u8]) -> Pairs {
    let pieces = text.split(|&b| b == b'&').filter(|piece| !piece.is_empty());
    let pair = |piece: &[u8]| match piece.iter().position(|&b| b == b'=') {
        Some(at) => (decode(&piece[..at]), decode(&piece[at + 1..])),
        None => (decode(piece), Vec::new()),
    };
    pieces.map(pair).collect()
}

/// Decodes `+` and percent escapes. An invalid escape stays as written (D2).
fn decode(text: &[u8]) -> Vec<u8> {
    let digit = |at: usize| (*text.get(at)? as char).to_digit(16);
    let mut out = Vec::new();
    let mut at = 0;
    while at < text.len() {
        match (text[at], digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                out.push((high * 16 + low) as u8);
                at += 3;
                continue;
            }
            (b'+', _, _) => out.push(b' '),
            (other, _, _) => out.push(other),
        }
        at += 1;
    }
    out
}
