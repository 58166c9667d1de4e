//! The HTML page of `test=1`: for a person debugging in a browser, on a phone as
//! well (contract section 6). No script, nothing external; every value is escaped
//! text. Long lists stream, so the number of rows stands below them.

mod cause;

use crate::api::caller::Role;
use crate::api::parameters::{DOCUMENTED, Parameters};
use crate::dids::fields::{FIELDS, Value};
use crate::dids::row::Did;
use crate::error::ApiError;
use crate::render::xml;
use crate::text::escape;

/// The style of the page, and of others that are to look like it.
pub const STYLE: &str = include_str!("style.css");

/// What a browser may do with the page: show it, in its own style. The hash is
/// that of the style.
pub const POLICY: &str = "default-src 'none'; \
    style-src 'sha256-eQmHefPkzD24Swc4JTDjveL14lN21eM8RV5eLZcZwVM='; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

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
<h1>dids_get</h1>
",
];

/// Everything before the rows: what was asked, without hash and password.
pub fn page_head(out: &mut Vec<u8>, parameters: &Parameters) {
    push(out, HEAD[0]);
    push(out, STYLE);
    push(out, HEAD[1]);
    push(out, "<h2>Request</h2>\n<dl class=\"asked\">\n");
    let shown = |name: &&&str| !matches!(**name, "hash" | "p");
    for name in DOCUMENTED.iter().filter(shown) {
        let Some(value) = parameters.get(name) else {
            continue;
        };
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
}

/// A value that is there and has no character.
const EMPTY: &str = "<i>empty</i>";

/// The head of the table of rows: one column for each element of the role. Long
/// names may break between their words. The table can be scrolled by keyboard.
pub fn table_head(out: &mut Vec<u8>, role: Role) {
    push(
        out,
        "<h2 id=\"dids\">DIDs</h2>\n<div class=\"scroll\" role=\"region\" \
         aria-labelledby=\"dids\" tabindex=\"0\">\n<table>\n<thead><tr>",
    );
    for field in FIELDS.iter().filter(|field| field.roles.has(role)) {
        push(out, "<th scope=\"col\">");
        for word in field.element.split_inclusive('_') {
            push(out, word);
            push(out, "<wbr>");
        }
        push(out, "</th>");
    }
    push(out, "</tr></thead>\n<tbody>\n");
}

/// One DID as a row of the table. Each cell names its column, for screens that
/// are too narrow for a table.
pub fn table_row(out: &mut Vec<u8>, did: &Did<'_>, role: Role) {
    push(out, "<tr>");
    for field in FIELDS.iter().filter(|field| field.roles.has(role)) {
        push(out, "<td data-c=\"");
        push(out, field.element);
        push(out, "\">");
        cell(out, did, field.element, &(field.value)(did, role));
        push(out, "</td>");
    }
    push(out, "</tr>\n");
}

fn cell(out: &mut Vec<u8>, did: &Did<'_>, element: &str, value: &Value<'_>) {
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
            push(out, lifecycle(did.status.bytes()));
            push(out, "\">");
            xml::write(out, value);
            push(out, "</b>");
        }
        value => xml::write(out, value),
    }
}

/// The statuses that MOR gives a DID. Each is a class of the style.
pub const STATUSES: [&str; 5] = ["free", "reserved", "active", "closed", "terminated"];

/// The class that colours a status.
fn lifecycle(status: &[u8]) -> &'static str {
    let same = |name: &&str| status.eq_ignore_ascii_case(name.as_bytes());
    STATUSES.into_iter().find(same).unwrap_or_default()
}

/// The end of the table, with the number of its rows.
pub fn table_tail(out: &mut Vec<u8>, rows: u64) {
    push(out, "</tbody>\n</table>\n</div>\n<p>");
    push(out, itoa::Buffer::new().format(rows));
    push(
        out,
        if rows == 1 {
            " DID</p>\n"
        } else {
            " DIDs</p>\n"
        },
    );
}

/// The start of the block with the exact XML.
pub fn xml_head(out: &mut Vec<u8>) {
    push(out, XML);
    escaped(out, xml::head);
}

const XML: &str =
    "<h2 id=\"xml\">XML</h2>\n<pre role=\"region\" aria-labelledby=\"xml\" tabindex=\"0\">";

/// One DID in the block.
pub fn xml_row(out: &mut Vec<u8>, did: &Did<'_>, role: Role) {
    escaped(out, |xml| xml::row(xml, did, role));
}

/// The end of the block and of the page.
pub fn xml_tail(out: &mut Vec<u8>) {
    escaped(out, xml::tail);
    push(out, "</pre>\n</body>\n</html>\n");
}

/// The whole page of an error.
pub fn error(parameters: &Parameters, error: ApiError) -> Vec<u8> {
    let mut out = Vec::new();
    page_head(&mut out, parameters);
    push(
        &mut out,
        "<h2>Error</h2>\n<div class=\"error\">\n<p><strong>",
    );
    escape(&mut out, error.to_string().as_bytes());
    push(&mut out, "</strong></p>\n<p>");
    escape(&mut out, cause::of(error, parameters).as_bytes());
    push(&mut out, "</p>\n</div>\n");
    push(&mut out, XML);
    escape(&mut out, &xml::error(error));
    push(&mut out, "</pre>\n</body>\n</html>\n");
    out
}

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
    fn the_policy_allows_the_style_of_the_page_and_nothing_else() {
        let hash = BASE64_STANDARD.encode(Sha256::digest(STYLE));
        assert!(
            POLICY.contains(&format!("style-src 'sha256-{hash}';")),
            "{hash}"
        );
        assert!(!POLICY.contains("unsafe"));
    }
}
