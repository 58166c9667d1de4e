//! Request lines: paths, methods and what a body is read as (contract section
//! 1, D1, D23).
//!
//! Parsing is in two steps because the body is only read when it can matter:
//! [`Route::parse`] decides by the request line and the content type alone, and
//! [`Head::parameters`] then takes the body.

use crate::api::parameters::{MAX_BODY, Parameters};
use crate::error::ApiError;
use std::fmt;

/// The method of a request, as far as the contract tells them apart (D1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// GET: allowed while the setting is on.
    Get,
    /// POST: the documented form.
    Post,
    /// Anything else.
    Other,
}

impl Method {
    /// Reads an HTTP method; exact case, as in HTTP.
    pub fn parse(method: &str) -> Self {
        match method {
            "GET" => Self::Get,
            "POST" => Self::Post,
            _ => Self::Other,
        }
    }
}

/// What a request is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// `/healthz`: is the component alive.
    Health,
    /// `/readyz`: does the database answer.
    Ready,
    /// The API.
    Api(Head),
}

/// A request line of the API, understood as far as it goes without the body.
/// `Debug` leaves the query out: it holds the hash (D7).
#[derive(Clone, PartialEq, Eq)]
pub struct Head {
    /// GET or POST, nothing else.
    pub method: Method,
    name: Name,
    query: String,
    body: BodyForm,
}

impl fmt::Debug for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Head")
            .field("method", &self.method)
            .field("name", &self.name)
            .field("body", &self.body)
            .finish_non_exhaustive()
    }
}

/// Where the name of the API method stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Name {
    /// `…/api`: in the parameter `action`.
    Action,
    /// `…/api/dids_get`: in the path, and it is ours.
    Ours,
    /// `…/api/other`: in the path, and it is not.
    Unknown,
}

/// How a body is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum BodyForm {
    Ignored,
    Form,
    Json,
}

impl Route {
    /// Understands a request line: `target` is the path with its query.
    ///
    /// # Errors
    /// [`ApiError::NotFound`] for any other path, whatever the method;
    /// [`ApiError::MethodNotAllowed`] (D1).
    pub fn parse(
        method: Method,
        target: &str,
        content_type: Option<&str>,
    ) -> Result<Self, ApiError> {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let probe = match path {
            "/healthz" => Some(Self::Health),
            "/readyz" => Some(Self::Ready),
            _ => None,
        };
        if let Some(route) = probe {
            return match method {
                Method::Get => Ok(route),
                _ => Err(ApiError::MethodNotAllowed("GET")),
            };
        }
        let name = api_name(path).ok_or(ApiError::NotFound)?;
        let body = match method {
            Method::Other => return Err(ApiError::MethodNotAllowed("GET, POST")),
            Method::Get => BodyForm::Ignored,
            Method::Post => body_form(content_type),
        };
        Ok(Self::Api(Head {
            method,
            name,
            query: query.to_owned(),
            body,
        }))
    }
}

/// The target below the route that a host serves the component at. `end` is what
/// the host says is below it; where that is not the end of the path, or nothing,
/// the target stays whole.
pub fn below_route<'a>(target: &'a str, end: Option<&str>) -> &'a str {
    let path = target.split('?').next().unwrap_or_default();
    let route = end.and_then(|end| path.strip_suffix(end));
    let below = route.and_then(|route| target.get(route.len()..));
    let below = below.filter(|below| below.starts_with('/'));
    below.unwrap_or(target)
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
    match name {
        "dids_get" => Some(Name::Ours),
        other if other.is_empty() || other.contains('/') => None,
        _ => Some(Name::Unknown),
    }
}

fn body_form(content_type: Option<&str>) -> BodyForm {
    let media = content_type.unwrap_or_default();
    let media = media.split(';').next().unwrap_or_default().trim();
    if media.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        BodyForm::Form
    } else if media.eq_ignore_ascii_case("application/json") {
        BodyForm::Json
    } else {
        BodyForm::Ignored
    }
}

impl Head {
    /// Whether the body can hold parameters. If not, it need not be read.
    pub fn wants_body(&self) -> bool {
        self.body != BodyForm::Ignored
    }

    /// Decodes query and body and checks the limits of D3.
    ///
    /// # Errors
    /// The 400s and the 413 of D3 and D23.
    pub fn parameters(&self, body: &[u8]) -> Result<Parameters, ApiError> {
        let body = if self.wants_body() { body } else { &[] };
        if body.len() > MAX_BODY {
            return Err(ApiError::BodyTooLarge);
        }
        let parameters = match self.body {
            BodyForm::Json => Parameters::from_json(body, &self.query)?,
            _ => Parameters::from_form(body, &self.query),
        };
        parameters.check_limits()?;
        Ok(parameters)
    }

    /// Whether path or `action` name this method.
    pub fn is_ours(&self, parameters: &Parameters) -> bool {
        match self.name {
            Name::Ours => true,
            Name::Action => parameters.get("action") == Some("dids_get"),
            Name::Unknown => false,
        }
    }
}

#[cfg(test)]
#[path = "route_tests.rs"]
mod tests;
