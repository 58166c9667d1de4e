//! Headers that lie, and paths that lead elsewhere.

use super::{by_admin, guarded, is_harmless, is_unharmed};
use crate::asking::*;
use crate::town::*;

#[test]
fn an_id_that_could_do_harm_is_not_taken_over() {
    let site = guarded();
    for id in [
        "<script>alert(1)</script>",
        "a b",
        "a;b",
        "\"a\"",
        "\u{e9}",
        "a\tb",
        "%0d%0aX-Injected:yes",
        "",
        &"x".repeat(65),
        &"x".repeat(50_000),
    ] {
        let reply = site.send_with(&ask("POST", &by_admin("")), &[("X-Request-Id", id)]);
        is_harmless(&reply, id);
        let ours = reply.header("x-request-id").expect("an id");
        assert!(ours != id && ours.len() <= 64, "{ours}");
    }
    is_unharmed(&site);
}

#[test]
fn a_path_names_the_method_or_nothing() {
    let site = guarded();
    for path in [
        "/",
        "//api//dids_get//x",
        "/api/../api/dids_get",
        "/api/dids_get/..",
        "/api/%64ids_get",
        "/%61pi/dids_get",
        "/api/dids_get%00",
        "/api/dids_get;x",
        "/api/dids_get.xml",
        "/api\\dids_get",
        "/billing/billing/api",
        "/API/DIDS_GET",
        "/healthz/..",
        "/.git/config",
        "/api/<script>",
    ] {
        let mut ask = ask("POST", "");
        ask.target = format!("{path}?{}", by_admin("action=x"));
        let reply = site.send(&ask);
        is_harmless(&reply, path);
        assert_eq!(reply.ids(), [0; 0], "{path}: {}", reply.text());
    }
    is_unharmed(&site);
}

#[test]
fn headers_open_no_door() {
    let site = guarded();
    for header in [
        ("Authorization", "Basic YWRtaW46YWRtaW4="),
        ("Cookie", "u=admin; hash=x; session=1"),
        ("X-Forwarded-For", "127.0.0.1"),
        ("X-Original-URL", "/readyz"),
        ("X-HTTP-Method-Override", "DELETE"),
        ("Host", "127.0.0.1"),
        ("Spin-Path-Info", "/healthz"),
        ("Content-Type", "application/json\u{e9}"),
        ("Content-Encoding", "gzip"),
        ("Expect", "100-continue"),
        ("Range", "bytes=0-1"),
        ("Upgrade", "h2c"),
    ] {
        let reply = site.send_with(&ask("POST", "u=admin&hash="), &[header]);
        is_harmless(&reply, header.0);
        if reply.status == 200 {
            assert_eq!(reply.error(), "Incorrect hash", "{header:?}");
        }
        let listed = site.send_with(&ask("POST", &by_admin("")), &[header]);
        if listed.status == 200 {
            assert_eq!(listed.ids(), ALL, "{header:?}");
        }
    }
    is_unharmed(&site);
}
