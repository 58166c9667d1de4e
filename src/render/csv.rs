//! CSV (RFC 4180, D31): a line of names, then a line a row. Values are not altered,
//! whatever a spreadsheet may take them for; absent is empty.

use super::{Render, Value};

/// The content type.
pub const CONTENT_TYPE: &str = "text/csv; charset=utf-8";

/// A list as CSV.
pub struct Csv {
    header: Vec<u8>,
    /// Which of the elements have a column.
    columns: Vec<bool>,
}

impl Csv {
    /// With a column for each element that is on this server.
    pub fn new(elements: impl Iterator<Item = (&'static str, bool)>) -> Self {
        let elements: Vec<(&str, bool)> = elements.collect();
        let there = elements.iter().filter(|(_, is_there)| *is_there);
        let names: Vec<&str> = there.map(|(name, _)| *name).collect();
        let mut header = names.join(",").into_bytes();
        header.extend_from_slice(b"\r\n");
        let columns = elements.into_iter().map(|(_, is_there)| is_there).collect();
        Self { header, columns }
    }
}

impl Render for Csv {
    fn content_type(&self) -> &'static str {
        CONTENT_TYPE
    }

    fn head(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.header);
    }

    fn row(&mut self, out: &mut Vec<u8>, values: &[Value<'_>]) {
        let there = values
            .iter()
            .zip(&self.columns)
            .filter(|(_, is_there)| **is_there);
        for (at, (value, _)) in there.enumerate() {
            if at > 0 {
                out.push(b',');
            }
            field(out, value);
        }
        out.extend_from_slice(b"\r\n");
    }

    fn tail(&mut self, _: &mut Vec<u8>, _: u64) {}

    fn may_be_empty(&self) -> bool {
        true
    }

    fn markup(&self) -> usize {
        self.columns.len() * 3 + 2
    }
}

/// A value, in quotes where it holds what separates values.
fn field(out: &mut Vec<u8>, value: &Value<'_>) {
    let mut is_quoted = false;
    value.each(|piece| {
        is_quoted |= piece
            .iter()
            .any(|byte| matches!(byte, b',' | b'"' | b'\r' | b'\n'));
    });
    if is_quoted {
        out.push(b'"');
    }
    value.each(|piece| {
        if piece.is_ascii() && !is_quoted {
            return out.extend_from_slice(piece);
        }
        for chunk in piece.utf8_chunks() {
            for byte in chunk.valid().bytes() {
                if byte == b'"' {
                    out.push(b'"');
                }
                out.push(byte);
            }
            if !chunk.invalid().is_empty() {
                out.extend_from_slice("\u{fffd}".as_bytes());
            }
        }
    });
    if is_quoted {
        out.push(b'"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d31_csv_quotes_where_needed_and_alters_nothing() {
        let mut csv = Csv::new(
            ["a", "b", "-", "c"]
                .map(|name| (name, name != "-"))
                .into_iter(),
        );
        let mut out = Vec::new();
        csv.head(&mut out);
        let text = |text| Value::Text([text, b"", b"", b""]);
        csv.row(
            &mut out,
            &[Value::Absent, Value::Number(1), text(b"-"), text(b"=1+1")],
        );
        let pieces = Value::Text([b"x", b" ", b"y,", b"\"z\""]);
        csv.row(
            &mut out,
            &[text(b"a\nb"), text(b" \xff\t"), text(b"-"), pieces],
        );
        csv.tail(&mut out, 2);
        let expected = "a,b,c\r\n,1,=1+1\r\n\"a\nb\", \u{fffd}\t,\"x y,\"\"z\"\"\"\r\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
