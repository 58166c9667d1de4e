//! Bytes a database can hold, as text that markup can carry (D10).

pub use dids_mysql::text::{contains, find, split_once};

/// Whether there is nothing to read (D14): no byte but the six blanks of ASCII. The
/// databases say the same, in [`crate::db::dialect`]: an owner is shown as it is
/// searched. A no-break space is a character like any other.
pub fn is_blank(bytes: &[u8]) -> bool {
    // Rust's ASCII white space lacks the vertical tab.
    bytes
        .iter()
        .all(|byte| matches!(byte, b'\t'..=b'\r' | b' '))
}

/// Appends `bytes` as character data of XML 1.0 or HTML: `& < >` escaped, CR
/// written as a reference so that parsers keep it, and U+FFFD for each
/// character XML forbids and for each ill-formed UTF-8 sequence (maximal
/// subpart).
pub fn escape(out: &mut Vec<u8>, bytes: &[u8]) {
    // Nearly every text in a numbers database is plain ASCII.
    if plain(bytes, b"&<>", true) == bytes.len() {
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

/// The bytes before the first control character (below space), the first of
/// `stops` or, if wanted, the first that is not ASCII. Eight bytes at a time:
/// every byte of a list passes here twice.
#[inline]
pub fn plain<const N: usize>(bytes: &[u8], stops: &[u8; N], ascii: bool) -> usize {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const HIGHS: u64 = ONES << 7;
    // The high bit of each byte that is less than this one. A byte above such a
    // byte can be marked wrongly; the first is always right.
    let less = |word: u64, than: u8| word.wrapping_sub(ONES * u64::from(than)) & !word & HIGHS;
    let marks = |word: u64| {
        let mut marks = less(word, b' ');
        for stop in stops {
            marks |= less(word ^ (ONES * u64::from(*stop)), 1);
        }
        marks | if ascii { word & HIGHS } else { 0 }
    };
    let (words, tail) = bytes.as_chunks::<8>();
    for (nth, word) in words.iter().enumerate() {
        let marks = marks(u64::from_le_bytes(*word));
        if marks != 0 {
            return nth * 8 + (marks.trailing_zeros() / 8) as usize;
        }
    }
    let is_plain =
        |byte: &&u8| **byte >= b' ' && !stops.contains(byte) && (!ascii || byte.is_ascii());
    words.len() * 8 + tail.iter().take_while(is_plain).count()
}

/// A text of the tables that documents and tests are made of: of no use in the
/// component, where it would only take room.
pub const fn of_documents(text: &'static str) -> &'static str {
    if cfg!(target_family = "wasm") {
        ""
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::{escape, is_blank, plain};

    fn escaped(bytes: &[u8]) -> String {
        let mut out = Vec::new();
        escape(&mut out, bytes);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn d14_the_blanks_are_six() {
        assert!(is_blank(b"") && is_blank(b" \t\n\x0b\x0c\r"));
        let others = (0..=u8::MAX).filter(|byte| !b" \t\n\x0b\x0c\r".contains(byte));
        assert!(
            others.clone().count() == 250 && others.clone().all(|byte| !is_blank(&[b' ', byte]))
        );
    }

    #[test]
    fn the_first_byte_to_escape_is_found_anywhere() {
        for length in 0..20 {
            for at in 0..length {
                for byte in 0..=u8::MAX {
                    // What follows looks suspicious too.
                    for after in [b'x', byte, byte.wrapping_add(1), b'\x1f', b'&', 0x80] {
                        let mut bytes = vec![b'~'; length];
                        bytes[at..].fill(after);
                        bytes[at] = byte;
                        let found = |ascii| {
                            let stops = |b: &u8| *b < b' ' || b"&<".contains(b);
                            let stops = |b: &u8| stops(b) || ascii && !b.is_ascii();
                            bytes.iter().position(stops).unwrap_or(length)
                        };
                        assert_eq!(plain(&bytes, b"&<", true), found(true), "{bytes:?}");
                        assert_eq!(plain(&bytes, b"&<", false), found(false), "{bytes:?}");
                    }
                }
            }
        }
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
    fn d10_what_xml_forbids_is_replaced() {
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
