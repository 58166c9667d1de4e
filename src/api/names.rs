//! Names of parameters that are nearly ours (D25 a and b).
//!
//! A filter that was sent and not understood must not be answered by the list
//! without it. So a name in which a person would read one of ours is refused; any
//! other unknown name is ignored, since real clients send a good many.

use super::parameters::{Documented, Kind, Pair, Parameters};
use crate::error::{ApiError, Name};
use crate::text;

/// What the names of this API's filters begin with.
const PREFIX: &str = "search_";

/// Checks every name that was sent, those of files included.
///
/// # Errors
/// The first unknown filter, else the first malformed name, in the order body,
/// then query.
pub fn check(parameters: &Parameters, documented: Documented) -> Result<(), ApiError> {
    let verdicts = || {
        // A file where it stands among the pairs.
        let files_at = move |at| {
            let files = parameters.files().iter();
            let here = files.filter(move |file| file.pairs_before == at);
            here.map(move |file| (&*file.name, file_verdict(&file.name, documented)))
        };
        let pairs = parameters.pairs().enumerate();
        let verdicts = pairs.flat_map(move |(at, pair)| {
            files_at(at).chain([(&*pair.name, verdict(pair, documented))])
        });
        verdicts.chain(files_at(parameters.pairs().count()))
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
    /// A filter, and none of ours (a).
    Unknown,
    /// Nearly a name of ours (b).
    Malformed,
}

fn verdict(Pair { name, value }: &Pair, documented: Documented) -> Verdict {
    let known = documented.iter().find(|parameter| parameter.name == name);
    let of_name = match known {
        Some(_) => Verdict::Fine,
        None => of_name(name, documented),
    };
    // A value that restricts is looked at as one, where the caller may restrict by it,
    // and a password may hold anything.
    let may_hold = known.is_none_or(|parameter| {
        !matches!(parameter.kind, Kind::Filter | Kind::Paging)
            && !matches!(parameter.name, "u" | "p")
    });
    match of_name {
        // A filter of its own, behind a semicolon or encoded twice.
        Verdict::Fine if may_hold && holds_filter(value) => Verdict::Malformed,
        other => other,
    }
}

/// A file cannot be the value of a parameter.
fn file_verdict(name: &str, documented: Documented) -> Verdict {
    if documented.iter().any(|parameter| parameter.name == name) {
        return Verdict::Malformed;
    }
    of_name(name, documented)
}

fn of_name(name: &str, documented: Documented) -> Verdict {
    // Nearly all unknown names are as plain as ours.
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    let plain = name.bytes().all(plain);
    if plain && !text::contains(name, PREFIX) {
        return Verdict::Fine;
    }
    // A backslash may only quote what follows it, in a part's name (D36).
    let bare: String = name
        .chars()
        .filter(|character| !is_nothing(*character) && *character != '\\')
        .collect();
    let bare = bare.to_ascii_lowercase();
    let before_bracket = text::split_once(&bare, "[").map_or(&*bare, |(name, _)| name);
    let is_ours = documented
        .iter()
        .any(|parameter| parameter.name == before_bracket);
    if is_ours || bare.starts_with("amp;") || bare.starts_with('{') {
        Verdict::Malformed
    } else if holds_filter(name.as_bytes()) || has_word(bare.as_bytes()) {
        Verdict::Unknown
    } else {
        Verdict::Fine
    }
}

/// White space, controls, and marks that stand for no character.
fn is_nothing(character: char) -> bool {
    character.is_whitespace()
        || character.is_control()
        || matches!(character, '\u{feff}' | '\u{200b}')
}

/// Whether a word in it begins as a filter does, once what nobody sees is left out:
/// white space divides words, a NUL within one does not (UTF-16 sent as a form).
pub fn holds_filter(text: &[u8]) -> bool {
    let is_plain = |byte: &u8| byte.is_ascii() && !byte.is_ascii_control();
    if text.iter().all(is_plain) {
        return has_word(text);
    }
    let is_seen = |character: &char| character.is_whitespace() || !is_nothing(*character);
    let seen: String = String::from_utf8_lossy(text)
        .chars()
        .filter(is_seen)
        .collect();
    has_word(seen.as_bytes())
}

/// Whether a word of a text begins with the prefix.
fn has_word(text: &[u8]) -> bool {
    let mut before = None;
    let mut places = text.windows(PREFIX.len()).map(|window| {
        let is_word =
            !std::mem::replace(&mut before, window.first()).is_some_and(u8::is_ascii_alphabetic);
        is_word && window.eq_ignore_ascii_case(PREFIX.as_bytes())
    });
    places.any(|found| found)
}

#[cfg(test)]
#[path = "names_tests.rs"]
mod tests;
