//! Section 1, D25: what is not understood is refused, not answered by the whole list.

use dids_tests::harness::Site;
use dids_tests::model::Ask;

use crate::asking::*;
use crate::town::*;

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

/// Sends a request that is refused, and says how.
pub fn refused(site: &Site, ask: &Ask) -> (u16, String) {
    let reply = site.send(ask);
    let kind = reply.header("content-type");
    assert_eq!(kind, Some("text/xml; charset=utf-8"), "{ask:?}");
    (reply.status, reply.error().to_owned())
}

fn assert_400(site: &Site, query: &str, error: &str) {
    for method in ["POST", "GET"] {
        let found = refused(site, &ask(method, &signed("admin", query)));
        assert_eq!(found, (400, error.to_owned()), "{method} {query}");
    }
}

#[test]
fn d25a_filters_that_there_are_none_of() {
    let site = Site::open(&town());
    for (query, name) in [
        ("search_reseller=3", "search_reseller"),
        ("search_=", "search_"),
        ("search_statuss=free", "search_statuss"),
        ("search_status.0=free", "search_status.0"),
        ("Search_Reseller=3", "Search_Reseller"),
        ("%20search_reseller=3", " search_reseller"),
        ("filter[search_status]=free", "filter[search_status]"),
        ("params.search_status=free", "params.search_status"),
        ("%3Bsearch_status=free", ";search_status"),
        ("search_reseller[]=3", "search_reseller[]"),
        ("search_reseller", "search_reseller"),
        ("x%20search_reseller=3", "x search_reseller"),
    ] {
        assert_400(&site, query, &format!("Unknown parameter {name}"));
    }
}

#[test]
fn d25b_names_in_another_spelling() {
    let site = Site::open(&town());
    for (query, name) in [
        ("search_status[]=free", "search_status[]"),
        ("search_status%5B0%5D=free", "search_status[0]"),
        ("u[]=x", "u[]"),
        ("p[", "p["),
        ("amp;search_status=free", "amp;search_status"),
        ("x=1&amp;from=2", "amp;from"),
        ("amp;s_user=all", "amp;s_user"),
        ("Search_Status=free", "Search_Status"),
        ("U=shop", "U"),
        ("MAX_RESULTS=1", "MAX_RESULTS"),
        ("search_status%20=free", "search_status "),
        ("+from=1", " from"),
        ("Cursor+[]=x", "Cursor []"),
        (
            "%7B%22search_status%22:%22free%22%7D",
            "{\"search_status\":\"free\"}",
        ),
    ] {
        assert_400(&site, query, &format!("Malformed parameter {name}"));
    }
}

#[test]
fn d25b_filters_within_other_values() {
    let site = Site::open(&town());
    for (query, name) in [
        ("s_user=all;search_status=free", "s_user"),
        ("s_user=all%26search_status=free", "s_user"),
        ("data=%7B%22Search_status%22:%22free%22%7D", "data"),
        ("test=0;search_status=free", "test"),
        ("action=dids_get;search_status=free", "action"),
        ("x=a%0Asearch_status=free", "x"),
        // As UTF-16 looks when it is read as bytes.
        ("x=;%00s%00e%00a%00r%00c%00h%00_%00d%00=%004%00", "x"),
        ("x=%EF%BB%BFsearch%E2%80%8B_status=free", "x"),
    ] {
        assert_400(&site, query, &format!("Malformed parameter {name}"));
    }
    let ids = site.ids(
        "admin",
        "p=search_1&x=research_1&s_user=search&search_did_owner=%25a",
    );
    assert_eq!(ids, [0; 0]);
    assert_eq!(site.ids("admin", "p=search_1&x=research_1"), ALL);
}

