//! The cursor (D32): the place of a page's last row, as an opaque text that the
//! caller sends back.
//!
//! Hex of a version, what kind of number it is, the id, the number and a check of
//! form. It holds nothing that the page does not show, and widens nothing: a place
//! only says where a list goes on that the gate, the scope and the filters make.

use crate::api::parameters::Parameters;
use crate::db::page::Key;
use crate::error::ApiError;
use sha1::{Digest, Sha1};

/// The most characters of a cursor.
pub const MAX: usize = 128;

const VERSION: u8 = 1;
/// Bytes before the number: version, kind, id. Bytes of the check after it.
const BEFORE: usize = 10;
const CHECK: usize = 3;
/// The longest number that fits.
const MAX_NUMBER: usize = MAX / 2 - BEFORE - CHECK;

/// A cursor for the page after this row. `None` for a number that no cursor can
/// hold: it is longer than any that MOR's column holds in ASCII.
pub fn write(key: &Key) -> Option<String> {
    let number = key.number.as_deref();
    let kind = match number {
        None => 0,
        Some(_) if key.is_bytes => 2,
        Some(_) => 1,
    };
    let number = number.unwrap_or_default();
    if number.len() > MAX_NUMBER {
        return None;
    }
    let mut bytes = vec![VERSION, kind];
    bytes.extend_from_slice(&key.id.to_be_bytes());
    bytes.extend_from_slice(number);
    let check = check(&bytes);
    bytes.extend_from_slice(&check);
    Some(hex::encode(bytes))
}

/// The cursor of a call; an empty one is not set.
///
/// # Errors
/// [`ApiError::InvalidCursor`]: malformed, of another version, or with `from`.
pub fn read(parameters: &Parameters) -> Result<Option<Key>, ApiError> {
    let text = parameters.trimmed("cursor").unwrap_or_default();
    if text.is_empty() {
        return Ok(None);
    }
    let has_from = parameters
        .trimmed("from")
        .is_some_and(|from| !from.is_empty());
    match parse(text) {
        Some(key) if !has_from => Ok(Some(key)),
        _ => Err(ApiError::InvalidCursor),
    }
}

fn parse(text: &str) -> Option<Key> {
    let is_lower = |byte: u8| byte.is_ascii_digit() || byte.is_ascii_lowercase();
    if text.len() > MAX || !text.bytes().all(is_lower) {
        return None;
    }
    let bytes = hex::decode(text).ok()?;
    let (bytes, sent) = bytes.split_at_checked(bytes.len().checked_sub(CHECK)?)?;
    let (head, number) = bytes.split_first_chunk::<BEFORE>()?;
    let [version, kind, id @ ..] = *head;
    let is_whole = version == VERSION && sent == check(bytes);
    let number = match kind {
        0 if number.is_empty() => None,
        // A text need not be UTF-8: SQLite holds any.
        1 | 2 => Some(number.to_vec()),
        _ => return None,
    };
    is_whole.then(|| Key {
        number,
        is_bytes: kind == 2,
        id: i64::from_be_bytes(id),
    })
}

/// Tells a cursor that was cut or mistyped; it is no protection, and needs none.
fn check(bytes: &[u8]) -> [u8; CHECK] {
    let digest = Sha1::digest(bytes);
    digest.first_chunk().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(number: Option<&[u8]>, is_bytes: bool, id: i64) -> Key {
        let number = number.map(<[u8]>::to_vec);
        Key {
            number,
            is_bytes,
            id,
        }
    }

    #[test]
    fn d32_a_cursor_comes_back_as_the_place_it_was() {
        let long = "9".repeat(50);
        for key in [
            key(None, false, 0),
            key(Some(b""), false, -1),
            key(Some(long.as_bytes()), false, i64::MAX),
            key(Some(b"\xff\0"), true, i64::MIN),
        ] {
            let text = write(&key).unwrap();
            assert!(text.len() <= MAX, "{text}");
            assert_eq!(parse(&text), Some(key));
        }
        assert_eq!(write(&key(Some(&[b'9'; MAX_NUMBER + 1]), false, 1)), None);
    }

    #[test]
    fn d32_whatever_is_changed_is_refused() {
        let text = write(&key(Some(b"37060000001"), false, 7)).unwrap();
        for end in 0..text.len() {
            assert_eq!(parse(text.get(..end).unwrap()), None, "cut at {end}");
            let mut other = text.clone().into_bytes();
            other[end] = if other[end] == b'0' { b'1' } else { b'0' };
            assert_eq!(parse(std::str::from_utf8(&other).unwrap()), None, "{end}");
        }
        assert_eq!(parse(&text.to_uppercase()), None);
        assert_eq!(parse(&"0".repeat(MAX + 2)), None);
    }
}
