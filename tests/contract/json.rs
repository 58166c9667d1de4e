//! Section 1: parameters from a JSON object.

use dids_tests::client::Reply;
use dids_tests::harness::Site;

use crate::asking::*;
use crate::town::*;

/// Asks with a JSON body, signed in the query.
fn ask_json(site: &Site, body: impl Into<Vec<u8>>) -> Reply {
    let mut ask = ask_by_body("application/json", body);
    ask.target += &format!("?{}", signed("admin", ""));
    site.send(&ask)
}

#[test]
fn d23_everything_may_come_from_a_json_object() {
    let site = Site::open(&town());
    let hash = sha1("secret");
    let body = format!(r#"{{"u":"admin","hash":"{hash}","action":"dids_get","max_results":1}}"#);
    for kind in [
        "application/json",
        "APPLICATION/JSON; charset=utf-8",
        "application/json ;x",
    ] {
        let mut ask = ask_by_body(kind, body.as_str());
        ask.target = "/api".into();
        assert_eq!(site.send(&ask).ids(), [ANNA], "{kind}");
    }
}

#[test]
fn d23_scalars() {
    let site = Site::open(&town());
    for (body, ids) in [
        (r#"{}"#, &ALL[..]),
        (r#" { "search_status" : "free" } "#, &[FREE, SPARE]),
        ("\r\n\t{\"search_status\"\n:\t\"free\"\r}\n", &[FREE, SPARE]),
        // Numbers as written.
        (r#"{"search_user":4}"#, &[BEN]),
        (r#"{"search_device":-2}"#, &[OLD]),
        (r#"{"search_user":4.0}"#, &[]),
        (r#"{"search_user":4e0}"#, &[]),
        (r#"{"search_user":1E400}"#, &[]),
        (r#"{"from":7,"max_results":2}"#, &[SPARE]),
        (r#"{"max_results":123456789012345678901234567890}"#, &ALL),
        // `true` and `false` as 1 and 0.
        (
            r#"{"search_hide_terminated_dids":true,"search_language":"en"}"#,
            &[ANNA],
        ),
        (
            r#"{"search_hide_terminated_dids":false,"search_language":"en"}"#,
            &[ANNA, OLD],
        ),
        (
            r#"{"search_provider":true,"search_status":"reserved"}"#,
            &[SHOP],
        ),
        // null as absent.
        (r#"{"search_status":null,"search_language":null}"#, &ALL),
        (r#"{"search_language":""}"#, &[FREE, SHOP, CARRIER, SPARE]),
        // Escapes.
        (r#"{"search\u005fstatus":"fr\u0065\u0065"}"#, &[FREE, SPARE]),
        (r#"{"search_status":"\tfree\n"}"#, &[FREE, SPARE]),
        (r#"{"search_did_owner":"\u0061nna"}"#, &[ANNA]),
        (
            r#"{"nobody_\u006bnows":"\ud83d\ude00\"\\\/\b\f\n\r\t"}"#,
            &ALL,
        ),
    ] {
        let reply = ask_json(&site, body);
        assert_eq!(reply.status, 200, "{body}");
        assert_eq!(reply.ids(), ids, "{body}");
    }
}

#[test]
fn d23_an_empty_body_is_no_parameters() {
    assert_eq!(ask_json(&Site::open(&town()), "").ids(), ALL);
}

#[test]
fn d23_one_byte_order_mark_is_dropped() {
    let site = Site::open(&town());
    let marked = "\u{feff} {\"search_status\":\"free\"}";
    assert_eq!(ask_json(&site, marked).ids(), [FREE, SPARE]);
    assert_eq!(ask_json(&site, "\u{feff}").ids(), ALL);
}

#[test]
fn d23_nested_or_malformed_is_refused() {
    let site = Site::open(&town());
    for body in [
        " ",
        r#"{"x":[]}"#,
        r#"{"x":{}}"#,
        r#"{"x":["free"]}"#,
        r#"{"x":{"y":1}}"#,
        "[]",
        r#"["search_status"]"#,
        r#""free""#,
        "null",
        "1",
        "true",
        "{",
        "}",
        "{}}",
        "{} {}",
        "{},",
        r#"{"x":1,}"#,
        r#"{,"x":1}"#,
        r#"{"x" 1}"#,
        r#"{"x":1 "y":2}"#,
        r#"{x:1}"#,
        r#"{'x':1}"#,
        r#"{1:1}"#,
        r#"{"x":01}"#,
        r#"{"x":+1}"#,
        r#"{"x":.5}"#,
        r#"{"x":1.}"#,
        r#"{"x":1e}"#,
        r#"{"x":-}"#,
        r#"{"x":NaN}"#,
        r#"{"x":True}"#,
        r#"{"x":undefined}"#,
        r#"{"x":"\x"}"#,
        r#"{"x":"\u12"}"#,
        r#"{"x":"\ud800"}"#,
        r#"{"x":"open}"#,
        "{\"x\":\"line\nbreak\"}",
        "{\"x\":\"\u{1}\"}",
        "\u{feff}\u{feff}{}",
        "\u{feff} ",
        "search_status=free",
        "// no\n{}",
    ] {
        let reply = ask_json(&site, body);
        assert_eq!(reply.status, 400, "{body}");
        assert_eq!(reply.error(), "Malformed JSON body", "{body}");
        let kind = reply.header("content-type");
        assert_eq!(kind, Some("text/xml; charset=utf-8"), "{body}");
    }
    let not_utf8 = ask_json(&site, b"{\"x\":\"\xff\"}");
    assert_eq!(
        (not_utf8.status, not_utf8.error()),
        (400, "Malformed JSON body")
    );
    let deep = "[".repeat(60_000);
    let deep = ask_json(&site, format!("{{\"x\":{deep}"));
    assert_eq!((deep.status, deep.error()), (400, "Malformed JSON body"));
}
