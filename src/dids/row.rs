//! A page as the database hands it over: JSON arrays, one a DID, one after the
//! other; here they become rows that borrow from the page.

use super::columns::{Did, Reader};
use crate::db::columns::Columns;
use crate::json::{self, Malformed};

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
        std::iter::from_fn(move || reader.seeded(Reader(columns)))
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
    use crate::dids::columns::COLUMNS;

    /// A row of NULLs, but for the first columns.
    fn row(columns: &str) -> String {
        let given = columns.matches(',').count() + 1;
        let nulls = ",null".repeat(3 + COLUMNS.len() - given);
        format!("[{columns}{nulls}]")
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
        let row = row(r#"7,"370",null,"free",null,-2,0,5,"","a\u0000\"b""#);
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
        let row = row(r#"7,"?",null,"free",null,-2,0,5"#).replace('?', "\u{1}");
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
