//! JSON as databases write pages and callers write bodies: a reader for serde.
//!
//! Not `serde_json`, with which the component would be a quarter larger: nothing
//! here is nested but as its type says, and no floating-point numbers and no texts
//! for errors are needed. Tests hold it to accept what `serde_json` accepts.

use crate::text::plain;
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

    /// The next byte that is no white space.
    #[inline]
    fn peek(&mut self) -> Option<u8> {
        loop {
            match self.0 {
                [byte, ..] if *byte > b' ' => return Some(*byte),
                [b' ' | b'\t' | b'\n' | b'\r', rest @ ..] => self.0 = rest,
                rest => return rest.first().copied(),
            }
        }
    }

    /// Takes this byte.
    #[inline]
    fn take(&mut self, byte: u8) -> Result<()> {
        if self.peek() == Some(byte) {
            self.0 = self.0.get(1..).unwrap_or_default();
            Ok(())
        } else {
            Err(Malformed)
        }
    }

    fn word(&mut self, word: &str) -> Result<()> {
        self.0 = self.0.strip_prefix(word.as_bytes()).ok_or(Malformed)?;
        Ok(())
    }

    /// Takes so many bytes.
    #[inline]
    fn run(&mut self, length: usize) -> &'de [u8] {
        let (run, rest) = self.0.split_at_checked(length).unwrap_or_default();
        self.0 = rest;
        run
    }

    /// A string's bytes. Databases put into one what is not UTF-8, so whoever
    /// wants text looks at them again.
    fn string(&mut self) -> Result<Cow<'de, [u8]>> {
        self.take(b'"')?;
        let run = self.run(plain(self.0, b"\"\\", false));
        if let [b'"', rest @ ..] = self.0 {
            self.0 = rest;
            return Ok(Cow::Borrowed(run));
        }
        let mut bytes = run.to_vec();
        loop {
            match self.0 {
                [b'"', rest @ ..] => {
                    self.0 = rest;
                    return Ok(Cow::Owned(bytes));
                }
                [b'\\', rest @ ..] => {
                    self.0 = rest;
                    let escaped = self.escaped()?;
                    bytes.extend_from_slice(escaped.encode_utf8(&mut [0; 4]).as_bytes());
                }
                _ => return Err(Malformed),
            }
            bytes.extend_from_slice(self.run(plain(self.0, b"\"\\", false)));
        }
    }

    /// What stands after a backslash.
    fn escaped(&mut self) -> Result<char> {
        let (letter, rest) = self.0.split_first().ok_or(Malformed)?;
        self.0 = rest;
        Ok(match letter {
            b'"' | b'\\' | b'/' => char::from(*letter),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let first = self.unit()?;
                let second = match self.0.strip_prefix(b"\\u") {
                    Some(rest) if matches!(first, 0xd800..=0xdbff) => {
                        self.0 = rest;
                        Some(self.unit()?)
                    }
                    _ => None,
                };
                let units = [first].into_iter().chain(second);
                let decoded = char::decode_utf16(units).next();
                decoded.and_then(|decoded| decoded.ok()).ok_or(Malformed)?
            }
            _ => return Err(Malformed),
        })
    }

    /// Four hexadecimal digits.
    fn unit(&mut self) -> Result<u16> {
        let (digits, rest) = self.0.split_at_checked(4).ok_or(Malformed)?;
        self.0 = rest;
        digits.iter().try_fold(0, |unit, digit| {
            let digit = char::from(*digit).to_digit(16).ok_or(Malformed)?;
            Ok(unit << 4 | u16::try_from(digit).unwrap_or_default())
        })
    }

    /// A number as it is written.
    fn number(&mut self) -> Result<&'de [u8]> {
        let start = self.0;
        self.0 = self.0.strip_prefix(b"-").unwrap_or(self.0);
        if let [b'0', _, ..] = self.digits()? {
            return Err(Malformed);
        }
        if let [b'.', rest @ ..] = self.0 {
            self.0 = rest;
            self.digits()?;
        }
        if let [b'e' | b'E', rest @ ..] = self.0 {
            self.0 = rest;
            if let [b'+' | b'-', rest @ ..] = self.0 {
                self.0 = rest;
            }
            self.digits()?;
        }
        let length = start.len() - self.0.len();
        start.get(..length).ok_or(Malformed)
    }

    /// At least one digit.
    fn digits(&mut self) -> Result<&'de [u8]> {
        let digits = self.0.iter().take_while(|byte| byte.is_ascii_digit());
        match self.run(digits.count()) {
            [] => Err(Malformed),
            digits => Ok(digits),
        }
    }

    /// A whole number.
    fn integer(&mut self) -> Result<i64> {
        self.peek();
        let start = self.0;
        let minus = start.strip_prefix(b"-");
        self.0 = minus.unwrap_or(start);
        let digits = self.digits()?;
        // So many cannot overflow, and checking each step is dear in WebAssembly.
        if digits.len() < 19 {
            let add = |value, digit: &u8| value * 10 + i64::from(digit - b'0');
            let value = digits.iter().fold(0, add);
            return Ok(if minus.is_some() { -value } else { value });
        }
        let length = start.len() - self.0.len();
        let text = start.get(..length).ok_or(Malformed)?;
        let text = std::str::from_utf8(text).map_err(|_| Malformed)?;
        text.parse().map_err(|_| Malformed)
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
