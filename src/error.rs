//! Every refusal a caller can receive, with its exact text and HTTP status.
//!
//! What callers see and what operators see are two texts: the variants carry
//! nothing of the inside, and [`Failure`] carries the inside to the log only.

use crate::api::parameters::{MAX_BODY, MAX_NEEDLE, MAX_PARAMETERS, MAX_VALUE};
use std::fmt;

/// An answer that is not a list. `Display` is the text of `<error>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    /// A body beyond [`MAX_BODY`]: 413 (D3).
    BodyTooLarge,
    /// More than [`MAX_PARAMETERS`] parameters: 400 (D3).
    TooManyParameters,
    /// A value beyond [`MAX_VALUE`]: 400 (D3).
    ValueTooLong,
    /// A needle, named, beyond [`MAX_NEEDLE`]: 400 (D3).
    NeedleTooLong(&'static str),
    /// NUL or invalid UTF-8 in the documented parameter named: 400 (D3).
    InvalidCharacter(&'static str),
    /// A JSON body that is not a flat object: 400 (D23).
    MalformedJson,
    /// The body ended before it was whole: 400.
    IncompleteBody,
    /// The database cannot be reached or failed: 503 (D9).
    Unavailable,
}

impl ApiError {
    /// The HTTP status: 200 for every answer of the API itself (D9).
    pub fn status(self) -> u16 {
        match self {
            Self::NotFound => 404,
            Self::MethodNotAllowed(_) => 405,
            Self::BodyTooLarge => 413,
            Self::TooManyParameters
            | Self::ValueTooLong
            | Self::NeedleTooLong(_)
            | Self::InvalidCharacter(_)
            | Self::MalformedJson
            | Self::IncompleteBody => 400,
            Self::Unavailable => 503,
            _ => 200,
        }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchApi => f.write_str("There is no such API"),
            Self::ApiDisabled => f.write_str("API Requests are disabled"),
            Self::GetDisabled => f.write_str("GET Requests are disabled"),
            Self::AccessDenied => f.write_str("Access Denied"),
            Self::NoSecretKey => f.write_str("API must have Secret Key"),
            Self::IncorrectHash => f.write_str("Incorrect hash"),
            Self::NotPermitted => f.write_str("API method not permitted: dids_get"),
            Self::NotAuthorized => f.write_str("You are not authorized to manage DIDs"),
            Self::NoDidsFound => f.write_str("No DIDs found"),
            Self::NotFound => f.write_str("Not found"),
            Self::MethodNotAllowed(_) => f.write_str("Method not allowed"),
            Self::BodyTooLarge => write!(f, "Request body is larger than {MAX_BODY} bytes"),
            Self::TooManyParameters => write!(f, "More than {MAX_PARAMETERS} parameters"),
            Self::ValueTooLong => {
                write!(f, "A parameter value is longer than {MAX_VALUE} bytes")
            }
            Self::NeedleTooLong(name) => {
                write!(f, "{name} is longer than {MAX_NEEDLE} characters")
            }
            Self::InvalidCharacter(name) => write!(f, "Invalid character in parameter {name}"),
            Self::MalformedJson => f.write_str("Malformed JSON body"),
            Self::IncompleteBody => f.write_str("Incomplete request body"),
            Self::Unavailable => f.write_str("Service temporarily unavailable"),
        }
    }
}

impl std::error::Error for ApiError {}

/// Why the database gave no value, in words for the operator's log. It never
/// holds a bound value, a key or a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure(pub String);

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failure {}

#[cfg(test)]
mod tests {
    use super::ApiError;

    #[test]
    fn texts_and_statuses_are_the_contracts() {
        let exact = [
            (ApiError::NoSuchApi, 200, "There is no such API"),
            (
                ApiError::NotPermitted,
                200,
                "API method not permitted: dids_get",
            ),
            (ApiError::NotFound, 404, "Not found"),
            (ApiError::MethodNotAllowed("GET"), 405, "Method not allowed"),
            (
                ApiError::BodyTooLarge,
                413,
                "Request body is larger than 65536 bytes",
            ),
            (
                ApiError::Unavailable,
                503,
                "Service temporarily unavailable",
            ),
        ];
        for (error, status, text) in exact {
            assert_eq!((error.status(), error.to_string().as_str()), (status, text));
        }
    }
}
