//! Connections that are used as nobody should: pipelined, cut, half closed, reset.

use dids_tests::client::{Connection, written};
use dids_tests::harness::Site;

use super::{by_admin, guarded, is_harmless, is_left_alone, is_unharmed};
use crate::asking::*;
use crate::streaming::city;

#[test]
fn pipelined_requests_are_answered_in_order() {
    let site = guarded();
    let queries = [
        by_admin("search_status=free"),
        by_admin("search_did_number=%00"),
        by_admin("test=1"),
        "u=nobody".to_owned(),
        by_admin("search_user=4"),
    ];
    let alone: Vec<_> = queries.iter().map(|query| site.post(query).body).collect();
    let mut connection = Connection::open(site.address());
    let many: Vec<u8> = (0..100)
        .flat_map(|nth| written(&ask("POST", &queries[nth % 5]), &[]))
        .collect();
    connection.write(&many);
    for nth in 0..100 {
        let reply = connection.read("POST");
        is_harmless(&reply, &queries[nth % 5]);
        assert!(reply.body == alone[nth % 5], "request {nth}");
    }
    is_unharmed(&site);
}

#[test]
fn a_request_that_is_cut_anywhere() {
    let site = guarded();
    let body = by_admin("search_status=free");
    let ask = ask_by_body("application/x-www-form-urlencoded", body.as_str());
    let request = [written(&ask, &[]), body.into_bytes()].concat();
    for end in 0..request.len() {
        let mut connection = Connection::open(site.address());
        connection.write(&request[..end]);
        connection.end_writing();
        let answer = connection.read_all();
        let answer = String::from_utf8_lossy(&answer);
        // Nothing is done by halves: no list for a part of a request.
        assert!(!answer.contains("<dids>"), "{end} bytes: {answer}");
        assert!(!answer.starts_with("HTTP/1.1 5"), "{end} bytes: {answer}");
    }
    is_unharmed(&site);
}

#[test]
fn a_caller_who_closes_its_half() {
    let site = guarded();
    for query in [by_admin(""), by_admin("test=1"), "u=nobody".to_owned()] {
        let whole = site.post(&query);
        let mut connection = Connection::open(site.address());
        connection.write(&written(&ask("POST", &query), &[]));
        connection.end_writing();
        let answer = connection.read_all();
        // A server may take it for one who went away, but does nothing by halves.
        assert!(
            answer.is_empty() || answer.ends_with(&whole.body),
            "{query}: {}",
            answer.escape_ascii()
        );
    }
    is_unharmed(&site);
}

#[test]
fn callers_who_go_away_at_once() {
    let site = Site::inside_and_ending(&city(), "");
    let request = written(&ask("POST", &signed("admin", "")), &[]);
    for _ in 0..200 {
        let mut connection = Connection::open(site.address());
        connection.write(&request);
        // Dropped with bytes unread, which resets the connection.
        drop(connection);
    }
    assert_eq!(site.ids("admin", "max_results=2").len(), 2);
    is_left_alone(&site);
    let log = site.server().log();
    assert!(!log.contains("the component failed"), "{log}");
}

#[test]
fn what_is_no_request() {
    let site = guarded();
    let target = format!("/api/dids_get?{}", by_admin(""));
    let smuggled = format!("GET {target} HTTP/1.1\r\nHost: x\r\n\r\n");
    for bytes in [
        &b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03"[..],
        b"\0\0\0\0\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET http:// HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nA\0B: c\r\n\r\n",
        b"GET / HTTP/1.1\r\n folded: x\r\n\r\n",
        b"CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
        &[b"X".repeat(100_000), b" / HTTP/1.1\r\n\r\n".to_vec()].concat(),
        &[b"GET / HTTP/1.1\r\n".to_vec(), b"A: b\r\n".repeat(5_000), b"\r\n".to_vec()].concat(),
        // Two lengths: what follows must not be taken for a request of its own
        // by one server and for a body by another.
        &format!("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\nabc{smuggled}").into_bytes(),
        &format!("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: x\r\n\r\nabc{smuggled}").into_bytes(),
    ] {
        let mut connection = Connection::open(site.address());
        connection.write(bytes);
        connection.end_writing();
        let answer = connection.read_all();
        let answer = String::from_utf8_lossy(&answer);
        let refused = answer.is_empty() || answer.starts_with("HTTP/1.1 4");
        let shown = bytes[..bytes.len().min(60)].escape_ascii();
        assert!(refused && !answer.contains("<dids>"), "{shown}: {answer}");
    }
    is_unharmed(&site);
}
