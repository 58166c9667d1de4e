//! Every form of a secret is found, and other texts are left alone.

use super::*;
use crate::encoded;

/// Passwords of every kind, as they are meant.
const PASSWORDS: [&str; 10] = [
    "S3cret-word",
    "12?s3cret=1",
    "12/s3cret",
    "s3#cret",
    "s3@cret",
    "s3:cret",
    "s3%cret",
    "s3\"cr'et\\",
    "s3 crét",
    "%41%zz",
];

/// Texts of others with a word in them, as they are met.
fn texts(word: &str) -> [String; 5] {
    [
        format!("address mysql://u:{word}@host/db is not permitted"),
        format!("Unknown connection URL parameter `{word}'"),
        format!("Url(InvalidParamValue {{ param: {word:?} }})"),
        format!("failed to look up {}", encoded(word)),
        format!("at {}", encoded(&encoded(word)).to_lowercase()),
    ]
}

#[test]
fn every_form_of_a_password_is_found() {
    for password in PASSWORDS {
        for written in [password.to_owned(), encoded(password)] {
            let address = format!("mysql://caller:{written}@db.example.com/mor");
            for word in [password, &written, &address] {
                for text in texts(word) {
                    assert!(Secrets::of(&address).are_in(&text), "{address}: {text}");
                    let shown = redact(&text, &address);
                    assert!(!shown.contains(word), "{address}: {shown}");
                }
            }
        }
    }
}

#[test]
fn parts_of_a_badly_escaped_password_are_found() {
    for (address, part) in [
        ("mysql://u:12?s3cret=1@127.0.0.1/mor", "s3cret"),
        ("mysql://u:12?s3cret=1@127.0.0.1/mor", "12"),
        ("mysql://u:12/s3cret@127.0.0.1/mor", "s3cret"),
        ("mysql://u:s3cret#x1@127.0.0.1/mor", "x1"),
        ("mysql://u:12%3Fs3cret@127.0.0.1/mor", "S3CRET"),
        ("mysql://u:s3cret", "s3cret"),
        ("mysql://s3cret", "s3cret"),
        ("mariadb://u:s3cret@h/mor", "s3cret"),
    ] {
        for text in texts(part) {
            let shown = redact(&text, address);
            assert!(!shown.contains(part), "{address}: {shown}");
        }
    }
}

#[test]
fn the_user_is_found_where_it_is_named() {
    let (special, plain) = ("mysql://caller:s3cret@h/db", "mysql://dids:s3cret@h/db");
    for (address, text) in [
        (special, "no account of caller here"),
        (special, "user \"caller\""),
        (plain, "Access denied for user 'dids'@'localhost'"),
        (plain, "cannot log in as dids@localhost"),
    ] {
        assert!(Secrets::of(address).are_in(text), "{text}");
    }
    for (address, text) in [
        (special, "the callers of a method"),
        (plain, "Unknown column 'dids.did' in 'field list'"),
        (plain, "Table 'db.dids' doesn't exist"),
    ] {
        assert_eq!(redact(text, address), text);
    }
}

#[test]
fn what_an_operator_needs_takes_the_place() {
    let address = "mysql://u:S3cret@db.example.com/mor";
    let spin = format!("address {address} is not permitted");
    for (text, wanted) in [
        (
            spin.as_str(),
            "set \"mysql_host\" to mysql://db.example.com:3306",
        ),
        ("Server error: `ERROR 1045 (28000): S3cret'", "error 1045 "),
        (
            "ServerError { code: 1049, message: \"S3cret\" }",
            "no such database",
        ),
        ("S3cret", "check that URL"),
    ] {
        let shown = redact(text, address);
        assert!(
            shown.contains(wanted) && !shown.contains("S3cret"),
            "{shown}"
        );
    }
    let unclear = "mysql://u:12/S3cret@h/mor";
    let shown = redact(&format!("address {unclear} is not permitted"), unclear).into_owned();
    assert!(shown.contains("percent-encode"), "{shown}");
}

#[test]
fn short_secrets_count_as_words_only() {
    let address = "mysql://u:pw@h/mor";
    for text in ["cannot up-date the upward run", "error 1146 (42S02)"] {
        assert_eq!(redact(text, address), text);
    }
    assert!(Secrets::of(address).are_in("the word pw."));
}

#[test]
fn other_databases_have_no_secrets() {
    for address in ["sqlite:default", "", "default"] {
        assert!(!Secrets::of(address).are_in("the file default cannot be read"));
    }
}
