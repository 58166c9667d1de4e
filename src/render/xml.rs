//! The XML page (contract section 3): declaration, two-space indentation, one
//! newline at the end.
//!
//! The markup never depends on a row, so `quick-xml` writes it once, and rows
//! are put together from its pieces: a list of a million DIDs would otherwise
//! spend a good part of its time writing the same tags.

use super::{Render, Value};
use crate::text::escape;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

/// The content type, unless a setting changes it.
pub const CONTENT_TYPE: &str = "text/xml; charset=utf-8";

/// The pieces of markup between the values of some elements.
pub struct Markup {
    head: Vec<u8>,
    row_open: Vec<u8>,
    /// Open and close tag of each element.
    elements: Vec<(Vec<u8>, Vec<u8>)>,
    row_close: Vec<u8>,
    tail: Vec<u8>,
    /// Bytes of all of a row.
    row: usize,
}

impl Markup {
    /// The markup of a list of rows with these elements.
    pub fn new(elements: impl Iterator<Item = &'static str>) -> Self {
        let mut page = Page::new();
        page.open("page").open("dids");
        let head = page.take();
        let row_open = page.open("did").take();
        let elements: Vec<_> = elements
            .map(|name| (page.open(name).take(), page.text("").close(name).take()))
            .collect();
        let row_close = page.close("did").take();
        let tail = page.close("dids").close("page").end();
        let tags: usize = elements
            .iter()
            .map(|(open, close)| open.len() + close.len())
            .sum();
        let row = row_open.len() + tags + row_close.len();
        Self {
            head,
            row_open,
            elements,
            row_close,
            tail,
            row,
        }
    }
}

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

/// A list as XML.
pub struct Xml {
    markup: &'static Markup,
    content_type: &'static str,
}

impl Xml {
    /// With this markup, and the content type that a setting decides.
    pub fn new(markup: &'static Markup, content_type: &'static str) -> Self {
        Self {
            markup,
            content_type,
        }
    }
}

impl Render for Xml {
    fn content_type(&self) -> &'static str {
        self.content_type
    }

    fn head(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.markup.head);
    }

    fn row(&mut self, out: &mut Vec<u8>, values: &[Value<'_>]) {
        out.extend_from_slice(&self.markup.row_open);
        for ((open, close), value) in self.markup.elements.iter().zip(values) {
            if *value != Value::Absent {
                out.extend_from_slice(open);
                value.each(|piece| escape(out, piece));
                out.extend_from_slice(close);
            }
        }
        out.extend_from_slice(&self.markup.row_close);
    }

    fn tail(&mut self, out: &mut Vec<u8>, _: u64) {
        out.extend_from_slice(&self.markup.tail);
    }

    fn markup(&self) -> usize {
        self.markup.row
    }
}

/// The page of an error.
pub fn error(text: &str) -> Vec<u8> {
    let mut escaped = Vec::new();
    escape(&mut escaped, text.as_bytes());
    let escaped = String::from_utf8_lossy(&escaped);
    let mut page = Page::new();
    page.open("page")
        .open("error")
        .text(&escaped)
        .close("error")
        .close("page")
        .end()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::LazyLock;

    static MARKUP: LazyLock<Markup> = LazyLock::new(|| Markup::new(["a", "b", "c"].into_iter()));

    #[test]
    fn an_error_is_a_page_of_its_own() {
        let expected = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<page>\n  \
                        <error>No &lt;DIDs&gt; found</error>\n</page>\n";
        let error = error("No <DIDs> found");
        assert_eq!(String::from_utf8(error).unwrap(), expected);
    }

    #[test]
    fn an_empty_value_is_an_open_and_a_close_tag() {
        let mut xml = Xml::new(&MARKUP, CONTENT_TYPE);
        let mut out = Vec::new();
        xml.head(&mut out);
        xml.row(&mut out, &[Value::EMPTY, Value::Absent, Value::of(b"a&\r")]);
        xml.tail(&mut out, 1);
        let expected = r#"<?xml version="1.0" encoding="UTF-8"?>
<page>
  <dids>
    <did>
      <a></a>
      <c>a&amp;&#13;</c>
    </did>
  </dids>
</page>
"#;
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
