//! Looks through what others say, before it is written to a log or an error.
//!
//! Hosts, client libraries and servers repeat what they were given: Spin the whole
//! address that it does not permit, a parser the part of a password that it took for
//! a parameter, MySQL the user. So a text of theirs is shown only if there is nothing
//! of the address's secrets in it; otherwise the operator gets a sentence of ours, with
//! what is no secret: the server's error number, or the host and port.
//!
//! Nothing is cut out of a text: what is left would tell where it was and how long.

use std::borrow::Cow;

use crate::{decoded, server};

/// Forms that are shorter count only as a word: one letter is in every text.
const SHORT: usize = 4;
/// What may have cut a password into parts.
const CUTS: [char; 9] = ['?', '/', '@', '#', ':', '&', '=', ';', '\\'];
/// Users whose names stand in many texts, such as those of tables. They count only
/// where a text names them as users.
const WORDS: &[&str] = &[
    "admin",
    "database",
    "dialplans",
    "devices",
    "dids",
    "mor",
    "mysql",
    "providers",
    "root",
    "user",
    "users",
];

/// The secrets in the address of a database: itself, the user and the password, in
/// every form in which somebody may repeat them. It has no `Debug`.
#[derive(Clone)]
pub struct Secrets {
    /// In lower case, as all texts are compared.
    forms: Vec<(String, Place)>,
    /// Host and port, which are no secret, where they can be told.
    server: Option<String>,
}

/// Where a form has to stand to count.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Anywhere,
    Word,
    /// In quotes, or before an `@` or a colon.
    User,
}

impl Secrets {
    /// Those of an address, well formed or not. What names no server has none.
    pub fn of(address: &str) -> Self {
        let mut secrets = Self {
            forms: Vec::new(),
            server: server(address),
        };
        let Some((_, rest)) = address.split_once("://") else {
            return secrets;
        };
        // The last `@` ends them, wherever it is. If there is none, everything may be
        // a password.
        let (credentials, place) = rest.rsplit_once('@').unwrap_or((rest, ""));
        let (user, password) = credentials.split_once(':').unwrap_or((credentials, ""));
        for whole in [address, rest, credentials, password] {
            secrets.add(whole, None);
        }
        let is_word = |word: &str| {
            let told = place.split(|c: char| !c.is_alphanumeric() && c != '_');
            WORDS.contains(&word) || told.into_iter().any(|told| told == word)
        };
        let user_place = if is_word(user) {
            Place::User
        } else {
            Place::Word
        };
        secrets.add(user, Some(user_place));
        for written in [credentials.to_owned(), decoded(credentials)] {
            for part in written.split(CUTS) {
                // Of a single letter, nothing can be told.
                if part.len() > 1 && part != user && part != decoded(user) {
                    secrets.add(part, None);
                }
            }
        }
        secrets
    }

    /// A form as it is, and decoded once and twice.
    fn add(&mut self, form: &str, place: Option<Place>) {
        let once = decoded(form);
        let twice = decoded(&once);
        for form in [form.to_owned(), once, twice] {
            let short = form.chars().count() < SHORT;
            let place = place.unwrap_or(if short { Place::Word } else { Place::Anywhere });
            let form = (form.to_ascii_lowercase(), place);
            if !form.0.is_empty() && !self.forms.contains(&form) {
                self.forms.push(form);
            }
        }
    }

    /// Whether a text has one of them in it: as it is, with backslashes before quotes as
    /// programs show texts to programmers, or percent-encoded in any way.
    pub fn are_in(&self, text: &str) -> bool {
        let text = text.to_ascii_lowercase();
        let shown = unescaped(&text);
        let once = decoded(&shown).to_ascii_lowercase();
        let twice = decoded(&once).to_ascii_lowercase();
        let raw = decoded(&text).to_ascii_lowercase();
        let mut forms = self.forms.iter();
        forms.any(|(form, place)| {
            let mut texts = [&text, &shown, &once, &twice, &raw].into_iter();
            texts.any(|text| is_in(text, form, *place))
        })
    }

    /// A text of others, fit for a log: as it is, if there is no secret in it, and
    /// otherwise what the operator needs in its place.
    pub fn redact<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if !self.are_in(text) {
            return Cow::Borrowed(text);
        }
        let text = text.to_ascii_lowercase();
        if text.contains("not permitted") || text.contains("not allowed to connect to") {
            return Cow::Owned(match &self.server {
                Some(server) => format!(
                    "the host does not let the component connect to the server of \"database\": \
                     set \"mysql_host\" to mysql://{server}"
                ),
                None => "the host does not let the component connect: the URL in \"database\" \
                     cannot be read as it is written; percent-encode / ? # @ in user and password"
                    .to_owned(),
            });
        }
        Cow::Owned(match number(&text) {
            Some(number) => format!("error {number} of the server: {}", meaning(number)),
            None => "the reason is not shown, because the URL in \"database\" or a part of it \
                 is in its text: check that URL, and that the server can be reached"
                .to_owned(),
        })
    }
}

/// A text of a host, library or server about the database at this address, fit for a
/// log: see [`Secrets::redact`].
pub fn redact<'t>(text: &'t str, address: &str) -> Cow<'t, str> {
    Secrets::of(address).redact(text)
}

/// The error number of a MySQL server in a text of a client library, which shows it
/// as `error 1045 (28000)` or, to programmers, `code: 1045`.
fn number(text: &str) -> Option<u16> {
    let after = ["error ", "code: "]
        .into_iter()
        .flat_map(|word| text.split(word).skip(1));
    let mut numbers = after.filter_map(|rest| {
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().ok()
    });
    numbers.find(|number| *number >= 1000)
}

/// What an error number means, in words that hold for every server.
pub fn meaning(number: u16) -> &'static str {
    match number {
        1040 | 1203 | 1226 => "it has too many connections, or this user has",
        1044 | 1049 => "there is no such database, or the user may not use it",
        1045 | 1698 => "user or password is wrong, or the user may not come from this machine",
        1054 => "a column is missing",
        1129 | 1130 => "it refuses connections from this machine",
        1142 | 1143 => "the user may not read a table or column (db/mysql-grant.sql)",
        1146 => "a table is missing",
        1317 | 3024 | 1969 => "the statement was ended, because it took too long or by hand",
        _ => "look it up in the server's manual",
    }
}

/// A text without the backslashes before quotes and backslashes.
fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        plain.push(match c {
            '\\' => rest.next().unwrap_or(c),
            _ => c,
        });
    }
    plain
}

fn is_in(text: &str, form: &str, place: Place) -> bool {
    let is_letter = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(form).any(|(at, found)| {
        let (before, rest) = text.split_at_checked(at).unwrap_or((text, ""));
        let after = rest.strip_prefix(found).unwrap_or("");
        let (before, after) = (before.chars().next_back(), after.chars().next());
        match place {
            Place::Anywhere => true,
            Place::Word => !before.is_some_and(is_letter) && !after.is_some_and(is_letter),
            Place::User => {
                let quote = |c: Option<char>| c.is_some_and(|c| "'\"`".contains(c));
                !before.is_some_and(is_letter)
                    && (quote(before) && quote(after) || matches!(after, Some('@' | ':')))
            }
        }
    })
}

#[cfg(test)]
#[path = "secrets_tests.rs"]
mod tests;
