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

/// The needle rule (D17): contains, or the caller's own LIKE pattern when it has
/// a `%` or `_`.
pub fn needle_matches(text: &[u8], needle: &[u8]) -> bool {
    if needle.contains(&b'%') || needle.contains(&b'_') {
        return like(text, needle);
    }
    like(text, &[b"%", needle, b"%"].concat())
}

/// A stored time as RFC 3339 in UTC with whole seconds (D15): the stored form is
/// `YYYY-MM-DD HH:MM:SS`; a `T`, a fraction and a `Z` are tolerated. A zero or
/// unreadable date is none.
pub fn rfc3339(stored: &Text) -> Option<String> {
    let text = std::str::from_utf8(stored.as_deref()?).ok()?;
    let text = text.strip_suffix('Z').unwrap_or(text);
    let (text, fraction) = match text.split_once('.') {
        Some((text, fraction)) => (text, Some(fraction)),
        None => (text, None),
    };
    if let Some(fraction) = fraction
        && (fraction.is_empty() || !fraction.bytes().all(|b| b.is_ascii_digit()))
    {
        return None;
    }
    let shape = "dddd-dd-dd dd:dd:dd";
    let fits = text.len() == shape.len()
        && text.bytes().zip(shape.bytes()).all(|(b, s)| match s {
            b'd' => b.is_ascii_digit(),
            b' ' => b == b' ' || b == b'T',
            _ => b == s,
        });
    if !fits {
        return None;
    }
    let part = |from: usize, to: usize| text[from..to].parse::<u32>().unwrap();
    let (year, month, day) = (part(0, 4), part(5, 7), part(8, 10));
    let (hour, minute, second) = (part(11, 13), part(14, 16), part(17, 19));
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return None,
    };
    if day < 1 || day > days || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    Some(format!("{}T{}Z", &text[..10], &text[11..19]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d15_times() {
        let read = |s: &str| rfc3339(&Some(s.as_bytes().to_vec()));
        let whole = Some("2026-05-27T07:35:57Z".to_owned());
        for good in [
            "2026-05-27 07:35:57",
            "2026-05-27T07:35:57",
            "2026-05-27 07:35:57Z",
            "2026-05-27T07:35:57.999Z",
            "2026-05-27 07:35:57.000000",
        ] {
            assert_eq!(read(good), whole, "{good}");
        }
        for bad in [
            "",
            "0000-00-00 00:00:00",
            "2026-02-29 00:00:00",
            "2026-13-01 00:00:00",
            "2026-05-27",
            "2026-05-27 24:00:00",
            "2026-05-27 07:35:60",
            "2026-05-27 07:35:57.",
            "2026-05-27 07:35:57 ",
            "2026-05-27 07:35:57+02:00",
            "２026-05-27 07:35:57",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
        assert!(read("2024-02-29 23:59:59").is_some());
        assert_eq!(rfc3339(&None), None);
        assert_eq!(rfc3339(&Some(b"2026-05-27 07:35:5\xFF".to_vec())), None);
    }

    #[test]
    fn d17_needles() {
        let number = b"37063%Ab\\c";
        for hit in ["063", "3706%", "%ab\\C", "_7063%", "37063_ab_c", "%"] {
            assert!(needle_matches(number, hit.as_bytes()), "{hit}");
        }
        for miss in ["064", "063%", "%ab", "__", "37063\\%"] {
            assert!(!needle_matches(number, miss.as_bytes()), "{miss}");
        }
        assert!(needle_matches("é😀".as_bytes(), b"__"));
        assert!(!needle_matches("É".as_bytes(), "é".as_bytes()));
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
}
