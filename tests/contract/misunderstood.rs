//! Section 1, D25: what is not understood is refused, not answered by the whole list.
//! Names have a file of their own. A line is a request and what must come.

use dids_tests::data::is_on_jco;
use dids_tests::harness::Site;
use dids_tests::model::Ask;

use crate::asking::*;
use crate::town::*;

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";
const TYPES: &str = "Unsupported media type: send application/x-www-form-urlencoded, \
                     multipart/form-data or application/json";
const ENCODING: &str = "Unsupported content encoding";
const SWITCH: &str = "Invalid value of search_hide_terminated_dids";

/// Sends a request that is refused, and says how.
pub fn refused(site: &Site, ask: &Ask) -> (u16, String) {
    let reply = site.send(ask);
    let kind = reply.header("content-type");
    assert_eq!(kind, Some("text/xml; charset=utf-8"), "{ask:?}");
    (reply.status, reply.error().to_owned())
}

#[test]
fn d25_values_that_are_not_understood() {
    let site = Site::open(&town());
    let no_number = [
        "x", "100.0", "1.5", "1e1", "all", "%2B", "-", "--5", "%2B-5", "1+2", "0x1", "1,000",
        "%D9%A3",
    ];
    let no_switch = ["true", "2", "01", "all", "ALL", "yes", "-1", "1.0"];
    let numbers = ["from", "max_results"]
        .map(|name| (name, &no_number[..], format!("Not a whole number: {name}")));
    let switch = (
        "search_hide_terminated_dids",
        &no_switch[..],
        SWITCH.to_owned(),
    );
    for (name, values, error) in numbers.into_iter().chain([switch]) {
        for value in values {
            for method in ["POST", "GET"] {
                let query = signed("admin", &format!("{name}={value}"));
                let found = refused(&site, &ask(method, &query));
                assert_eq!(found, (400, error.clone()), "{name}={value}");
            }
        }
    }
    for (body, name) in [
        (r#"{"max_results":100.0}"#, "max_results"),
        (r#"{"from":1e0}"#, "from"),
    ] {
        let error = format!("Not a whole number: {name}");
        assert_eq!(refused(&site, &ask_by_body(JSON, body)), (400, error));
    }
}

#[test]
fn d2_what_a_later_value_replaces_is_not_looked_at() {
    let site = Site::open(&town());
    #[rustfmt::skip]
    let cases = [
        ("max_results=x&max_results=2", &ALL[..2]),
        ("max_results=1.5&max_results=", &ALL),
        ("from=1.5&from=3&max_results=2", &ALL[2..4]),
        ("search_hide_terminated_dids=all&search_hide_terminated_dids=0", &ALL),
        ("search_updated_since=x&search_updated_since=", &ALL),
        ("search_did_id=,&search_did_id=11", &[ANNA]),
        ("search_did_exact=1,,2&search_did_exact=37060000002", &[FREE]),
        ("cursor=x&cursor=", &ALL),
    ];
    for (query, ids) in cases {
        assert_eq!(site.ids("admin", query), ids, "{query}");
    }
    // The query's value wins over the body's, even when it is empty.
    let body = "cursor=x&from=x&search_hide_terminated_dids=all";
    let mut ask = ask_by_body(FORM, signed("admin", body));
    ask.target += "?cursor=&from=7&search_hide_terminated_dids=";
    assert_eq!(site.send(&ask).ids(), [SPARE]);
}

/// A POST that is signed in its query, with headers and a body.
fn post(headers: &[(&str, &str)], body: &str) -> Ask {
    let mut ask = ask("POST", &signed("admin", ""));
    ask.body = body.into();
    ask.headers = headers
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_string()))
        .collect();
    ask
}

const FREE_ONES: &str = "search_status=free";

#[test]
fn d25_bodies_of_other_types() {
    let site = Site::open(&town());
    let long = "x".repeat(70_000);
    for kind in [
        "text/plain",
        "text/plain;charset=UTF-8",
        "application/xml",
        "application/jsonp",
        "text/json",
        "multipart/mixed; boundary=x",
        "application/json, text/plain",
        "x",
    ] {
        // However long it is, and whatever is in it.
        for body in [FREE_ONES, r#"{"search_status":"free"}"#, &long] {
            let found = refused(&site, &post(&[("Content-Type", kind)], body));
            assert_eq!(found, (415, TYPES.to_owned()), "{kind}");
        }
        // Nothing is of no type.
        let nothing = post(&[("Content-Type", kind), ("Content-Encoding", "gzip")], "");
        assert_eq!(site.send(&nothing).ids(), ALL);
    }
}

