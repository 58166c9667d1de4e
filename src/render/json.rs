//! JSON (D31): a list that is always a list, one object a line, in the order and
//! under the names of the XML.

use super::{Render, Value};
use crate::text::plain;

/// The content type.
pub const CONTENT_TYPE: &str = "application/json";

/// A list as JSON.
pub struct Json {
    /// `"name":` of each element.
    keys: Vec<Vec<u8>>,
}

impl Json {
    /// With a key for each element.
    pub fn new(elements: impl Iterator<Item = &'static str>) -> Self {
        let keys = elements
            .map(|name| format!("\"{name}\":").into_bytes())
            .collect();
        Self { keys }
    }
}

impl Render for Json {
    fn content_type(&self) -> &'static str {
        CONTENT_TYPE
    }

    fn head(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"{\"dids\":[");
    }

    fn row(&mut self, out: &mut Vec<u8>, values: &[Value<'_>]) {
        out.push(b'{');
        let start = out.len();
        for (key, value) in self.keys.iter().zip(values) {
            if *value == Value::Absent {
                continue;
            }
            if out.len() > start {
                out.push(b',');
            }
            out.extend_from_slice(key);
            let is_text = !matches!(value, Value::Number(_) | Value::Flag(_));
            if is_text {
                out.push(b'"');
            }
            value.each(|piece| escape(out, piece));
            if is_text {
                out.push(b'"');
            }
        }
        out.push(b'}');
    }

    fn before(&mut self, out: &mut Vec<u8>, is_first: bool) {
        out.extend_from_slice(if is_first { b"\n" } else { b",\n" });
    }

    fn tail(&mut self, out: &mut Vec<u8>, rows: u64) {
        out.extend_from_slice(if rows > 0 { b"\n]}\n" } else { b"]}\n" });
    }

    fn may_be_empty(&self) -> bool {
        true
    }

    fn markup(&self) -> usize {
        let keys: usize = self.keys.iter().map(|key| key.len() + 3).sum();
        keys + 4
    }
}

/// An error.
pub fn error(text: &str) -> Vec<u8> {
    format!("{{\"error\":{}}}\n", string(text)).into_bytes()
}

/// A text as a string, in its quotes.
pub fn string(text: &str) -> String {
    let mut out = vec![b'"'];
    escape(&mut out, text.as_bytes());
    out.push(b'"');
    String::from_utf8(out).unwrap_or_default()
}

/// Appends bytes as the inside of a string: U+FFFD for each ill-formed UTF-8
/// sequence, controls escaped.
fn escape(out: &mut Vec<u8>, bytes: &[u8]) {
    if plain(bytes, b"\"\\", true) == bytes.len() {
        out.extend_from_slice(bytes);
        return;
    }
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            let mut buffer = [0; 4];
            match character {
                '"' => out.extend_from_slice(b"\\\""),
                '\\' => out.extend_from_slice(b"\\\\"),
                '\u{8}' => out.extend_from_slice(b"\\b"),
                '\u{c}' => out.extend_from_slice(b"\\f"),
                '\n' => out.extend_from_slice(b"\\n"),
                '\r' => out.extend_from_slice(b"\\r"),
                '\t' => out.extend_from_slice(b"\\t"),
                '\0'..='\u{1f}' => {
                    out.extend_from_slice(format!("\\u{:04x}", u32::from(character)).as_bytes());
                }
                _ => out.extend_from_slice(character.encode_utf8(&mut buffer).as_bytes()),
            }
        }
        if !chunk.invalid().is_empty() {
            out.extend_from_slice("\u{fffd}".as_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(rows: &[&[Value<'_>]]) -> String {
        let mut json = Json::new(["a", "b"].into_iter());
        let mut out = Vec::new();
        json.head(&mut out);
        for (at, row) in rows.iter().enumerate() {
            json.before(&mut out, at == 0);
            json.row(&mut out, row);
        }
        json.tail(&mut out, rows.len() as u64);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn d31_a_json_list_is_always_a_list() {
        assert_eq!(list(&[]), "{\"dids\":[]}\n");
        let row = [Value::Number(-7), Value::NumberText(5)];
        let one = "{\"dids\":[\n{\"a\":-7,\"b\":\"5\"}\n]}\n";
        assert_eq!(list(&[&row]), one);
        let rows: [&[Value<'_>]; 3] = [
            &[Value::Absent, Value::Flag(true)],
            &[Value::Absent, Value::Absent],
            &[Value::EMPTY, Value::Absent],
        ];
        let expected = "{\"dids\":[\n{\"b\":true},\n{},\n{\"a\":\"\"}\n]}\n";
        assert_eq!(list(&rows), expected);
    }

    #[test]
    fn d31_texts_are_escaped_and_mended() {
        let text = b"\"\\/\n\r\t\x08\x1f\x7f\xff\xc2\xa0\0";
        let row = [Value::Text([text, b"<&>", b"", b""]), Value::Absent];
        let parsed: serde_json::Value = serde_json::from_str(&list(&[&row])).unwrap();
        let expected = "\"\\/\n\r\t\x08\x1f\x7f\u{fffd}\u{a0}\0<&>";
        assert_eq!(parsed["dids"][0]["a"], expected);
    }

    #[test]
    fn d31_an_error_is_an_object() {
        assert_eq!(error("a \"b\""), b"{\"error\":\"a \\\"b\\\"\"}\n");
    }
}
