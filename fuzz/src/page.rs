//! A page as a database or a broken host may hand it over, against `serde_json`.

use dids_get::db::column::{COLUMNS, Columns};
use dids_get::dids::row::{Did, RowSet};
use dids_get::json::{self, Reader};
use serde_json::{Deserializer, Value};

/// A page is read whole, as `serde_json` reads it, or it is refused.
pub fn check(input: &[u8]) {
    values(input);
    let Ok(page) = RowSet::read(Some(input)) else {
        return;
    };
    let digits = input.iter().rev().take_while(|byte| byte.is_ascii_digit());
    let rows = &input[..input.len() - digits.count()];
    let ours: Result<Vec<Did<'_>>, _> = page.rows(Columns::ALL).collect();
    let Ok(ours) = ours else {
        return;
    };
    // It takes what databases write besides: texts that are no UTF-8, and
    // zeros that JSON does not have.
    if std::str::from_utf8(rows).is_err() || odd_zero(rows) {
        return;
    }
    let theirs: Vec<Value> = Deserializer::from_slice(rows)
        .into_iter()
        .map(|row| row.unwrap_or_else(|error| panic!("{error}: {}", rows.escape_ascii())))
        .collect();
    assert_eq!(ours.len(), theirs.len());
    for (ours, theirs) in ours.iter().zip(&theirs) {
        assert_eq!(theirs.as_array().map(Vec::len), Some(3 + COLUMNS.len()));
        assert_eq!(Some(ours.id), theirs[0].as_i64());
        let texts = [
            (&ours.number, 1),
            (&ours.comment, place("d.comment")),
            (&ours.reseller_last_name, place("r.last_name")),
        ];
        for (text, at) in texts {
            let text = text.get().map(String::from_utf8_lossy);
            assert_eq!(text.as_deref(), theirs[at].as_str());
        }
        let limit = theirs[place("d.call_limit")].as_i64().unwrap_or_default();
        assert_eq!(ours.call_limit.0, limit);
    }
}

/// Where a column is in a row: after id, number and the number's bytes.
fn place(name: &str) -> usize {
    let at = COLUMNS.iter().position(|column| column.name == name);
    3 + at.expect("a column of that name")
}

/// Values that follow each other, of each type that is read at all.
fn values(input: &[u8]) {
    let mut reader = Reader(input);
    let mut read = 0;
    while let Some(Ok(_)) = reader.value::<Vec<Option<String>>>() {
        read += 1;
        assert!(read <= input.len(), "no value is empty");
    }
    if odd_zero(input) {
        return;
    }
    let ours: Option<Vec<Option<i64>>> = json::read(input).ok();
    assert_eq!(
        ours,
        serde_json::from_slice(input).ok(),
        "{}",
        input.escape_ascii()
    );
    let ours: Option<(String, [Option<String>; 1])> = json::read(input).ok();
    assert_eq!(
        ours,
        serde_json::from_slice(input).ok(),
        "{}",
        input.escape_ascii()
    );
}

/// Whether a zero stands where JSON has none: before other digits, or after a
/// minus, where `serde_json` reads a number that is not whole.
fn odd_zero(input: &[u8]) -> bool {
    let is_odd = |at: usize| {
        let before = at.checked_sub(1).and_then(|before| input.get(before));
        let is_first = !before.is_some_and(u8::is_ascii_digit);
        let next = input.get(at + 1);
        is_first && (next.is_some_and(u8::is_ascii_digit) || before == Some(&b'-'))
    };
    (0..input.len()).any(|at| input[at] == b'0' && is_odd(at))
}
