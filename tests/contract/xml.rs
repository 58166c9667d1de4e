//! D10: whatever a text holds, the XML is well-formed.

use dids_tests::harness::Site;
use dids_tests::model::tables::Did;

use crate::asking::*;
use crate::texts::{one, shown};
use crate::town::*;

#[test]
fn d10_any_bytes_give_well_formed_xml() {
    for (stored, wanted) in [
        (&b"a & b < c > d"[..], "a &amp; b &lt; c &gt; d"),
        (b"\"quotes' stay", "\"quotes' stay"),
        (b"]]>&amp;<!--", "]]&gt;&amp;amp;&lt;!--"),
        (b"cr\rcrlf\r\nlf\ntab\t.", "cr&#13;crlf&#13;\nlf\ntab\t."),
        (
            b"\x01\x08\x0B\x0C\x0E\x1F.",
            "\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}.",
        ),
        (b"\x7F\xC2\x85\xE2\x80\xA8", "\u{7f}\u{85}\u{2028}"),
        (
            b"\xEF\xBF\xBE\xEF\xBF\xBF\xEF\xBF\xBD",
            "\u{fffd}\u{fffd}\u{fffd}",
        ),
        (b"\xF0\x9F\x98\x80\xF4\x8F\xBF\xBF", "\u{1f600}\u{10ffff}"),
        // Ill-formed sequences, a U+FFFD for each maximal subpart.
        (b"\xFFz", "\u{fffd}z"),
        (b"\xC3z", "\u{fffd}z"),
        (b"\xE2\x82z", "\u{fffd}z"),
        (b"\xF0\x9F\x98z", "\u{fffd}z"),
        (b"\xC0\xAFz", "\u{fffd}\u{fffd}z"),
        (b"\xED\xA0\x80z", "\u{fffd}\u{fffd}\u{fffd}z"),
        (b"\xF5\x80z", "\u{fffd}\u{fffd}z"),
        (b"\x80\x80", "\u{fffd}\u{fffd}"),
        ("\u{105}\u{17e}uolas".as_bytes(), "\u{105}\u{17e}uolas"),
        (b"  spaces stay  ", "  spaces stay  "),
    ] {
        let tables = one(|tables| {
            let did = did(tables, ANNA);
            did.comment = Some(stored.to_vec());
            did.did = Some(stored.to_vec());
            did.language = Some(stored.to_vec());
            did.tonezone = Some(stored.to_vec());
            did.routes_to_openai_project_id = Some(stored.to_vec());
            tables.providers[0].name = Some(stored.to_vec());
        });
        let reply = Site::open(&tables).list("admin", "");
        for element in [
            "comment",
            "did_number",
            "language",
            "tone_zone",
            "provider",
            "routes_to_openai_project_id",
        ] {
            let stored = stored.escape_ascii();
            assert_eq!(reply.elements(element), [wanted], "{element} {stored}");
        }
    }
}

#[test]
fn d10_every_single_byte() {
    // A DID for each.
    let mut tables = one(|_| ());
    let sample = tables.dids[0].clone();
    tables.dids = (1..=0xFF)
        .map(|byte| Did {
            id: byte.into(),
            did: text(&format!("{byte:03}")),
            comment: Some(vec![b'<', byte, b'.']),
            ..sample.clone()
        })
        .collect();
    let reply = Site::open(&tables).list("admin", "");
    let comments = reply.elements("comment");
    assert_eq!(comments.len(), 0xFF);
    for (byte, comment) in (1..=0xFF).zip(comments) {
        let middle = comment
            .strip_prefix("&lt;")
            .unwrap()
            .strip_suffix('.')
            .unwrap();
        let wanted = match byte {
            b'\r' => "&#13;".to_owned(),
            b'&' => "&amp;".to_owned(),
            b'<' => "&lt;".to_owned(),
            b'>' => "&gt;".to_owned(),
            b'\t' | b'\n' | 0x20..=0x7F => char::from(byte).to_string(),
            _ => "\u{fffd}".to_owned(),
        };
        assert_eq!(middle, wanted, "byte {byte:#x}");
    }
}

#[test]
fn d10_a_nul_may_end_a_text_but_not_the_xml() {
    let tables = one(|tables| did(tables, ANNA).comment = Some(b"before\0after".to_vec()));
    let comment = shown(&tables, "comment").unwrap();
    assert!(
        ["before", "before\u{fffd}after"].contains(&comment.as_str()),
        "{comment:?}"
    );
}
