//! Stored times to the wire: `YYYY-MM-DD HH:MM:SS` in UTC becomes RFC 3339 (D15).

/// A stored time as RFC 3339 with `Z`. A `T`, a fraction and a `Z` are
/// tolerated; what is zero or no moment counts as not set.
pub fn rfc3339(stored: &[u8]) -> Option<[u8; 20]> {
    let (moment, rest) = stored.split_first_chunk::<19>()?;
    let [
        y1,
        y2,
        y3,
        y4,
        b'-',
        m1,
        m2,
        b'-',
        d1,
        d2,
        b' ' | b'T',
        h1,
        h2,
        b':',
        i1,
        i2,
        b':',
        s1,
        s2,
    ] = *moment
    else {
        return None;
    };
    let pair = |tens: u8, ones: u8| {
        let digit = |byte: u8| byte.is_ascii_digit().then(|| i64::from(byte - b'0'));
        Some(digit(tens)? * 10 + digit(ones)?)
    };
    let year = pair(y1, y2)? * 100 + pair(y3, y4)?;
    let day = pair(d1, d2)?;
    let valid = year > 0
        && (1..=days_in(year, pair(m1, m2)?)).contains(&day)
        && pair(h1, h2)? < 24
        && pair(i1, i2)? < 60
        && pair(s1, s2)? < 60
        && is_tail(rest);
    valid.then_some([
        y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, b'T', h1, h2, b':', i1, i2, b':', s1, s2, b'Z',
    ])
}

/// The days of a month; none of a month that there is not.
pub fn days_in(year: i64, month: i64) -> i64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    }
}

/// What may follow the seconds: a fraction, a `Z`, both or nothing.
fn is_tail(rest: &[u8]) -> bool {
    let rest = rest.strip_suffix(b"Z").unwrap_or(rest);
    match rest.split_first() {
        None => true,
        Some((b'.', digits)) => !digits.is_empty() && digits.iter().all(u8::is_ascii_digit),
        Some(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::rfc3339;

    fn shown(stored: &str) -> Option<String> {
        rfc3339(stored.as_bytes()).map(|time| String::from_utf8(time.to_vec()).unwrap())
    }

    #[test]
    fn d15_tolerated_forms_are_shown_in_whole_seconds() {
        for stored in [
            "2026-06-09 12:00:00",
            "2026-06-09T12:00:00",
            "2026-06-09T12:00:00Z",
            "2026-06-09 12:00:00.999999",
            "2026-06-09 12:00:00.5Z",
        ] {
            assert_eq!(
                shown(stored).as_deref(),
                Some("2026-06-09T12:00:00Z"),
                "{stored}"
            );
        }
        assert_eq!(
            shown("2024-02-29 23:59:59").as_deref(),
            Some("2024-02-29T23:59:59Z")
        );
    }

    #[test]
    fn d15_zero_and_unreadable_dates_are_not_set() {
        for stored in [
            "",
            "0000-00-00 00:00:00",
            "2026-00-00 00:00:00",
            "2023-02-29 00:00:00",
            "2026-13-01 00:00:00",
            "2026-06-31 00:00:00",
            "2026-06-09",
            "2026-06-09 24:00:00",
            "2026-06-09 12:60:00",
            "2026-06-09 12:00:60",
            "2026-06-09 12:00:00.",
            "soon",
            "2026-06-09 12:00:00+02:00",
            "2026-06-09 12:00:00.5x",
            "2026-0a-09 12:00:00",
        ] {
            assert_eq!(shown(stored), None, "{stored}");
        }
    }
}