#[test]
fn d25b_a_filter_within_one_that_is_ignored() {
    let site = Site::open(&town());
    for (user, name) in [
        ("anna", "search_dialplan"),
        ("anna", "search_did_owner"),
        ("shop", "search_provider"),
    ] {
        let value = "5;search_status=free";
        let reply = site.list(user, &format!("{name}={value}"));
        assert_eq!(reply.error(), format!("Malformed parameter {name}"));
        assert_eq!(reply.status, 400, "{name}");
        // It is ignored as ever, if nothing else is in it.
        let plain = site.ids(user, &format!("{name}=5"));
        assert_eq!(plain, site.ids(user, ""), "{user} {name}");
        // Where it counts, nothing matches.
        assert_eq!(site.ids("admin", &format!("{name}={value}")), [0; 0]);
    }
}

#[test]
fn d25_the_name_is_cut_and_escaped() {
    let site = Site::open(&town());
    let long = "%C3%A9".repeat(70);
    for (query, name) in [
        (
            format!("search_{long}="),
            format!("search_{}", "é".repeat(57)),
        ),
        (
            "search_%3Cb%3E%26=".to_owned(),
            "search_&lt;b&gt;&amp;".to_owned(),
        ),
        // Cut before it is escaped.
        (
            format!("search_{}=", "%3C".repeat(60)),
            format!("search_{}", "&lt;".repeat(57)),
        ),
        (
            "search_%00%0D%0A%09%7F=".to_owned(),
            "search_\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}".to_owned(),
        ),
        (
            "search_%FF%C3x%C2%85=".to_owned(),
            "search_\u{fffd}\u{fffd}x\u{fffd}".to_owned(),
        ),
        ("search_%22%27=".to_owned(), "search_\"'".to_owned()),
    ] {
        assert_400(&site, &query, &format!("Unknown parameter {name}"));
    }
}

