//! Every refusal a caller can receive, with its exact text, its status and its
//! code for the log.
//!
//! What callers see and what operators see are two texts: the variants carry
//! nothing of the inside, and [`Failure`] carries the inside to the log only.
//! Limits stand where they are checked and come along, so that nothing here
//! looks upwards.

use std::fmt;

pub use dids_mysql::{Failure, Kind};

/// Declares the outcomes of a refused call: the error with what it carries, its code for
/// the log, its status in XML and HTML and in JSON and CSV, the text of `<error>`, what
/// happened, and what the operator does about it.
macro_rules! outcomes {
    ($($variant:ident $(($($part:ident: $type:ty),+))? $code:literal $status:literal
       $of_format:literal $text:literal, $happened:literal, $remedy:literal;)*) => {
        /// An answer that is not a list. `Display` is the text of `<error>`.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum ApiError {
            $(#[doc = $happened] $variant $(($($type),+))?,)*
        }

        impl ApiError {
            /// The HTTP status of an XML or HTML answer: 200 for every answer of the API
            /// itself (D9).
            pub fn status(&self) -> u16 {
                match self {
                    $(Self::$variant { .. } => $status,)*
                }
            }

            /// The HTTP status of a JSON or CSV answer, whose callers expect that it tells
            /// (D31).
            pub fn http_status(&self) -> u16 {
                match self {
                    $(Self::$variant { .. } => $of_format,)*
                }
            }

            /// What the log calls it: stable, without anything that the caller sent.
            pub fn code(&self) -> &'static str {
                match self {
                    $(Self::$variant { .. } => $code,)*
                }
            }
        }

        impl fmt::Display for ApiError {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let text = match self {
                    $(Self::$variant $(($($part),+))? =>
                        outcomes!(@text f $text $($($part)+)?),)*
                };
                f.write_str(text)
            }
        }

        /// The outcomes of refused calls, for the documents.
        pub static REFUSALS: &[Refusal] = &[$(Refusal {
            code: $code,
            status: $status,
            http_status: $of_format,
            text: $text,
            happened: $happened,
            remedy: $remedy,
        }),*];
    };
    (@text $f:ident $text:literal) => { $text };
    (@text $f:ident $text:literal $($part:ident)+) => {{
        $(let _ = $part;)+
        return write!($f, $text);
    }};
}

