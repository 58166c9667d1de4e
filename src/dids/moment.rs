//! Moments as callers write them (D34): RFC 3339, or `YYYY-MM-DD HH:MM:SS` in UTC.

use crate::render::time;

/// The moment as UTC text, `YYYY-MM-DD HH:MM:SS`: what it is compared with is
/// written so. Fractions of a second are cut, and a blank may stand for the `T`.
pub fn parse(value: &str) -> Option<String> {
    let (moment, rest) = value.split_at_checked(19)?;
    let rest = match rest.strip_prefix('.') {
        Some(fraction) => {
            let end = fraction.bytes().take_while(u8::is_ascii_digit).count();
            fraction.get(end..).filter(|_| end > 0)?
        }
        None => rest,
    };
    let has_blank = moment.contains(' ');
    let minutes = match rest {
        "" if has_blank => 0,
        "Z" | "z" => 0,
        _ => offset(rest)?,
    };
    let moment = moment.replace(['t'], "T");
    let valid = time::rfc3339(moment.as_bytes())?;
    let text = String::from_utf8_lossy(&valid).replace('T', " ");
    let text = text.trim_end_matches('Z');
    shifted(text, -minutes)
}

/// Minutes east of UTC, of `+02:00`.
fn offset(text: &str) -> Option<i64> {
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, minutes) = text.get(1..)?.split_once(':')?;
    let part = |digits: &str, most: i64| -> Option<i64> {
        let is_two = digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
        let value = digits.parse().ok().filter(|_| is_two)?;
        (value <= most).then_some(value)
    };
    Some(sign * (part(hours, 23)? * 60 + part(minutes, 59)?))
}

/// A moment so many minutes later, within the years 1 to 9999.
fn shifted(moment: &str, minutes: i64) -> Option<String> {
    if minutes == 0 {
        return Some(moment.to_owned());
    }
    let number = |from: usize, to: usize| moment.get(from..to)?.parse::<i64>().ok();
    let (mut year, mut month, mut day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let mut minute = number(11, 13)? * 60 + number(14, 16)? + minutes;
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
    let seconds = moment.get(17..19)?;
    let (hours, minutes) = (minute / 60, minute % 60);
    (1..=9999)
        .contains(&year)
        .then(|| format!("{year:04}-{month:02}-{day:02} {hours:02}:{minutes:02}:{seconds}"))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn d34_moments_become_utc() {
        for (written, utc) in [
            ("2026-11-25 12:00:00", "2026-11-25 12:00:00"),
            ("2026-11-25T12:00:00Z", "2026-11-25 12:00:00"),
            ("2026-11-25t12:00:00.999z", "2026-11-25 12:00:00"),
            ("2026-11-25 12:00:00.5+02:00", "2026-11-25 10:00:00"),
            ("2026-03-01T00:30:00+01:00", "2026-02-28 23:30:00"),
            ("2024-03-01T00:30:00+01:00", "2024-02-29 23:30:00"),
            ("2026-01-01T00:00:00+00:01", "2025-12-31 23:59:00"),
            ("2026-12-31T23:59:59-00:01", "2027-01-01 00:00:59"),
            ("2026-11-25T12:00:00-00:00", "2026-11-25 12:00:00"),
        ] {
            assert_eq!(parse(written).as_deref(), Some(utc), "{written}");
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
            "2026-11-25T12:00:00",
            "2026-11-25T12:00:00.Z",
            "2026-11-25T12:00:00+2:00",
            "2026-11-25T12:00:00+24:00",
            "2026-11-25T12:00:00 +02:00",
            "2026-11-25T12:00:00ZZ",
            "0001-01-01T00:00:00+00:01",
            "1764072000",
            "2026-11-25T12:00:00 02:00",
        ] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