#[test]
fn d7_the_name_repeats_no_hash() {
    // As curl sends what is given with `-d`.
    let json = format!(r#"{{"u":"admin","hash":"{}","from":1}}"#, sha1("secret"));
    let found = refused(&Site::open(&town()), &ask_by_body(FORM, json));
    let error = r#"Malformed parameter {"u":"admin","hash":"***","from":1}"#;
    assert_eq!(found, (400, error.to_owned()));
}

#[test]
fn d25c_paging_that_is_no_number() {
    let site = Site::open(&town());
    for name in ["from", "max_results"] {
        for value in [
            "x", "100.0", "1.5", "1e1", "all", "%2B", "-", "--5", "%2B-5", "1+2", "0x1", "1,000",
            "%D9%A3",
        ] {
            let error = format!("Not a whole number: {name}");
            assert_400(&site, &format!("{name}={value}"), &error);
        }
    }
    for (body, name) in [
        (r#"{"max_results":100.0}"#, "max_results"),
        (r#"{"from":1e0}"#, "from"),
    ] {
        let mut ask = ask_by_body(JSON, body);
        ask.target += &format!("?{}", signed("admin", ""));
        let error = format!("Not a whole number: {name}");
        assert_eq!(refused(&site, &ask), (400, error), "{body}");
    }
    assert_400(&site, "max_results=x&from=y", "Not a whole number: from");
}

#[test]
fn d25d_a_switch_that_is_neither_on_nor_off() {
    let site = Site::open(&town());
    for value in ["true", "2", "01", "all", "ALL", "yes", "-1", "1.0"] {
        let error = "Invalid value of search_hide_terminated_dids";
        assert_400(
            &site,
            &format!("search_hide_terminated_dids={value}"),
            error,
        );
    }
}

#[test]
fn d25_what_loses_is_not_looked_at() {
    let site = Site::open(&town());
    for (query, ids) in [
        ("from=x&from=7", &ALL[6..]),
        ("max_results=1.5&max_results=", &ALL),
        (
            "search_hide_terminated_dids=true&search_hide_terminated_dids=0",
            &ALL,
        ),
    ] {
        assert_eq!(site.ids("admin", query), ids, "{query}");
    }
    let mut ask = ask_by_body(FORM, "from=x&search_hide_terminated_dids=all");
    ask.target += &format!(
        "?{}",
        signed("admin", "from=7&search_hide_terminated_dids=")
    );
    assert_eq!(site.send(&ask).ids(), ALL[6..]);
}

#[test]
fn d25_before_the_gate_and_before_no_such_api() {
    let mut tables = town();
    set(&mut tables, "Allow_API", "0", 0);
    let site = Site::open(&tables);
    let error = "Unknown parameter search_reseller".to_owned();
    for target in [
        "/api/dids_get?search_reseller=3",
        "/api?action=user_get&search_reseller=3",
        "/api/user_get?search_reseller=3",
        "/api/dids_get?search_reseller=3&test=1",
    ] {
        assert_eq!(
            refused(&site, &at("POST", target)),
            (400, error.clone()),
            "{target}"
        );
    }
    let nowhere = refused(&site, &at("POST", "/nowhere?search_reseller=3"));
    assert_eq!(nowhere, (404, "Not found".to_owned()));
    let put = refused(&site, &at("PUT", "/api/dids_get?search_reseller=3"));
    assert_eq!(put, (405, "Method not allowed".to_owned()));
}

#[test]
fn d25_several_at_once_in_their_order() {
    let site = Site::open(&town());
    // Each request has all faults from its own on.
    let bad = "search_hide_terminated_dids=2&max_results=x&u[]=1&search_x=1";
    let nul = format!("{bad}&search_status=%00");
    let (text, json) = (Some("text/plain"), Some(JSON));
    let of = |method: &str, kind: Option<&str>, query: &str, text: &str| Ask {
        method: method.into(),
        target: format!("/api/dids_get?{query}"),
        content_type: kind.map(str::to_owned),
        body: text.into(),
        ..Ask::default()
    };
    let gzip = |ask: Ask| ask.with("Content-Encoding", "gzip");
    let large = "{".repeat(70_000);
    for (ask, status, error) in [
        (
            gzip(of("GET", text, &nul, &large)),
            400,
            "A body needs POST",
        ),
        (
            gzip(of("POST", text, &nul, &large)),
            415,
            "Unsupported media type: send application/x-www-form-urlencoded, multipart/form-data or application/json",
        ),
        (
            gzip(of("POST", json, &nul, &large)),
            415,
            "Unsupported content encoding",
        ),
        (
            of("POST", json, &nul, &large),
            413,
            "Request body is larger than 65536 bytes",
        ),
        (
            of("POST", json, &nul, "{"),
            400,
            "Invalid character in parameter search_status",
        ),
        (of("POST", json, bad, "{"), 400, "Malformed JSON body"),
        (
            of("POST", json, bad, "{}"),
            400,
            "Unknown parameter search_x",
        ),
        (
            of("POST", json, &bad[..49], "{}"),
            400,
            "Malformed parameter u[]",
        ),
        (
            of("POST", json, &bad[..43], "{}"),
            400,
            "Not a whole number: max_results",
        ),
        (
            of("POST", json, &bad[..29], "{}"),
            400,
            "Invalid value of search_hide_terminated_dids",
        ),
    ] {
        assert_eq!(refused(&site, &ask), (status, error.to_owned()), "{ask:?}");
    }
}

#[test]
fn d25_of_several_names_the_first_of_body_then_query() {
    let site = Site::open(&town());
    let mut ask = ask_by_body(FORM, "x=1&search_b=1&search_a=1&P=1");
    ask.target += "?search_0=1&U=1";
    let error = "Unknown parameter search_b".to_owned();
    assert_eq!(refused(&site, &ask), (400, error));
    ask.body = b"x=1&P=1".to_vec();
    let error = "Unknown parameter search_0".to_owned();
    assert_eq!(refused(&site, &ask), (400, error));
    ask.target = "/api/dids_get?U=1".into();
    let error = "Malformed parameter P".to_owned();
    assert_eq!(refused(&site, &ask), (400, error));
}
