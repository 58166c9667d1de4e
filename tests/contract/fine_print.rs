//! The fine print of sections 1 and 8, sentence by sentence, where no other file has it.

use dids_tests::harness::Site;

use crate::asking::*;
use crate::misunderstood::refused;
use crate::town::*;

#[test]
fn d2_what_a_later_value_replaces_is_not_looked_at() {
    let site = Site::open(&town());
    for (query, ids) in [
        ("max_results=x&max_results=2", &ALL[..2]),
        ("from=1.5&from=3&max_results=2", &ALL[2..4]),
        (
            "search_hide_terminated_dids=all&search_hide_terminated_dids=0",
            &ALL,
        ),
        ("search_updated_since=x&search_updated_since=", &ALL),
        ("search_did_id=,&search_did_id=11", &[ANNA]),
        (
            "search_did_exact=1,,2&search_did_exact=37060000002",
            &[FREE],
        ),
        ("cursor=x&cursor=", &ALL),
    ] {
        assert_eq!(site.ids("admin", query), ids, "{query}");
    }
    // The query's value wins over the body's, even when it is empty.
    let mut ask = ask_by_body(
        "application/x-www-form-urlencoded",
        signed("admin", "cursor=x&from=x"),
    );
    ask.target += "?cursor=&from=7";
    assert_eq!(site.send(&ask).ids(), [SPARE]);
}

#[test]
fn d25c_from_comes_before_max_results() {
    let site = Site::open(&town());
    for query in ["from=x&max_results=x", "max_results=x&from=x"] {
        let found = refused(&site, &ask("POST", query));
        assert_eq!(found, (400, "Not a whole number: from".to_owned()));
    }
}

#[test]
fn of_several_refusals_the_first_is_said() {
    let site = Site::open(&town());
    // Each row is refused for its first reason; the ones behind it come later.
    let reasons = [
        ("cursor=x", "Invalid cursor"),
        ("search_x=1", "Unknown parameter search_x"),
        ("from=x", "Not a whole number: from"),
        ("max_results=x", "Not a whole number: max_results"),
        (
            "search_hide_terminated_dids=x",
            "Invalid value of search_hide_terminated_dids",
        ),
        ("search_updated_since=x", "Not a time: search_updated_since"),
        (
            "search_did_exact=,",
            "Too many or empty items: search_did_exact",
        ),
        ("search_did_id=,", "Too many or empty items: search_did_id"),
        ("u=nobody&x=1", "Access Denied"),
    ];
    for first in 0..reasons.len() {
        // `cursor` beside `from` is refused for that alone.
        let later = reasons[first..].iter().rev().map(|reason| reason.0);
        let query: Vec<_> = later.collect();
        let reply = site.post(&query.join("&"));
        assert_eq!(reply.error(), reasons[first].1, "{query:?}");
    }
}

#[test]
fn d31_refusals_of_every_kind_follow_accept() {
    let site = Site::open(&town());
    let form = "application/x-www-form-urlencoded";
    for (ask, status, error) in [
        (ask("POST", "cursor=x"), 400, "Invalid cursor"),
        (ask("POST", "search_x=1"), 400, "Unknown parameter search_x"),
        (
            ask("POST", "search_updated_since=x"),
            400,
            "Not a time: search_updated_since",
        ),
        (
            ask("POST", "search_did_id=,"),
            400,
            "Too many or empty items: search_did_id",
        ),
        (
            ask_by_body("text/plain", "x"),
            415,
            "Unsupported media type: send application/x-www-form-urlencoded, multipart/form-data or application/json",
        ),
        (
            ask_by_body(form, "x".repeat(65_537)),
            413,
            "Request body is larger than 65536 bytes",
        ),
        (
            ask_by_body("application/json", "["),
            400,
            "Malformed JSON body",
        ),
        (
            ask_by_body("multipart/form-data", "x"),
            400,
            "Malformed multipart body",
        ),
        (
            ask_by_body(form, "x").with("Content-Encoding", "gzip"),
            415,
            "Unsupported content encoding",
        ),
    ] {
        let json = site.send(&ask.clone().with("Accept", "application/json"));
        assert_eq!(json.text(), format!("{{\"error\":\"{error}\"}}\n"));
        let csv = site.send(&ask.clone().with("Accept", "text/csv"));
        assert_eq!(csv.text(), format!("{error}\n"));
        let xml = site.send(&ask);
        assert_eq!(xml.error(), error);
        for reply in [json, csv, xml] {
            assert_eq!(reply.status, status, "{error}");
            assert_eq!(reply.header("vary"), Some("Accept"), "{error}");
        }
    }
}

#[test]
fn d25_with_the_view_a_refusal_is_the_xml_page() {
    let site = Site::open(&town());
    let form = "application/x-www-form-urlencoded";
    let large = "x".repeat(65_537);
    for (ask, status) in [
        (ask("POST", "search_x=1"), 400),
        (ask_by_body("application/json", "["), 400),
        (ask_by_body("multipart/form-data", "x"), 400),
        (ask_by_body("text/plain", "x"), 415),
        (ask_by_body(form, "x").with("Content-Encoding", "gzip"), 415),
        (ask_by_body(form, large), 413),
        (ask("DELETE", ""), 405),
        (at("POST", "/nothing?"), 404),
    ] {
        let mut ask = ask.with("Accept", "text/csv");
        ask.target += if ask.target.contains('?') { "&" } else { "?" };
        ask.target += "test=0&test=1";
        let reply = site.send(&ask);
        assert_eq!(reply.status, status, "{}", reply.text());
        assert_eq!(
            reply.header("content-type"),
            Some("text/xml; charset=utf-8")
        );
        assert!(!reply.error().is_empty());
    }
}
