//! Times: stored ones (D15) and those that are asked for (D34).

use super::text::Text;

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
    if !fits || seconds(text).is_none() {
        return None;
    }
    Some(format!("{}T{}Z", &text[..10], &text[11..19]))
}

/// The seconds since the year 0 of `YYYY-MM-DD?HH:MM:SS`, digits at these places
/// being known to be some. A date that does not exist is none.
fn seconds(text: &str) -> Option<i64> {
    let part = |from: usize, to: usize| text[from..to].parse::<i64>().unwrap();
    let (year, month, day) = (part(0, 4), part(5, 7), part(8, 10));
    let (hour, minute, second) = (part(11, 13), part(14, 16), part(17, 19));
    let is_leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days_of = |month: i64| match month {
        4 | 6 | 9 | 11 => 30,
        2 if is_leap(year) => 29,
        2 => 28,
        _ => 31,
    };
    if !(1..=12).contains(&month) || day < 1 || day > days_of(month) {
        return None;
    }
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let mut days = day;
    for earlier in 0..year {
        days += if is_leap(earlier) { 366 } else { 365 };
    }
    for earlier in 1..month {
        days += days_of(earlier);
    }
    Some(((days * 24 + hour) * 60 + minute) * 60 + second)
}

/// The seconds that a stored time, as it is shown, stands for.
pub fn stored_moment(stored: &Text) -> Option<i64> {
    seconds(&rfc3339(stored)?)
}

/// The seconds that a time asked for stands for (D34): RFC 3339, where a blank may
/// stand for the `T`, or the same with a blank and without a zone, which is UTC.
pub fn moment(asked: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(asked).ok()?;
    if !text.is_ascii() || text.len() < 19 {
        return None;
    }
    let (time, rest) = text.split_at(19);
    let fits = time
        .bytes()
        .zip("dddd-dd-ddTdd:dd:dd".bytes())
        .all(|(b, s)| match s {
            b'd' => b.is_ascii_digit(),
            b'T' => matches!(b, b'T' | b't' | b' '),
            _ => b == s,
        });
    if !fits {
        return None;
    }
    // A leap second counts as the one before it.
    let leaps = time
        .strip_suffix(":60")
        .map(|minute| format!("{minute}:59"));
    let seconds = seconds(leaps.as_deref().unwrap_or(time))?;
    let seconds = in_utc(time, rest, seconds)?;
    (leaps.is_none() || ends_a_half_year(seconds)).then_some(seconds)
}

/// Whether it is the last second of a June or a December.
fn ends_a_half_year(moment: i64) -> bool {
    let starts = |year: i64, month: i64| seconds(&format!("{year:04}-{month:02}-01 00:00:00"));
    // Without leap days: some years late at the most.
    let late = moment / (365 * 24 * 60 * 60);
    let mut years = (late - 10).max(0)..=late + 1;
    years.any(|year| {
        [1, 7]
            .iter()
            .any(|month| starts(year, *month) == Some(moment + 1))
    })
}

/// The same moment where the time zone is this rest of the text.
fn in_utc(time: &str, rest: &str, seconds: i64) -> Option<i64> {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    // A fraction is cut.
    let zone = match rest.strip_prefix('.') {
        Some(fraction) => {
            let zone = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
            if zone.len() == fraction.len() {
                return None;
            }
            zone
        }
        None => rest,
    };
    match zone.as_bytes() {
        [b'Z' | b'z'] => Some(seconds),
        [] if time.as_bytes()[10] == b' ' => Some(seconds),
        [sign @ (b'+' | b'-'), _, _, b':', _, _] => {
            let (hours, minutes) = (&zone[1..3], &zone[4..6]);
            if !is_digits(hours) || !is_digits(minutes) {
                return None;
            }
            let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
            if hours > 23 || minutes > 59 {
                return None;
            }
            let ahead = (hours * 60 + minutes) * 60;
            Some(if *sign == b'+' {
                seconds - ahead
            } else {
                seconds + ahead
            })
        }
        _ => None,
    }
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
    fn d34_times_asked_for() {
        let noon = stored_moment(&Some(b"2026-05-27 12:00:00".to_vec()));
        assert!(noon.is_some());
        for same in [
            "2026-05-27 12:00:00",
            "2026-05-27 12:00:00.999",
            "2026-05-27T12:00:00Z",
            "2026-05-27t12:00:00z",
            "2026-05-27 12:00:00.5Z",
            "2026-05-27T14:00:00+02:00",
            "2026-05-26T12:01:00-23:59",
            "2026-05-27 12:00:00-00:00",
        ] {
            assert_eq!(moment(same.as_bytes()), noon, "{same}");
        }
        let last = stored_moment(&Some(b"2016-12-31 23:59:59".to_vec()));
        for leap in ["2016-12-31T23:59:60Z", "2017-01-01T00:59:60+01:00"] {
            assert_eq!(moment(leap.as_bytes()), last, "{leap}");
        }
        for bad in [
            "",
            "all",
            "2026-05-27",
            "2026-05-27T12:00:00",
            "2026-05-27T12:00:00.5",
            "2026-05-27  12:00:00",
            "2026-05-27 12:00:00.",
            "2026-05-27 12:00:00.Z",
            "2026-05-27 12:00:00 Z",
            "2026-05-27T12:00:00 02:00",
            "2026-05-27T12:00:00+0200",
            "2026-05-27T12:00:00+24:00",
            "2026-05-27T12:00:00+02:60",
            "2026-05-27T12:00:60Z",
            "2026-05-27T24:00:00Z",
            "2026-02-29T12:00:00Z",
            "0000-00-00 00:00:00",
            "1748347200",
            "２026-05-27 12:00:00",
        ] {
            assert_eq!(moment(bad.as_bytes()), None, "{bad}");
        }
        // An offset may lead out of the years that can be written.
        assert!(moment(b"0000-01-01T00:00:00+01:00") < moment(b"0000-01-01T00:00:00Z"));
        assert!(moment(b"9999-12-31T23:59:59-01:00") > moment(b"9999-12-31T23:59:59Z"));
        let day = 24 * 60 * 60;
        let of = |text: &str| moment(text.as_bytes()).unwrap();
        assert_eq!(
            of("2024-03-01 00:00:00") - of("2024-02-28 00:00:00"),
            2 * day
        );
        assert_eq!(of("2023-03-01 00:00:00") - of("2023-02-28 00:00:00"), day);
        assert_eq!(
            of("2025-01-01 00:00:00") - of("2024-01-01 00:00:00"),
            366 * day
        );
    }
}
