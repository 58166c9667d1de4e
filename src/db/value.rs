//! The values of columns as they arrive: texts that stay bytes, and numbers.
//!
//! A column can hold what is not UTF-8, and mending it is the business of whoever
//! writes it down (D10).

use crate::text::is_blank;
use serde::Deserialize;
use serde::de::{Deserializer, Error, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// The value at the next place of a row, which must be there.
///
/// # Errors
/// There is none, or one of another type.
#[inline]
pub fn next<'de, T: Deserialize<'de>, A: SeqAccess<'de>>(row: &mut A) -> Result<T, A::Error> {
    row.next_element()?
        .ok_or_else(|| A::Error::custom("a column is missing"))
}

/// A text column: bytes, or NULL, which sorts first.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Text<'p>(Option<Cow<'p, [u8]>>);

impl Text<'_> {
    /// The bytes, unless NULL.
    pub fn get(&self) -> Option<&[u8]> {
        self.0.as_deref()
    }

    /// The bytes; none for NULL.
    pub fn bytes(&self) -> &[u8] {
        self.get().unwrap_or_default()
    }

    /// The bytes, unless there is nothing to read: NULL, or only blanks.
    pub fn readable(&self) -> Option<&[u8]> {
        self.get().filter(|bytes| !is_blank(bytes))
    }
}

impl<'p> From<&'p str> for Text<'p> {
    fn from(text: &'p str) -> Self {
        Self(Some(Cow::Borrowed(text.as_bytes())))
    }
}

impl<'de: 'p, 'p> Deserialize<'de> for Text<'p> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bytes;
        impl<'de> Visitor<'de> for Bytes {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text or null")
            }

            fn visit_borrowed_bytes<E: Error>(self, bytes: &'de [u8]) -> Result<Self::Value, E> {
                Ok(Text(Some(Cow::Borrowed(bytes))))
            }

            fn visit_byte_buf<E: Error>(self, bytes: Vec<u8>) -> Result<Self::Value, E> {
                Ok(Text(Some(Cow::Owned(bytes))))
            }

            fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
                Ok(Text(None))
            }

            fn visit_some<D: Deserializer<'de>>(self, text: D) -> Result<Self::Value, D::Error> {
                text.deserialize_bytes(self)
            }
        }
        deserializer.deserialize_option(Bytes)
    }
}

/// A number column; NULL counts as 0 (D14).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Integer(pub i64);

impl<'de> Deserialize<'de> for Integer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = Option::<i64>::deserialize(deserializer)?;
        Ok(Self(number.unwrap_or_default()))
    }
}
