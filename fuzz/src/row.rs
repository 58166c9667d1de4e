//! A DID of any bytes, in every format.

use dids_get::api::caller::Role;
use dids_get::db::column::{COLUMNS, Columns, Kind};
use dids_get::dids::elements::{ELEMENTS, Shown};
use dids_get::dids::row::RowSet;
use dids_get::render::csv::Csv;
use dids_get::render::html::{About, Html};
use dids_get::render::json::Json;
use dids_get::render::xml::{self, Xml};
use dids_get::render::{Render, Value};

use super::pieces::Pieces;

const ROLES: [Role; 4] = [Role::Admin, Role::Accountant, Role::Reseller, Role::User];

/// A parser finds in the XML, the JSON and the CSV what was stored, mended by D10;
/// the HTML has no markup but its own.
pub fn check(input: &[u8]) {
    let page = page(&mut Pieces(input));
    let page = RowSet::read(Some(&page)).expect("a page");
    let row = page.rows(Columns::ALL).next();
    let did = row.expect("a row").expect("a whole row");
    for role in ROLES {
        let shown = Shown::to(role);
        let elements = || ELEMENTS.iter().filter(|element| element.roles.has(role));
        let values: Vec<_> = elements()
            .map(|element| (element.value)(&did, role))
            .collect();
        let named = || elements().map(|element| element.name).zip(&values);
        let xml = || Xml::new(&shown.markup, xml::CONTENT_TYPE);

        let text = written(&mut xml(), &values);
        assert_eq!(read_xml(&text), stored(named(), mended_for_xml));
        let text = written(&mut Json::new(shown.names()), &values);
        assert_eq!(read_json(&text), stored(named(), |text| text.to_owned()));
        let text = written(&mut Csv::new(shown.names_on(Columns::ALL)), &values);
        let cells = named().map(|(_, value)| bytes(value).unwrap_or_default());
        let cells: Vec<_> = cells
            .map(|cell| String::from_utf8_lossy(&cell).into_owned())
            .collect();
        assert_eq!(read_csv(&text).last(), Some(&cells));

        let mut view = Html::new(About::default(), shown.names(), xml());
        let mut cells = Vec::new();
        view.row(&mut cells, &values);
        only_own_markup(
            String::from_utf8(cells).expect("HTML is UTF-8"),
            values.len(),
        );
    }
}

/// A list of one row.
fn written(render: &mut dyn Render, values: &[Value<'_>]) -> String {
    let mut out = Vec::new();
    render.head(&mut out);
    render.before(&mut out, true);
    render.row(&mut out, values);
    render.tail(&mut out, 1);
    String::from_utf8(out).expect("an answer is UTF-8")
}

type Texts = Vec<(String, String)>;

fn read_xml(text: &str) -> Texts {
    let document = roxmltree::Document::parse(text).expect("XML is well-formed");
    let row = document.descendants().find(|node| node.has_tag_name("did"));
    let elements = row
        .expect("a row")
        .children()
        .filter(|node| node.is_element());
    let text = |node: roxmltree::Node<'_, '_>| node.text().unwrap_or_default().to_owned();
    elements
        .map(|node| (node.tag_name().name().to_owned(), text(node)))
        .collect()
}

fn read_json(text: &str) -> Texts {
    let page: serde_json::Value = serde_json::from_str(text).expect("JSON is well-formed");
    let row = page["dids"][0].as_object().expect("an object");
    let mut members: Texts = row
        .iter()
        .map(|(name, value)| {
            (
                name.clone(),
                value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned),
            )
        })
        .collect();
    // The parser sorts by name; the order is that of the text.
    members.sort_by_key(|(name, _)| text.find(&format!("\"{name}\":")));
    members
}

/// RFC 4180, read naively.
fn read_csv(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut field) = (Vec::new(), Vec::new(), String::new());
    let (mut is_quoted, mut characters) = (false, text.chars().peekable());
    while let Some(character) = characters.next() {
        match character {
            '"' if is_quoted && characters.next_if_eq(&'"').is_some() => field.push('"'),
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => row.push(std::mem::take(&mut field)),
            '\r' if !is_quoted && characters.next_if_eq(&'\n').is_some() => {
                row.push(std::mem::take(&mut field));
                rows.push(std::mem::take(&mut row));
            }
            other => field.push(other),
        }
    }
    assert!(!is_quoted && row.is_empty() && field.is_empty(), "{text}");
    rows
}

fn only_own_markup(mut cells: String, columns: usize) {
    // What marks a status, and what stands for no value.
    for own in ["<i>absent</i>", "<i>empty</i>", "</b>"] {
        cells = cells.replace(own, "");
    }
    for status in ["free", "reserved", "active", "closed", "terminated", ""] {
        cells = cells.replace(&format!("<b class=\"{status}\">"), "");
    }
    // `<tr>`, a cell's two tags each, `</tr>`; nothing else opens or closes.
    assert_eq!(cells.matches('<').count(), 2 + 2 * columns, "{cells}");
    assert_eq!(cells.matches('>').count(), 2 + 2 * columns, "{cells}");
}

/// A page of one row, as a database writes it: raw bytes between quotes.
fn page(pieces: &mut Pieces<'_>) -> Vec<u8> {
    let mut page = b"[7,".to_vec();
    quote(&mut page, &pieces.bytes());
    // The number's bytes in hex; not for these tests.
    page.extend(b",null");
    for column in COLUMNS {
        page.push(b',');
        match column.kind {
            Kind::Integer => page.extend(pieces.number().to_string().bytes()),
            _ if !pieces.are_left() => page.extend(b"null"),
            _ => quote(&mut page, &pieces.bytes()),
        }
    }
    page.extend(b"]1");
    page
}

fn quote(page: &mut Vec<u8>, text: &[u8]) {
    page.push(b'"');
    for byte in text {
        match byte {
            b'"' | b'\\' => page.extend([b'\\', *byte]),
            0..0x20 => page.extend(format!("\\u{byte:04x}").bytes()),
            _ => page.push(*byte),
        }
    }
    page.push(b'"');
}

/// What a reader of the answer must be shown, element by element.
fn stored<'a>(
    values: impl Iterator<Item = (&'static str, &'a Value<'a>)>,
    mended: fn(&str) -> String,
) -> Texts {
    let text = |value| {
        // One replacement for each maximal subpart, as D10 has it. The pieces are
        // mended one by one, but only ASCII stands between them.
        bytes(value).map(|bytes| mended(&String::from_utf8_lossy(&bytes)))
    };
    values
        .filter_map(|(name, value)| Some((name.to_owned(), text(value)?)))
        .collect()
}

/// The bytes of a value; `None` for no element.
fn bytes(value: &Value<'_>) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    value.each(|piece| bytes.extend_from_slice(piece));
    (*value != Value::Absent).then_some(bytes)
}

/// What XML forbids is replaced (D10).
fn mended_for_xml(text: &str) -> String {
    let allowed = |c: char| match c {
        '\t' | '\n' | '\r' => c,
        '\0'..' ' | '\u{fffe}' | '\u{ffff}' => '\u{fffd}',
        c => c,
    };
    text.chars().map(allowed).collect()
}
