//! What a caller says in headers about the answer: `Accept` (D31) and `Prefer` (D33).

use super::ask::Ask;

/// How an answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Xml,
    Json,
    Csv,
}

/// What leaves room for XML.
const XML: [&str; 5] = [
    "text/xml",
    "application/xml",
    "text/*",
    "application/*",
    "*/*",
];

/// The format a caller accepts: JSON or CSV only where one is named and nothing else
/// would do.
pub fn format(ask: &Ask) -> Format {
    let ranges = ranges(ask);
    let weight = |wanted: &str| {
        let named = ranges.iter().filter(|(range, _)| range == wanted);
        named.map(|(_, weight)| *weight).max().unwrap_or(0)
    };
    let (json, csv) = (weight("application/json"), weight("text/csv"));
    if XML.iter().any(|range| weight(range) > 0) || json.max(csv) == 0 {
        Format::Xml
    } else if csv > json {
        Format::Csv
    } else {
        Format::Json
    }
}

/// The media ranges of all `Accept` lines in small letters, and their weights in
/// thousandths.
fn ranges(ask: &Ask) -> Vec<(String, u16)> {
    let lines = ask.header_lines("accept").join(",");
    let mut ranges = Vec::new();
    for element in split(&lines, ',') {
        let mut parts = split(element, ';').into_iter();
        let range = parts.next().unwrap_or("").trim().to_ascii_lowercase();
        let mut weights = parts
            .filter_map(|parameter| parameter.split_once('='))
            .filter(|(name, _)| name.trim().eq_ignore_ascii_case("q"));
        let weight = weights
            .next()
            .and_then(|(_, text)| thousandths(text.trim()));
        ranges.push((range, weight.unwrap_or(1_000)));
    }
    ranges
}

/// Reads a weight of RFC 9110, 0 to 1 with up to three decimals.
fn thousandths(text: &str) -> Option<u16> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let fits = decimals.len() <= 3 && decimals.bytes().all(|b| b.is_ascii_digit());
    let weight = format!("{whole}{decimals:0<3}");
    let fits = fits && (whole == "0" || whole == "1");
    weight
        .parse()
        .ok()
        .filter(|weight| fits && *weight <= 1_000)
}

/// Whether the caller prefers `count=exact` (RFC 7240). Of several counts the first
/// is meant.
pub fn wants_count(ask: &Ask) -> bool {
    let lines = ask.header_lines("prefer").join(",");
    for preference in split(&lines, ',') {
        let preference = split(preference, ';')[0];
        let (name, value) = preference.split_once('=').unwrap_or((preference, ""));
        if name.trim().eq_ignore_ascii_case("count") {
            let value = value.trim();
            return value == "exact" || value == "\"exact\"";
        }
    }
    false
}

/// Splits at a separator, but not within quoted strings.
fn split(text: &str, separator: char) -> Vec<&str> {
    let mut pieces = Vec::new();
    let (mut begin, mut quoted, mut escaped) = (0, false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if c == separator && !quoted => {
                pieces.push(&text[begin..at]);
                begin = at + 1;
            }
            _ => {}
        }
    }
    pieces.push(&text[begin..]);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(accept: &str) -> Format {
        format(&Ask::default().with("Accept", accept))
    }

    #[test]
    fn d31_json_or_csv_only_where_named_and_no_xml() {
        for json in [
            "application/json",
            "Application/JSON ; charset=utf-8",
            "application/json, text/html, text/plain;q=0.5",
            "application/json;q=0.001",
            "text/csv, application/json",
            "text/csv;q=0.5,application/json;q=0.500",
            "application/json, text/xml;q=0, */*;q=0.000",
            "application/json;q=x",
            "application/json;q=0.2;q=0, text/csv;q=0.1",
            "application/json;x=\"a,*/*\"",
        ] {
            assert_eq!(of(json), Format::Json, "{json}");
        }
        for csv in [
            "text/csv",
            "text/csv, application/json;q=0.9",
            "TEXT/CSV;header=present",
        ] {
            assert_eq!(of(csv), Format::Csv, "{csv}");
        }
        for xml in [
            "",
            "*/*",
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "application/json, text/plain, */*",
            "application/json, text/xml;q=0.1",
            "text/csv, text/*;q=0.1",
            "application/json, application/*",
            "application/json;q=0",
            "application/json;q=0.0, text/csv;q=0.00",
            "application/json, */*;q=x",
            "application/json, text/xml;q=0.0000",
            "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2",
            "application/*+json, text/json, json, application/vnd.api+json",
            "application / json",
        ] {
            assert_eq!(of(xml), Format::Xml, "{xml}");
        }
        assert_eq!(format(&Ask::default()), Format::Xml);
        let two = Ask::default()
            .with("accept", "application/json")
            .with("ACCEPT", "*/*");
        assert_eq!(format(&two), Format::Xml);
    }

    #[test]
    fn d33_count_exact() {
        let wants = |prefer: &str| wants_count(&Ask::default().with("Prefer", prefer));
        for yes in [
            "count=exact",
            "Count = \"exact\"",
            "return=minimal, count=exact;x=y",
            "x=\"a,count=none\",count=exact",
            "count=exact, count=none",
        ] {
            assert!(wants(yes), "{yes}");
        }
        for no in [
            "",
            "count",
            "count=",
            "count=Exact",
            "count=none, count=exact",
            "x;count=exact",
        ] {
            assert!(!wants(no), "{no}");
        }
        assert!(!wants_count(&Ask::default()));
    }
}
