//! Bytes a database can hold, as text that markup can carry (D10).

/// Appends `bytes` as character data of XML 1.0 or HTML: `& < >` escaped, CR
/// written as a reference so that parsers keep it, and U+FFFD for each
/// character XML forbids and for each ill-formed UTF-8 sequence (maximal
/// subpart).
pub fn escape(out: &mut Vec<u8>, bytes: &[u8]) {
    // Nearly every text in a numbers database is plain ASCII.
    if bytes.iter().all(|byte| is_plain(*byte)) {
        out.extend_from_slice(bytes);
        return;
    }
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            let mut buffer = [0; 4];
            let written = match character {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                '\r' => "&#13;",
                '\t' | '\n' => character.encode_utf8(&mut buffer),
                '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => "\u{fffd}",
                _ => character.encode_utf8(&mut buffer),
            };
            out.extend_from_slice(written.as_bytes());
        }
        if !chunk.invalid().is_empty() {
            out.extend_from_slice("\u{fffd}".as_bytes());
        }
    }
}

fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'~' | b'\t' | b'\n') && !matches!(byte, b'&' | b'<' | b'>')
}

#[cfg(test)]
mod tests {
    use super::escape;

    fn escaped(bytes: &[u8]) -> String {
        let mut out = Vec::new();
        escape(&mut out, bytes);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn d10_markup_is_escaped_and_quotes_stay() {
        assert_eq!(
            escaped(br#"a & <b> "c" 'd'"#),
            r#"a &amp; &lt;b&gt; "c" 'd'"#
        );
        assert_eq!(escaped(b"a\r\n\tb"), "a&#13;\n\tb");
        assert_eq!(escaped("žolė 🎉".as_bytes()), "žolė 🎉");
    }

    #[test]
    fn d10_what_xml_forbids_becomes_the_replacement_character() {
        assert_eq!(
            escaped(b"a\0\x0b\x1fb\x7f"),
            "a\u{fffd}\u{fffd}\u{fffd}b\x7f"
        );
        assert_eq!(
            escaped("\u{fffe}\u{ffff}\u{fffd}".as_bytes()),
            "\u{fffd}\u{fffd}\u{fffd}"
        );
        // Maximal subparts: a cut sequence is one, a lone surrogate's bytes are three.
        assert_eq!(escaped(b"\xe2\x82!\xff\xff"), "\u{fffd}!\u{fffd}\u{fffd}");
        assert_eq!(escaped(b"\xed\xa0\x80"), "\u{fffd}\u{fffd}\u{fffd}");
    }
}
