//! The restrictions on random data, each under its number in `main.rs`.

use dids_tests::model::mysql::Flavour;
use dids_tests::model::tables::{Tables, Text};
use dids_tests::model::{Ask, text};
use dids_tests::server::Kind;

/// Character sets and collations that MariaDB and MySQL have the tables in. Where the
/// two do not have the same collation, both have one without padding.
const FLAVOURS: [[(&str, &str); 2]; 8] = [
    [("utf8mb4", "utf8mb4_general_ci"); 2],
    [NO_PAD, ("utf8mb4", "utf8mb4_0900_ai_ci")],
    [("utf8mb3", "utf8mb3_general_ci"); 2],
    [("latin1", "latin1_swedish_ci"); 2],
    [("utf8mb4", "utf8mb4_bin"); 2],
    [NO_PAD, ("utf8mb4", "utf8mb4_0900_as_ci")],
    [NO_PAD, ("utf8mb4", "utf8mb4_0900_as_cs")],
    [
        ("utf8mb4", "utf8mb4_nopad_bin"),
        ("utf8mb4", "utf8mb4_0900_bin"),
    ],
];
const NO_PAD: (&str, &str) = ("utf8mb4", "utf8mb4_general_nopad_ci");

/// What stands in the place of a letter beyond ASCII. Every character set has it,
/// and no collation takes it for another character.
const OTHER: char = '€';

/// How the data of one database is restricted.
#[derive(Clone, Copy, Debug)]
pub struct Taming {
    mariadb: (&'static str, &'static str),
    mysql: (&'static str, &'static str),
    letters_in_numbers: bool,
}

impl Taming {
    /// Chooses by random bytes; 0 is the plainest choice.
    pub fn choose([flavour, letters]: [u8; 2]) -> Self {
        let [mariadb, mysql] = FLAVOURS[usize::from(flavour) * FLAVOURS.len() / 256];
        Taming {
            mariadb,
            mysql,
            letters_in_numbers: letters < 128,
        }
    }

    /// The tables' declarations on a server.
    pub fn flavour(&self, kind: Kind) -> Flavour {
        let (charset, collation) = match kind {
            Kind::Mariadb => self.mariadb,
            Kind::Mysql => self.mysql,
        };
        Flavour::of(charset, collation)
    }

    /// Whether what is compared is weighed by Unicode's own table.
    fn is_by_unicode(&self) -> bool {
        let (_, collation) = self.mysql;
        collation.contains("_0900_a")
    }

    /// Whether capitals are not equal to small letters.
    fn is_case_sensitive(&self) -> bool {
        !self.mariadb.1.ends_with("_ci") || !self.mysql.1.ends_with("_ci")
    }

    /// Restricts all texts.
    pub fn tables(&self, mut tables: Tables) -> Tables {
        for did in &mut tables.dids {
            self.change(&mut did.did, |text| self.number(text));
            self.change(&mut did.status, |text| self.compared(text));
            self.change(&mut did.language, |text| self.compared(text));
            for shown in [
                &mut did.comment,
                &mut did.reseller_comment,
                &mut did.tonezone,
                &mut did.routes_to_openai_project_id,
            ] {
                self.change(shown, |text| self.storable(text));
            }
        }
        for user in &mut tables.users {
            for name in [
                &mut user.username,
                &mut user.first_name,
                &mut user.last_name,
            ] {
                self.change(name, |text| self.compared(text));
            }
        }
        for device in &mut tables.devices {
            for shown in [
                &mut device.name,
                &mut device.extension,
                &mut device.device_type,
            ] {
                self.change(shown, |text| self.storable(text));
            }
        }
        for plan in &mut tables.dialplans {
            self.change(&mut plan.name, |text| self.storable(text));
            self.change(&mut plan.dptype, |text| self.storable(text));
        }
        for provider in &mut tables.providers {
            self.change(&mut provider.name, |text| self.storable(text));
        }
        for setting in &mut tables.conflines {
            self.change(&mut setting.value, |text| self.storable(text));
        }
        tables
    }

    fn change(&self, stored: &mut Text, tame: impl Fn(Vec<char>) -> Vec<char>) {
        if let Some(bytes) = stored {
            *bytes = tame(text::characters(bytes))
                .into_iter()
                .collect::<String>()
                .into_bytes();
        }
    }

    /// Restriction 1.
    fn storable(&self, text: Vec<char>) -> Vec<char> {
        let is_storable = |c: char| match self.mysql.0 {
            "latin1" => c.is_ascii() || ('\u{a0}'..='\u{ff}').contains(&c) || c == OTHER,
            "utf8mb3" => c <= '\u{ffff}',
            _ => true,
        };
        let replace = |c| if is_storable(c) { c } else { '?' };
        text.into_iter().map(replace).collect()
    }

    /// Restrictions 1 to 3, and 7.
    fn compared(&self, mut text: Vec<char>) -> Vec<char> {
        text.retain(|c| *c != char::REPLACEMENT_CHARACTER);
        if self.is_by_unicode() {
            text.retain(|c| !c.is_control());
        }
        for c in &mut text {
            if !c.is_ascii() && (c.is_alphabetic() || self.is_by_unicode()) {
                *c = OTHER;
            }
        }
        self.storable(text)
    }

    /// Restrictions 1 to 7.
    fn number(&self, text: Vec<char>) -> Vec<char> {
        let mut text = self.compared(text);
        if !self.mariadb.1.contains("nopad") {
            text.retain(|c| !c.is_control());
            while text.last() == Some(&' ') {
                text.pop();
            }
        }
        for c in &mut text {
            match c {
                _ if self.is_by_unicode() && !c.is_ascii_alphanumeric() => *c = '4',
                _ if self.is_case_sensitive() => c.make_ascii_lowercase(),
                '[' | '\\' | ']' | '^' | '_' | '`' if self.letters_in_numbers => *c = '/',
                'a'..='z' | 'A'..='Z' if !self.letters_in_numbers => *c = '4',
                _ => {}
            }
        }
        text
    }
}

/// Restriction 2 for what is asked: `é` and `É` in each of their encodings.
pub fn ask(mut ask: Ask) -> Ask {
    for written in ["%C3%A9", "%c3%a9", "%C3%89", "%c3%89"] {
        ask.target = ask.target.replace(written, "%E2%82%AC");
        ask.body = replaced(&ask.body, written.as_bytes(), b"%E2%82%AC");
    }
    for written in ["é", "É", "\\u00e9", "\\u00c9"] {
        ask.body = replaced(&ask.body, written.as_bytes(), "€".as_bytes());
    }
    ask
}

fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix(from) {
            out.extend_from_slice(to);
            rest = after;
        } else {
            out.push(rest[0]);
            rest = &rest[1..];
        }
    }
    out
}
