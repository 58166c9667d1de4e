//! Request lines: paths, methods, and what else the head of a request decides
//! (contract section 1, D1, D26).
//!
//! Reading is in two steps because a body is only read when it can matter:
//! [`Route::parse`] decides by the head alone, and [`Call::decode`] then takes
//! the body.

use super::accept;
use super::body::{Form, MAX_BODY, form, of_query};
use super::parameters::Parameters;
use crate::error::ApiError;
use crate::render::Format;
use std::fmt;

/// The method of a request, as far as the contract tells them apart (D1, D26).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// GET: allowed while the setting is on.
    Get,
    /// POST: the documented form.
    Post,
    /// HEAD: for probes.
    Head,
    /// Anything else.
    Other,
}

impl Method {
    /// Reads an HTTP method; exact case, as in HTTP.
    pub fn parse(method: &str) -> Self {
        match method {
            "GET" => Self::Get,
            "POST" => Self::Post,
            "HEAD" => Self::Head,
            _ => Self::Other,
        }
    }
}

/// The head of a request, as far as it matters here. Several header fields of one
/// name are one, joined by `, `, if nothing else is said.
#[derive(Clone, Default)]
pub struct Head<'a> {
    /// The path with its query.
    pub target: &'a str,
    /// `Content-Type`, a line for each field; empty when there is none.
    pub content_types: &'a str,
    /// `Content-Encoding`.
    pub content_encoding: &'a str,
    /// `Transfer-Encoding`, as far as the host has not undone it.
    pub transfer_encoding: &'a str,
    /// `Accept`.
    pub accept: &'a str,
    /// `Prefer`.
    pub prefer: &'a str,
}

/// The methods of a probe (D26).
const PROBES: &str = "GET, HEAD";

/// What a request is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// `/healthz`: is the component alive.
    Health,
    /// `/readyz`: does the database answer.
    Ready,
    /// The API.
    Api(Call),
}

/// A call of the API, understood as far as it goes without the body. `Debug`
/// leaves the query out: it holds the hash (D7).
#[derive(Clone, PartialEq, Eq)]
pub struct Call {
    /// GET or POST, nothing else.
    pub method: Method,
    /// The format that the caller accepts, the HTML view apart.
    pub format: Format,
    /// Whether the caller wants to know how many rows match (D33).
    pub wants_total: bool,
    name: Name,
    query: String,
    form: Form,
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("method", &self.method)
            .field("name", &self.name)
            .field("form", &self.form)
            .finish_non_exhaustive()
    }
}

/// What names the API method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Name {
    /// `…/api`: the parameter `action` does.
    Action,
    /// `…/api/NAME`: the path does, and it is this method or not.
    Path(bool),
}

/// What the API calls the method.
const METHOD: &str = "dids_get";

impl Route {
    /// Understands the head of a request.
    ///
    /// # Errors
    /// [`ApiError::NotFound`] for any other path, whatever the method;
    /// [`ApiError::MethodNotAllowed`] (D1).
    pub fn parse(method: Method, head: &Head<'_>) -> Result<Self, ApiError> {
        let (path, query) = head.target.split_once('?').unwrap_or((head.target, ""));
        let path = single_slashes(path);
        let probe = match path.as_str() {
            "/healthz" => Some(Self::Health),
            "/readyz" => Some(Self::Ready),
            _ => None,
        };
        if let Some(route) = probe {
            return match method {
                Method::Get | Method::Head => Ok(route),
                _ => Err(ApiError::MethodNotAllowed(PROBES)),
            };
        }
        let name = api_name(&path).ok_or(ApiError::NotFound)?;
        let form = match method {
            Method::Head | Method::Other => {
                return Err(ApiError::MethodNotAllowed("GET, POST"));
            }
            Method::Get => Form::Refused(ApiError::BodyNeedsPost),
            Method::Post => Form::of(
                head.content_types,
                [head.content_encoding, head.transfer_encoding],
            ),
        };
        Ok(Self::Api(Call {
            method,
            format: format(head),
            wants_total: accept::wants_total(head.prefer),
            name,
            query: query.to_owned(),
            form,
        }))
    }
}

/// The format that the caller accepts; with `test=1` in the query XML, as which the
/// refusals of such calls are written (D9, D31).
pub fn format(head: &Head<'_>) -> Format {
    let format = accept::format(head.accept);
    if format == Format::Xml {
        return format;
    }
    let (_, query) = head.target.split_once('?').unwrap_or_default();
    if of_query(query).is_test() {
        return Format::Xml;
    }
    format
}

/// A run of slashes counts as one (D26).
fn single_slashes(path: &str) -> String {
    let mut single = String::with_capacity(path.len());
    for character in path.chars() {
        if character != '/' || !single.ends_with('/') {
            single.push(character);
        }
    }
    single
}

/// The target below the path that the component is served at, which is `base`, with or
/// without slashes around it; of slashes a run counts as one (D26). A target elsewhere
/// stays as it is.
pub fn below<'a>(target: &'a str, base: &str) -> &'a str {
    let mut rest = target;
    for segment in base.split('/').filter(|segment| !segment.is_empty()) {
        let name = rest.trim_start_matches('/');
        match name.strip_prefix(segment) {
            Some(below) if name.len() < rest.len() => rest = below,
            _ => return target,
        }
    }
    if rest.starts_with('/') { rest } else { target }
}

/// The method's name in an API path, or `None` for a path of nothing.
fn api_name(path: &str) -> Option<Name> {
    let path = path.strip_prefix("/billing").unwrap_or(path);
    let rest = path.strip_prefix("/api")?;
    if rest.is_empty() || rest == "/" {
        return Some(Name::Action);
    }
    let name = rest.strip_prefix('/')?;
    let name = name.strip_suffix('/').unwrap_or(name);
    (!name.is_empty() && !name.contains('/')).then_some(Name::Path(name == METHOD))
}

impl Call {
    /// What to answer to a body that is not empty without reading it, if anything
    /// (D25 e and f).
    pub fn refuses_body(&self) -> Option<ApiError> {
        match &self.form {
            Form::Refused(error) => Some(error.clone()),
            _ => None,
        }
    }

    /// Decodes body and query. A malformed body is told later, behind the limits of D3,
    /// and has no parameters.
    ///
    /// # Errors
    /// What is told before anything is decoded: the first of D25's bodies, and D3's
    /// length of a body.
    pub fn decode(&self, body: &[u8]) -> Result<Parameters, ApiError> {
        if let (Some(error), false) = (self.refuses_body(), body.is_empty()) {
            return Err(error);
        }
        if body.len() > MAX_BODY {
            return Err(ApiError::BodyTooLarge(MAX_BODY));
        }
        let query = form(self.query.as_bytes());
        Ok(Parameters::new(self.form.read(body), query))
    }

    /// Whether path or `action` name this method.
    pub fn is_ours(&self, parameters: &Parameters) -> bool {
        match self.name {
            Name::Action => parameters.get("action") == Some(METHOD),
            Name::Path(is_ours) => is_ours,
        }
    }
}

#[cfg(test)]
#[path = "route_tests.rs"]
mod tests;
