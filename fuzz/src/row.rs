//! A DID of any bytes, as XML and as HTML.

use dids_get::api::caller::Role;
use dids_get::dids::fields::{FIELDS, Value};
use dids_get::dids::row::Page;
use dids_get::render::{html, xml};

use super::pieces::Pieces;

const ROLES: [Role; 4] = [Role::Admin, Role::Accountant, Role::Reseller, Role::User];

/// A parser finds in the XML what was stored, mended by D10; the HTML has no
/// markup but its own, and shows the same.
pub fn check(input: &[u8]) {
    let page = page(&mut Pieces(input));
    let page = Page::read(Some(&page)).expect("a page");
    let did = page.rows().next().expect("a row").expect("a whole row");
    for role in ROLES {
        let mut bytes = Vec::new();
        xml::head(&mut bytes);
        xml::row(&mut bytes, &did, role);
        xml::tail(&mut bytes);
        let text = String::from_utf8(bytes).expect("XML is UTF-8");
        let document = roxmltree::Document::parse(&text).expect("XML is well-formed");
        let row = document.descendants().find(|node| node.has_tag_name("did"));
        let row = row
            .expect("a row")
            .children()
            .filter(|node| node.is_element());
        let found: Vec<_> = row
            .map(|node| {
                (
                    node.tag_name().name(),
                    node.text().unwrap_or_default().to_owned(),
                )
            })
            .collect();
        let stored: Vec<_> = FIELDS
            .iter()
            .filter(|field| field.roles.has(role))
            .filter_map(|field| Some((field.element, shown(&(field.value)(&did, role))?)))
            .collect();
        assert_eq!(found, stored);

        let mut cells = Vec::new();
        html::table_row(&mut cells, &did, role);
        let mut cells = String::from_utf8(cells).expect("HTML is UTF-8");
        // What marks a status, and what stands for no value.
        for own in ["<i>absent</i>", "<i>empty</i>", "</b>"] {
            cells = cells.replace(own, "");
        }
        for status in ["free", "reserved", "active", "closed", "terminated", ""] {
            cells = cells.replace(&format!("<b class=\"{status}\">"), "");
        }
        let columns = FIELDS.iter().filter(|field| field.roles.has(role)).count();
        // `<tr>`, a cell's two tags each, `</tr>`; nothing else opens or closes.
        assert_eq!(cells.matches('<').count(), 2 + 2 * columns, "{cells}");
        assert_eq!(cells.matches('>').count(), 2 + 2 * columns, "{cells}");
    }
}

/// A page of one row, as a database writes it: raw bytes between quotes.
fn page(pieces: &mut Pieces<'_>) -> Vec<u8> {
    let mut page = b"[7".to_vec();
    for column in 1..28 {
        page.push(b',');
        match column {
            // user, device, reseller, call limit, ai_agent_compatible
            4..=7 | 13 => page.extend(pieces.number().to_string().bytes()),
            // The number's bytes in hex; not for these tests.
            2 => page.extend(b"null"),
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

/// What a reader of the answer must be shown, by D10; `None` for no element.
fn shown(value: &Value<'_>) -> Option<String> {
    let bytes = match value {
        Value::Absent => return None,
        Value::Text(pieces) => pieces.concat(),
        Value::Number(number) => number.to_string().into_bytes(),
        Value::Time(time) => time.to_vec(),
    };
    // One replacement for each maximal subpart, as D10 has it. The pieces are
    // mended one by one, but only ASCII stands between them.
    let text = String::from_utf8_lossy(&bytes);
    let allowed = |c: char| match c {
        '\t' | '\n' | '\r' => c,
        '\0'..' ' | '\u{fffe}' | '\u{ffff}' => '\u{fffd}',
        c => c,
    };
    Some(text.chars().map(allowed).collect())
}
