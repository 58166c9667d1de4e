//! Bodies that are huge, endless, of another kind than they say, or full of
//! parameters.

use std::iter;

use dids_tests::client::Connection;
use dids_tests::model::{self, Ask};

use super::{by_admin, guarded, is_harmless, is_unharmed};
use crate::asking::*;
use crate::town::*;

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

/// A request signed in its query.
fn with_body(kind: &str, body: impl Into<Vec<u8>>) -> Ask {
    let mut ask = ask_by_body(kind, body);
    ask.target += &format!("?{}", by_admin(""));
    ask
}

#[test]
fn ten_thousand_parameters() {
    let site = guarded();
    let form: String = (0..10_000).map(|nth| format!("{}=&", nth % 1000)).collect();
    let same = "u=a&".repeat(10_000);
    let members: Vec<_> = (0..6_000)
        .map(|nth| format!("\"{}\":1", nth % 1000))
        .collect();
    let json = format!("{{{}}}", members.join(","));
    for ask in [
        ask("GET", &form),
        ask("POST", &form),
        ask("POST", &same),
        with_body(FORM, form.as_str()),
        with_body(FORM, same.as_str()),
        with_body(FORM, "&=".repeat(10_000)),
        with_body(JSON, json),
    ] {
        let reply = site.send(&ask);
        is_harmless(&reply, &ask.method);
        assert_eq!(
            (reply.status, reply.error()),
            (400, "More than 256 parameters")
        );
    }
    is_unharmed(&site);
}

#[test]
fn json_as_deep_and_as_odd_as_a_body_can_hold() {
    let site = guarded();
    let deep = [
        "[".repeat(60_000),
        "{\"u\":".repeat(10_000),
        format!("{{\"u\":{}1", "[".repeat(60_000)),
        format!("{{\"u\":\"{}", "\\".repeat(60_000)),
        format!("{{\"u\":{}}}", "9".repeat(60_000)),
        format!("{{\"u\":-{}}}", "0".repeat(1_000)),
        format!("{{\"{}\":1}}", "\\ud800".repeat(10_000)),
        format!("{}{{}}", "\u{feff}".repeat(2)),
    ];
    for body in deep {
        let about: String = body.chars().take(20).collect();
        let reply = site.send(&with_body(JSON, body));
        is_harmless(&reply, &about);
        assert_eq!(reply.status, 400, "{about}");
    }
    is_unharmed(&site);
}

#[test]
fn a_body_of_another_kind_than_it_says() {
    let site = guarded();
    let kinds = [
        FORM,
        JSON,
        "",
        "text/xml",
        "multipart/form-data; boundary=x",
        "application/json, text/plain",
        "application/json;charset=utf-16",
        "APPLICATION/X-WWW-FORM-URLENCODED;;;",
        &"x/".repeat(4_000),
    ];
    let bodies: [&[u8]; 7] = [
        b"search_status=free&u=shop",
        b"{\"search_status\":\"free\"}",
        b"<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
        b"--x\r\nContent-Disposition: form-data; name=u\r\n\r\nx\r\n--x--",
        b"\x1f\x8b\x08\0\0\0\0\0",
        b"\xFF\xFE{\0}\0",
        b"",
    ];
    let mut tables = town();
    set(&mut tables, "API_Secret_Key", super::KEYS[0].1, 0);
    for (kind, body) in kinds
        .iter()
        .flat_map(|kind| bodies.map(|body| (kind, body)))
    {
        let ask = with_body(kind, body);
        let reply = site.send(&ask);
        is_harmless(&reply, &format!("{ask:?}"));
        let expected = model::answer(&tables, &ask);
        assert_eq!(reply.status, expected.status, "{ask:?}");
        assert_eq!(Some(reply.body), expected.body, "{ask:?}");
    }
    is_unharmed(&site);
}

/// The head of a request with a body of this length, or in chunks.
fn head(length: &str) -> Vec<u8> {
    let target = format!("/api/dids_get?{}", by_admin("max_results=1"));
    format!("POST {target} HTTP/1.1\r\nHost: x\r\nContent-Type: {FORM}\r\n{length}\r\n\r\n").into()
}

#[test]
fn a_huge_body_is_refused_before_it_comes() {
    let site = guarded();
    for length in ["65537", "5000000000", "9223372036854775807"] {
        let mut connection = Connection::open(site.address());
        connection.write(&head(&format!("Content-Length: {length}")));
        let reply = connection.read("POST");
        is_harmless(&reply, length);
        assert_eq!(reply.status, 413, "{length}");
    }
    for odd in ["-1", "1,2", "x", "18446744073709551616", "0x10", "+5", ""] {
        let mut connection = Connection::open(site.address());
        connection.write(&head(&format!("Content-Length: {odd}")));
        connection.end_writing();
        let answer = connection.read_all();
        assert!(!answer.starts_with(b"HTTP/1.1 5"), "{odd}");
    }
    is_unharmed(&site);
}

#[test]
fn a_body_without_end_is_refused_at_the_limit() {
    let site = guarded();
    let mut connection = Connection::open(site.address());
    connection.write(&head("Transfer-Encoding: chunked"));
    // Twenty times what is read of it; in the end nobody takes it any more.
    for chunk in iter::repeat_n(format!("1000\r\n{}\r\n", "&".repeat(0x1000)), 320) {
        connection.write(chunk.as_bytes());
    }
    connection.end_writing();
    let answer = connection.read_all();
    let answer = String::from_utf8_lossy(&answer);
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 413"),
        "{answer}"
    );
    let peak = site.server().stats().guest_memory_peak;
    assert!(peak <= 4 << 20, "{peak} bytes for a body of 1.3 MB");
    is_unharmed(&site);
}

#[test]
fn d25_a_transfer_that_is_encoded() {
    let site = guarded();
    let send = |transfer: &str, body: &str| {
        let mut connection = Connection::open(site.address());
        connection.write(&head(&format!("Transfer-Encoding: {transfer}")));
        connection.write(format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len()).as_bytes());
        connection.read("POST")
    };
    for transfer in ["gzip, chunked", "Deflate,chunked", "identity, x, chunked"] {
        let reply = send(transfer, "\u{1f}\u{8b}search_status=free");
        let found = (reply.status, reply.error());
        assert_eq!(found, (415, "Unsupported content encoding"), "{transfer}");
        is_harmless(&reply, transfer);
    }
    for transfer in ["chunked", "Chunked", "identity, chunked"] {
        let reply = send(transfer, "search_status=free");
        assert_eq!(reply.ids(), [FREE], "{transfer}");
    }
    is_unharmed(&site);
}

#[test]
fn chunks_that_are_none() {
    let site = guarded();
    for chunks in [
        "zz\r\n",
        "-1\r\nx\r\n",
        "FFFFFFFFFFFFFFFFF\r\n",
        "5\r\nabc\r\n0\r\n\r\n",
        "3\r\nabcdef\r\n0\r\n\r\n",
        &format!("1;{}\r\nx\r\n0\r\n\r\n", "x".repeat(100_000)),
        &format!("0\r\n{}\r\n", "X-Injected: yes\r\n".repeat(10_000)),
    ] {
        let mut connection = Connection::open(site.address());
        connection.write(&head("Transfer-Encoding: chunked"));
        connection.write(chunks.as_bytes());
        connection.end_writing();
        let answer = connection.read_all();
        let answer = String::from_utf8_lossy(&answer);
        let refused = answer.is_empty() || answer.starts_with("HTTP/1.1 4");
        assert!(refused, "{chunks:.20}: {answer}");
    }
    is_unharmed(&site);
}
