//! Moments as callers write them (D34): RFC 3339, or `YYYY-MM-DD HH:MM:SS` in UTC.

use crate::render::time;

/// A moment, and whether a row can have changed since.
#[derive(Debug, PartialEq, Eq)]
pub enum Moment {
    /// As UTC text, `YYYY-MM-DD HH:MM:SS`: what it is compared with is written so.
    Utc(String),
    /// After the year 9999, the last that a row can have.
    AfterAll,
}

/// Fractions of a second are cut, and a blank may stand for the `T`.
pub fn parse(value: &str) -> Option<Moment> {
    let (moment, rest) = value.as_bytes().split_first_chunk::<19>()?;
    let rest = match rest.split_first() {
        Some((b'.', fraction)) => {
            let end = fraction.iter().take_while(|byte| byte.is_ascii_digit());
            let end = end.count();
            fraction.get(end..).filter(|_| end > 0)?
        }
        _ => rest,
    };
    let minutes = match rest {
        b"" if moment.contains(&b' ') => 0,
        b"Z" | b"z" => 0,
        _ => offset(rest)?,
    };
    // Nowhere else in a moment there is a letter.
    let mut upper = moment.map(|byte| if byte == b't' { b'T' } else { byte });
    // A leap second. Databases have none: what changed in it has the second before.
    let is_leap = upper.ends_with(b":60");
    if let (true, [.., ten, one]) = (is_leap, &mut upper) {
        (*ten, *one) = (b'5', b'9');
    }
    // RFC 3339 has the year 0, a leap year; databases have not.
    let is_zero = upper.starts_with(b"0000");
    if let (true, [_, _, _, year, ..]) = (is_zero, &mut upper) {
        *year = b'4';
    }
    let valid = time::rfc3339(&upper)?;
    if is_zero {
        return Some(Moment::Utc(EARLIEST.to_owned()));
    }
    let moment = shifted(valid, -minutes)?;
    let leaps = ["06-30 23:59:59", "12-31 23:59:59"];
    let may_leap =
        matches!(&moment, Moment::Utc(utc) if leaps.iter().any(|end| utc.ends_with(end)));
    (may_leap || !is_leap).then_some(moment)
}

/// Before this no row can be.
const EARLIEST: &str = "0001-01-01 00:00:00";

/// Minutes east of UTC, of `+02:00`.
fn offset(text: &[u8]) -> Option<i64> {
    let [sign, h1, h2, b':', m1, m2] = *text else {
        return None;
    };
    let (hours, minutes) = (pair(h1, h2)?, pair(m1, m2)?);
    let minutes = (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)?;
    match sign {
        b'+' => Some(minutes),
        b'-' => Some(-minutes),
        _ => None,
    }
}

/// The number of two digits.
fn pair(tens: u8, ones: u8) -> Option<i64> {
    let is_number = tens.is_ascii_digit() && ones.is_ascii_digit();
    is_number.then(|| i64::from(tens - b'0') * 10 + i64::from(ones - b'0'))
}

/// Two digits of a number below 100.
fn digits(number: i64) -> [u8; 2] {
    [number / 10, number % 10].map(|digit| b'0' + u8::try_from(digit).unwrap_or_default())
}

/// A moment so many minutes later.
fn shifted(moment: [u8; 20], minutes: i64) -> Option<Moment> {
    let [
        y1,
        y2,
        y3,
        y4,
        _,
        m1,
        m2,
        _,
        d1,
        d2,
        _,
        h1,
        h2,
        _,
        i1,
        i2,
        _,
        s1,
        s2,
        _,
    ] = moment;
    let mut year = pair(y1, y2)? * 100 + pair(y3, y4)?;
    let (mut month, mut day) = (pair(m1, m2)?, pair(d1, d2)?);
    let mut minute = pair(h1, h2)? * 60 + pair(i1, i2)? + minutes;
    // Less than a day either way.
    if minute < 0 {
        minute += 24 * 60;
        day -= 1;
        if day == 0 {
            month -= 1;
            if month == 0 {
                (month, year) = (12, year - 1);
            }
            day = time::days_in(year, month);
        }
    } else if minute >= 24 * 60 {
        minute -= 24 * 60;
        day += 1;
        if day > time::days_in(year, month) {
            (day, month) = (1, month + 1);
            if month == 13 {
                (month, year) = (1, year + 1);
            }
        }
    }
    if year < 1 {
        return Some(Moment::Utc(EARLIEST.to_owned()));
    }
    if year > 9999 {
        return Some(Moment::AfterAll);
    }
    let parts: [&[u8]; 12] = [
        &digits(year / 100),
        &digits(year % 100),
        b"-",
        &digits(month),
        b"-",
        &digits(day),
        b" ",
        &digits(minute / 60),
        b":",
        &digits(minute % 60),
        b":",
        &[s1, s2],
    ];
    String::from_utf8(parts.concat()).ok().map(Moment::Utc)
}

#[cfg(test)]
mod tests {
    use super::{Moment, parse};

    #[test]
    fn d34_moments_become_utc() {
        for (written, utc) in [
            ("2026-11-25 12:00:00", "2026-11-25 12:00:00"),
            ("2026-11-25T12:00:00Z", "2026-11-25 12:00:00"),
            ("2026-11-25t12:00:00.999z", "2026-11-25 12:00:00"),
            ("2026-11-25 12:00:00.5+02:00", "2026-11-25 10:00:00"),
            ("2026-03-01T00:30:00+01:00", "2026-02-28 23:30:00"),
            ("0001-01-01T00:00:00+00:01", "0001-01-01 00:00:00"),
            ("0000-02-29T00:00:00Z", "0001-01-01 00:00:00"),
            ("9999-12-31T23:59:59Z", "9999-12-31 23:59:59"),
            ("9999-12-31T23:59:59+00:01", "9999-12-31 23:58:59"),
            ("2024-03-01T00:30:00+01:00", "2024-02-29 23:30:00"),
            ("2026-01-01T00:00:00+00:01", "2025-12-31 23:59:00"),
            ("2026-12-31T23:59:59-00:01", "2027-01-01 00:00:59"),
            ("2026-11-25T12:00:00-00:00", "2026-11-25 12:00:00"),
            ("2016-12-31T23:59:60Z", "2016-12-31 23:59:59"),
            ("2015-07-01T05:29:60.5+05:30", "2015-06-30 23:59:59"),
        ] {
            let moment = Moment::Utc(utc.to_owned());
            assert_eq!(parse(written), Some(moment), "{written}");
        }
    }

    #[test]
    fn d34_no_row_changed_after_the_year_9999() {
        for late in ["9999-12-31T23:59:59-00:01", "9999-12-31 00:01:00-23:59"] {
            assert_eq!(parse(late), Some(Moment::AfterAll), "{late}");
        }
    }

    #[test]
    fn d34_what_is_no_moment_is_refused() {
        for bad in [
            "",
            "2026-11-25",
            "all",
            "2026-11-25T12:00",
            "2026-02-29T12:00:00Z",
            "2026-11-25T24:00:00Z",
            "2026-11-25T12:00:60Z",
            "2016-12-31T23:59:60+01:00",
            "2016-12-31T23:59:61Z",
            "2026-11-25T12:00:00",
            "2026-11-25T12:00:00.Z",
            "2026-11-25T12:00:00+2:00",
            "2026-11-25T12:00:00+24:00",
            "2026-11-25T12:00:00 +02:00",
            "2026-11-25T12:00:00ZZ",
            "1764072000",
            "2026-11-25T12:00:00 02:00",
        ] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
