//! Bodies: which of them hold parameters, and how each form is read (contract
//! section 1, D23, D25 e, D36).

use super::multipart;
use super::parameters::{Pair, Parameters};
use crate::error::{ApiError, Name};
use crate::json;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use std::fmt;

/// The largest body that is read, in bytes (D3).
pub const MAX_BODY: usize = 64 * 1024;

/// The form of a body that is not empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    /// `application/x-www-form-urlencoded`, also where no type is given, as
    /// MOR's web layer takes it.
    Urlencoded,
    /// `application/json` (D23).
    Json,
    /// `multipart/form-data` (D36) with its boundary, if it has a usable one.
    Multipart(Option<String>),
    /// None that is read: what it would restrict is not known (D25 e).
    Refused(ApiError),
}

impl Form {
    /// By the headers of a POST: its types, a line each, of which an empty one is none;
    /// the encodings of the content, and those of the transfer that nobody undid on the way.
    ///
    /// A wrapper that adds the same type to its library's says nothing new. Of two that
    /// contradict each other neither is believed.
    pub fn of(content_types: &str, encodings: [&str; 2]) -> Self {
        let types = content_types.split('\n').map(str::trim);
        let mut types = types.filter(|kind| !kind.is_empty());
        let content_type = types.next().unwrap_or_default();
        if let Some(other) = types.find(|other| *other != content_type) {
            let [one, other] = [content_type, other].map(Name::from);
            return Self::Refused(ApiError::TwoMediaTypes(one, other));
        }
        let (media, parameters) = content_type.split_once(';').unwrap_or((content_type, ""));
        let media = media.trim();
        let is = |known: &str| media.eq_ignore_ascii_case(known);
        let form = if media.is_empty() || is("application/x-www-form-urlencoded") {
            Self::Urlencoded
        } else if is("application/json") {
            Self::Json
        } else if is("multipart/form-data") {
            Self::Multipart(multipart::boundary(parameters))
        } else {
            return Self::Refused(ApiError::UnsupportedMediaType);
        };
        let [of_content, of_transfer] = encodings;
        if is_encoded(of_content, "identity") || is_encoded(of_transfer, "chunked") {
            return Self::Refused(ApiError::UnsupportedEncoding);
        }
        form
    }

    /// The parameters of a body. An empty body is no parameters.
    ///
    /// # Errors
    /// A body of another form, or one that is not what it says.
    pub fn read(&self, body: &[u8]) -> Result<Vec<Pair>, ApiError> {
        if body.is_empty() {
            return Ok(Vec::new());
        }
        // A byte order mark says nothing in UTF-8, and would hide the first name.
        let text = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
        match self {
            Self::Urlencoded => Ok(form(text)),
            Self::Json if text.is_empty() => Ok(Vec::new()),
            Self::Json => {
                let read = json::read::<Flat>(text).map_err(|_| ApiError::MalformedJson);
                read.map(|flat| flat.0)
            }
            Self::Multipart(boundary) => {
                let boundary = boundary.as_deref().ok_or(ApiError::MalformedMultipart)?;
                multipart::read(body, boundary).ok_or(ApiError::MalformedMultipart)
            }
            Self::Refused(error) => Err(error.clone()),
        }
    }
}

/// Whether one of these encodings is neither that which changes nothing nor this one.
#[inline(never)]
fn is_encoded(encodings: &str, harmless: &str) -> bool {
    let mut encodings = encodings.as_bytes().split(|byte| *byte == b',');
    encodings.any(|encoding| {
        let is = |known: &str| encoding.trim_ascii().eq_ignore_ascii_case(known.as_bytes());
        !(encoding.trim_ascii().is_empty() || is("identity") || is(harmless))
    })
}

/// The parameters of a request that has no body.
pub fn of_query(query: &str) -> Parameters {
    Parameters::new(Ok(Vec::new()), form(query.as_bytes()))
}

/// Pairs of a query or a form body. An escape that is none stays as written.
pub fn form(encoded: &[u8]) -> Vec<Pair> {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(encoded).unwrap_or_default();
    // The parser decodes ill-formed UTF-8 to U+FFFD without a word. Only where
    // that character appears is the raw text looked at again; the parser skips
    // empty pieces, so the others stand in the same order.
    let mut raw = encoded
        .split(|byte| *byte == b'&')
        .filter(|piece| !piece.is_empty());
    pairs
        .into_iter()
        .map(|(name, value)| {
            let piece = raw.next().unwrap_or_default();
            let value = if value.contains('\u{fffd}') {
                decode(
                    piece
                        .splitn(2, |byte| *byte == b'=')
                        .nth(1)
                        .unwrap_or_default(),
                )
            } else {
                value.into_bytes()
            };
            Pair::new(name, value)
        })
        .collect()
}

/// The bytes that a form value stands for.
fn decode(value: &[u8]) -> Vec<u8> {
    let plus = |byte: &u8| if *byte == b'+' { b' ' } else { *byte };
    let spaced: Vec<u8> = value.iter().map(plus).collect();
    percent_encoding::percent_decode(&spaced).collect()
}

/// A JSON object of scalars (D23), duplicates kept so that they count.
struct Flat(Vec<Pair>);

impl<'de> Deserialize<'de> for Flat {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Flat;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of scalars")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Flat, A::Error> {
                let mut pairs = Vec::new();
                while let Some((name, Scalar(value))) = map.next_entry()? {
                    pairs.extend(value.map(|value| Pair::new(name, value)));
                }
                Ok(Flat(pairs))
            }
        }
        deserializer.deserialize_map(Members)
    }
}

/// A JSON scalar as the value of a parameter, numbers as written; `None` for
/// null.
struct Scalar(Option<Vec<u8>>);

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Value;
        impl Visitor<'_> for Value {
            type Value = Scalar;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a scalar")
            }

            fn visit_str<E>(self, value: &str) -> Result<Scalar, E> {
                Ok(Scalar(Some(value.into())))
            }

            fn visit_bool<E>(self, value: bool) -> Result<Scalar, E> {
                Ok(Scalar(Some(if value { "1" } else { "0" }.into())))
            }

            fn visit_unit<E>(self) -> Result<Scalar, E> {
                Ok(Scalar(None))
            }
        }
        deserializer.deserialize_any(Value)
    }
}
