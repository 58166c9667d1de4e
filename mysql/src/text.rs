//! Searching texts. One search for all: the standard library's, made for long texts, is
//! many times the code, and this is part of WebAssembly components.

/// Where a text that is not empty begins in another.
#[inline(never)]
pub fn find(text: &[u8], term: &[u8]) -> Option<usize> {
    text.windows(term.len().max(1))
        .position(|window| window == term)
}

/// Whether a text that is not empty stands in another.
pub fn contains(text: &str, term: &str) -> bool {
    find(text.as_bytes(), term.as_bytes()).is_some()
}

/// What stands before a text's first occurrence, and after it.
pub fn split_once<'a>(text: &'a str, term: &str) -> Option<(&'a str, &'a str)> {
    let at = find(text.as_bytes(), term.as_bytes())?;
    Some((text.get(..at)?, text.get(at + term.len()..)?))
}

/// A letter or digit of ASCII, or a part of any other character.
pub(crate) fn is_letter(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || !byte.is_ascii()
}

/// Undoes percent-encoding. What is no escape stays as written.
pub(crate) fn decoded(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [first, after @ ..] = rest {
        rest = after;
        bytes.push(match (first, after) {
            (b'%', [high, low, after @ ..]) => match (digit(*high), digit(*low)) {
                (Some(high), Some(low)) => {
                    rest = after;
                    high << 4 | low
                }
                _ => b'%',
            },
            _ => *first,
        });
    }
    bytes
}

fn digit(byte: u8) -> Option<u8> {
    // Below 16, so it fits.
    char::from(byte).to_digit(16).map(|digit| digit as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_found_where_it_first_stands() {
        assert_eq!(split_once("a, bä, c", ", "), Some(("a", "bä, c")));
        assert_eq!(split_once("ab", "ab"), Some(("", "")));
        assert_eq!(split_once("äö", "b"), None);
        assert!(contains("äö", "ö") && contains("äö", "äö"));
        assert!(!contains("äö", "äöü") && !contains("", "a"));
    }
}
