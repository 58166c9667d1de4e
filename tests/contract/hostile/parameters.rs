//! Every documented parameter with every value that has broken other programs.

use std::time::{Duration, Instant};

use dids_tests::client::Connection;
use dids_tests::harness::Site;
use dids_tests::model::names::DOCUMENTED;
use dids_tests::model::{self, Ask};

use super::{KEYS, by_admin, escaped, guarded, is_harmless, is_unharmed};
use crate::asking::*;
use crate::town::*;

const VALUES: [&[u8]; 42] = [
    // Bytes that end or are no text.
    b"\0",
    b"a\0b",
    b"\xFF\xFE",
    b"\xC3",
    b"\xED\xA0\x80",
    b"\xF4\x90\x80\x80",
    // SQL.
    b"'",
    b"\"",
    b"\\",
    b"\\'",
    b"' OR '1'='1",
    b"' OR 1=1 -- ",
    b"'; DROP TABLE dids; --",
    b"1; DELETE FROM users",
    b"1 UNION SELECT value FROM conflines",
    b"1)) OR ((1=1",
    b"') UNION SELECT value, 1 FROM conflines --",
    b"/*!50000 1 OR 1=1 */",
    b"?",
    b"?1",
    b":v @v $v",
    // The wild cards of LIKE and its escape character here.
    b"%",
    b"_",
    b"%_%_%_%_%",
    b"!",
    b"!%",
    b"\\%",
    // Markup.
    b"<script>alert(1)</script>",
    b"\"'><img src=x onerror=alert(1)>",
    b"]]><svg/onload=x>",
    b"</td></pre></page><iframe>",
    b"&lt;b&gt;&#0;&nothing;",
    b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;",
    // Lines and headers of one's own.
    b"x\r\nX-Injected: yes\r\n\r\n<b>",
    b"\ndids_get id=forged outcome=\"ok\"",
    b"\x1B[2J\x07\x08",
    "\u{2028}\u{202E}\u{FEFF}".as_bytes(),
    // Numbers that are none.
    b"-9223372036854775809",
    b"1e308",
    b"NaN",
    "\u{661}\u{FF11}".as_bytes(),
    // Other languages.
    b"%n%s{}${jndi:ldap://x}{{7*7}}../../etc/passwd",
];

/// The request with this parameter at each place where one can stand.
fn at_every_place(name: &str, value: &[u8], view: &str) -> [Ask; 4] {
    let pairs = by_admin(&format!("test={view}&{name}={}", escaped(value)));
    let mut json = format!("{{\"u\":\"admin\",\"hash\":\"{}\"", sha1(KEYS[0].1)).into_bytes();
    json.extend(format!(",\"test\":\"{view}\",\"{name}\":\"").bytes());
    for byte in value {
        match byte {
            b'"' | b'\\' => json.extend([b'\\', *byte]),
            0..0x20 => json.extend(format!("\\u{byte:04x}").bytes()),
            _ => json.push(*byte),
        }
    }
    json.extend(b"\"}");
    [
        ask("GET", &pairs),
        ask("POST", &pairs),
        ask_by_body("application/x-www-form-urlencoded", pairs.as_str()),
        ask_by_body("application/json", json),
    ]
}

/// The model's answer, where it has one: it has no database that could be tricked.
fn is_the_models(tables: &model::Tables, ask: &Ask, status: u16, body: &[u8]) {
    let expected = model::answer(tables, ask);
    assert_eq!(status, expected.status, "{ask:?}");
    if let Some(expected) = expected.body {
        assert!(body == expected, "{ask:?}: {}", body.escape_ascii());
    }
}

#[test]
fn every_parameter_with_every_value() {
    let mut tables = town();
    for (owner, key) in KEYS {
        set(&mut tables, "API_Secret_Key", key, owner);
    }
    let site = guarded();
    for (round, value) in VALUES.into_iter().enumerate() {
        // Each value at each place, and each name there, but not the one with the other
        // every time.
        for (turn, name) in DOCUMENTED.iter().enumerate() {
            let view = if (round + turn) % 3 == 0 { "1" } else { "0" };
            for ask in at_every_place(name, value, view)
                .into_iter()
                .skip((round + turn) % 4)
                .step_by(4)
            {
                let reply = site.send(&ask);
                is_harmless(&reply, &format!("{ask:?}"));
                is_the_models(&tables, &ask, reply.status, &reply.body);
            }
        }
        is_unharmed(&site);
    }
}

