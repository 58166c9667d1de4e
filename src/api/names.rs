//! Names of parameters that are nearly ours (D25 a and b).
//!
//! A filter that was sent and not understood must not be answered by the list
//! without it. So a name in which a person would read one of ours is refused; any
//! other unknown name is ignored, since real clients send a good many.

use super::parameters::{Documented, Kind, Pair, Parameters};
use crate::error::{ApiError, Name};

/// What the names of this API's filters begin with.
const PREFIX: &str = "search_";

/// Checks every name that was sent, those of files included.
///
/// # Errors
/// The first unknown filter, else the first malformed name, in the order body,
/// then query.
pub fn check(parameters: &Parameters, documented: Documented) -> Result<(), ApiError> {
    let verdicts = || {
        let files = parameters
            .files()
            .map(|name| (name, file(name, documented)));
        let pairs = parameters
            .pairs()
            .map(|pair| (&*pair.name, verdict(pair, documented)));
        files.chain(pairs)
    };
    let first = |wanted| verdicts().find(|(_, found)| *found == wanted);
    if let Some((name, _)) = first(Verdict::Unknown) {
        return Err(ApiError::UnknownParameter(Name::from(name)));
    }
    match first(Verdict::Malformed) {
        Some((name, _)) => Err(ApiError::MalformedParameter(Name::from(name))),
        None => Ok(()),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// Ours, or nothing to do with us.
    Fine,
    /// Begins as a filter and is none (a).
    Unknown,
    /// Nearly a name of ours (b).
    Malformed,
}

fn verdict(Pair { name, value }: &Pair, documented: Documented) -> Verdict {
    let known = documented.iter().any(|parameter| parameter.name == name);
    match if known {
        Verdict::Fine
    } else {
        of_name(name, documented)
    } {
        Verdict::Fine if holds_filter(value, documented) => Verdict::Malformed,
        other => other,
    }
}

/// A file cannot be the value of a parameter.
fn file(name: &str, documented: Documented) -> Verdict {
    if documented.iter().any(|parameter| parameter.name == name) {
        return Verdict::Malformed;
    }
    of_name(name, documented)
}

fn of_name(name: &str, documented: Documented) -> Verdict {
    // Nearly all unknown names are as plain as ours.
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if name.bytes().all(plain) {
        return if name.starts_with(PREFIX) {
            Verdict::Unknown
        } else {
            Verdict::Fine
        };
    }
    let lower = name.to_ascii_lowercase();
    let core = lower.trim_matches(is_space);
    let before_bracket = core.split('[').next().unwrap_or_default();
    let is_ours = |text: &str| {
        let text = text.trim_matches(is_space);
        documented.iter().any(|parameter| parameter.name == text)
    };
    if lower.starts_with("amp;") || is_ours(before_bracket) {
        return Verdict::Malformed;
    }
    if core.starts_with(PREFIX) {
        return Verdict::Unknown;
    }
    // `filter[search_status]`, `?search_status`, `page.from`, `a;max_results`.
    let restricts = |piece: &str| {
        piece.starts_with(PREFIX)
            || documented.iter().any(|parameter| {
                parameter.name == piece && matches!(parameter.kind, Kind::Filter | Kind::Paging)
            })
    };
    if lower.split(is_separator).any(restricts) {
        return Verdict::Malformed;
    }
    Verdict::Fine
}

/// White space of any kind, and the marks that stand for no character.
fn is_space(character: char) -> bool {
    character.is_whitespace()
        || matches!(character, '\u{feff}' | '\u{200b}'..='\u{200d}' | '\u{2060}')
}

fn is_separator(character: char) -> bool {
    is_space(character) || "[](){};?&.,:$\"'`=/\\#".contains(character)
}

/// Whether a value holds what was meant as a filter of its own: separated by a
/// semicolon, encoded twice, or behind a second question mark.
fn holds_filter(value: &[u8], documented: Documented) -> bool {
    let is_filter = |piece: &[u8]| {
        documented.iter().any(|parameter| {
            let rest = piece.strip_prefix(parameter.name.as_bytes());
            parameter.kind == Kind::Filter && rest.is_some_and(|rest| rest.starts_with(b"="))
        })
    };
    let mut pieces = value.split(|byte| matches!(byte, b';' | b'&' | b'?'));
    // Before the first separator stands the value itself.
    pieces.next();
    pieces.any(|piece| is_filter(piece.trim_ascii_start()))
}

#[cfg(test)]
#[path = "names_tests.rs"]
mod tests;
