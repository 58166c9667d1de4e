//! JSON as databases write pages and callers write bodies: a reader for serde.
//!
//! Not `serde_json`, with which the component would be a quarter larger: nothing
//! here is nested but as its type says, and no floating-point numbers and no texts
//! for errors are needed. Tests hold it to accept what `serde_json` accepts.

mod lexer;

use serde::de::{self, Deserialize, DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;
use std::borrow::Cow;
use std::fmt;

/// Not JSON, or not what was to be read. It says no more, since the text around
/// it may hold a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Malformed;

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("malformed JSON")
    }
}

impl std::error::Error for Malformed {}

impl de::Error for Malformed {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

type Result<T> = std::result::Result<T, Malformed>;

/// Reads the one value that a text holds.
///
/// # Errors
/// [`Malformed`], also where something follows the value.
pub fn read<'de, T: Deserialize<'de>>(json: &'de [u8]) -> Result<T> {
    let mut reader = Reader(json);
    let value = T::deserialize(&mut reader)?;
    reader.peek().map_or(Ok(value), |_| Err(Malformed))
}

/// Reads values that follow each other, with nothing between them.
pub struct Reader<'de>(pub &'de [u8]);

impl<'de> Reader<'de> {
    /// The next value; `None` at the end.
    pub fn value<T: Deserialize<'de>>(&mut self) -> Option<Result<T>> {
        self.peek().map(|_| T::deserialize(self))
    }

    /// The next value, read by a seed.
    pub fn seeded<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Option<Result<S::Value>> {
        self.peek().map(|_| seed.deserialize(self))
    }
}

impl<'de> de::Deserializer<'de> for &mut Reader<'de> {
    type Error = Malformed;

    /// A scalar. A number is given as the text it is written as.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.peek().ok_or(Malformed)? {
            b'"' => self.deserialize_str(visitor),
            b'n' => self.word("null").and_then(|()| visitor.visit_unit()),
            b't' => self.word("true").and_then(|()| visitor.visit_bool(true)),
            b'f' => self.word("false").and_then(|()| visitor.visit_bool(false)),
            _ => {
                let number = std::str::from_utf8(self.number()?).map_err(|_| Malformed)?;
                visitor.visit_borrowed_str(number)
            }
        }
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_i64(self.integer()?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        if self.peek() == Some(b'n') {
            self.word("null").and_then(|()| visitor.visit_none())
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.string()? {
            Cow::Borrowed(bytes) => visitor.visit_borrowed_bytes(bytes),
            Cow::Owned(bytes) => visitor.visit_byte_buf(bytes),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.string()? {
            Cow::Borrowed(bytes) => {
                visitor.visit_borrowed_str(std::str::from_utf8(bytes).map_err(|_| Malformed)?)
            }
            Cow::Owned(bytes) => {
                visitor.visit_string(String::from_utf8(bytes).map_err(|_| Malformed)?)
            }
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.deserialize_str(visitor)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.take(b'[')?;
        let mut items = Items::of(self);
        let value = visitor.visit_seq(&mut items)?;
        items.end(b']').map(|()| value)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.take(b'{')?;
        let mut items = Items::of(self);
        let value = visitor.visit_map(&mut items)?;
        items.end(b'}').map(|()| value)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i128 u8 u16 u32 u64 u128 f32 f64 char byte_buf unit unit_struct
        newtype_struct tuple_struct struct enum identifier ignored_any
    }
}

/// What stands between brackets.
struct Items<'r, 'de> {
    reader: &'r mut Reader<'de>,
    is_first: bool,
}

impl<'r, 'de> Items<'r, 'de> {
    fn of(reader: &'r mut Reader<'de>) -> Self {
        let is_first = true;
        Self { reader, is_first }
    }

    /// Whether another item follows.
    #[inline]
    fn next(&mut self) -> Result<bool> {
        match self.reader.peek() {
            Some(b']' | b'}') => Ok(false),
            _ if std::mem::take(&mut self.is_first) => Ok(true),
            _ => self.reader.take(b',').map(|()| true),
        }
    }

    fn end(self, bracket: u8) -> Result<()> {
        self.reader.take(bracket)
    }
}

impl<'de> SeqAccess<'de> for &mut Items<'_, 'de> {
    type Error = Malformed;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        match self.next()? {
            true => seed.deserialize(&mut *self.reader).map(Some),
            false => Ok(None),
        }
    }
}

impl<'de> MapAccess<'de> for &mut Items<'_, 'de> {
    type Error = Malformed;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        match self.next()? {
            true => seed.deserialize(&mut *self.reader).map(Some),
            false => Ok(None),
        }
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value> {
        self.reader.take(b':')?;
        seed.deserialize(&mut *self.reader)
    }
}

#[cfg(test)]
#[path = "json_tests.rs"]
mod tests;
