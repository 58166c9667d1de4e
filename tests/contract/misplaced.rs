//! Section 1, D25 (e) and (f): bodies that are not read are refused.

use dids_tests::harness::Site;
use dids_tests::model::Ask;

use crate::asking::*;
use crate::misunderstood::refused;
use crate::town::*;

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

/// A POST that is signed in its query.
fn body(kind: Option<&str>, body: &str) -> Ask {
    let mut ask = ask("POST", &signed("admin", ""));
    ask.content_type = kind.map(str::to_owned);
    ask.body = body.into();
    ask
}

#[test]
fn d25e_bodies_of_other_types() {
    let site = Site::open(&town());
    let error = "Unsupported media type: send application/x-www-form-urlencoded, \
                 multipart/form-data or application/json";
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
        let ask = body(Some(kind), r#"{"search_status":"free"}"#);
        assert_eq!(refused(&site, &ask), (415, error.to_owned()), "{kind}");
    }
    // However long it is, and whatever is in it.
    let long = body(Some("text/plain"), &"x".repeat(70_000));
    assert_eq!(refused(&site, &long), (415, error.to_owned()));
    // Nothing is of no type.
    assert_eq!(site.send(&body(Some("text/plain"), "")).ids(), ALL);
}

#[test]
fn d25e_bodies_that_are_encoded() {
    let site = Site::open(&town());
    let form = || body(Some(FORM), "search_status=free");
    for encoding in ["gzip", "br", "x", "identity, gzip", "deflate"] {
        let found = refused(&site, &form().with("Content-Encoding", encoding));
        let error = "Unsupported content encoding".to_owned();
        assert_eq!(found, (415, error), "{encoding}");
    }
    for encoding in ["identity", "Identity", "", "identity, identity"] {
        let reply = site.send(&form().with("Content-Encoding", encoding));
        assert_eq!(reply.ids(), [FREE, SPARE], "{encoding}");
    }
    let empty = body(Some(FORM), "").with("Content-Encoding", "gzip");
    assert_eq!(site.send(&empty).ids(), ALL);
}

#[test]
fn d25f_a_body_needs_post() {
    let site = Site::open(&town());
    let long = "x".repeat(70_000);
    for (kind, text) in [
        (Some(FORM), "search_status=free"),
        (None, "search_status=free"),
        (Some(JSON), "{"),
        (Some("text/plain"), "x"),
        (Some(FORM), long.as_str()),
    ] {
        let mut ask = body(kind, text).with("Content-Encoding", "gzip");
        ask.method = "GET".into();
        let error = "A body needs POST".to_owned();
        assert_eq!(refused(&site, &ask), (400, error), "{kind:?}");
    }
}
