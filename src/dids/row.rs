//! A page as the database hands it over: JSON arrays, one a DID, one after the
//! other; here they become rows that borrow from the page.
//!
//! Texts stay bytes: a column can hold what is not UTF-8, and mending it is the
//! business of whoever writes it down (D10).

use crate::json::{self, Malformed};
use serde::Deserialize;
use serde::de::{Deserializer, Error, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// Declares a row and how it is read: from an array, column after column. (The
/// derived way also reads objects, and is several times the code.)
macro_rules! row {
    ($(#[$about:meta])* pub struct $row:ident<'p> {
        $($(#[$column_about:meta])* pub $column:ident: $type:ty,)*
    }) => {
        $(#[$about])*
        pub struct $row<'p> { $($(#[$column_about])* pub $column: $type,)* }

        impl<'de: 'p, 'p> Deserialize<'de> for $row<'p> {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Columns;
                impl<'de> Visitor<'de> for Columns {
                    type Value = $row<'de>;

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str("a row")
                    }

                    fn visit_seq<A: SeqAccess<'de>>(self, mut row: A) -> Result<Self::Value, A::Error> {
                        Ok($row { $($column: next(&mut row)?,)* })
                    }
                }
                deserializer.deserialize_seq(Columns)
            }
        }
    };
}

/// The next column of a row, which must be there.
#[inline]
fn next<'de, T: Deserialize<'de>, A: SeqAccess<'de>>(row: &mut A) -> Result<T, A::Error> {
    row.next_element()?
        .ok_or_else(|| A::Error::custom("a column is missing"))
}

row! {
    /// One DID with the names of what it refers to. The order of the fields is that
    /// of the columns in [`crate::db::page`].
    #[derive(Debug)]
    pub struct Did<'p> {
        /// `dids.id`.
        pub id: i64,
        /// The number itself.
        pub number: Text<'p>,
        /// The number's bytes in hex, where they are stored as bytes: its place in
        /// the order is theirs, not the text's.
        pub number_bytes: Text<'p>,
        /// The lifecycle, as stored.
        pub status: Text<'p>,
        /// The user who has it; 0 for nobody.
        pub user_id: Integer,
        /// The device it rings at; −2 for an external server, 0 for none.
        pub device_id: Integer,
        /// The reseller who holds it; 0 for none.
        pub reseller_id: Integer,
        /// Simultaneous calls; 0 for any number.
        pub call_limit: Integer,
        /// Language code.
        pub language: Text<'p>,
        /// The operator's comment.
        pub comment: Text<'p>,
        /// The reseller's comment.
        pub reseller_comment: Text<'p>,
        /// Tone zone.
        pub tone_zone: Text<'p>,
        /// UTC, as text.
        pub closed_till: Text<'p>,
        /// `None` when the server has no such column.
        pub ai_agent_compatible: Option<i64>,
        /// NULL when the server has no such column.
        pub routes_to_openai_project_id: Text<'p>,
        /// UTC, as text.
        pub updated_at: Text<'p>,
        /// `users.username` of the user.
        pub owner_username: Text<'p>,
        /// `users.first_name` of the user.
        pub owner_first_name: Text<'p>,
        /// `users.last_name` of the user.
        pub owner_last_name: Text<'p>,
        /// `devices.device_type`.
        pub device_type: Text<'p>,
        /// `devices.name`.
        pub device_name: Text<'p>,
        /// `devices.extension`.
        pub device_extension: Text<'p>,
        /// `dialplans.name`.
        pub dial_plan: Text<'p>,
        /// `dialplans.dptype`.
        pub dial_plan_type: Text<'p>,
        /// `providers.name`.
        pub provider: Text<'p>,
        /// `users.username` of the reseller.
        pub reseller_username: Text<'p>,
        /// `users.first_name` of the reseller.
        pub reseller_first_name: Text<'p>,
        /// `users.last_name` of the reseller.
        pub reseller_last_name: Text<'p>,
    }
}

/// A page's value: its rows, and how many they must be.
pub struct Page<'p> {
    rows: &'p [u8],
    /// The number of rows, as the database counted them.
    pub count: u64,
}

impl<'p> Page<'p> {
    /// Splits the count from the rows.
    ///
    /// # Errors
    /// The count is missing: the value was cut, or grew beyond what the server
    /// hands over at all. It must never pass for a short page.
    pub fn read(value: Option<&'p [u8]>) -> Result<Self, String> {
        let value = value.unwrap_or_default();
        let digits = value
            .iter()
            .rev()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let (rows, count) = value.split_at(value.len() - digits);
        let count = std::str::from_utf8(count)
            .ok()
            .and_then(|count| count.parse().ok());
        match count {
            Some(count) => Ok(Self { rows, count }),
            None => Err("the page was cut on its way".to_owned()),
        }
    }

    /// The rows, one after the other.
    ///
    /// # Errors
    /// An item is the reason why the rows cannot be read on.
    pub fn rows(&self) -> impl Iterator<Item = Result<Did<'p>, Malformed>> + use<'p> {
        let mut reader = json::Reader(self.rows);
        std::iter::from_fn(move || reader.value())
    }
}

impl<'p> Did<'p> {
    /// What the list is ordered by (D20), comparable: NULL before texts, and
    /// texts before bytes.
    pub fn place(&self) -> impl Ord + use<'p> {
        let is_bytes = self.number_bytes.get().is_some();
        (is_bytes, self.number.clone(), self.id)
    }
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

    /// The bytes, unless there is nothing to read: NULL, or only white space.
    pub fn readable(&self) -> Option<&[u8]> {
        self.get().filter(|bytes| !bytes.trim_ascii().is_empty())
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

#[cfg(test)]
mod tests {
    use super::*;

    const ROW: &str = r#"[7,"370",null,"free",null,-2,0,5,"","a\u0000\"b",null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null]"#;

    fn decode(value: &[u8]) -> Result<Vec<(i64, Vec<u8>)>, String> {
        let page = Page::read(Some(value))?;
        let rows: Result<Vec<_>, Malformed> = page
            .rows()
            .map(|row| row.map(|did| (did.id, did.comment.bytes().to_vec())))
            .collect();
        let rows = rows.map_err(|error| error.to_string())?;
        assert_eq!(rows.len() as u64, page.count);
        Ok(rows)
    }

    #[test]
    fn rows_follow_each_other_and_their_count_follows_them() {
        let page = format!("{ROW}{ROW}2");
        let row = (7, b"a\0\"b".to_vec());
        assert_eq!(decode(page.as_bytes()).unwrap(), [row.clone(), row]);
        assert_eq!(decode(b"0").unwrap(), []);
        assert!(Page::read(None).is_err());
    }

    #[test]
    fn text_that_is_not_utf8_arrives_as_it_is() {
        let value = [ROW.replace("370\"", "").as_bytes(), b"1"].concat();
        let at = value.iter().position(|byte| *byte == b'"').unwrap() + 1;
        let value = [&value[..at], b"\xff\"", &value[at..]].concat();
        let did = Page::read(Some(&value))
            .unwrap()
            .rows()
            .next()
            .unwrap()
            .unwrap();
        assert_eq!(did.number.bytes(), [0xff]);
        assert_eq!(
            (did.user_id.0, did.device_id.0, did.call_limit.0),
            (0, -2, 5)
        );
    }

    #[test]
    fn a_cut_page_is_an_error_wherever_it_is_cut() {
        let page = format!("{ROW}{ROW}2");
        for end in 0..page.len() {
            assert!(decode(&page.as_bytes()[..end]).is_err(), "{end}");
        }
    }
}