#[test]
fn d25_two_types_of_one_body() {
    let site = Site::open(&town());
    let with = |types: &[&str]| {
        let headers: Vec<_> = types.iter().map(|kind| ("Content-Type", *kind)).collect();
        post(&headers, FREE_ONES)
    };
    // A wrapper that adds what its library has sent already.
    for types in [
        &[FORM, FORM][..],
        &["", FORM],
        &[FORM, " "],
        &["", ""],
        &[FORM, FORM, FORM],
    ] {
        assert_eq!(site.send(&with(types)).ids(), [FREE, SPARE], "{types:?}");
    }
    for (types, received) in [
        (&[FORM, JSON][..], format!("{FORM} and {JSON}")),
        (
            &["text/plain", "text/plain", "<b>"],
            "text/plain and &lt;b&gt;".into(),
        ),
        (
            &["multipart/form-data; boundary=x", "multipart/form-data"],
            "multipart/form-data; boundary=x and multipart/form-data".into(),
        ),
    ] {
        if is_on_jco() {
            // Node.js keeps the first of two.
            continue;
        }
        let found = refused(&site, &with(types));
        assert_eq!(found, (415, format!("{TYPES} (received: {received})")));
    }
}

#[test]
fn d25_bodies_that_are_encoded() {
    let site = Site::open(&town());
    let send = |encoding| {
        post(
            &[("Content-Type", FORM), ("Content-Encoding", encoding)],
            FREE_ONES,
        )
    };
    for encoding in ["gzip", "br", "x", "identity, gzip", "deflate"] {
        let found = refused(&site, &send(encoding));
        assert_eq!(found, (415, ENCODING.to_owned()), "{encoding}");
    }
    for encoding in ["identity", "Identity", "", "identity, identity"] {
        assert_eq!(
            site.send(&send(encoding)).ids(),
            [FREE, SPARE],
            "{encoding}"
        );
    }
}

#[test]
fn d25_a_body_needs_post() {
    let site = Site::open(&town());
    let long = "x".repeat(70_000);
    for (kind, body) in [
        (FORM, FREE_ONES),
        ("", FREE_ONES),
        (JSON, "{"),
        ("text/plain", "x"),
        (FORM, &long),
    ] {
        let mut ask = post(
            &[("Content-Type", kind), ("Content-Encoding", "gzip")],
            body,
        );
        ask.method = "GET".into();
        let error = "A body needs POST".to_owned();
        assert_eq!(refused(&site, &ask), (400, error), "{kind:?}");
    }
}

#[test]
fn d25_before_the_gate_and_before_no_such_api() {
    let mut tables = town();
    set(&mut tables, "Allow_API", "0", 0);
    let site = Site::open(&tables);
    let name = "Unknown parameter limit";
    for (method, target, status, error) in [
        ("POST", "/api/dids_get?limit=3", 400, name),
        ("POST", "/api?action=user_get&limit=3", 400, name),
        ("POST", "/api/user_get?limit=3", 400, name),
        ("POST", "/api/dids_get?limit=3&test=1", 400, name),
        (
            "GET",
            "/api/user_get?max_results=x",
            400,
            "Not a whole number: max_results",
        ),
        ("POST", "/nowhere?limit=3", 404, "Not found"),
        ("PUT", "/api/dids_get?limit=3", 405, "Method not allowed"),
    ] {
        let found = refused(&site, &at(method, target));
        assert_eq!(found, (status, error.to_owned()), "{target}");
    }
}

