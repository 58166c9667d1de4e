//! Callers who mean harm. Whatever they send, the answer is well-formed and no
//! 5xx, nothing of theirs stands in it as markup or as a header, nobody is let
//! in, no secret is written down, and the next caller is served.

mod bodies;
mod connections;
mod headers;
mod parameters;
mod slow;

use std::thread;
use std::time::{Duration, Instant};

use dids_tests::client::Reply;
use dids_tests::harness::Site;

use crate::asking::*;
use crate::town::*;

/// What a browser would take for markup, had it not been escaped.
const MARKS: [&str; 6] = ["<script", "<img", "<svg", "<!ENTITY", "<iframe", "<b>"];

/// The town, with keys that occur in no other text.
fn guarded() -> Site {
    let mut tables = town();
    for (owner, key) in KEYS {
        set(&mut tables, "API_Secret_Key", key, owner);
    }
    Site::inside_and_ending(&tables, "")
}

/// The keys of that town and their owners.
const KEYS: [(i64, &str); 3] = [
    (0, "key-of-admin"),
    (2, "key-of-shop"),
    (5, "key-of-carrier"),
];

/// `u` and `hash` of its admin, and what else is asked.
fn by_admin(query: &str) -> String {
    format!("u=admin&hash={}&{query}", sha1(KEYS[0].1))
}

/// An answer that does no harm to whoever reads it.
fn is_harmless(reply: &Reply, about: &str) {
    assert!(reply.status < 500, "{about}: {}", reply.status);
    assert!(reply.whole, "{about}: aborted");
    assert_eq!(reply.header("x-injected"), None, "{about}");
    let body = std::str::from_utf8(&reply.body).expect("an answer is UTF-8");
    for mark in MARKS {
        assert!(!body.contains(mark), "{about}: {mark} in {body}");
    }
    match reply.header("content-type") {
        Some("text/xml; charset=utf-8") => is_xml(body, about),
        Some("text/html; charset=utf-8") => is_xml(&reply.shown_xml(), about),
        // What the server itself refuses never reached the component.
        kind => assert_eq!((kind, body), (None, ""), "{about}"),
    }
}

/// Well-formed in the eyes of a parser that is none of ours.
fn is_xml(text: &str, about: &str) {
    let parsed = roxmltree::Document::parse(text);
    let page = parsed.unwrap_or_else(|error| panic!("{about}: {error} in {text}"));
    assert_eq!(page.root_element().tag_name().name(), "page", "{about}");
}

/// Nobody who is attacked is held up, and nothing is lost: the next callers get
/// their answers, and the log has no secret.
fn is_unharmed(site: &Site) {
    assert_eq!(site.post(&by_admin("")).ids(), ALL);
    let anna = format!("u=anna&hash={}", sha1(KEYS[0].1));
    assert_eq!(site.post(&anna).ids(), [ANNA]);
    let log = site.server().log();
    assert!(log.contains("outcome=ok"), "the log is written: {log}");
    let log = log.to_ascii_lowercase();
    for (_, key) in KEYS {
        for secret in [key, &sha1(key)] {
            assert!(!log.contains(secret), "{secret} is in the log");
        }
    }
}

/// Instances that end have ended, and with them all they held.
pub fn is_left_alone(site: &Site) {
    let began = Instant::now();
    loop {
        let stats = site.server().stats();
        if stats.instances_live <= 1 && stats.database_handles_live <= 1 {
            return;
        }
        assert!(began.elapsed() < Duration::from_secs(60), "{stats:?}");
        thread::sleep(Duration::from_millis(50));
    }
}

/// A value as it can stand in a query or a form: every byte escaped.
fn escaped(value: &[u8]) -> String {
    value.iter().map(|byte| format!("%{byte:02X}")).collect()
}
