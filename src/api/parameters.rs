//! The decoded parameters of a request: both body forms, which of two values
//! wins, and the limits that hold before anything else is looked at (D2, D3,
//! D23).

use crate::error::ApiError;
use crate::json;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use std::fmt;

/// The largest body that is read, in bytes (D3).
pub const MAX_BODY: usize = 64 * 1024;
/// The most parameters in query and body together, duplicates counted (D3).
pub const MAX_PARAMETERS: usize = 256;
/// The longest decoded value, in bytes (D3).
pub const MAX_VALUE: usize = 1024;
/// The longest number or owner needle after trimming, in characters (D3).
pub const MAX_NEEDLE: usize = 64;

/// Every parameter the method documents; others are ignored, unless they are
/// hash-listed (D6). The order is that of the checks.
pub const DOCUMENTED: [&str; 16] = [
    "action",
    "u",
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

#[derive(Clone, PartialEq, Eq)]
struct Pair {
    name: String,
    /// Bytes, since a hash-listed value is signed as it was sent (D6).
    value: Vec<u8>,
}

/// The decoded parameters of one request. `Debug` shows names only: a value
/// may be the hash (D7).
#[derive(Clone, PartialEq, Eq)]
pub struct Parameters(Vec<Pair>);

impl fmt::Debug for Parameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set()
            .entries(self.0.iter().map(|pair| &pair.name))
            .finish()
    }
}

impl Parameters {
    // The body first and the query after it: the last one wins, so the query
    // does, as D2 wants.

    /// The parameters of a form body and a query.
    pub fn from_form(body: &[u8], query: &str) -> Self {
        let mut pairs = form_pairs(body);
        pairs.extend(form_pairs(query.as_bytes()));
        Self(pairs)
    }

    /// The parameters of a JSON body (D23) and a query.
    ///
    /// # Errors
    /// [`ApiError::MalformedJson`]; an empty body is no parameters.
    pub fn from_json(body: &[u8], query: &str) -> Result<Self, ApiError> {
        let mut pairs = if body.is_empty() {
            Vec::new()
        } else {
            json_pairs(body)?
        };
        pairs.extend(form_pairs(query.as_bytes()));
        Ok(Self(pairs))
    }

    fn find(&self, name: &str) -> Option<&Pair> {
        self.0.iter().rev().find(|pair| pair.name == name)
    }

    /// The value that wins by D2, as it was sent.
    pub fn bytes(&self, name: &str) -> Option<&[u8]> {
        self.find(name).map(|pair| pair.value.as_slice())
    }

    /// The same as text; a documented parameter's always is (D3).
    pub fn get(&self, name: &str) -> Option<&str> {
        std::str::from_utf8(self.bytes(name)?).ok()
    }

    /// The value of a filter or of paging: trimmed (D2).
    pub fn trimmed(&self, name: &str) -> Option<&str> {
        self.get(name).map(trim)
    }

    /// Whether any parameter is not one of [`DOCUMENTED`].
    pub fn has_undocumented(&self) -> bool {
        let known = |pair: &Pair| DOCUMENTED.contains(&pair.name.as_str());
        !self.0.iter().all(known)
    }

    /// Checks the limits of D3 that hold for parameters.
    ///
    /// # Errors
    /// The 400s of D3, in the order of their checks.
    pub fn check_limits(&self) -> Result<(), ApiError> {
        if self.0.len() > MAX_PARAMETERS {
            return Err(ApiError::TooManyParameters);
        }
        if self.0.iter().any(|pair| pair.value.len() > MAX_VALUE) {
            return Err(ApiError::ValueTooLong);
        }
        let is_text =
            |bytes: &[u8]| std::str::from_utf8(bytes).is_ok_and(|text| !text.contains('\0'));
        for name in DOCUMENTED {
            if !self.bytes(name).is_none_or(is_text) {
                return Err(ApiError::InvalidCharacter(name));
            }
        }
        for name in ["search_did_number", "search_did_owner"] {
            let needle = self.trimmed(name).unwrap_or_default();
            if needle.chars().count() > MAX_NEEDLE {
                return Err(ApiError::NeedleTooLong(name));
            }
        }
        Ok(())
    }
}

/// Removes the ASCII white space around a value (D2).
fn trim(value: &str) -> &str {
    value.trim_matches(|c: char| c.is_ascii_whitespace())
}

/// Pairs of a query or a form body. An escape that is none stays as written.
fn form_pairs(encoded: &[u8]) -> Vec<Pair> {
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
            Pair { name, value }
        })
        .collect()
}

/// The bytes that a form value stands for.
fn decode(value: &[u8]) -> Vec<u8> {
    let plus = |byte: &u8| if *byte == b'+' { b' ' } else { *byte };
    let spaced: Vec<u8> = value.iter().map(plus).collect();
    percent_encoding::percent_decode(&spaced).collect()
}

fn json_pairs(body: &[u8]) -> Result<Vec<Pair>, ApiError> {
    json::read::<Flat>(body)
        .map(|flat| flat.0)
        .map_err(|_| ApiError::MalformedJson)
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
                    pairs.extend(value.map(|value| Pair { name, value }));
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
