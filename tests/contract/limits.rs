//! D3: the limits, each tried at its last allowed and its first refused value.

use dids_tests::client::{Connection, Reply};
use dids_tests::harness::Site;
use dids_tests::model::Ask;
use dids_tests::model::names::DOCUMENTED;

use crate::asking::*;
use crate::town::*;

const FORM: &str = "application/x-www-form-urlencoded";

fn refused(reply: &Reply, status: u16, error: &str) {
    assert_eq!((reply.status, reply.error()), (status, error));
    let kind = reply.header("content-type");
    assert_eq!(kind, Some("text/xml; charset=utf-8"), "{error}");
}

/// A request signed in its query, with a body.
fn with_body(kind: &str, body: String) -> Ask {
    let mut ask = ask_by_body(kind, body);
    ask.target += &format!("?{}", signed("admin", ""));
    ask
}

#[test]
fn d3_a_body_of_64_kib() {
    let site = Site::open(&town());
    let too_large = "Request body is larger than 65536 bytes";
    for (kind, start, filler) in [
        (FORM, "search_status=free", "&"),
        ("application/json", "{\"search_status\":\"free\"}", " "),
    ] {
        let body = |length: usize| format!("{start}{}", filler.repeat(length - start.len()));
        assert_eq!(
            site.send(&with_body(kind, body(65_536))).ids(),
            [FREE, SPARE],
            "{kind}"
        );
        refused(&site.send(&with_body(kind, body(65_537))), 413, too_large);
    }
    refused(
        &site.send(&with_body(FORM, "&".repeat(5_000_000))),
        413,
        too_large,
    );
}

#[test]
fn d3_a_body_whose_length_is_not_announced() {
    let site = Site::open(&town());
    for (chunks, refused_it) in [(16, false), (17, true)] {
        let mut connection = Connection::open(site.address());
        let target = format!("/api/dids_get?{}", signed("admin", "test=1&max_results=1"));
        let head = format!(
            "POST {target} HTTP/1.1\r\nHost: x\r\nContent-Type: {FORM}\r\n\
             Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        );
        connection.write(head.as_bytes());
        for _ in 0..chunks {
            connection.write(format!("1000\r\n{}\r\n", "&".repeat(0x1000)).as_bytes());
        }
        connection.write(b"0\r\n\r\n");
        let reply = connection.read("POST");
        if refused_it {
            refused(&reply, 413, "Request body is larger than 65536 bytes");
        } else {
            assert_eq!(reply.status, 200);
        }
    }
}

#[test]
fn d3_256_parameters_in_query_and_body_together() {
    let site = Site::open(&town());
    // Before duplicates are removed; `u`, `hash` and `max_results` are three.
    for (in_query, in_body, passes) in [
        (253, 0, true),
        (254, 0, false),
        (100, 153, true),
        (100, 154, false),
        (0, 253, true),
    ] {
        let query = signed(
            "admin",
            &format!("max_results=1{}", "&x=1".repeat(in_query)),
        );
        let mut ask = ask("POST", &query);
        ask.content_type = Some(FORM.into());
        ask.body = "x=2&".repeat(in_body).into();
        let reply = site.send(&ask);
        if passes {
            assert_eq!(reply.ids(), [ANNA], "{in_query} and {in_body}");
        } else {
            refused(&reply, 400, "More than 256 parameters");
        }
    }
    let members: Vec<String> = (0..254).map(|n| format!("\"x{n}\":1")).collect();
    for (count, status) in [(253, 200), (254, 400)] {
        let body = format!("{{{}}}", members[..count].join(","));
        let mut ask = with_body("application/json", body);
        ask.target += "max_results=1";
        assert_eq!(site.send(&ask).status, status, "{count}");
    }
}

#[test]
fn d3_1024_bytes_for_a_decoded_value() {
    let site = Site::open(&town());
    let too_long = "A parameter value is longer than 1024 bytes";
    // Unknown names too. An escape counts as the byte it stands for.
    for name in ["unknown", "p", "number", "search_status"] {
        for unit in ["x", "%20", "+", "%C3"] {
            if unit == "%C3" && name != "unknown" && name != "number" {
                continue;
            }
            let fits = site.list("admin", &format!("{name}={}", unit.repeat(1_024)));
            assert_eq!(fits.status, 200, "{name} {unit}");
            let over = site.list("admin", &format!("{name}={}", unit.repeat(1_025)));
            refused(&over, 400, too_long);
        }
    }
    let value = |length| format!("{{\"p\":\"{}\"}}", "\\u0041".repeat(length));
    assert_eq!(
        site.send(&with_body("application/json", value(1_024)))
            .ids(),
        ALL
    );
    refused(
        &site.send(&with_body("application/json", value(1_025))),
        400,
        too_long,
    );
    let long = format!("unknown={}", "x".repeat(1_025));
    refused(&site.send(&with_body(FORM, long)), 400, too_long);
}

#[test]
fn d3_64_characters_for_a_term() {
    let site = Site::open(&town());
    for name in ["search_did_number", "search_did_owner"] {
        for letter in ["1", "%25", "%C3%A9", "%F0%9F%98%80"] {
            let fits = site.list("admin", &format!("{name}={}", letter.repeat(64)));
            assert_eq!(fits.status, 200, "{name} {letter}");
            let over = site.list("admin", &format!("{name}={}", letter.repeat(65)));
            refused(&over, 400, &format!("{name} is longer than 64 characters"));
        }
    }
    // Honoured for the role or not.
    let over = format!("search_did_owner={}", "x".repeat(65));
    let error = "search_did_owner is longer than 64 characters";
    refused(&site.list("anna", &over), 400, error);
}

#[test]
fn d3_no_nul_or_broken_utf8_in_parameters() {
    let site = Site::open(&town());
    for name in DOCUMENTED {
        for bad in ["a%00b", "%00", "%FF", "a%C3", "%ED%A0%80", "%C0%80"] {
            let reply = site.post(&format!("{}&{name}={bad}", signed("admin", "")));
            refused(
                &reply,
                400,
                &format!("Invalid character in parameter {name}"),
            );
        }
    }
    let json = with_body("application/json", r#"{"search_status":"\u0000"}"#.into());
    let error = "Invalid character in parameter search_status";
    refused(&site.send(&json), 400, error);
    assert_eq!(site.ids("admin", "unknown=%00%FF&number=%00%FF"), ALL);
}

#[test]
fn d3_the_limits_are_checked_before_the_gate() {
    let mut tables = town();
    set(&mut tables, "Allow_API", "0", 0);
    set(&mut tables, "XML_API_Extension", "1", 0);
    let site = Site::open(&tables);
    for (query, error) in [
        (
            format!("test=1&x={}", "x".repeat(1_025)),
            "A parameter value is longer than 1024 bytes".to_owned(),
        ),
        ("test=1&".repeat(257), "More than 256 parameters".to_owned()),
        (
            "test=1&u=%00".to_owned(),
            "Invalid character in parameter u".to_owned(),
        ),
        (
            format!("test=1&search_did_number={}", "1".repeat(65)),
            "search_did_number is longer than 64 characters".to_owned(),
        ),
    ] {
        for method in ["POST", "GET"] {
            refused(&site.send(&ask(method, &query)), 400, &error);
        }
    }
    // Even for a method there is none of, but not for a path there is none of.
    let mut other = ask("POST", "u=%00");
    other.target = "/api?action=user_get&u=%00".into();
    refused(&site.send(&other), 400, "Invalid character in parameter u");
    other.target = "/nowhere?u=%00".into();
    refused(&site.send(&other), 404, "Not found");
}
