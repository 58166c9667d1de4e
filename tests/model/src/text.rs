//! Small rules about stored texts and numbers that several chapters share.

/// A text column. `None` is NULL; the bytes need not be valid UTF-8.
pub type Text = Option<Vec<u8>>;

/// An integer column. `None` is NULL.
pub type Int = Option<i64>;

/// NULL numbers count as 0 (D14).
pub fn number(stored: Int) -> i64 {
    stored.unwrap_or(0)
}

/// NULL texts count as empty (D14).
pub fn bytes(stored: &Text) -> &[u8] {
    stored.as_deref().unwrap_or(b"")
}

/// Whether a name counts as missing (D14): empty, or only ASCII white space, of
/// which the vertical tab is one.
pub fn is_blank(text: &[u8]) -> bool {
    text.iter().all(|byte| b" \t\n\r\x0b\x0c".contains(byte))
}

/// Equality without regard to the case of ASCII letters.
pub fn same(left: &[u8], right: &[u8]) -> bool {
    left.eq_ignore_ascii_case(right)
}

/// The characters of a text, each ill-formed UTF-8 sequence (maximal subpart)
/// as one U+FFFD.
pub fn characters(text: &[u8]) -> Vec<char> {
    String::from_utf8_lossy(text).chars().collect()
}

/// Reads a whole number: an optional `-`, then ASCII digits only. A number that
/// is too large stays at the end of the range, where no stored number is.
pub fn whole_number(text: &[u8]) -> Option<i128> {
    let (negative, digits) = match text.strip_prefix(b"-") {
        Some(digits) => (true, digits),
        None => (false, text),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let mut value: i128 = 0;
    for digit in digits {
        value = value.saturating_mul(10);
        value = value.saturating_add(i128::from(digit - b'0'));
    }
    Some(if negative { -value } else { value })
}

/// Reads a whole number that may have a `+` as well (D25 c).
pub fn signed_number(text: &[u8]) -> Option<i128> {
    match text.strip_prefix(b"+") {
        Some(digits) if !digits.starts_with(b"-") => whole_number(digits),
        Some(_) => None,
        None => whole_number(text),
    }
}

/// Whether there is nothing but spaces and tabs.
pub fn is_blanks(text: &[u8]) -> bool {
    text.iter().all(|b| b" \t".contains(b))
}

/// SQL's LIKE without an escape character: `%` is any run of characters, `_` one
/// character, ASCII letters are equal in either case.
pub fn like(text: &[u8], pattern: &[u8]) -> bool {
    let text = characters(text);
    let pattern = characters(pattern);
    // matches[i] says whether the pattern read so far matches the first i
    // characters of the text.
    let mut matches = vec![false; text.len() + 1];
    matches[0] = true;
    for wanted in pattern {
        let before = matches.clone();
        for i in 0..=text.len() {
            matches[i] = match wanted {
                '%' => before[..=i].contains(&true),
                '_' => i > 0 && before[i - 1],
                _ => i > 0 && before[i - 1] && text[i - 1].eq_ignore_ascii_case(&wanted),
            };
        }
    }
    matches[text.len()]
}

/// The term rule (D17): contains, or the caller's own LIKE pattern when it has
/// a `%` or `_`.
pub fn term_matches(text: &[u8], term: &[u8]) -> bool {
    if term.contains(&b'%') || term.contains(&b'_') {
        return like(text, term);
    }
    like(text, &[b"%", term, b"%"].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d17_terms() {
        let number = b"37063%Ab\\c";
        for hit in ["063", "3706%", "%ab\\C", "_7063%", "37063_ab_c", "%"] {
            assert!(term_matches(number, hit.as_bytes()), "{hit}");
        }
        for miss in ["064", "063%", "%ab", "__", "37063\\%"] {
            assert!(!term_matches(number, miss.as_bytes()), "{miss}");
        }
        assert!(term_matches("é😀".as_bytes(), b"__"));
        assert!(!term_matches("É".as_bytes(), "é".as_bytes()));
    }

    #[test]
    fn d19_whole_numbers() {
        for (text, value) in [("7", 7), ("-2", -2), ("007", 7), ("-0", 0)] {
            assert_eq!(whole_number(text.as_bytes()), Some(value));
        }
        for text in ["", "-", "+2", "1.5", "x", "--1", "1 2", "٣", "1e3"] {
            assert_eq!(whole_number(text.as_bytes()), None, "{text}");
        }
        assert_eq!(whole_number(&[b'9'; 1000]), Some(i128::MAX));
    }

    #[test]
    fn d25c_signed_numbers() {
        for (text, value) in [("7", 7), ("+5", 5), ("-5", -5), ("+0", 0), ("+007", 7)] {
            assert_eq!(signed_number(text.as_bytes()), Some(value), "{text}");
        }
        for text in [
            "", "+", "-", "++5", "+-5", "-+5", "--5", "+ 5", "5.0", "1e3", "all",
        ] {
            assert_eq!(signed_number(text.as_bytes()), None, "{text}");
        }
    }
}
