//! Section 1, D25: names that are not documented, in every place where one can stand. A
//! line is a kind of names.

use dids_tests::harness::Site;
use dids_tests::model::Ask;
use dids_tests::model::names::{DOCUMENTED, echo};
use serde_json::Value;

use crate::asking::*;
use crate::town::*;

/// Begin as a filter, so that no value excuses them.
const FILTERS: &[&str] = &[
    "search search_ Search search[] search[status] search.status search-status searchStatus",
    "SearchStatus searchstatus Search_Status SEARCH_STATUS search_status[] search_status[0]",
    "search_status[0][x] search_status. search__status _search_status .search-status",
    "search_reseller search_statuss searching search_status_x",
    "s_search_status S_search_status s.search_status s-search-status s_Search[status]",
    "filter filters Filter[status] filter[search_status] filterBy filter_phone_number s_filter",
    "[search] [filter]x -filter",
];
/// Restrict where their value does.
const RESTRICTING: &[&str] = &[
    "status did_status didStatus DidStatus did-status did.status Status STATUS status[] status[0]",
    "s_status S_Status s-status s.did_status[0] s_did [status] [did][status] s_[user]",
    "user user_id userId USER_ID s_user[] owner did_owner device device_id s_device provider",
    "dialplan dial_plan DialPlan language lang_uage hide_terminated_dids updated_since",
    "updated_at updatedAt did_exact did_id did did_number didNumber id ID comment tone_zone",
    "reseller simultaneousCallLimit ai_agent_compatible routesToOpenaiProjectId",
    "reserved_for_user_till From FROM from[] max-results maxResults MaxResults max_results[0]",
    "s_from Cursor cursor[] U U[] u[] p[] P s_p HASH Hash hash-[ Action action[] TEST test[0]",
    "limit Limit LIMIT s_limit offset offset[] page Page page[] per_page perPage PER-PAGE",
    "page_size pageSize Page-Size s.page_size",
];
/// Restrict nothing of ours.
const IGNORED: &[&str] = &[
    "_ - [] s_ x order_by order_desc format s_call_type s_did_pattern username utf8 research",
    "my_search_x statuses user_ids s_s_status valid_from x_from pages per_pages sort page_number",
    "a[status] x[search] resellers number s_hgc date_from message xu phash",
];
/// Are no plain names.
const BROKEN: &[&str] = &[
    " ",
    "x y",
    " search_status",
    "search status",
    "u ",
    "amp;u",
    "amp;x",
    ";x",
    "?x",
    "x=y",
    "x%20",
    "{\"search_status\":\"free\"}",
    "search\u{ad}_status",
    "\u{feff}u",
    "x\u{200b}",
    "\u{fffd}",
    "stätus",
    "ｓtatus",
    "x\u{1}",
    "x\u{7f}",
    "x\u{85}",
    "\0",
    "a\\b",
    "a\"b",
    "a'b",
    "<b>&",
    "x(1)",
    "x/y",
    "x:y",
    "x,y",
    "x*",
    "x+y",
    "~x",
    "x@y",
    "x|y",
    "\u{1f}\u{8b}\u{8}",
];

