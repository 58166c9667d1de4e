//! What hosts, clients and servers say of a failure: of which kind it is, and how much
//! of it may be logged.
//!
//! Spin's interface gives a text and nothing else. The server's error number is read
//! from it here, once, and what is done about a failure depends on its [`Kind`] alone.
//!
//! The text comes from wherever a client had trouble and may contain the password: Spin
//! repeats the whole address where the server is not allowed. A text that has the
//! password in it, or a part of it, is hidden as a whole: what is left of a text with a
//! piece cut out would tell where the piece was and how long. Names of users, tables and
//! columns are no secrets, and the operator needs them.

use crate::text::{contains, decoded, find, is_letter, split_once};
use std::fmt;

/// What a failure is, for whoever decides what to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The connection is gone.
    Lost,
    /// A column, a table or an index of the statement does not exist: it was not run.
    Absent,
    /// The user may not read a column or a table.
    Denied,
    /// The value would be longer than the server sends.
    TooLong,
    /// Anything else.
    Other,
}

/// Why the database gave no value. The text is for the operator's log, and never holds a
/// bound value, a key or a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What it is.
    pub kind: Kind,
    /// In words.
    pub text: String,
}

impl Failure {
    /// A failure of this kind. Not inlined: it is made in many places.
    #[inline(never)]
    pub fn new(kind: Kind, text: &str) -> Self {
        let text = text.to_owned();
        Self { kind, text }
    }
}

impl From<&str> for Failure {
    fn from(text: &str) -> Self {
        Self::new(Kind::Other, text)
    }
}

impl From<String> for Failure {
    fn from(text: String) -> Self {
        let kind = Kind::Other;
        Self { kind, text }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Failure {}

/// What takes the place of a text with the password in it.
const HIDDEN: &str = "(hidden: the text contains the password or a part of it)";

/// An error that the server sent.
pub struct ServerError<'a> {
    /// Its number.
    pub code: u16,
    /// Five letters and digits of the SQL standard.
    pub state: &'a str,
    /// The server's words.
    pub message: &'a str,
}

/// What stands between message and state in a structure.
const STATE: &str = "\", state: \"";

impl<'a> ServerError<'a> {
    /// Reads it from a client's text, in either of the forms in which hosts write it: as
    /// a structure, or as a sentence.
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

    /// What it means for a statement over a connection to this address.
    pub fn failure(&self, address: &str) -> Failure {
        let Self { code, state, .. } = self;
        let kind = match code {
            1054 | 1146 | 1176 => Kind::Absent,
            1142 | 1143 => Kind::Denied,
            1301 => Kind::TooLong,
            // Told by the server before it closes a connection that nobody used.
            4031 => Kind::Lost,
            _ if state.starts_with("08") => Kind::Lost,
            _ => Kind::Other,
        };
        let remedy = match code {
            1045 | 1698 => {
                " (a wrong user or password; or TLS is demanded, ssl-mode=required; or the user \
                 may not come from this machine)"
            }
            1142 | 1143 => " (grant it, as db/mysql-grant.sql does)",
            1146 => " (create MOR's tables, or name MOR's database in the URL)",
            1305 => " (MySQL 8.0 or MariaDB 10.5 is needed, or newer)",
            _ => "",
        };
        let message = examined(self.message, address);
        let text = format!("MySQL: error {code} ({state}): {message}{remedy}");
        Failure { kind, text }
    }
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
pub fn of_statement(text: &str, address: &str) -> Failure {
    if let Some(error) = ServerError::parse(text) {
        return error.failure(address);
    }
    let is_lost = LOST.iter().any(|sign| contains(text, sign));
    let kind = if is_lost { Kind::Lost } else { Kind::Other };
    let text = ["MySQL: ", examined(text, address)].concat();
    Failure { kind, text }
}

/// What a MySQL client said of an address that it could not connect to.
pub fn of_connecting(text: &str, address: &str) -> Failure {
    if let Some(error) = ServerError::parse(text) {
        return error.failure(address);
    }
    if contains(text, "is not permitted") {
        return "the server of the variable \"database\" is not allowed: set \"mysql_host\" to it"
            .into();
    }
    let hint = if contains(address, "@[") {
        " (Spin's client connects to no IPv6 address: write the server's name)"
    } else {
        ""
    };
    let text = examined(text, address);
    ["MySQL: cannot connect: ", text, hint].concat().into()
}

/// What an SQLite client said of a statement, which is a text alone: SQLite's, in English.
pub fn of_sqlite(text: &str) -> Failure {
    let is_any = |signs: [&str; 3]| signs.iter().any(|sign| contains(text, sign));
    let kind = if is_any(["no such column", "no such table", "has no column named"]) {
        Kind::Absent
    } else if is_any(["is locked", "is busy", "query result exceeds"]) {
        Kind::Other
    } else {
        // A handle that cannot read its file may be older than the file.
        Kind::Lost
    };
    let text = ["SQLite: ", first_line(text)].concat();
    Failure { kind, text }
}

/// The text's first line, or what takes its place where it contains the password.
pub fn examined<'a>(text: &'a str, address: &str) -> &'a str {
    let text = first_line(text);
    if holds_password(text, address) {
        HIDDEN
    } else {
        text
    }
}

/// What follows is the same again as a list of causes, and kilobytes of a host's
/// functions where it is told to show them.
fn first_line(text: &str) -> &str {
    split_once(text, "\n").map_or(text, |(line, _)| line)
}

/// Whether a text holds the password of an address, or a part of it.
///
/// Compared are letters and digits alone, in lower case and decoded, so that no way of
/// quoting or escaping hides a password. Where a password is not encoded, clients cut it
/// at what means something in a URL: so each piece counts. Bytes, and ASCII's case: more
/// would bring Unicode's tables along.
fn holds_password(text: &str, address: &str) -> bool {
    let (_, rest) = split_once(address, "://").unwrap_or(("", address));
    // Without an `@` the rest may be anything, a password too.
    let credentials = rest.rsplit_once('@').map_or(rest, |(before, _)| before);
    let password = credentials.split_once(':').map_or("", |(_, after)| after);
    let forms = |text: &[u8]| {
        let once = decoded(text);
        [text.to_vec(), decoded(&once), once]
    };
    let texts = forms(text.as_bytes());
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
    forms(password.as_bytes()).iter().any(|form| {
        let mut parts = form.split(|byte| b"/?@:#&=%[]".contains(byte));
        // Of a single letter, nothing can be told.
        holds(form) || parts.any(|part| part.len() > 1 && bare(part).len() != 1 && holds(part))
    })
}

/// The letters and digits, in lower case.
fn bare(text: &[u8]) -> Vec<u8> {
    let letters = text.iter().filter(|byte| is_letter(byte));
    letters.map(u8::to_ascii_lowercase).collect()
}

#[cfg(test)]
#[path = "fault_tests.rs"]
mod tests;
