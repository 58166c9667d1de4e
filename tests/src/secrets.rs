//! D7, in every test: nothing that a server writes or answers has an API secret
//! key in it, or a hash that is made with one; and no log has the address of a
//! database in it, or a password of one.
//!
//! [`note`] learns the keys of all tables that a test program makes, [`note_address`]
//! the addresses that it gives to components. A server's log is looked through when
//! its site is closed, and every answer as it is read.

use std::collections::BTreeSet;
use std::sync::{Mutex, OnceLock, PoisonError};

use sha1::{Digest, Sha1};

use crate::model::Tables;

/// Shorter keys may stand in a log by chance. Their hashes cannot.
const LONG: usize = 8;
/// The same for parts of passwords, of which fewer are in texts.
const PART: usize = 6;
/// SHA-1 in hex.
const HASH: usize = 40;

#[derive(Default)]
struct Secrets {
    keys: BTreeSet<Vec<u8>>,
    hashes: BTreeSet<Vec<u8>>,
    addresses: BTreeSet<String>,
}

fn known() -> &'static Mutex<Secrets> {
    static KNOWN: OnceLock<Mutex<Secrets>> = OnceLock::new();
    KNOWN.get_or_init(Mutex::default)
}

/// Learns the keys in these tables.
pub fn note(tables: &Tables) {
    let mut known = known().lock().unwrap_or_else(PoisonError::into_inner);
    let settings = tables.conflines.iter();
    let keys = settings.filter(|setting| setting.name == "API_Secret_Key");
    for key in keys.filter_map(|setting| setting.value.as_deref()) {
        let hash = hex::encode(Sha1::digest(key));
        known.hashes.insert(hash.into_bytes());
        if key.len() >= LONG {
            known.keys.insert(key.to_vec());
        }
    }
}

/// Learns the address of a database: itself, and the password in it as it is written,
/// decoded, and in parts. (A user may have the name of a table.)
pub fn note_address(address: &str) {
    let Some((_, rest)) = address.split_once("://") else {
        return;
    };
    let credentials = rest
        .rsplit_once('@')
        .map_or(rest, |(credentials, _)| credentials);
    let password = credentials
        .split_once(':')
        .map_or("", |(_, password)| password);
    let plain = decoded(password);
    let parts = plain.split(['?', '/', '@', '#', ':', '&', '=']);
    let words = parts
        .chain([password, &plain])
        .filter(|word| word.len() >= PART);
    let mut known = known().lock().unwrap_or_else(PoisonError::into_inner);
    known.addresses.extend(words.map(str::to_ascii_lowercase));
    known.addresses.insert(address.to_ascii_lowercase());
}

/// Undoes percent-encoding, for texts in which it is right.
fn decoded(text: &str) -> String {
    let mut parts = text.split('%');
    let mut plain = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let code = part
            .get(..2)
            .and_then(|code| u8::from_str_radix(code, 16).ok());
        match code {
            Some(byte) => {
                plain.push(byte);
                plain.extend(&part.as_bytes()[2..]);
            }
            None => plain.extend([b"%", part.as_bytes()].concat()),
        }
    }
    String::from_utf8_lossy(&plain).into_owned()
}

/// Panics if there is a key, a hash or a part of an address in what a server wrote.
pub fn assert_not_in_log(log: &str) {
    assert_no_hash_in("a log", log.as_bytes());
    let known = known().lock().unwrap_or_else(PoisonError::into_inner);
    for key in &known.keys {
        let found = log.as_bytes().windows(key.len()).any(|part| part == key);
        assert!(!found, "the key {} is in a log", key.escape_ascii());
    }
    let lower = log.to_ascii_lowercase();
    let lower = [decoded(&lower), lower];
    for secret in &known.addresses {
        let found = lower.iter().any(|log| log.contains(secret));
        assert!(
            !found,
            "{secret}, of the address of a database, is in a log"
        );
    }
}

/// Panics if there is a hash in these bytes. (A key may be: a comment can hold the
/// same text.)
pub fn assert_no_hash_in(place: &str, bytes: &[u8]) {
    let runs = bytes.split(|byte| !byte.is_ascii_hexdigit());
    for part in runs.flat_map(|run| run.windows(HASH)) {
        let part = part.to_ascii_lowercase();
        let found = known()
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .hashes
            .contains(&part);
        assert!(!found, "the hash {} is in {place}", part.escape_ascii());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::tables::Confline;

    #[test]
    fn keys_and_hashes_are_found() {
        let mut tables = Tables::default();
        tables.conflines.push(Confline {
            name: "API_Secret_Key".to_owned(),
            value: Some(b"the key of this test".to_vec()),
            ..Confline::default()
        });
        note(&tables);
        let hash = hex::encode_upper(Sha1::digest("the key of this test"));
        for log in ["key=the key of this test;", &format!("x{hash}0\n")] {
            assert!(
                std::panic::catch_unwind(|| assert_not_in_log(log)).is_err(),
                "{log}"
            );
        }
        note_address("mysql://u:12%3Fworldly=1@db/mor");
        for log in [
            "the word `Worldly'",
            "mysql://u:12%3Fworldly=1@db/mor",
            "12%3fworldly",
        ] {
            assert!(
                std::panic::catch_unwind(|| assert_not_in_log(log)).is_err(),
                "{log}"
            );
        }
        assert_not_in_log("12 worlds of u at db:3306");
        let head = &hash[..39];
        assert_not_in_log(&format!("the key of this tes {head}"));
    }
}
