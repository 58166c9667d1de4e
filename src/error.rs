//! Every refusal a caller can receive, with its exact text, its status and its
//! code for the log.
//!
//! What callers see and what operators see are two texts: the variants carry
//! nothing of the inside, and [`Failure`] carries the inside to the log only.
//! Limits stand where they are checked and come along, so that nothing here
//! looks upwards.

use std::fmt;

pub use dids_mysql::{Failure, Kind};

/// An answer that is not a list. `Display` is the text of `<error>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ApiError {
    /// Unknown or missing method name (contract section 1).
    NoSuchApi,
    /// `Allow_API` is off, for the server or for the key owner (gate 1 and 4).
    ApiDisabled,
    /// GET while `Allow_GET_API` is off (gate 2).
    GetDisabled,
    /// No such user, or a type that may not call (gate 3, D4).
    AccessDenied,
    /// The key owner has no key and did not switch the check off (gate 5).
    NoSecretKey,
    /// The signature does not verify (gate 6, D7).
    IncorrectHash,
    /// The caller's permission group does not allow the method (gate 7).
    NotPermitted,
    /// An accountant without the right to manage DIDs (gate 8).
    NotAuthorized,
    /// The list is empty.
    NoDidsFound,
    /// Not a path of this service: 404.
    NotFound,
    /// Not one of the methods named: 405 (D1).
    MethodNotAllowed(&'static str),
    /// A GET with a body: 400 (D25 f).
    BodyNeedsPost,
    /// A body of another media type: 415 (D25 e).
    UnsupportedMediaType,
    /// A body that is compressed: 415 (D25 e).
    UnsupportedEncoding,
    /// A body beyond so many bytes: 413 (D3).
    BodyTooLarge(usize),
    /// More than so many parameters: 400 (D3).
    TooManyParameters(usize),
    /// A value beyond so many bytes: 400 (D3).
    ValueTooLong(usize),
    /// The parameter named is beyond so many characters: 400 (D3).
    TermTooLong(&'static str, usize),
    /// NUL or invalid UTF-8 in the documented parameter named: 400 (D3).
    InvalidCharacter(&'static str),
    /// A JSON body that is not a flat object: 400 (D23).
    MalformedJson,
    /// A multipart body that is none: 400 (D36).
    MalformedMultipart,
    /// A name that begins as a filter and is none: 400 (D25 a).
    UnknownParameter(Name),
    /// A name that is nearly that of a parameter: 400 (D25 b).
    MalformedParameter(Name),
    /// Paging by what is no whole number: 400 (D25 c).
    NotWhole(&'static str),
    /// A switch that is neither on nor off: 400 (D25 d).
    InvalidValue(&'static str),
    /// Not a moment: 400 (D34).
    NotATime(&'static str),
    /// The server lacks the column that a filter is about: 400 (D34).
    NeedsColumn(&'static str, &'static str),
    /// A list of items with an empty one, or with too many: 400 (D35).
    BadItems(&'static str),
    /// A cursor that is none of ours: 400 (D32).
    InvalidCursor,
    /// The body ended before it was whole: 400.
    IncompleteBody,
    /// The database cannot be reached or failed: 503 (D9).
    Unavailable,
}

/// A text with `***` for each run of hex digits that may hold a hash: sent in the wrong
/// place, or encoded twice, it may have more of them around it (D7).
pub fn without_hashes(text: &str) -> String {
    let mut shown = String::new();
    let is_other = |character: char| !character.is_ascii_hexdigit();
    for run in text.split_inclusive(is_other) {
        let digits = run.trim_end_matches(is_other).len();
        let hidden = if digits < 40 { 0 } else { digits };
        shown.push_str(if hidden > 0 { "***" } else { "" });
        shown.push_str(run.get(hidden..).unwrap_or_default());
    }
    shown
}

/// A parameter's name as it was sent, cut for an error text (D25).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name(String);

impl Name {
    /// The most characters of a name that an error repeats.
    pub const MAX: usize = 64;
}

impl From<&str> for Name {
    /// A body of another form can be one long name, with the hash in it: what is as
    /// long as one is left out (D7). Controls are replaced.
    fn from(name: &str) -> Self {
        let replaced = |character: char| match character {
            '\u{fffe}' | '\u{ffff}' => '\u{fffd}',
            control if control.is_control() => '\u{fffd}',
            other => other,
        };
        let shown = without_hashes(name);
        Self(shown.chars().map(replaced).take(Self::MAX).collect())
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl ApiError {
    /// The HTTP status of an XML or HTML answer: 200 for every answer of the API
    /// itself (D9).
    pub fn status(&self) -> u16 {
        match self {
            Self::NoSuchApi
            | Self::ApiDisabled
            | Self::GetDisabled
            | Self::AccessDenied
            | Self::NoSecretKey
            | Self::IncorrectHash
            | Self::NotPermitted
            | Self::NotAuthorized
            | Self::NoDidsFound => 200,
            Self::NotFound => 404,
            Self::MethodNotAllowed(_) => 405,
            Self::BodyTooLarge(_) => 413,
            Self::UnsupportedMediaType | Self::UnsupportedEncoding => 415,
            Self::Unavailable => 503,
            _ => 400,
        }
    }

    /// The HTTP status of a JSON or CSV answer, whose callers expect that it tells
    /// (D31).
    pub fn http_status(&self) -> u16 {
        match self {
            Self::AccessDenied | Self::NoSecretKey | Self::IncorrectHash => 401,
            Self::ApiDisabled | Self::GetDisabled | Self::NotPermitted | Self::NotAuthorized => 403,
            Self::NoSuchApi => 404,
            other => other.status(),
        }
    }

    /// Whether it refuses a request of a probe, which knows no formats (D26).
    pub fn is_of_probe(&self) -> bool {
        matches!(self, Self::MethodNotAllowed(allow) if allow.ends_with("HEAD"))
    }

    /// What the log calls it: stable, without anything that the caller sent.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoSuchApi => "no_such_api",
            Self::ApiDisabled => "api_disabled",
            Self::GetDisabled => "get_disabled",
            Self::AccessDenied => "access_denied",
            Self::NoSecretKey => "no_secret_key",
            Self::IncorrectHash => "incorrect_hash",
            Self::NotPermitted => "not_permitted",
            Self::NotAuthorized => "not_authorized",
            Self::NoDidsFound => "no_dids_found",
            Self::NotFound => "not_found",
            Self::MethodNotAllowed(_) => "method_not_allowed",
            Self::BodyNeedsPost => "body_needs_post",
            Self::UnsupportedMediaType => "unsupported_media_type",
            Self::UnsupportedEncoding => "unsupported_encoding",
            Self::BodyTooLarge(_) => "body_too_large",
            Self::TooManyParameters(_) => "too_many_parameters",
            Self::ValueTooLong(_) => "value_too_long",
            Self::TermTooLong(..) => "term_too_long",
            Self::InvalidCharacter(_) => "invalid_character",
            Self::MalformedJson => "malformed_json",
            Self::MalformedMultipart => "malformed_multipart",
            Self::UnknownParameter(_) => "unknown_parameter",
            Self::MalformedParameter(_) => "malformed_parameter",
            Self::NotWhole(_) => "not_whole",
            Self::InvalidValue(_) => "invalid_value",
            Self::NotATime(_) => "not_a_time",
            Self::NeedsColumn(..) => "needs_column",
            Self::BadItems(_) => "bad_items",
            Self::InvalidCursor => "invalid_cursor",
            Self::IncompleteBody => "incomplete_body",
            Self::Unavailable => "unavailable",
        }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::NoSuchApi => "There is no such API",
            Self::ApiDisabled => "API Requests are disabled",
            Self::GetDisabled => "GET Requests are disabled",
            Self::AccessDenied => "Access Denied",
            Self::NoSecretKey => "API must have Secret Key",
            Self::IncorrectHash => "Incorrect hash",
            Self::NotPermitted => "API method not permitted: dids_get",
            Self::NotAuthorized => "You are not authorized to manage DIDs",
            Self::NoDidsFound => "No DIDs found",
            Self::NotFound => "Not found",
            Self::MethodNotAllowed(_) => "Method not allowed",
            Self::BodyNeedsPost => "A body needs POST",
            Self::UnsupportedMediaType => {
                "Unsupported media type: send application/x-www-form-urlencoded, \
                 multipart/form-data or application/json"
            }
            Self::UnsupportedEncoding => "Unsupported content encoding",
            Self::MalformedJson => "Malformed JSON body",
            Self::MalformedMultipart => "Malformed multipart body",
            Self::InvalidCursor => "Invalid cursor",
            Self::IncompleteBody => "Incomplete request body",
            Self::Unavailable => "Service temporarily unavailable",
            Self::BodyTooLarge(most) => {
                return write!(f, "Request body is larger than {most} bytes");
            }
            Self::TooManyParameters(most) => return write!(f, "More than {most} parameters"),
            Self::ValueTooLong(most) => {
                return write!(f, "A parameter value is longer than {most} bytes");
            }
            Self::TermTooLong(name, most) => {
                return write!(f, "{name} is longer than {most} characters");
            }
            Self::InvalidCharacter(name) => {
                return write!(f, "Invalid character in parameter {name}");
            }
            Self::UnknownParameter(name) => return write!(f, "Unknown parameter {name}"),
            Self::MalformedParameter(name) => return write!(f, "Malformed parameter {name}"),
            Self::NotWhole(name) => return write!(f, "Not a whole number: {name}"),
            Self::InvalidValue(name) => return write!(f, "Invalid value of {name}"),
            Self::NotATime(name) => return write!(f, "Not a time: {name}"),
            Self::NeedsColumn(name, column) => {
                return write!(f, "{name} needs the column {column}");
            }
            Self::BadItems(name) => return write!(f, "Too many or empty items: {name}"),
        };
        f.write_str(text)
    }
}

impl std::error::Error for ApiError {}

#[cfg(test)]
#[path = "error_tests.rs"]
mod tests;
