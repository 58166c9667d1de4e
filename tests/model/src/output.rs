//! Answers byte for byte: XML (section 3), JSON and CSV (D31).

use super::gate::Caller;
use super::page::{columns, elements};
use super::tables::{Did, Tables};
use super::text::characters;

/// The XML page with an error.
pub fn xml_error(text: &str) -> Vec<u8> {
    page(&format!("  <error>{}</error>\n", xml_text(text.as_bytes())))
}

/// The XML page with these DIDs, as the caller may see them.
pub fn xml_list(tables: &Tables, caller: &Caller, dids: &[&Did]) -> Vec<u8> {
    let mut inner = String::from("  <dids>\n");
    for did in dids {
        inner += "    <did>\n";
        for (name, text) in elements(tables, caller, did) {
            inner += &format!("      <{name}>{}</{name}>\n", xml_text(&text));
        }
        inner += "    </did>\n";
    }
    inner += "  </dids>\n";
    page(&inner)
}

fn page(inner: &str) -> Vec<u8> {
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<page>\n{inner}</page>\n").into_bytes()
}

/// Makes any bytes the text of an element (D10).
fn xml_text(text: &[u8]) -> String {
    let mut out = String::new();
    for c in characters(text) {
        match c {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '\r' => out += "&#13;",
            '\t' | '\n' => out.push(c),
            '\0'..' ' | '\u{FFFE}' | '\u{FFFF}' => out.push('\u{FFFD}'),
            _ => out.push(c),
        }
    }
    out
}

/// The JSON object with an error.
pub fn json_error(text: &str) -> Vec<u8> {
    format!("{{\"error\":{}}}\n", json_string(text.as_bytes())).into_bytes()
}

/// The JSON object with these DIDs, one a line.
pub fn json_list(tables: &Tables, caller: &Caller, dids: &[&Did]) -> Vec<u8> {
    if dids.is_empty() {
        return b"{\"dids\":[]}\n".to_vec();
    }
    let mut objects = Vec::new();
    for did in dids {
        let mut members = Vec::new();
        for (name, text) in elements(tables, caller, did) {
            let value = match name {
                "id" | "device_id" | "user_id" | "ai_agent_compatible" => {
                    String::from_utf8(text).expect("a number or a boolean")
                }
                _ => json_string(&text),
            };
            members.push(format!("\"{name}\":{value}"));
        }
        objects.push(format!("{{{}}}", members.join(",")));
    }
    format!("{{\"dids\":[\n{}\n]}}\n", objects.join(",\n")).into_bytes()
}

fn json_string(text: &[u8]) -> String {
    let mut out = String::from("\"");
    for c in characters(text) {
        match c {
            '"' => out += "\\\"",
            '\\' => out += "\\\\",
            '\u{8}' => out += "\\b",
            '\u{C}' => out += "\\f",
            '\n' => out += "\\n",
            '\r' => out += "\\r",
            '\t' => out += "\\t",
            '\0'..' ' => out += &format!("\\u{:04x}", u32::from(c)),
            _ => out.push(c),
        }
    }
    out + "\""
}

/// The text that stands in the place of a CSV file with an error.
pub fn csv_error(text: &str) -> Vec<u8> {
    format!("{text}\n").into_bytes()
}

/// The CSV file with these DIDs.
pub fn csv_list(tables: &Tables, caller: &Caller, dids: &[&Did]) -> Vec<u8> {
    let columns = columns(tables, caller);
    let mut out = columns.join(",") + "\r\n";
    for did in dids {
        let row = elements(tables, caller, did);
        let field = |column: &&str| match row.iter().find(|(name, _)| name == column) {
            Some((_, text)) => csv_field(text),
            None => String::new(),
        };
        let fields: Vec<String> = columns.iter().map(field).collect();
        out += &(fields.join(",") + "\r\n");
    }
    out.into_bytes()
}

fn csv_field(text: &[u8]) -> String {
    let text: String = characters(text).into_iter().collect();
    if text.contains([',', '"', '\r', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}
