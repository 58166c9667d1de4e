//! The HTML view of `test=1`: for a person debugging in a browser, on a phone as
//! well (contract section 6). No script, nothing external; every value is escaped
//! text. Long lists stream, so the number of rows stands below them.
//!
//! It holds the rows twice, as a table and as the exact XML, and so asks for them
//! twice: memory stays flat however many they are.

use super::xml::{self, Xml};
use super::{Render, Value};
use crate::text::escape;

/// The style of the view, and of others that are to look like it.
pub const STYLE: &str = include_str!("style.css");

/// The content type.
pub const CONTENT_TYPE: &str = "text/html; charset=utf-8";

/// What a browser may do with the view: show it, in its own style. The hash is
/// that of the style.
pub const POLICY: &str = "default-src 'none'; \
    style-src 'sha256-EmjIPEHH9LaYXtBRaCUDhyOJRO50bsFHBVOKz83v+BA='; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The statuses that MOR gives a DID. Each is a class of the style.
pub const STATUSES: [&str; 5] = ["free", "reserved", "active", "closed", "terminated"];

const HEAD: [&str; 2] = [
    "<!DOCTYPE html>
<html lang=\"en\">
<head>
<meta charset=\"utf-8\">
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">
<title>dids_get</title>
<style>",
    "</style>
</head>
<body>
<main>
<h1>dids_get</h1>
",
];
const TAIL: &str = "</main>\n</body>\n</html>\n";
const XML: &str =
    "<h2 id=\"xml\">XML</h2>\n<pre role=\"region\" aria-labelledby=\"xml\" tabindex=\"0\">";
/// A value that is there and has no character.
const EMPTY: &str = "<i>empty</i>";

