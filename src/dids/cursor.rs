//! The cursor (D32): the place of a page's last row, as an opaque text that the
//! caller sends back.
//!
//! Hex of a version, what kind of number it is, the id, the number and a check of
//! form. It holds nothing that the page does not show, and widens nothing: a place
//! only says where a list goes on that the gate, the scope and the filters make.
//!
//! A number that is too long for it is represented by its digest. The row is then
//! looked up by its id, among those that the caller may see: without it, or with
//! another number in it, nobody knows where the list goes on, and the cursor is
//! refused. A page without a cursor would say that the list ends there.

use super::filters::Wrong;
use super::row;
use super::row::Did;
use crate::api::caller::Caller;
use crate::db::column::Columns;
use crate::db::filter::Filter;
use crate::db::page::{PageQuery, Place};
use crate::db::port::Database;
use crate::error::{ApiError, Failure};
use sha1::{Digest, Sha1};

/// The most characters of a cursor.
pub const MAX: usize = 128;

const VERSION: u8 = 1;
/// Bytes before the number: version, kind, id. Bytes of the check after it.
const BEFORE: usize = 10;
const CHECK: usize = 3;
/// The longest number that fits, which is longer than any that MOR's column holds
/// in ASCII.
const MAX_NUMBER: usize = MAX / 2 - BEFORE - CHECK;
/// Kinds of numbers: none, a text, bytes; what is added where it is a digest.
const NONE: u8 = 0;
const TEXT: u8 = 1;
const BYTES: u8 = 2;
const DIGEST: u8 = 2;

/// A cursor that was read: a place, or nearly one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// The place; where the number was too long, with its digest for a number.
    place: Place,
    is_digest: bool,
}

/// A cursor for the page after this row.
pub fn write(place: &Place) -> String {
    let kind = match place.number {
        None => NONE,
        Some(_) if place.is_bytes => BYTES,
        Some(_) => TEXT,
    };
    let number = place.number.as_deref().unwrap_or_default();
    let digest = Sha1::digest(number);
    let (kind, number) = match number.len() {
        ..=MAX_NUMBER => (kind, number),
        _ => (kind + DIGEST, &digest[..]),
    };
    let mut bytes = vec![VERSION, kind];
    bytes.extend_from_slice(&place.id.to_be_bytes());
    bytes.extend_from_slice(number);
    let check = check(&bytes);
    bytes.extend_from_slice(&check);
    hex::encode(bytes)
}

/// The cursor of a call; an empty one is not set.
///
/// # Errors
/// [`ApiError::InvalidCursor`]: malformed, of another version, or beside `from`.
pub fn read(text: &str, has_from: bool) -> Result<Option<Cursor>, Wrong> {
    if text.is_empty() {
        return Ok(None);
    }
    match parse(text) {
        Some(cursor) if !has_from => Ok(Some(cursor)),
        _ => Err(|_| ApiError::InvalidCursor),
    }
}

fn parse(text: &str) -> Option<Cursor> {
    let is_lower = |byte: u8| byte.is_ascii_digit() || byte.is_ascii_lowercase();
    if text.len() > MAX || !text.bytes().all(is_lower) {
        return None;
    }
    let bytes = hex::decode(text).ok()?;
    let (bytes, sent) = bytes.split_at_checked(bytes.len().checked_sub(CHECK)?)?;
    let (head, number) = bytes.split_first_chunk::<BEFORE>()?;
    let [version, kind, id @ ..] = *head;
    let is_whole = version == VERSION && sent == check(bytes);
    let is_digest = kind > BYTES;
    let kind = if is_digest { kind - DIGEST } else { kind };
    let number = match kind {
        NONE if number.is_empty() => None,
        // A text need not be UTF-8: SQLite holds any.
        TEXT | BYTES => Some(number.to_vec()),
        _ => return None,
    };
    let id = i64::from_be_bytes(id);
    let is_bytes = kind == BYTES;
    is_whole.then_some(Cursor {
        place: Place {
            number,
            is_bytes,
            id,
        },
        is_digest,
    })
}

