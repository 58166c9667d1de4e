//! The XML page (contract section 3): declaration, two-space indentation, one
//! newline at the end.
//!
//! The markup never depends on a row, so `quick-xml` writes it once, and rows
//! are put together from its pieces: a list of a million DIDs would otherwise
//! spend a good part of its time writing the same tags.

use crate::api::caller::Role;
use crate::dids::fields::{FIELDS, Value};
use crate::dids::row::Did;
use crate::error::ApiError;
use crate::text::escape;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use std::sync::LazyLock;

/// The pieces of markup between the values.
struct Markup {
    head: Vec<u8>,
    row_open: Vec<u8>,
    /// Open and close tag of each of [`FIELDS`].
    fields: Vec<(Vec<u8>, Vec<u8>)>,
    row_close: Vec<u8>,
    tail: Vec<u8>,
}

static MARKUP: LazyLock<Markup> = LazyLock::new(|| {
    let mut page = Page::new();
    page.open("page").open("dids");
    let head = page.take();
    let row_open = page.open("did").take();
    let fields = FIELDS
        .iter()
        .map(|field| {
            (
                page.open(field.element).take(),
                page.text("").close(field.element).take(),
            )
        })
        .collect();
    let row_close = page.close("did").take();
    let tail = page.close("dids").close("page").end();
    Markup {
        head,
        row_open,
        fields,
        row_close,
        tail,
    }
});

/// A document being written.
struct Page(Writer<Vec<u8>>);

impl Page {
    fn new() -> Self {
        let mut page = Self(Writer::new_with_indent(Vec::new(), b' ', 2));
        page.event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
        page
    }

    fn event(&mut self, event: Event<'_>) -> &mut Self {
        // Writing to memory does not fail.
        let _ = self.0.write_event(event);
        self
    }

    fn open(&mut self, element: &str) -> &mut Self {
        self.event(Event::Start(BytesStart::new(element)))
    }

    fn text(&mut self, escaped: &str) -> &mut Self {
        self.event(Event::Text(BytesText::from_escaped(escaped)))
    }

    fn close(&mut self, element: &str) -> &mut Self {
        self.event(Event::End(BytesEnd::new(element)))
    }

    fn take(&mut self) -> Vec<u8> {
        std::mem::take(self.0.get_mut())
    }

    fn end(&mut self) -> Vec<u8> {
        let mut bytes = self.take();
        bytes.push(b'\n');
        bytes
    }
}

/// What stands before the first DID.
pub fn head(out: &mut Vec<u8>) {
    out.extend_from_slice(&MARKUP.head);
}

/// One DID, as this role is shown it.
pub fn row(out: &mut Vec<u8>, did: &Did<'_>, role: Role) {
    out.extend_from_slice(&MARKUP.row_open);
    for (field, (open, close)) in FIELDS.iter().zip(&MARKUP.fields) {
        if !field.roles.has(role) {
            continue;
        }
        let value = (field.value)(did, role);
        if value != Value::Absent {
            out.extend_from_slice(open);
            write(out, &value);
            out.extend_from_slice(close);
        }
    }
    out.extend_from_slice(&MARKUP.row_close);
}

/// A value as character data; nothing for an absent one.
pub fn write(out: &mut Vec<u8>, value: &Value<'_>) {
    match value {
        Value::Absent => {}
        Value::Text(pieces) => pieces.iter().for_each(|piece| escape(out, piece)),
        Value::Number(number) => {
            out.extend_from_slice(itoa::Buffer::new().format(*number).as_bytes());
        }
        Value::Time(time) => out.extend_from_slice(time),
    }
}

/// What stands after the last DID.
pub fn tail(out: &mut Vec<u8>) {
    out.extend_from_slice(&MARKUP.tail);
}

/// The page of an error.
pub fn error(error: ApiError) -> Vec<u8> {
    let mut text = Vec::new();
    escape(&mut text, error.to_string().as_bytes());
    let text = String::from_utf8_lossy(&text);
    let mut page = Page::new();
    page.open("page")
        .open("error")
        .text(&text)
        .close("error")
        .close("page")
        .end()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_a_page_of_its_own() {
        let expected = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<page>\n  \
                        <error>No DIDs found</error>\n</page>\n";
        assert_eq!(
            String::from_utf8(error(ApiError::NoDidsFound)).unwrap(),
            expected
        );
    }

    #[test]
    fn an_empty_value_is_an_open_and_a_close_tag() {
        let row_of_nulls = format!("[7{}]1", ",null".repeat(27));
        let page = crate::dids::row::Page::read(Some(row_of_nulls.as_bytes())).unwrap();
        let did = page.rows().next().unwrap().unwrap();
        let mut out = Vec::new();
        head(&mut out);
        row(&mut out, &did, Role::User);
        tail(&mut out);
        let expected = r#"<?xml version="1.0" encoding="UTF-8"?>
<page>
  <dids>
    <did>
      <did></did>
      <did_number></did_number>
      <language></language>
      <status></status>
      <did_status></did_status>
      <owner></owner>
      <device></device>
      <simultaneous_call_limit>Unlimited</simultaneous_call_limit>
      <id>7</id>
    </did>
  </dids>
</page>
"#;
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
