//! What a host says of a failure, made fit for the operator's log.
//!
//! A host's text comes from wherever its client had trouble, and may hold the
//! address of the database, thus its password: Spin repeats the whole address
//! where the server is not allowed. So of a text only what is understood passes
//! as it is, and the rest after a look whether any part of the address is in it.

use super::kept::{Fault, Proof};
use crate::error::Failure;
use crate::text::{contains, find, split_once};
use percent_encoding::percent_decode_str;

/// An error that the server sent, in either of the forms in which hosts write it:
/// as a structure, or as a sentence.
struct ServerError<'a> {
    code: u32,
    state: &'a str,
    message: &'a str,
}

/// What stands between message and state in a structure.
const STATE: &str = "\", state: \"";

impl<'a> ServerError<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let (code, state, message) =
            if let Some((_, rest)) = split_once(text, "ServerError { code: ") {
                let (code, rest) = split_once(rest, ", message: \"")?;
                // The last: a message may hold the same.
                let mut places = rest.as_bytes().windows(STATE.len());
                let at = places.rposition(|place| place == STATE.as_bytes())?;
                let (message, state) = (rest.get(..at)?, rest.get(at + STATE.len()..)?);
                (code, state.split('"').next()?, message)
            } else {
                let (_, rest) = split_once(text, "ERROR ")?;
                let (state, rest) = split_once(rest, " (")?;
                let (code, message) = split_once(rest, "): ")?;
                let message = first_line(message);
                (code, state, message.strip_suffix('\'').unwrap_or(message))
            };
        let is_state = state.len() == 5 && state.bytes().all(|byte| byte.is_ascii_alphanumeric());
        Some(Self {
            code: code.parse().ok().filter(|_| is_state)?,
            state,
            message,
        })
    }

    fn proof(&self) -> Proof {
        match self.code {
            // A column, a table or an index that is not there.
            1054 | 1146 | 1176 => Proof::Outdated,
            // Told by the server before it closes a connection that nobody used.
            4031 => Proof::Lost,
            _ if self.state.starts_with("08") => Proof::Lost,
            _ => Proof::Nothing,
        }
    }
}

/// Whether MySQL refused to put a value together because it would be too long. MariaDB
/// answers NULL then.
pub fn is_too_long(failure: &Failure) -> bool {
    contains(&failure.0, "error 1301")
}

/// How clients write that a connection is gone.
const LOST: [&str; 6] = [
    "Io(",
    "Input/output error",
    "ConnectionClosed",
    "Connection to the server is closed",
    "no connection found",
    "Broken pipe",
];

/// What a MySQL client said of a statement.
pub fn of_statement(text: &str, address: &str) -> Fault {
    let Some(error) = ServerError::parse(text) else {
        let is_lost = LOST.iter().any(|sign| contains(text, sign));
        return Fault {
            failure: Failure(format!("MySQL: {}", examined(text, address))),
            proof: if is_lost { Proof::Lost } else { Proof::Nothing },
        };
    };
    let (code, state, message) = (error.code, error.state, examined(error.message, address));
    Fault {
        failure: Failure(format!("MySQL: error {code} ({state}): {message}")),
        proof: error.proof(),
    }
}

/// Whether a character that means something in a URL ends the user or the password
/// early. Clients then take a piece of the password for the host, its port or an option,
/// and a host that refuses it writes the piece into its own log.
pub fn is_cut_short(address: &str) -> bool {
    let (_, rest) = split_once(address, "://").unwrap_or(("", address));
    let credentials = rest.rsplit_once('@').map_or("", |(before, _)| before);
    credentials.bytes().any(|byte| b"/?#".contains(&byte))
}