impl Cursor {
    /// The place, where it need not be looked up.
    pub fn at_hand(&self) -> Option<Place> {
        (!self.is_digest).then(|| self.place.clone())
    }

    /// The place. Of a number that is only a digest it is looked up: `None` if the
    /// caller sees no such row, or its number is another one by now.
    ///
    /// # Errors
    /// The database's failure, or a value that is no row.
    pub fn place(
        &self,
        caller: &Caller,
        database: &mut dyn Database,
    ) -> Result<Option<Place>, Failure> {
        if let place @ Some(_) = self.at_hand() {
            return Ok(place);
        }
        let filters = [Filter::Ids(vec![self.place.id])];
        let page = PageQuery::every(caller.scope(), &filters);
        let value = database.ask(&|schema| Some(page.statement(schema)))?;
        let page = row::RowSet::read(value.as_deref()).map_err(Failure)?;
        let unreadable = || Failure("the row of a cursor cannot be read".to_owned());
        let Some(did) = page.rows(Columns::NONE).next() else {
            return Ok(None);
        };
        let place = did
            .ok()
            .and_then(|did| place_of(&did))
            .ok_or_else(unreadable)?;
        let digest = Sha1::digest(place.number.as_deref().unwrap_or_default());
        let digest = Some(digest.to_vec());
        let is_same = place.is_bytes == self.place.is_bytes && digest == self.place.number;
        Ok(is_same.then_some(place))
    }
}

/// The place of a row; `None` if the bytes of its number are no hex.
pub fn place_of(did: &Did<'_>) -> Option<Place> {
    let stored = did.number_bytes.get().map(hex::decode).transpose().ok()?;
    Some(Place {
        is_bytes: stored.is_some(),
        number: stored.or_else(|| did.number.get().map(<[u8]>::to_vec)),
        id: did.id,
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

    fn place(number: Option<&[u8]>, is_bytes: bool, id: i64) -> Place {
        let number = number.map(<[u8]>::to_vec);
        Place {
            number,
            is_bytes,
            id,
        }
    }

    #[test]
    fn d32_a_cursor_comes_back_as_the_place_it_was() {
        let longest = [b'9'; MAX_NUMBER];
        for place in [
            place(None, false, 0),
            place(Some(b""), false, -1),
            place(Some(&longest), false, i64::MAX),
            place(Some(b"\xff\0"), true, i64::MIN),
        ] {
            let text = write(&place);
            assert!(text.len() <= MAX, "{text}");
            let is_digest = false;
            assert_eq!(parse(&text), Some(Cursor { place, is_digest }));
        }
    }

    #[test]
    fn d32_a_longer_number_is_its_digest() {
        for is_bytes in [false, true] {
            let number = [b'9'; MAX_NUMBER + 1];
            let text = write(&place(Some(&number), is_bytes, 7));
            assert!(text.len() <= MAX, "{text}");
            let digest = Sha1::digest(number);
            let place = place(Some(&digest), is_bytes, 7);
            let is_digest = true;
            assert_eq!(parse(&text), Some(Cursor { place, is_digest }));
        }
    }

    #[test]
    fn d32_whatever_is_changed_is_refused() {
        for number in [&b"37060000001"[..], &[b'9'; MAX_NUMBER + 1]] {
            let text = write(&place(Some(number), false, 7));
            for end in 0..text.len() {
                assert_eq!(parse(text.get(..end).unwrap()), None, "cut at {end}");
                let mut other = text.clone().into_bytes();
                other[end] = if other[end] == b'0' { b'1' } else { b'0' };
                assert_eq!(parse(std::str::from_utf8(&other).unwrap()), None, "{end}");
            }
            assert_eq!(parse(&text.to_uppercase()), None);
        }
        assert_eq!(parse(&"0".repeat(MAX + 2)), None);
    }
}
