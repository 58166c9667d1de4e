//! Section 1: paths, methods and probes.

use dids_tests::harness::Site;

use crate::asking::*;
use crate::town::*;

#[test]
fn every_form_of_the_path_lists_dids() {
    let site = Site::open(&town());
    let query = signed("admin", "");
    for root in ["", "/billing"] {
        for path in ["/api?action=dids_get&", "/api/?action=dids_get&"] {
            let reply = site.send(&at("POST", &format!("{root}{path}{query}")));
            assert_eq!(reply.ids(), ALL, "{root}{path}");
        }
        for path in ["/api/dids_get?", "/api/dids_get/?"] {
            // Here the path names the method and `action` is ignored.
            for action in ["", "action=user_get&", "action=&"] {
                let reply = site.send(&at("POST", &format!("{root}{path}{action}{query}")));
                assert_eq!(reply.ids(), ALL, "{root}{path}{action}");
            }
        }
    }
}

#[test]
fn a_missing_or_unknown_action_is_no_such_api() {
    let mut tables = town();
    // Before the gate: it does not matter that the gate is shut.
    set(&mut tables, "Allow_API", "0", 0);
    let site = Site::open(&tables);
    for target in [
        "/api",
        "/billing/api/",
        "/api?action=",
        "/api?action=user_get",
        "/billing/api?action=Dids_Get",
        "/api/?action=dids_get%20",
        "/api/user_get",
        "/billing/api/user_get/",
        "/api/DIDS_GET",
        "/api/user_get?action=dids_get",
    ] {
        for method in ["POST", "GET"] {
            let reply = site.send(&at(method, target));
            assert_eq!(reply.status, 200, "{method} {target}");
            assert_eq!(reply.error(), "There is no such API", "{method} {target}");
        }
    }
}

#[test]
fn the_action_may_come_in_the_body() {
    let site = Site::open(&town());
    let mut ask = ask_by_body(
        "application/x-www-form-urlencoded",
        signed("admin", "action=dids_get"),
    );
    ask.target = "/billing/api/".into();
    assert_eq!(site.send(&ask).ids(), ALL);
}

#[test]
fn d9_any_other_path_is_not_found() {
    let site = Site::open(&town());
    for target in [
        "/",
        "/billing",
        "/billing/",
        "/apis",
        "/API",
        "/api/dids_get/1",
        "/x/api",
        "/billing/billing/api",
        "/healthz/",
        "/billing/healthz",
        "/readyz2",
    ] {
        let target = format!("{target}?{}&test=1", signed("admin", ""));
        for method in ["POST", "GET", "PUT", "OPTIONS"] {
            let reply = site.send(&at(method, &target));
            assert_eq!(reply.status, 404, "{method} {target}");
            assert_eq!(reply.error(), "Not found", "{method} {target}");
            let kind = reply.header("content-type");
            assert_eq!(kind, Some("text/xml; charset=utf-8"), "{method} {target}");
        }
        assert_eq!(site.send(&at("HEAD", &target)).status, 404, "{target}");
    }
}

#[test]
fn d1_other_methods_are_not_allowed() {
    let site = Site::open(&town());
    for target in [
        "/api",
        "/billing/api/dids_get",
        "/api/dids_get/",
        "/api/user_get",
    ] {
        let target = format!("{target}?{}&test=1", signed("admin", "action=dids_get"));
        for method in [
            "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "PURGE",
        ] {
            let reply = site.send(&at(method, &target));
            assert_eq!(reply.status, 405, "{method} {target}");
            assert_eq!(reply.header("allow"), Some("GET, POST"), "{method}");
            let kind = reply.header("content-type");
            assert_eq!(kind, Some("text/xml; charset=utf-8"), "{method}");
            if method != "HEAD" {
                assert_eq!(reply.error(), "Method not allowed", "{method}");
            }
        }
    }
}

#[test]
fn d1_get_works_while_it_is_allowed() {
    let mut tables = town();
    let query = signed("admin", "");
    assert_eq!(Site::open(&tables).send(&ask("GET", &query)).ids(), ALL);
    for value in ["0", "", "2", "true", " 1"] {
        set(&mut tables, "Allow_GET_API", value, 0);
        let site = Site::open(&tables);
        let reply = site.send(&ask("GET", &query));
        assert_eq!(reply.status, 200);
        assert_eq!(reply.error(), "GET Requests are disabled", "{value:?}");
        assert_eq!(site.post(&query).ids(), ALL);
    }
}

#[test]
fn probes_answer_ok_in_plain_text() {
    let site = Site::open(&town());
    for path in ["/healthz", "/readyz", "/readyz?x=1"] {
        let reply = site.send(&at("GET", path));
        assert_eq!((reply.status, reply.text()), (200, "ok"), "{path}");
        let kind = reply.header("content-type");
        assert_eq!(kind, Some("text/plain; charset=utf-8"), "{path}");
    }
}

#[test]
fn d26_probes_answer_head_as_get() {
    let site = Site::open(&town());
    for path in ["/healthz", "/readyz", "//healthz"] {
        let reply = site.send(&at("HEAD", path));
        assert_eq!((reply.status, reply.text()), (200, ""), "{path}");
        let kind = reply.header("content-type");
        assert_eq!(kind, Some("text/plain; charset=utf-8"), "{path}");
    }
}

#[test]
fn d26_a_run_of_slashes_counts_as_one() {
    let site = Site::open(&town());
    for path in [
        "//billing/api/dids_get",
        "/billing//api/dids_get",
        "/billing/api///dids_get//",
        "//api/dids_get",
        "//api//",
        "/api//",
    ] {
        let query = signed("admin", "action=dids_get&search_status=free");
        let reply = site.send(&at("POST", &format!("{path}?{query}")));
        assert_eq!(reply.ids(), [FREE, SPARE], "{path}");
    }
    let other = site.send(&at("POST", "//api//user_get//"));
    assert_eq!(other.error(), "There is no such API");
    for path in [
        "//",
        "//billing//",
        "//api/dids_get//1",
        "/billing//billing/api",
    ] {
        let reply = site.send(&at("POST", &format!("{path}?{}", signed("admin", ""))));
        assert_eq!((reply.status, reply.error()), (404, "Not found"), "{path}");
    }
}

#[test]
fn d26_probes_are_for_get_and_head_only() {
    let site = Site::open(&town());
    for path in ["/healthz", "/readyz"] {
        for method in ["POST", "PUT", "OPTIONS", "DELETE"] {
            let reply = site.send(&at(method, path));
            assert_eq!(reply.status, 405, "{method} {path}");
            assert_eq!(reply.header("allow"), Some("GET, HEAD"), "{method} {path}");
        }
    }
}