#[rustfmt::skip]
outcomes! {
    NoSuchApi "no_such_api" 200 404 "There is no such API",
        "`action` is missing or names another method, or the path does",
        "look for a proxy that sends MOR's other methods here";
    ApiDisabled "api_disabled" 200 403 "API Requests are disabled",
        "`Allow_API` is off, for the server or for the key owner",
        "see MOR's settings of the server, or of the key owner";
    GetDisabled "get_disabled" 200 403 "GET Requests are disabled",
        "`Allow_GET_API` is off",
        "let the caller POST";
    AccessDenied "access_denied" 200 401 "Access Denied",
        "there is no such user, or it is a partner (D4)",
        "tell the caller to look at `u`; many of them: someone tries names";
    NoSecretKey "no_secret_key" 200 401 "API must have Secret Key",
        "the key owner has no key, and has not switched the check of hashes off",
        "set a key in MOR, for the admin or for the reseller";
    IncorrectHash "incorrect_hash" 200 401 "Incorrect hash",
        "the hash is not made with the right key, or not by the right rule",
        "tell the caller to look at its key; many of them: someone tries keys";
    NotPermitted "not_permitted" 200 403 "API method not permitted: dids_get",
        "the user is API-restricted, and its permission group lacks the method",
        "see the user's API permission group in MOR, and the grant on `api_permissions`";
    NotAuthorized "not_authorized" 200 403 "You are not authorized to manage DIDs",
        "an accountant's group lacks *Manage DIDs*",
        "see the accountant's group in MOR";
    NoDidsFound "no_dids_found" 200 200 "No DIDs found",
        "nothing matches, or `from` is beyond the end; in JSON and CSV an empty list",
        "see [below](#why-is-my-list-empty-or-too-long)";
    BodyNeedsPost "body_needs_post" 400 400 "A body needs POST",
        "a GET has a body",
        "tell the caller";
    UnsupportedMediaType "unsupported_media_type" 415 415
        "Unsupported media type: send application/x-www-form-urlencoded, multipart/form-data or application/json",
        "the body is of another type",
        "tell the caller";
    TwoMediaTypes(one: Name, other: Name) "unsupported_media_type" 415 415
        "Unsupported media type: send application/x-www-form-urlencoded, multipart/form-data or application/json (received: {one} and {other})",
        "the body is said to be of two different types",
        "tell the caller; the answer names both";
    UnsupportedEncoding "unsupported_encoding" 415 415 "Unsupported content encoding",
        "the body is compressed: `Content-Encoding`, or `Transfer-Encoding` other than `chunked`",
        "tell the caller";
    BodyTooLarge(most: usize) "body_too_large" 413 413 "Request body is larger than {most} bytes",
        "the body has more than 65,536 bytes",
        "tell the caller";
    TooManyParameters(most: usize) "too_many_parameters" 400 400 "More than {most} parameters",
        "query and body have more than 256 together",
        "tell the caller";
    ValueTooLong(most: usize) "value_too_long" 400 400 "A parameter value is longer than {most} bytes",
        "a value is longer than 1,024 bytes, or than 4,096 in the two lists",
        "tell the caller";
    TermTooLong(name: &'static str, most: usize) "term_too_long" 400 400 "{name} is longer than {most} characters",
        "a number or an owner to search is longer than 64 characters",
        "tell the caller";
    InvalidCharacter(name: &'static str) "invalid_character" 400 400 "Invalid character in parameter {name}",
        "a documented parameter holds a NUL, or bytes that are not UTF-8",
        "tell the caller";
    MalformedJson "malformed_json" 400 400 "Malformed JSON body",
        "the body is not JSON, not an object, or nested (D23)",
        "tell the caller";
    MalformedMultipart "malformed_multipart" 400 400 "Malformed multipart body",
        "the body has no boundary, no end, or line ends other than CRLF (D36)",
        "tell the caller";
    UnknownParameter(name: Name) "unknown_parameter" 400 400 "Unknown parameter {name}",
        "a name is not documented, and reads as a restriction (D25)",
        "tell the caller; the answer names it";
    NotWhole(name: &'static str) "not_whole" 400 400 "Not a whole number: {name}",
        "`from` or `max_results` is not a whole number (D25)",
        "tell the caller";
    InvalidValue(name: &'static str) "invalid_value" 400 400 "Invalid value of {name}",
        "`search_hide_terminated_dids` is not 0, 1 or empty (D25)",
        "tell the caller";
    NotATime(name: &'static str) "not_a_time" 400 400 "Not a time: {name}",
        "`search_updated_since` is not a time (D34)",
        "tell the caller";
    NeedsColumn(name: &'static str, column: &'static str) "needs_column" 400 400 "{name} needs the column {column}",
        "the server is older than the column `dids.updated_at` (D34)",
        "nothing but a newer MOR helps";
    BadItems(name: &'static str) "bad_items" 400 400 "Too many or empty items: {name}",
        "a list of numbers or ids has an empty item, or more than 100 (D35)",
        "tell the caller";
    InvalidCursor "invalid_cursor" 400 400 "Invalid cursor",
        "the cursor was changed, is of another version, came with `from`, or its row is gone (D32)",
        "tell the caller";
    IncompleteBody "incomplete_body" 400 400 "Incomplete request body",
        "the body ended early",
        "look at the network, or at a proxy's limit";
    NotFound "not_found" 404 404 "Not found",
        "the path is not one of this service",
        "look at a proxy's route, or at `base_path`";
    // It carries the methods that are allowed.
    MethodNotAllowed(allow: &'static str) "method_not_allowed" 405 405 "Method not allowed",
        "the method is neither GET nor POST; `Allow` says which may be used",
        "tell the caller; for a browser's OPTIONS see [nginx.md](nginx.md#browsers)";
    Unavailable "unavailable" 503 503 "Service temporarily unavailable",
        "the database cannot be reached, or failed; `Retry-After` says when to try again",
        "read `failure`; see the [table](#503) below";
}

/// A refused call, as the documents tell of it. The component has no use for it.
pub struct Refusal {
    /// What the log calls it.
    pub code: &'static str,
    /// The status in XML and HTML.
    pub status: u16,
    /// The status in JSON and CSV.
    pub http_status: u16,
    /// The text of `<error>`, with names in braces for what it carries.
    pub text: &'static str,
    /// What happened.
    pub happened: &'static str,
    /// What the operator does about it.
    pub remedy: &'static str,
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
    /// Whether it refuses a request of a probe, which knows no formats (D26).
    pub fn is_of_probe(&self) -> bool {
        matches!(self, Self::MethodNotAllowed(allow) if allow.ends_with("HEAD"))
    }
}

impl std::error::Error for ApiError {}

#[cfg(test)]
#[path = "error_tests.rs"]
mod tests;