/// What a MySQL client said of an address that it could not connect to.
pub fn of_connecting(text: &str, address: &str) -> Failure {
    if let Some(error) = ServerError::parse(text) {
        let code = error.code;
        if matches!(code, 1044 | 1045 | 1698) {
            return Failure(format!(
                "the server refuses the user, the password or the database of the variable \
                 \"database\" (error {code})"
            ));
        }
        return of_statement(text, address).failure;
    }
    if contains(text, "is not permitted") {
        return Failure(
            "the server of the variable \"database\" is not allowed: set \"mysql_host\" to it"
                .into(),
        );
    }
    Failure(format!(
        "MySQL: cannot connect: {}",
        examined(text, address)
    ))
}

/// What an SQLite client said of a statement.
pub fn of_sqlite(text: &str) -> Fault {
    let outdated = ["no such column", "no such table", "has no column named"];
    let proof = if outdated.iter().any(|sign| contains(text, sign)) {
        Proof::Outdated
    } else if ["is locked", "is busy", "query result exceeds"]
        .iter()
        .any(|sign| contains(text, sign))
    {
        Proof::Nothing
    } else {
        // A handle that cannot read its file may be older than the file.
        Proof::Lost
    };
    Fault {
        failure: Failure(format!("SQLite: {}", first_line(text))),
        proof,
    }
}

/// The text's first line, or what stands for one that holds a part of the address.
fn examined<'a>(text: &'a str, address: &str) -> &'a str {
    let text = first_line(text);
    if holds_secret(text, address) {
        "(the text holds a part of the address, and is kept back)"
    } else {
        text
    }
}

/// What follows is the same again as a list of causes, and kilobytes of a host's
/// functions where it is told to show them.
fn first_line(text: &str) -> &str {
    split_once(text, "\n").map_or(text, |(line, _)| line)
}

/// Tables that servers name in their errors: they give away no user's name.
const TABLES: [&str; 3] = ["dids", "users", "providers"];

/// Whether a text holds the user, the password or a part of either.
///
/// Compared are letters and digits alone, in lower case and decoded, so that no
/// way of quoting or escaping hides a password. Where a password is not encoded,
/// clients cut it at what means something in a URL: so each piece counts. Bytes,
/// and ASCII's case: more would bring Unicode's tables along.
fn holds_secret(text: &str, address: &str) -> bool {
    let (_, rest) = split_once(address, "://").unwrap_or(("", address));
    let Some((credentials, _)) = rest.rsplit_once('@') else {
        // No user and no password, or nothing that can be told apart from one.
        return !rest.is_empty() && contains(text, rest);
    };
    let (user, password) = credentials.split_once(':').unwrap_or((credentials, ""));
    let user = if TABLES.contains(&user) { "" } else { user };
    let texts = [text.as_bytes().to_vec(), decoded(text)];
    let holds = |raw: &[u8]| {
        let secret = bare(raw);
        texts.iter().any(|text| match secret.len() {
            // Nothing but punctuation, if anything.
            0 => !raw.is_empty() && find(text, raw).is_some(),
            // So short that it stands in many a word: as a word of its own.
            1..4 => {
                let mut words = text.split(|byte| !is_letter(byte));
                words.any(|word| word.eq_ignore_ascii_case(&secret))
            }
            _ => find(&bare(text), &secret).is_some(),
        })
    };
    [user, password].into_iter().any(|secret| {
        [secret.as_bytes().to_vec(), decoded(secret)]
            .iter()
            .any(|form| {
                let mut parts = form.split(|byte| b"/?@:#&=%[]".contains(byte));
                holds(form) || parts.any(holds)
            })
    })
}

fn decoded(text: &str) -> Vec<u8> {
    percent_decode_str(text).collect()
}

/// A letter or digit of ASCII, or a part of any other character.
fn is_letter(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || !byte.is_ascii()
}

/// The letters and digits, in lower case.
fn bare(text: &[u8]) -> Vec<u8> {
    let letters = text.iter().filter(|byte| is_letter(byte));
    letters.map(u8::to_ascii_lowercase).collect()
}

#[cfg(test)]
#[path = "fault_tests.rs"]
mod tests;
