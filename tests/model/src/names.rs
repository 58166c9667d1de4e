//! The names of parameters: which are documented, and which of the others may not be
//! ignored (D25).

use super::body::Pair;
use super::page::ELEMENTS;
use super::text::characters;

/// The parameters that are documented, in the order they are checked in.
pub const DOCUMENTED: &[&str] = &[
    "action",
    "u",
    "hash",
    "p",
    "test",
    "from",
    "max_results",
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

/// Whether a parameter is refused by its name, as an unknown one (D25).
pub fn is_refused(pair: &Pair) -> bool {
    if is_documented(&pair.name) {
        let may_hold_no_filter = [&b"test"[..], b"action"].contains(&&pair.name[..]);
        return pair.is_file || may_hold_no_filter && holds_a_filter(&pair.value);
    }
    let Some(name) = std::str::from_utf8(&pair.name)
        .ok()
        .filter(|name| is_plain(name))
    else {
        return true;
    };
    let mut readings = readings(name);
    if readings.any(|reading| reading.starts_with("search") || reading.starts_with("filter")) {
        return true;
    }
    let value = pair.value.trim_ascii().to_ascii_lowercase();
    let restricts = pair.is_file || !["", "all"].iter().any(|none| none.as_bytes() == value);
    restricts && self::readings(name).any(|reading| is_known(&reading))
        || holds_a_filter(&pair.value)
}

/// Whether a value may hold a filter of its own.
pub fn holds_a_filter(value: &[u8]) -> bool {
    String::from_utf8_lossy(value)
        .to_ascii_lowercase()
        .contains("search_")
}

fn is_plain(name: &str) -> bool {
    name.chars()
        .all(|c| c.is_ascii_alphanumeric() || "_-.[]".contains(c))
}

/// Every way to read a name: whole, up to its first bracket, and each without `s_`.
fn readings(name: &str) -> impl Iterator<Item = String> {
    let to_bracket = &name[..name.find('[').unwrap_or(name.len())];
    let mut all = vec![name, to_bracket];
    for part in [name, to_bracket] {
        for short in ["s_", "s-", "s.", "S_", "S-", "S."] {
            all.extend(part.strip_prefix(short));
        }
    }
    all.into_iter().map(reading)
}

/// The letters and digits of a name, lower case.
fn reading(name: &str) -> String {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    letters.collect::<String>().to_ascii_lowercase()
}

/// Whether a reading is that of something which restricts a list.
fn is_known(name: &str) -> bool {
    let mut known: Vec<&str> = DOCUMENTED.to_vec();
    known.extend(
        DOCUMENTED
            .iter()
            .filter_map(|name| name.strip_prefix("search_")),
    );
    known.extend(ELEMENTS.split_whitespace());
    known.extend(["limit", "offset", "page", "per_page", "page_size"]);
    known.into_iter().any(|known| reading(known) == name)
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

    fn is_refused_with(name: &str, value: &str) -> bool {
        let (name, value) = (name.into(), value.into());
        is_refused(&Pair {
            name,
            value,
            is_file: false,
        })
    }

    #[test]
    fn d25_names() {
        for name in "search Search- s_search.x filters[0] S.Filter".split(' ') {
            assert!(is_refused_with(name, ""), "{name}");
        }
        for name in ["a b", "amp;x", "{\"u\":1}", "\u{feff}u", "u\0", "x\u{ad}"] {
            assert!(is_refused_with(name, ""), "{name}");
        }
        let by_value = "did-status s.user status[] [status] maxResults U s_p[x] PER-PAGE id";
        for name in by_value.split(' ') {
            assert!(is_refused_with(name, "2"), "{name}");
            assert!(!is_refused_with(name, " All\n"), "{name}");
        }
        let free = "_ x s_call_type research a[status] s_did_pattern number u test";
        for name in free.split(' ') {
            assert!(!is_refused_with(name, "2"), "{name}");
        }
        assert!(is_refused_with("x", "1;SEARCH_y") && is_refused_with("action", "search_"));
        assert!(!is_refused_with("u", "search_") && !is_refused_with("hash", "search_"));
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
