//! The names of parameters: which are documented, and which only look like it
//! (D25 a and b).

use super::text::characters;

/// The parameters that are documented, in the order they are checked in.
pub const DOCUMENTED: &[&str] = &[
    "action",
    "u",
    "hash",
    "p",
    "test",
    "search_did_number",
    "search_status",
    "search_did_owner",
    "search_dialplan",
    "search_user",
    "search_device",
    "search_provider",
    "search_language",
    "search_hide_terminated_dids",
    "search_updated_since",
    "search_did_exact",
    "search_did_id",
    "from",
    "max_results",
    "cursor",
];

/// Characters of a name that an answer repeats (D25).
pub const ECHO_LIMIT: usize = 64;

/// Whether a parameter is documented under exactly this name.
pub fn is_documented(name: &[u8]) -> bool {
    DOCUMENTED
        .iter()
        .any(|documented| documented.as_bytes() == name)
}

/// Whether a name is a documented one written in a way that is not understood
/// (D25 b): in another case, with blanks, as an array, from HTML, or within JSON
/// that was sent as a form.
pub fn is_malformed(name: &[u8]) -> bool {
    if is_documented(name) {
        return false;
    }
    let plain = plain(name);
    let before_bracket = plain.split('[').next().unwrap_or("");
    plain.starts_with("amp;") || plain.starts_with('{') || is_documented(before_bracket.as_bytes())
}

/// Whether a name is meant as a filter that there is none of (D25 a).
pub fn is_unknown_filter(name: &[u8]) -> bool {
    let mentions = || mentions_a_filter(name) || mentions_a_filter(plain(name).as_bytes());
    !is_documented(name) && !is_malformed(name) && mentions()
}

/// Whether a parameter that is no filter has one in its value, as behind a `;` that
/// was meant to separate. A password may hold anything.
pub fn hides_a_filter(name: &[u8], value: &[u8]) -> bool {
    let is_other = !is_documented(name) || [&b"action"[..], b"test", b"hash"].contains(&name);
    is_other && mentions_a_filter(value)
}

/// Whether a word begins with `search_`.
pub fn mentions_a_filter(text: &[u8]) -> bool {
    let is_shown = |c: &char| c.is_whitespace() || !is_unseen(*c);
    let mut text: String = characters(text).into_iter().filter(is_shown).collect();
    text.make_ascii_lowercase();
    let begins_a_word = |at: usize| !text[..at].ends_with(|c: char| c.is_ascii_alphabetic());
    text.match_indices("search_")
        .any(|(at, _)| begins_a_word(at))
}

/// A name without what a reader does not see and without backslashes, which may quote
/// what follows them, in small letters.
fn plain(name: &[u8]) -> String {
    let mut plain: String = characters(name)
        .into_iter()
        .filter(|c| !is_unseen(*c) && *c != '\\')
        .collect();
    plain.make_ascii_lowercase();
    plain
}

fn is_unseen(c: char) -> bool {
    c.is_whitespace() || c.is_control() || c == '\u{FEFF}' || c == '\u{200B}'
}

/// Hexadecimal digits in a row that may be a hash.
const HASH_LENGTH: usize = 40;

/// A name as an error repeats it: so much of it, with U+FFFD for what is no
/// character to be shown, and without what may be a hash (D7): JSON that was sent as a
/// form is a name with all that was in it.
pub fn echo(name: &[u8]) -> String {
    let mut shown = String::new();
    let mut digits = String::new();
    for c in characters(name) {
        if c.is_ascii_hexdigit() {
            digits.push(c);
            continue;
        }
        shown += unless_hash(&digits);
        digits.clear();
        shown.push(match c {
            '\u{FFFE}' | '\u{FFFF}' => '\u{FFFD}',
            c if c.is_control() => '\u{FFFD}',
            c => c,
        });
    }
    shown += unless_hash(&digits);
    shown.chars().take(ECHO_LIMIT).collect()
}

fn unless_hash(digits: &str) -> &str {
    if digits.len() < HASH_LENGTH {
        digits
    } else {
        "***"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d25a_unknown_filters() {
        for name in [
            "search_reseller",
            "search_",
            "search_status.0",
            "Search_Reseller",
            " search_x",
            "filter[search_status]",
            "params.search_status",
            "search_statusx",
            "my_search_status",
            "search_foo[]",
        ] {
            assert!(is_unknown_filter(name.as_bytes()), "{name}");
            assert!(!is_malformed(name.as_bytes()), "{name}");
        }
        for name in [
            "search",
            "s_user",
            "searchstatus",
            "search-status",
            "",
            "x[y]",
            "research_status",
        ] {
            assert!(!is_unknown_filter(name.as_bytes()), "{name}");
            assert!(!is_malformed(name.as_bytes()), "{name}");
        }
    }

    #[test]
    fn d25b_malformed_names() {
        for name in [
            "search_status[]",
            "search_status[0][x]",
            "u[",
            "P",
            "p[]",
            "amp;x",
            "AMP;u",
            "amp;search_nothing",
            "Search_Status",
            " u",
            "u\t",
            "u\0",
            "\u{FEFF}u",
            "From []",
            "{\"search_status\":\"free\"}",
        ] {
            assert!(is_malformed(name.as_bytes()), "{name}");
            assert!(!is_unknown_filter(name.as_bytes()), "{name}");
        }
        for name in DOCUMENTED {
            assert!(!is_malformed(name.as_bytes()) && !is_unknown_filter(name.as_bytes()));
        }
    }

    #[test]
    fn d25_hidden_filters() {
        for name in ["s_user", "data", "action", "test", "hash", ""] {
            assert!(hides_a_filter(name.as_bytes(), b"all;search_status=free"));
            assert!(hides_a_filter(name.as_bytes(), b"all\nSearch_x"));
            assert!(!hides_a_filter(name.as_bytes(), b"search, research_1"));
        }
        for name in ["p", "u", "search_did_owner", "cursor"] {
            assert!(!hides_a_filter(name.as_bytes(), b"search_"));
        }
        assert!(hides_a_filter(b"x", b"s\0e\0a\0r\0c\0h\0_\0"));
    }

    #[test]
    fn d25_echo() {
        assert_eq!(
            echo(b"a<\0\n\x7F\xC2\x85\xFFb"),
            "a<\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}b"
        );
        assert_eq!(echo("é".repeat(65).as_bytes()), "é".repeat(64));
        let name = format!("{{hash:{}}}{}", "aB01".repeat(10), "a".repeat(39));
        assert_eq!(
            echo(name.as_bytes()),
            format!("{{hash:***}}{}", "a".repeat(39))
        );
    }
}
