//! Request lines: paths, methods, and what else the head of a request decides
//! (contract section 1, D1, D26).
//!
//! Parsing is in two steps because a body is only read when it can matter:
//! [`Route::parse`] decides by the head alone, and [`Call::parameters`] then takes
//! the body.

use super::accept;
use super::body::Form;
use super::names;
use super::parameters::{Documented, MAX_BODY, Parameters};
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
/// name are one, joined by `, `.
#[derive(Clone, Default)]
pub struct Head<'a> {
    /// The path with its query.
    pub target: &'a str,
    /// `Content-Type`; empty when there is none.
    pub content_type: &'a str,
    /// `Content-Encoding`.
    pub content_encoding: &'a str,
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

/// What a method checks of its own parameters, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// With the limits of D3, before a malformed body is told.
    Limits,
    /// After the names.
    Values,
}

/// Where the name of the API method stands.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Name {
    /// `…/api`: in the parameter `action`.
    Action,
    /// `…/api/NAME`: in the path.
    Path(String),
}

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
            Method::Post => Form::of(head.content_type, head.content_encoding),
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
    let parameters = Parameters::new(Vec::new(), Vec::new(), query, &[]);
    match parameters.get("test") {
        Some("1") => Format::Xml,
        _ => format,
    }
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

/// The target below the path that the component is served at, which is `base`
/// without a closing slash; of slashes a run counts as one (D26). A target elsewhere
/// stays as it is.
pub fn below<'a>(target: &'a str, base: &str) -> &'a str {
    let mut rest = target;
    for segment in base.split('/').skip(1) {
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
    (!name.is_empty() && !name.contains('/')).then(|| Name::Path(name.to_owned()))
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

    /// Decodes query and body, and checks them.
    ///
    /// The parameters come along with their refusal, since it depends on one of them
    /// how that is answered: the first of D25 (f) and (e), D3, `check` of the limits,
    /// D23, D36, D25 (a) and (b), and `check` of the rest.
    pub fn parameters(
        &self,
        body: &[u8],
        documented: Documented,
        check: fn(&Parameters, Stage) -> Result<(), ApiError>,
    ) -> (Parameters, Result<(), ApiError>) {
        if let (Some(error), false) = (self.refuses_body(), body.is_empty()) {
            return (Parameters::default(), Err(error));
        }
        if body.len() > MAX_BODY {
            let error = ApiError::BodyTooLarge(MAX_BODY);
            return (Parameters::default(), Err(error));
        }
        let (read, malformed) = match self.form.read(body) {
            Ok(read) => (read, None),
            Err(error) => (Default::default(), Some(error)),
        };
        let (pairs, files) = read;
        let parameters = Parameters::new(pairs, files, &self.query, documented);
        let checked = parameters
            .check_limits(documented)
            .and_then(|()| check(&parameters, Stage::Limits))
            .and_then(|()| malformed.map_or(Ok(()), Err))
            .and_then(|()| names::check(&parameters, documented))
            .and_then(|()| check(&parameters, Stage::Values));
        (parameters, checked)
    }

    /// Whether path or `action` name this method.
    pub fn names(&self, method: &str, parameters: &Parameters) -> bool {
        match &self.name {
            Name::Action => parameters.get("action") == Some(method),
            Name::Path(name) => name == method,
        }
    }
}

#[cfg(test)]
#[path = "route_tests.rs"]
mod tests;