#[test]
fn a_million_characters() {
    let site = guarded();
    for &name in DOCUMENTED.iter().chain(&["unknown"]) {
        for unit in ["x", "%27", "%FF"] {
            let pairs = by_admin(&format!("{name}={}", unit.repeat(1_000_000 / unit.len())));
            let form = ask_by_body("application/x-www-form-urlencoded", pairs.as_str());
            let reply = site.send(&form);
            is_harmless(&reply, name);
            assert_eq!(reply.status, 413, "{name}");
            // A server may have a limit of its own, and hang up while it is sent.
            let mut connection = Connection::open(site.address());
            let head = format!("GET /api/dids_get?{pairs} HTTP/1.1\r\nHost: x\r\n\r\n");
            connection.write(head.as_bytes());
            connection.end_writing();
            let answer = connection.read_all();
            let status = answer.get(..10).unwrap_or(b"HTTP/1.1 4");
            assert_eq!(status, b"HTTP/1.1 4", "{name}: {}", answer.escape_ascii());
        }
    }
    is_unharmed(&site);
}

#[test]
fn d23_values_that_other_frameworks_nest() {
    let site = guarded();
    for &name in DOCUMENTED {
        for nested in ["[1]", "{\"$gt\":\"\"}", "[]", "{}", "[[[]]]"] {
            let body = format!("{{\"{name}\":{nested}}}");
            let mut ask = ask_by_body("application/json", body);
            ask.target += &format!("?{}", by_admin(""));
            let reply = site.send(&ask);
            assert_eq!((reply.status, reply.error()), (400, "Malformed JSON body"));
        }
    }
    is_unharmed(&site);
}

#[test]
fn the_same_name_as_often_as_it_may_be() {
    let site = guarded();
    for &name in DOCUMENTED {
        let many = format!("{name}='%FF%3Cscript%3E&").repeat(250);
        // The last one wins; what was before it is not even text.
        let last = match name {
            "u" => "admin".to_owned(),
            "hash" => sha1(KEYS[0].1),
            _ => String::new(),
        };
        let reply = site.post(&format!("{many}{}&{name}={last}", by_admin("")));
        is_harmless(&reply, name);
        let wanted = if name == "search_language" {
            &ALL[1..]
        } else {
            &ALL
        };
        assert!(reply.ids().iter().all(|id| wanted.contains(id)), "{name}");
        assert!(!reply.ids().is_empty(), "{name}: {}", reply.text());
    }
    is_unharmed(&site);
}

#[test]
fn wild_cards_that_make_matchers_go_back_and_back() {
    // A naive matcher tries each letter for each `%`: 50 over 30 ways a number.
    let sql = "INSERT INTO dids (id, did, status) \
        WITH RECURSIVE n (i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) \
        SELECT i, 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'free' FROM n";
    let site = Site::inside_with_sql(&town(), sql);
    for (term, found) in [
        (format!("{}b", "%a".repeat(31)), 0),
        (format!("{}b%", "%a_".repeat(20)), 0),
        ("%_".repeat(32), 2_901),
        (format!("{}%", "a%".repeat(31)), 2_901),
    ] {
        let term = escaped(term.as_bytes());
        let began = Instant::now();
        for name in ["search_did_number", "search_did_owner"] {
            let ids = site.ids("admin", &format!("{name}={term}&search_status=free"));
            let listed = ids.iter().filter(|id| **id >= 100).count();
            assert!(
                name.ends_with("owner") || listed == found,
                "{listed} {term}"
            );
        }
        assert!(
            began.elapsed() < Duration::from_secs(10),
            "{:?}",
            began.elapsed()
        );
    }
}
