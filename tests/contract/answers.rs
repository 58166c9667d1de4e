//! Section 3: what every answer has around its content.

use std::collections::HashSet;

use dids_tests::client::{Connection, Reply, written};
use dids_tests::harness::Site;

use crate::asking::*;
use crate::town::*;

/// The tests have the version of the workspace, as the component has.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// An answer of every kind: a list, errors of the API, probes, refusals.
fn of_every_kind(site: &Site) -> Vec<(u16, Reply)> {
    let list = |query: &str| ask("POST", &signed("admin", query));
    let asks = [
        (200, list("")),
        (200, list("test=1")),
        (200, list("search_status=none")),
        (200, ask("POST", "u=admin")),
        (200, ask("POST", "u=nobody&test=1")),
        (200, at("POST", "/api?action=nothing")),
        (200, at("GET", "/healthz")),
        (200, at("GET", "/readyz")),
        (400, ask("POST", "u=%FF")),
        (400, ask_by_body("application/json", "[]")),
        (404, at("POST", "/nowhere")),
        (405, at("PUT", "/api")),
        (413, ask_by_body("application/json", " ".repeat(65_537))),
    ];
    asks.map(|(status, ask)| (status, site.send(&ask))).into()
}

#[test]
fn d9_every_answer_of_the_api_is_200() {
    for (status, reply) in of_every_kind(&Site::open(&town())) {
        assert_eq!(reply.status, status, "{}", reply.text());
    }
}

#[test]
fn headers_of_every_answer() {
    let server = format!("dids-get/{VERSION}");
    for (_, reply) in of_every_kind(&Site::open(&town())) {
        let about = reply.text();
        assert_eq!(reply.header("server"), Some(server.as_str()), "{about}");
        assert_eq!(reply.header("cache-control"), Some("no-store"), "{about}");
        assert_eq!(
            reply.header("x-content-type-options"),
            Some("nosniff"),
            "{about}"
        );
        let id = reply.header("x-request-id").expect("a request id");
        assert!((1..=64).contains(&id.len()), "{id:?}");
        let letters = |b: u8| b.is_ascii_alphanumeric() || b"._-".contains(&b);
        assert!(id.bytes().all(letters), "{id:?}");
        // All bytes are known, so their number is told.
        let length = reply.body.len().to_string();
        assert_eq!(
            reply.header("content-length"),
            Some(length.as_str()),
            "{about}"
        );
        assert!(!reply.is_chunked());
        let mut names = HashSet::new();
        for (name, _) in &reply.headers {
            assert!(names.insert(name), "{name} occurs once");
        }
    }
}

#[test]
fn the_callers_request_id_is_taken_over() {
    let site = Site::open(&town());
    let asks = [
        ask("POST", &signed("admin", "")),
        ask("POST", "u=%FF"),
        ask("PUT", ""),
    ];
    let long = "x".repeat(64);
    for id in [
        "1",
        "a.b_c-D9",
        "0f9c2f6e-9a3b-4b6e-8f5d-0123456789ab",
        "-",
        long.as_str(),
    ] {
        for ask in &asks {
            let reply = site.send_with(ask, &[("X-Request-Id", id)]);
            assert_eq!(reply.header("x-request-id"), Some(id));
        }
    }
}

#[test]
fn an_unfit_request_id_is_replaced() {
    let site = Site::open(&town());
    let ask = ask("POST", &signed("admin", ""));
    let long = "x".repeat(65);
    for id in [
        "",
        "a b",
        "a/b",
        "a\tb",
        "\u{e9}",
        "a,b",
        "<a>",
        "id=1",
        long.as_str(),
    ] {
        let reply = site.send_with(&ask, &[("x-request-id", id)]);
        assert_eq!(reply.status, 200);
        let given = reply.header("x-request-id").unwrap();
        assert_ne!(given, id);
        assert!(!given.is_empty() && given.len() <= 64, "{given:?}");
    }
}

#[test]
fn request_ids_made_here_are_different() {
    let site = Site::open(&town());
    let mut seen = HashSet::new();
    for _ in 0..200 {
        let reply = site.post("u=nobody");
        assert!(seen.insert(reply.header("x-request-id").unwrap().to_owned()));
    }
}

#[test]
fn the_content_type_of_xml() {
    let mut tables = town();
    let list = signed("admin", "");
    let xml = Some("text/xml; charset=utf-8");
    let html = Some("text/html; charset=utf-8");
    let plain = Site::open(&tables).post(&list);
    assert_eq!(plain.header("content-type"), xml);
    for (value, kind) in [("1", html), ("0", xml), ("", xml), ("true", xml)] {
        set(&mut tables, "XML_API_Extension", value, 0);
        let site = Site::open(&tables);
        let reply = site.post(&list);
        assert_eq!(reply.header("content-type"), kind, "{value:?}");
        assert_eq!(reply.body, plain.body, "{value:?}");
        // The API's errors too.
        for query in [
            "u=nobody",
            "u=admin",
            &signed("admin", "search_status=none"),
        ] {
            let reply = site.post(query);
            assert_eq!(reply.header("content-type"), kind, "{query}");
            assert!(!reply.error().is_empty());
        }
    }
    // A reseller's own setting does not count.
    unset(&mut tables, "XML_API_Extension", 0);
    set(&mut tables, "XML_API_Extension", "1", 2);
    let reply = Site::open(&tables).list("shop", "");
    assert_eq!(reply.header("content-type"), xml);
}

#[test]
fn no_such_api_has_the_content_type_of_the_setting() {
    let mut tables = town();
    set(&mut tables, "XML_API_Extension", "1", 0);
    let mut ask = ask("POST", "");
    ask.target = "/api?action=nothing".into();
    let reply = Site::open(&tables).send(&ask);
    assert_eq!(reply.error(), "There is no such API");
    assert_eq!(
        reply.header("content-type"),
        Some("text/html; charset=utf-8")
    );
}

#[test]
fn d9_refusals_are_xml_whatever_is_asked_or_set() {
    let mut tables = town();
    set(&mut tables, "XML_API_Extension", "1", 0);
    for (status, reply) in of_every_kind(&Site::open(&tables)) {
        if status != 200 {
            assert_eq!(
                reply.header("content-type"),
                Some("text/xml; charset=utf-8")
            );
            assert!(!reply.error().is_empty());
        }
    }
}

#[test]
fn a_connection_serves_many_requests() {
    let site = Site::open(&town());
    let mut connection = Connection::open(site.address());
    for (query, error) in [
        ("u=nobody", true),
        (&signed("admin", ""), false),
        ("u=admin", true),
    ] {
        let ask = ask("POST", query);
        connection.write(&written(&ask, &[]));
        let reply = connection.read("POST");
        assert!(reply.whole);
        assert_eq!(reply.ids().is_empty(), error, "{query}");
    }
    // And does not wait for an answer before the next request is sent.
    let asks = ["active", "closed"].map(|status| {
        let query = signed("admin", &format!("search_status={status}"));
        ask("POST", &query)
    });
    connection.write(&[written(&asks[0], &[]), written(&asks[1], &[])].concat());
    assert_eq!(connection.read("POST").ids(), [ANNA, CARRIER]);
    assert_eq!(connection.read("POST").ids(), [BEN]);
}