/// Faults in the order in which they are told: the headers and the body that bring one,
/// or the parameter.
#[rustfmt::skip]
const FAULTS: [(u16, &str, &str); 16] = [
    (415, TYPES, "type"),
    (415, ENCODING, "encoding"),
    (413, "Request body is larger than 65536 bytes", "length"),
    (400, "A parameter value is longer than 1024 bytes", "p=LONG"),
    (400, "Invalid character in parameter search_status", "search_status=%00"),
    (400, "search_did_number is longer than 64 characters", "search_did_number=TERM"),
    (400, "Malformed JSON body", "body"),
    (400, "Unknown parameter search_x", "search_x=1"),
    (400, "Not a whole number: from", "from=x"),
    (400, "Not a whole number: max_results", "max_results=x"),
    (400, SWITCH, "search_hide_terminated_dids=x"),
    (400, "Not a time: search_updated_since", "search_updated_since=x"),
    (400, "Too many or empty items: search_did_exact", "search_did_exact=,"),
    (400, "Too many or empty items: search_did_id", "search_did_id=,"),
    (400, "Invalid cursor", "cursor=x"),
    (200, "Access Denied", "u=nobody"),
];

/// A request with all faults from this one on, the last of them first.
fn faulty(from: usize) -> Ask {
    let faults: Vec<&str> = FAULTS[from..].iter().rev().map(|fault| fault.2).collect();
    let has = |fault| faults.contains(&fault);
    let query: Vec<&str> = faults
        .iter()
        .copied()
        .filter(|fault| fault.contains('='))
        .collect();
    let query = query.join("&").replace("LONG", &"x".repeat(1_025));
    let mut ask = ask("POST", &query.replace("TERM", &"1".repeat(65)));
    ask.content_type = Some(if has("type") { "text/plain" } else { JSON }.into());
    if has("encoding") {
        ask = ask.with("Content-Encoding", "gzip");
    }
    if has("body") {
        ask.body = "{".repeat(if has("length") { 65_537 } else { 1 }).into();
    }
    ask
}

#[test]
fn d25_of_several_refusals_the_first_is_said() {
    let site = Site::open(&town());
    for (at, (status, error, fault)) in FAULTS.into_iter().enumerate() {
        let ask = faulty(at);
        let found = refused(&site, &ask);
        assert_eq!(found, (status, error.to_owned()), "{fault}");
        let mut get = ask.clone();
        get.method = "GET".into();
        if !get.body.is_empty() {
            assert_eq!(refused(&site, &get), (400, "A body needs POST".into()));
        }
    }
}

#[test]
fn d31_refusals_of_every_kind_follow_accept() {
    let site = Site::open(&town());
    let mut parts = ask_by_body("multipart/form-data", "x");
    parts.target += "?";
    let parts = (400, "Malformed multipart body", parts);
    let faults = FAULTS.iter().enumerate();
    let faults = faults.map(|(at, (status, error, _))| (*status, *error, faulty(at)));
    for (status, error, ask) in faults.chain([parts]) {
        let status_of_api = if status == 200 { 401 } else { status };
        let json = site.send(&ask.clone().with("Accept", "application/json"));
        assert_eq!(json.text(), format!("{{\"error\":\"{error}\"}}\n"));
        let csv = site.send(&ask.clone().with("Accept", "text/csv"));
        assert_eq!(csv.text(), format!("{error}\n"));
        let xml = site.send(&ask);
        assert_eq!((xml.status, xml.error()), (status, error));
        for reply in [&json, &csv, &xml] {
            assert_eq!(reply.header("vary"), Some("Accept"), "{error}");
        }
        for reply in [&json, &csv] {
            assert_eq!(reply.status, status_of_api, "{error}");
        }
        if status == 200 {
            continue;
        }
        // With the view it is the XML page.
        let mut view = ask.with("Accept", "text/csv");
        view.target += "&test=0&test=1";
        let view = refused(&site, &view);
        assert_eq!(view, (status, error.to_owned()));
    }
}

#[test]
fn d31_a_401_has_a_challenge() {
    let site = Site::open(&town());
    let of = |query: &str, accept: &str| {
        let reply = site.send(&ask("POST", query).with("Accept", accept));
        let challenge = reply.header("www-authenticate").map(str::to_owned);
        (reply.status, challenge)
    };
    // Browsers ask for a password where they know the scheme.
    let challenge = Some("MOR-API-Hash realm=\"dids_get\"".to_owned());
    for query in ["", "u=nobody", "u=admin&hash=0"] {
        for accept in ["application/json", "text/csv"] {
            assert_eq!(of(query, accept), (401, challenge.clone()), "{query}");
        }
        assert_eq!(of(query, "text/xml"), (200, None), "{query}");
    }
    let listed = signed("admin", "");
    assert_eq!(of(&listed, "application/json"), (200, None));
    assert_eq!(of("limit=2", "application/json"), (400, None));
}
