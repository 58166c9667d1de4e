//! A page as the database hands it over: JSON arrays, one a DID, one after the
//! other; here they become rows that borrow from the page. What a row has follows from
//! the declaration of the elements ([`crate::elements`]).

use crate::api::caller::{Role, Roles};
use crate::db::column::Columns;
use crate::db::value::{Integer, Text, next};
use crate::json::{self, Malformed};
use serde::de::{DeserializeSeed, Deserializer, SeqAccess, Visitor};
use std::fmt;

/// The row, and how it is read. (The derived reader also reads objects, and is several
/// times the code.)
macro_rules! row {
    ($($element:ident $shown:ident $about:literal {
        $($column:ident: $kind:ident $(($optional:ident))? $alias:ident.$name:ident $(as $sql:literal)?
          $(for $roles:ident)? $(, $copied:ident $($word:literal)?)?;)*
    } |$did:ident, $role:ident| $value:expr;)*) => {
        /// One DID with the names of what it refers to. What a role is not shown
        /// is not read, and is as a column that the server lacks.
        #[derive(Debug, Default)]
        pub struct Did<'p> {
            /// `dids.id`.
            pub id: i64,
            /// The number itself.
            pub number: Text<'p>,
            /// The number's bytes in hex, where they are stored as bytes: its place
            /// in the order is theirs, not the text's.
            pub number_bytes: Text<'p>,
            $($(#[doc = concat!("`", stringify!($alias), ".", stringify!($name), "`")] pub $column: row!(@$kind $($optional)?),)*)*
        }

        /// Who needs each of the columns.
        static NEEDED: &[Roles] = &[$($(row!(@roles $($roles)? $shown),)*)*];

        impl<'de> Visitor<'de> for RowReader {
            type Value = Did<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a row")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut row: A) -> Result<Did<'de>, A::Error> {
                let mut did = Did {
                    id: next(&mut row)?,
                    number: next(&mut row)?,
                    number_bytes: next(&mut row)?,
                    ..Did::default()
                };
                let mut places = 0..;
                $($(if places.next().is_some_and(|at| self.0.has(at)) {
                    did.$column = next(&mut row)?;
                })*)*
                Ok(did)
            }
        }
    };
    (@Text $($optional:ident)?) => { Text<'p> };
    (@Time $($optional:ident)?) => { Text<'p> };
    (@Integer) => { Integer };
    (@Integer optional) => { Option<i64> };
    (@roles $first:ident $($rest:ident)?) => { Roles::$first };
}

crate::elements::elements!(row);

/// Reads a row that holds some of the columns.
#[derive(Clone, Copy)]
struct RowReader(Columns);

impl<'de> DeserializeSeed<'de> for RowReader {
    type Value = Did<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Did<'de>, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

/// The columns that a role's elements are made of.
pub fn needed_by(role: Role) -> Columns {
    Columns::which(NEEDED, |_, roles| roles.has(role))
}

/// A page's value: its rows, and how many they must be.
pub struct RowSet<'p> {
    rows: &'p [u8],
    /// The number of rows, as the database counted them.
    pub count: u64,
}

impl<'p> RowSet<'p> {
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
    pub fn rows(
        &self,
        columns: Columns,
    ) -> impl Iterator<Item = Result<Did<'p>, Malformed>> + use<'p> {
        let mut reader = json::Reader(self.rows);
        std::iter::from_fn(move || reader.seeded(RowReader(columns)))
    }
}

impl<'p> Did<'p> {
    /// What the list is ordered by (D20), comparable: NULL before texts, and
    /// texts before bytes.
    pub fn order(&self) -> impl Ord + use<'p> {
        let is_bytes = self.number_bytes.get().is_some();
        (is_bytes, self.number.clone(), self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::column::COLUMNS;

    /// A row of NULLs but for these columns.
    fn row(number: &str, given: &[(&str, &str)]) -> String {
        let columns = COLUMNS.iter().map(|column| {
            let given = given.iter().find(|(name, _)| *name == column.name);
            format!(",{}", given.map_or("null", |(_, value)| value))
        });
        format!("[7,{number},null{}]", columns.collect::<String>())
    }

    fn decode(value: &[u8]) -> Result<Vec<(i64, Vec<u8>)>, String> {
        let page = RowSet::read(Some(value))?;
        let rows: Result<Vec<_>, Malformed> = page
            .rows(Columns::ALL)
            .map(|row| row.map(|did| (did.id, did.comment.bytes().to_vec())))
            .collect();
        let rows = rows.map_err(|error| error.to_string())?;
        assert_eq!(rows.len() as u64, page.count);
        Ok(rows)
    }

    #[test]
    fn rows_follow_each_other_then_their_count() {
        let row = row("\"370\"", &[("d.comment", r#""a\u0000\"b""#)]);
        let page = format!("{row}{row}2");
        let expected = (7, b"a\0\"b".to_vec());
        assert_eq!(
            decode(page.as_bytes()).unwrap(),
            [expected.clone(), expected]
        );
        assert_eq!(decode(b"0").unwrap(), []);
        assert!(RowSet::read(None).is_err());
        for end in 0..page.len() {
            assert!(decode(&page.as_bytes()[..end]).is_err(), "cut at {end}");
        }
    }

    #[test]
    fn text_that_is_not_utf8_arrives_as_it_is() {
        let row = row("\"\u{1}\"", &[("d.device_id", "-2"), ("d.call_limit", "5")]);
        let value: Vec<u8> = row
            .bytes()
            .chain(*b"1")
            .map(|byte| if byte == 1 { 0xff } else { byte })
            .collect();
        let page = RowSet::read(Some(&value)).unwrap();
        let did = page.rows(Columns::ALL).next().unwrap().unwrap();
        assert_eq!(did.number.bytes(), [0xff]);
        let numbers = (did.user_id.0, did.device_id.0, did.call_limit.0);
        assert_eq!(numbers, (0, -2, 5));
    }

    #[test]
    fn a_row_holds_the_columns_that_were_asked_for() {
        let wanted = Columns::which(COLUMNS, |_, column| column.name == "d.comment");
        let page = RowSet::read(Some(b"[7,null,null,\"x\"]1")).unwrap();
        let did = page.rows(wanted).next().unwrap().unwrap();
        assert_eq!((did.comment.bytes(), did.status.get()), (&b"x"[..], None));
        assert!(page.rows(Columns::ALL).next().unwrap().is_err());
    }
}