fn words(lines: &[&'static str]) -> Vec<&'static str> {
    lines.iter().flat_map(|line| line.split(' ')).collect()
}

/// Where a parameter can stand.
#[derive(Clone, Copy, Debug)]
enum Place {
    Get,
    Query,
    Form,
    Json,
    Part,
    File,
}

/// All of them but a file, which has no value.
const PLACES: [Place; 5] = [
    Place::Get,
    Place::Query,
    Place::Form,
    Place::Json,
    Place::Part,
];

/// A signed request with these parameters in a place. A value of JSON is written as it
/// is where it is in JSON.
fn with(place: Place, pairs: &[(&str, &str)]) -> Ask {
    let escape = |text: &str| -> String { text.bytes().map(|it| format!("%{it:02x}")).collect() };
    let pair = |(name, value): &(&str, &str)| format!("{}={}", escape(name), escape(value));
    let form = pairs.iter().map(pair).collect::<Vec<_>>().join("&");
    let text = |text: &str| Value::from(text).to_string();
    let member = |(name, value): &(&str, &str)| format!("{}:{}", text(name), text(value));
    let quoted = |name: &str| name.replace('\\', "\\\\").replace('"', "\\\"");
    let part = |file: &str| -> String {
        let part = |(name, value): &(&str, &str)| {
            let name = quoted(name);
            format!(
                "--x\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n{value}\r\n"
            )
        };
        pairs.iter().map(part).collect::<String>() + "--x--\r\n"
    };
    let by_body = |kind: &str, body: String| {
        let mut ask = ask_by_body(kind, body);
        ask.target += &format!("?{}", signed("admin", ""));
        ask
    };
    match place {
        Place::Get => ask("GET", &signed("admin", &form)),
        Place::Query => ask("POST", &signed("admin", &form)),
        Place::Form => by_body("application/x-www-form-urlencoded", form),
        Place::Json => {
            let members: Vec<String> = pairs.iter().map(member).collect();
            by_body("application/json", format!("{{{}}}", members.join(",")))
        }
        Place::Part => by_body("multipart/form-data; boundary=x", part("")),
        Place::File => by_body("multipart/form-data; boundary=x", part("; filename=f")),
    }
}

fn assert_refused(site: &Site, ask: &Ask, name: &str) {
    let reply = site.send(ask);
    let shown = echo(name.as_bytes());
    let shown = shown.replace('&', "&amp;").replace('<', "&lt;");
    let error = format!("Unknown parameter {}", shown.replace('>', "&gt;"));
    assert_eq!(
        (reply.status, reply.error()),
        (400, error.as_str()),
        "{ask:?}"
    );
}

fn assert_ignored(site: &Site, ask: &Ask) {
    let reply = site.send(ask);
    assert_eq!(reply.status, 200, "{ask:?}: {}", reply.text());
    assert_eq!(reply.ids(), ALL, "{ask:?}");
}

#[test]
fn d25_names_that_no_value_excuses() {
    let site = Site::open(&town());
    let names = words(FILTERS).into_iter().chain(BROKEN.iter().copied());
    for name in names {
        for place in PLACES {
            for value in ["free", "", "ALL"] {
                assert_refused(&site, &with(place, &[("x", "1"), (name, value)]), name);
            }
        }
        assert_refused(&site, &with(Place::File, &[(name, "")]), name);
    }
}

#[test]
fn d25_names_that_restrict_by_their_value() {
    let site = Site::open(&town());
    for name in words(RESTRICTING) {
        for (place, value) in PLACES
            .into_iter()
            .zip(["free", "0", "alls", "*"].into_iter().cycle())
        {
            assert_refused(&site, &with(place, &[(name, value)]), name);
        }
        for (place, value) in PLACES
            .into_iter()
            .cycle()
            .zip(["", " \t", "all", "ALL", "\nAll "])
        {
            assert_ignored(&site, &with(place, &[(name, value)]));
        }
        assert_refused(&site, &with(Place::File, &[(name, "")]), name);
    }
}

#[test]
fn d25_names_that_are_ignored() {
    let site = Site::open(&town());
    for name in words(IGNORED).into_iter().chain([""]) {
        for place in PLACES {
            for value in ["free", "1", "", "search", "a=b&c;d"] {
                assert_ignored(&site, &with(place, &[(name, value)]));
            }
            for value in ["search_", "all;Search_status=free", "x\0SEARCH_"] {
                assert_refused(&site, &with(place, &[(name, value)]), name);
            }
        }
        assert_ignored(&site, &with(Place::File, &[(name, "search_status")]));
    }
}

#[test]
fn d25_documented_names() {
    let site = Site::open(&town());
    for &name in DOCUMENTED {
        assert_refused(&site, &with(Place::File, &[(name, "")]), name);
        let may_not_hold = ["action", "test"].contains(&name);
        for place in PLACES.into_iter().filter(|_| may_not_hold) {
            let pairs = [(name, "0;sEarch_status=free"), (name, "0")];
            assert_refused(&site, &with(place, &pairs), name);
        }
    }
    let holds = [("p", "search_1"), ("search_did_owner", "%search_%")];
    for place in PLACES {
        let reply = site.send(&with(place, &holds));
        assert_eq!((reply.status, reply.error()), (200, "No DIDs found"));
    }
}

#[test]
fn d25_each_occurrence_by_itself() {
    let site = Site::open(&town());
    for place in PLACES {
        for pairs in [
            [("status", "free"), ("status", "")],
            [("limit", "all"), ("limit", "2")],
        ] {
            assert_refused(&site, &with(place, &pairs), pairs[0].0);
        }
    }
    // The first of the body, then of the query.
    let mut ask = with(Place::Form, &[("x", "1"), ("page", "2"), ("search_b", "1")]);
    ask.target += "search_a=1&P=1";
    assert_refused(&site, &ask, "page");
    ask.body = b"x=1&page=all".to_vec();
    assert_refused(&site, &ask, "search_a");
}

#[test]
fn d25_scalars_of_json() {
    let site = Site::open(&town());
    let send = |members: &str| {
        let mut ask = with(Place::Json, &[]);
        ask.body = format!("{{{members}}}").into();
        ask
    };
    for value in ["true", "false", "0", "1.5e3", "-2", "\"\\u0000\"", "\"x\""] {
        for name in ["limit", "didStatus", "user_id", "search-status"] {
            assert_refused(&site, &send(&format!("\"{name}\":{value}")), name);
        }
    }
    // Null is absent.
    for name in ["limit", "search_x", "filter[status]", "\\u0000"] {
        assert_ignored(&site, &send(&format!("\"{name}\":null")));
    }
    assert_ignored(
        &site,
        &send("\"limit\":\"\",\"status\":\"all\",\"format\":7"),
    );
    assert_refused(&site, &send("\"sea\\u0072ch_x\":1"), "search_x");
}

#[test]
fn d25_the_name_is_cut_and_escaped() {
    let site = Site::open(&town());
    let hash = sha1("secret");
    for (name, shown) in [
        (
            format!("search_{}", "x".repeat(70)),
            format!("search_{}", "x".repeat(57)),
        ),
        ("é".repeat(70), "é".repeat(64)),
        // Cut before it is escaped.
        ("<".repeat(70), "&lt;".repeat(64)),
        ("<b>&\"'".into(), "&lt;b&gt;&amp;\"'".into()),
        (
            "a\0\r\n\t\u{7f}\u{85}\u{9f}b".into(),
            format!("a{}b", "\u{fffd}".repeat(7)),
        ),
        // Hidden before it is cut. Encoded twice, a hash has digits around it.
        (
            format!("{{\"hash\":\"{hash}\"}}"),
            "{\"hash\":\"***\"}".into(),
        ),
        (
            format!("{}%3D{hash}%26", "x".repeat(55)),
            format!("{}%***%26", "x".repeat(55)),
        ),
        (
            format!("search_{}", "a1".repeat(19)),
            format!("search_{}", "a1".repeat(19)),
        ),
    ] {
        for place in [Place::Get, Place::Form, Place::Json] {
            let reply = site.send(&with(place, &[(&name, "1")]));
            assert_eq!(
                reply.error(),
                format!("Unknown parameter {shown}"),
                "{name}"
            );
        }
    }
    // Ill-formed UTF-8, each sequence one character.
    let reply = site.list("admin", "a%FF%C3x%E2%82=");
    assert_eq!(
        reply.error(),
        "Unknown parameter a\u{fffd}\u{fffd}x\u{fffd}"
    );
}

#[test]
fn d25_a_filter_within_one_that_is_ignored() {
    let site = Site::open(&town());
    for (user, name) in [
        ("anna", "search_dialplan"),
        ("anna", "search_did_owner"),
        ("shop", "search_provider"),
    ] {
        let value = "5;Search_status=free";
        let reply = site.list(user, &format!("{name}={value}"));
        let error = format!("Unknown parameter {name}");
        assert_eq!((reply.status, reply.error()), (400, error.as_str()));
        // With the view it is the view, since the gate let the caller in.
        let view = site.list(user, &format!("{name}={value}&test=1"));
        let kind = view.header("content-type");
        assert_eq!((view.status, kind), (400, Some("text/html; charset=utf-8")));
        assert!(view.text().contains(&error) && view.shown_xml().contains(&error));
        // It is ignored as ever, if nothing else is in it.
        let plain = site.ids(user, &format!("{name}=5"));
        assert_eq!(plain, site.ids(user, ""), "{user} {name}");
        // Where it counts, nothing matches.
        assert_eq!(site.ids("admin", &format!("{name}={value}")), [0; 0]);
        // Who is not let in is told that first.
        let nobody = site.post(&format!("u={user}&hash=0&{name}={value}"));
        assert_eq!(nobody.error(), "Incorrect hash");
    }
}
