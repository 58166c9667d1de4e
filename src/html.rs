//! The HTML page of `test=1`: for a person debugging in a browser (contract
//! section 6). No script, nothing external; every value is escaped text.

use crate::caller::Role;
use crate::did::Did;
use crate::error::ApiError;
use crate::fields::{FIELDS, Value};
use crate::parameters::{DOCUMENTED, Parameters};
use crate::text::escape;
use crate::xml;

const HEAD: &str = "<!DOCTYPE html>
<html lang=\"en\">
<head>
<meta charset=\"utf-8\">
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">
<title>dids_get</title>
<style>
:root { color-scheme: light dark; font: 16px/1.4 system-ui, sans-serif; }
body { margin: 1rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; }
th, td { border: 1px solid #8886; padding: .25rem .5rem; text-align: left; white-space: nowrap; }
pre { overflow: auto; max-height: 70vh; border: 1px solid #8886; padding: .5rem; }
</style>
</head>
<body>
<h1>dids_get</h1>
";

/// Everything before the rows: what was asked, without hash and password.
pub fn page_head(out: &mut Vec<u8>, parameters: &Parameters) {
    push(out, HEAD);
    push(out, "<h2>Request</h2>\n<table>\n");
    for name in DOCUMENTED {
        if let Some(value) = parameters
            .get(name)
            .filter(|_| !matches!(name, "hash" | "p"))
        {
            push(out, "<tr><th scope=\"row\">");
            push(out, name);
            push(out, "</th><td>");
            escape(out, value.as_bytes());
            push(out, "</td></tr>\n");
        }
    }
    push(out, "</table>\n");
}

/// The head of the table of rows: one column for each element of the role.
pub fn table_head(out: &mut Vec<u8>, role: Role) {
    push(out, "<h2>DIDs</h2>\n<div class=\"scroll\">\n<table>\n<tr>");
    for field in FIELDS.iter().filter(|field| field.roles.has(role)) {
        push(out, "<th scope=\"col\">");
        push(out, field.element);
        push(out, "</th>");
    }
    push(out, "</tr>\n");
}

/// One DID as a row of the table.
pub fn table_row(out: &mut Vec<u8>, did: &Did<'_>, role: Role) {
    push(out, "<tr>");
    for field in FIELDS.iter().filter(|field| field.roles.has(role)) {
        push(out, "<td>");
        match (field.value)(did, role) {
            Value::Absent => push(out, "–"),
            value => xml::write(out, &value),
        }
        push(out, "</td>");
    }
    push(out, "</tr>\n");
}

/// The end of the table, with the number of its rows.
pub fn table_tail(out: &mut Vec<u8>, rows: u64) {
    push(out, "</table>\n</div>\n<p>");
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
    push(out, "<h2>XML</h2>\n<pre>");
    escaped(out, xml::head);
}

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
    push(&mut out, "<h2>Error</h2>\n<p>");
    escape(&mut out, error.to_string().as_bytes());
    push(&mut out, "</p>\n<h2>XML</h2>\n<pre>");
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
