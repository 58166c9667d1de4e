//! What a caller prefers: the format of the answer by `Accept` (D31), and a total
//! by `Prefer` (D33).

use crate::render::Format;
use std::cmp::Reverse;

/// What leaves room for XML.
const XML: [&str; 5] = [
    "text/xml",
    "application/xml",
    "text/*",
    "application/*",
    "*/*",
];

/// What else is asked for by name; of those that are wanted alike, the first.
pub const NAMED: &[(&str, Format)] = &[
    ("application/json", Format::Json),
    ("text/csv", Format::Csv),
];

/// The format that an `Accept` asks for: XML unless another is named and no
/// room is left for XML. Clients that send `application/json, text/plain, */*`
/// unasked get what they always got.
pub fn format(accept: &str) -> Format {
    let mut best = (0, Reverse(0));
    for range in split(accept, b',') {
        let mut pieces = split(range, b';');
        let media = pieces.next().unwrap_or_default().trim();
        let quality = pieces.find_map(quality).unwrap_or(1000);
        let is = |known: &str| media.eq_ignore_ascii_case(known);
        if quality > 0 && XML.into_iter().any(is) {
            return Format::Xml;
        }
        if let Some(at) = NAMED.iter().position(|(known, _)| is(known)) {
            best = best.max((quality, Reverse(at)));
        }
    }
    let (quality, Reverse(at)) = best;
    let named = NAMED.get(at).filter(|_| quality > 0);
    named.map_or(Format::Xml, |(_, format)| *format)
}

/// A quality in thousandths, if the parameter is one (RFC 9110, section 12.4.2).
fn quality(parameter: &str) -> Option<u32> {
    let (name, value) = parameter.split_once('=')?;
    if !name.trim().eq_ignore_ascii_case("q") {
        return None;
    }
    let value = value.trim();
    let (whole, fraction) = value.split_once('.').unwrap_or((value, ""));
    let is_number = fraction.len() <= 3 && fraction.bytes().all(|byte| byte.is_ascii_digit());
    let digits = fraction.bytes().chain(*b"000").take(3);
    match whole {
        "0" if is_number => Some(digits.fold(0, |all, digit| {
            all * 10 + u32::from(digit.wrapping_sub(b'0'))
        })),
        // One that cannot be read is as if it were not there.
        _ => Some(1000),
    }
}

/// Whether `Prefer` holds `count=exact` (RFC 7240).
pub fn wants_total(prefer: &str) -> bool {
    let is_count = |preference: &str| {
        let preference = split(preference, b';').next().unwrap_or_default();
        let (name, value) = preference.split_once('=').unwrap_or((preference, ""));
        let value = value.trim();
        let unquoted = value
            .strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"'));
        let name = name.trim();
        name.eq_ignore_ascii_case("count")
            .then(|| unquoted.unwrap_or(value) == "exact")
    };
    // Of several the first counts.
    split(prefer, b',').find_map(is_count).unwrap_or(false)
}

/// The pieces between separators that stand outside quotes.
fn split(text: &str, separator: u8) -> Pieces<'_> {
    Pieces {
        rest: Some(text),
        separator,
    }
}

struct Pieces<'a> {
    rest: Option<&'a str>,
    separator: u8,
}

impl<'a> Iterator for Pieces<'a> {
    type Item = &'a str;

    // Not inlined: it is called in four places, and is no small one.
    #[inline(never)]
    fn next(&mut self) -> Option<&'a str> {
        let text = self.rest.take()?;
        let (mut is_quoted, mut is_escaped) = (false, false);
        let end = text.bytes().position(|byte| {
            if is_escaped {
                is_escaped = false;
            } else if is_quoted && byte == b'\\' {
                is_escaped = true;
            } else if byte == b'"' {
                is_quoted = !is_quoted;
            } else {
                return !is_quoted && byte == self.separator;
            }
            false
        });
        let Some(end) = end else {
            return Some(text);
        };
        self.rest = text.get(end + 1..);
        text.get(..end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d31_xml_unless_no_room_is_left_for_it() {
        for accept in [
            "",
            "*/*",
            "application/json, text/plain, */*",
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "application/json, text/xml;q=0.1",
            "text/csv, text/*;q=0.001",
            "application/json;q=0",
            "application/json;q=0.000",
            "text/html",
            "application/vnd.api+json",
            "\"application/json\"",
        ] {
            assert_eq!(format(accept), Format::Xml, "{accept}");
        }
    }

    #[test]
    fn d31_the_higher_quality_wins_then_json() {
        for (accept, expected) in [
            ("application/json", Format::Json),
            (
                " Application/JSON ; charset=utf-8 ; Q=0.5 , text/plain",
                Format::Json,
            ),
            ("text/csv", Format::Csv),
            ("text/csv;header=present;q=1.000", Format::Csv),
            ("text/csv, application/json", Format::Json),
            ("text/csv;q=0.9, application/json;q=0.899", Format::Csv),
            ("application/json, */*;q=0", Format::Json),
            ("application/json;q=x", Format::Json),
            ("application/json;x=\"a,b;q=0\", text/html", Format::Json),
            ("application/json, application/*;q=0.0", Format::Json),
        ] {
            assert_eq!(format(accept), expected, "{accept}");
        }
    }

    #[test]
    fn d33_a_total_is_asked_for_by_its_preference() {
        for yes in [
            "count=exact",
            "return=minimal, Count = \"exact\" ; x=y",
            "a=\"b,c\", count=exact",
        ] {
            assert!(wants_total(yes), "{yes}");
        }
        for no in [
            "",
            "count",
            "count=planned",
            "x=\"count=exact\"",
            "count=none, count=exact",
        ] {
            assert!(!wants_total(no), "{no}");
        }
    }
}