/// What is said of the request around its rows, as plain texts.
#[derive(Debug, Clone, Default)]
pub struct About {
    /// What was asked, by name and value, without secrets.
    pub asked: Vec<(&'static str, String)>,
    /// Sentences about it.
    pub notes: Vec<String>,
    /// Sentences on the cause of an error.
    pub causes: Vec<String>,
    /// The same call for a program: what it gives, and the command.
    pub commands: Vec<(&'static str, String)>,
}

/// A list as the HTML view.
pub struct Html {
    about: About,
    elements: Vec<&'static str>,
    xml: Xml,
    pass: Pass,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Pass {
    Table,
    Xml,
}

impl Html {
    /// With a column for each element, and this writer for the exact XML.
    pub fn new(about: About, elements: impl Iterator<Item = &'static str>, xml: Xml) -> Self {
        Self {
            about,
            elements: elements.collect(),
            xml,
            pass: Pass::Table,
        }
    }

    /// The head of the table. Long names may break between their words. The table
    /// can be scrolled by keyboard.
    fn table_head(&self, out: &mut Vec<u8>) {
        push(
            out,
            "<h2 id=\"dids\">DIDs</h2>\n<div class=\"scroll\" role=\"region\" \
             aria-labelledby=\"dids\" tabindex=\"0\">\n<table>\n<thead><tr>",
        );
        for element in &self.elements {
            push(out, "<th scope=\"col\">");
            for word in element.split_inclusive('_') {
                push(out, word);
                push(out, "<wbr>");
            }
            push(out, "</th>");
        }
        push(out, "</tr></thead>\n<tbody>\n");
    }
}

impl Render for Html {
    fn content_type(&self) -> &'static str {
        CONTENT_TYPE
    }

    fn head(&mut self, out: &mut Vec<u8>) {
        match self.pass {
            Pass::Table => {
                head(out, &self.about);
                self.table_head(out);
            }
            Pass::Xml => {
                push(out, XML);
                escaped(out, |xml| self.xml.head(xml));
            }
        }
    }

    /// In the table each cell names its column, for screens that are too narrow
    /// for a table.
    fn row(&mut self, out: &mut Vec<u8>, values: &[Value<'_>]) {
        if self.pass == Pass::Xml {
            return escaped(out, |xml| self.xml.row(xml, values));
        }
        push(out, "<tr>");
        for (element, value) in self.elements.iter().zip(values) {
            push(out, "<td data-c=\"");
            push(out, element);
            push(out, "\">");
            cell(out, element, value);
            push(out, "</td>");
        }
        push(out, "</tr>\n");
    }

    fn tail(&mut self, out: &mut Vec<u8>, rows: u64) {
        match self.pass {
            Pass::Table => {
                push(out, "</tbody>\n</table>\n</div>\n<p>");
                push(out, itoa::Buffer::new().format(rows));
                let unit = if rows == 1 { " DID" } else { " DIDs" };
                push(out, unit);
                push(out, "</p>\n");
            }
            Pass::Xml => {
                escaped(out, |xml| self.xml.tail(xml, rows));
                push(out, "</pre>\n");
                push(out, TAIL);
            }
        }
    }

    fn again(&mut self) -> bool {
        std::mem::replace(&mut self.pass, Pass::Xml) == Pass::Table
    }

    fn markup(&self) -> usize {
        let cells: usize = self.elements.iter().map(|name| name.len() + 48).sum();
        cells.max(2 * self.xml.markup())
    }
}

/// Everything before the rows.
fn head(out: &mut Vec<u8>, about: &About) {
    push(out, HEAD[0]);
    push(out, STYLE);
    push(out, HEAD[1]);
    push(out, "<h2>Request</h2>\n<dl class=\"asked\">\n");
    for (name, value) in &about.asked {
        push(out, "<div><dt>");
        push(out, name);
        push(out, "</dt><dd>");
        if value.is_empty() {
            push(out, EMPTY);
        }
        escape(out, value.as_bytes());
        push(out, "</dd></div>\n");
    }
    push(out, "</dl>\n");
    paragraphs(out, &about.notes);
    if !about.commands.is_empty() {
        push(
            out,
            "<details>\n<summary>The same call for a program</summary>\n",
        );
        for (what, command) in &about.commands {
            push(out, "<p>");
            push(out, what);
            push(out, ": <code>");
            escape(out, command.as_bytes());
            push(out, "</code></p>\n");
        }
        push(out, "</details>\n");
    }
}

fn paragraphs(out: &mut Vec<u8>, texts: &[String]) {
    for text in texts {
        push(out, "<p>");
        escape(out, text.as_bytes());
        push(out, "</p>\n");
    }
}

fn cell(out: &mut Vec<u8>, element: &str, value: &Value<'_>) {
    match value {
        Value::Absent => push(out, "<i>absent</i>"),
        Value::Time(time) => {
            // 2026-01-31T12:00:00Z as 2026-01-31 12:00:00 UTC.
            let mut shown = *time;
            shown
                .iter_mut()
                .filter(|byte| **byte == b'T')
                .for_each(|byte| *byte = b' ');
            out.extend_from_slice(shown.strip_suffix(b"Z").unwrap_or_default());
            push(out, " UTC");
        }
        Value::Text(pieces) if pieces.iter().all(|piece| piece.is_empty()) => push(out, EMPTY),
        value if element == "status" => {
            push(out, "<b class=\"");
            push(out, lifecycle(value));
            push(out, "\">");
            value.each(|piece| escape(out, piece));
            push(out, "</b>");
        }
        value => value.each(|piece| escape(out, piece)),
    }
}

/// The class that colours a status.
fn lifecycle(value: &Value<'_>) -> &'static str {
    let mut status = Vec::new();
    value.each(|piece| status.extend_from_slice(piece));
    let same = |name: &&str| status.eq_ignore_ascii_case(name.as_bytes());
    STATUSES.into_iter().find(same).unwrap_or_default()
}

/// The whole view of an error.
pub fn error(about: &About, text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    head(&mut out, about);
    push(
        &mut out,
        "<h2>Error</h2>\n<div class=\"error\">\n<p><strong>",
    );
    escape(&mut out, text.as_bytes());
    push(&mut out, "</strong></p>\n");
    paragraphs(&mut out, &about.causes);
    push(&mut out, "</div>\n");
    push(&mut out, XML);
    escape(&mut out, &xml::error(text));
    push(&mut out, "</pre>\n");
    push(&mut out, TAIL);
    out
}

#[inline(never)]
fn push(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(text.as_bytes());
}

/// XML shown as text.
fn escaped(out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
    let mut xml = Vec::new();
    write(&mut xml);
    escape(out, &xml);
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::prelude::{BASE64_STANDARD, Engine};
    use sha2::{Digest, Sha256};

    #[test]
    fn the_policy_allows_the_style_and_nothing_else() {
        let hash = BASE64_STANDARD.encode(Sha256::digest(STYLE));
        assert!(
            POLICY.contains(&format!("style-src 'sha256-{hash}';")),
            "{hash}"
        );
        assert!(!POLICY.contains("unsafe"));
    }
}
