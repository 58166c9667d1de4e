//! Requests as real clients of the API were seen to send them, each with what it is
//! answered. `H` stands for the hash of the admin's key.

use dids_tests::client::Reply;
use dids_tests::harness::Site;
use dids_tests::model::Ask;

use crate::asking::*;
use crate::town::*;

/// A decision, who sends this, the request, and what is answered.
struct Case(&'static str, &'static str, Sent, Answered);

/// Method, path and query, headers and body.
struct Sent(
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str)],
    &'static str,
);

enum Answered {
    /// A list of these DIDs.
    Ids(&'static [i64]),
    /// A refusal.
    Error(u16, &'static str),
    /// Nothing but a status.
    Status(u16),
}

use Answered::{Error, Ids, Status};

const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");
const JSON: (&str, &str) = ("Content-Type", "application/json");
const PARTS: (&str, &str) = (
    "Content-Type",
    "multipart/form-data; boundary=------------------------d74496d66958873e",
);
const SIGNED: &str = "/billing/api/dids_get?u=admin&hash=H";
const METHOD: &str = "/billing/api/dids_get";
const FREE_ONES: &[i64] = &[FREE, SPARE];
const TYPES: &str = "Unsupported media type: send application/x-www-form-urlencoded, \
                     multipart/form-data or application/json";

/// A line is a case. Of a multipart body each line is a part, its name and its value.
#[rustfmt::skip]
const CASES: [Case; 35] = [
    Case("d36", "PHP curl with an array, Postman, FormData", Sent("POST", METHOD, &[PARTS], "u admin\nhash H\nmax_results 2\n"), Ids(&[ANNA, FREE])),
    Case("d36", "the same with an action", Sent("POST", "/billing/api/", &[PARTS], "action dids_get\nu admin\nhash H\n"), Ids(&ALL)),
    Case("d36", "curl -F beside a query", Sent("POST", SIGNED, &[PARTS], "search_status free\n"), Ids(FREE_ONES)),
    Case("d36", "Java HttpClient, Go, Python http.client", Sent("POST", METHOD, &[], "u=admin&hash=H&search_status=free"), Ids(FREE_ONES)),
    Case("d26", "a base URL that ends in a slash", Sent("POST", "//billing/api/dids_get?u=admin&hash=H", &[], ""), Ids(&ALL)),
    Case("d26", "load balancers", Sent("HEAD", "/healthz", &[], ""), Status(200)),
    Case("d25", "axios, jQuery, PHP: an array", Sent("POST", "/billing/api/dids_get?u=admin&hash=H&search_status[]=free", &[], ""), Error(400, "Unknown parameter search_status[]")),
    Case("d25", "pasted from HTML", Sent("GET", "/billing/api/dids_get?u=admin&hash=H&amp;search_status=free", &[], ""), Error(400, "Unknown parameter amp;search_status")),
    Case("d25", "Lua, pandas: floats", Sent("POST", "/billing/api/dids_get?u=admin&hash=H&max_results=100.0", &[], ""), Error(400, "Not a whole number: max_results")),
    Case("d25", "a boolean by its name", Sent("POST", "/billing/api/dids_get?u=admin&hash=H&search_hide_terminated_dids=true", &[], ""), Error(400, "Invalid value of search_hide_terminated_dids")),
    Case("d25", "a filter of another version", Sent("POST", "/billing/api/dids_get?u=admin&hash=H&search_reseller=3", &[], ""), Error(400, "Unknown parameter search_reseller")),
    Case("d25", "curl -X GET -d", Sent("GET", SIGNED, &[FORM], "search_status=free"), Error(400, "A body needs POST")),
    Case("d25", "fetch without a header", Sent("POST", SIGNED, &[("Content-Type", "text/plain;charset=UTF-8")], r#"{"search_status":"free"}"#), Error(415, TYPES)),
    Case("d25", "curl -d with JSON", Sent("POST", SIGNED, &[FORM], r#"{"search_status":"free"}"#), Error(400, r#"Unknown parameter {"search_status":"free"}"#)),
    Case("d25", "a compressed form", Sent("POST", SIGNED, &[FORM, ("Content-Encoding", "gzip")], "\u{1f}\u{8b}"), Error(415, "Unsupported content encoding")),
    Case("d25", "a semicolon as a separator", Sent("GET", "/billing/api/dids_get?u=admin&hash=H&s_user=all;search_status=free", &[], ""), Error(400, "Unknown parameter s_user")),
    Case("d25", "names of other versions that are no filters", Sent("GET", "/billing/api/dids_get?u=admin&s_user=all&s_call_type=all&s_device=all&s_reseller=all&search_did_number=37060000001&hash=H", &[], ""), Ids(&[ANNA])),
    Case("d25", "a filter in the spelling of another language", Sent("POST", "/billing/api/dids_get?u=admin&hash=H&search-status=free", &[], ""), Error(400, "Unknown parameter search-status")),
    Case("d25", "an element's name", Sent("POST", METHOD, &[JSON], r#"{"u":"admin","hash":"H","didStatus":"free"}"#), Error(400, "Unknown parameter didStatus")),
    Case("d25", "paging of another API", Sent("GET", "/billing/api/dids_get?u=admin&hash=H&limit=2", &[], ""), Error(400, "Unknown parameter limit")),
    Case("d25", "what restricts nothing", Sent("POST", "/billing/api/dids_get?u=admin&hash=H&search_status=free&s_user=all&s_device=ALL&status=&did=all&_=1699&format=xml&order_by=did&s_did_pattern=37&username=x&utf8=1", &[], ""), Ids(FREE_ONES)),
    Case("d25", "a compressed form that does not say so", Sent("POST", SIGNED, &[FORM], "\u{1f}\u{8b}\u{8}\0x"), Error(400, "Unknown parameter \u{fffd}\u{fffd}\u{fffd}\u{fffd}x")),
    Case("d25", "a form in base64, which is a name like any other", Sent("POST", SIGNED, &[FORM], "c2VhcmNoX3N0YXR1cz1mcmVl"), Ids(&ALL)),
    Case("d25", "a wrapper that adds its library's header again", Sent("POST", SIGNED, &[FORM, FORM], "search_status=free"), Ids(FREE_ONES)),
    Case("d17", "a percent sign before two digits, which is an escape", Sent("POST", "/billing/api/dids_get?u=admin&hash=H&search_did_number=%33706%", &[], ""), Ids(&[ANNA, FREE, BEN, SHOP])),
    Case("d23", ".NET: a byte order mark", Sent("POST", METHOD, &[JSON], "\u{feff}{\"u\":\"admin\",\"hash\":\"H\"}"), Ids(&ALL)),
    Case("d2", "curl --data-binary @file: a line feed", Sent("POST", METHOD, &[FORM], "u=admin&hash=H\n"), Ids(&ALL)),
    Case("d27", "MOR's own habit", Sent("POST", "/billing/api/dids_get?u=admin&hash=H&search_status=all", &[], ""), Ids(&ALL)),
    Case("d27", "MOR's own habit", Sent("POST", "/billing/api/dids_get?u=admin&hash=H&search_user=all", &[], ""), Ids(&ALL)),
    Case("d28", "a number in the international form", Sent("POST", "/billing/api/dids_get?u=admin&hash=H&search_did_number=%2B37060000001", &[], ""), Ids(&[ANNA])),
    Case("d29", "the user name signed too", Sent("POST", "/billing/api/dids_get?u=admin&hash=SHA1(adminsecret)", &[], ""), Error(200, "Incorrect hash")),
    Case("d29", "the password signed too", Sent("POST", "/billing/api/dids_get?u=admin&p=p&hash=SHA1(adminpsecret)", &[], ""), Error(200, "Incorrect hash")),
    Case("d29", "a filter signed too", Sent("POST", "/billing/api/dids_get?u=admin&search_status=free&hash=SHA1(freesecret)", &[], ""), Error(200, "Incorrect hash")),
    Case("d29", "echo without -n", Sent("POST", "/billing/api/dids_get?u=admin&hash=SHA1(secret\n)", &[], ""), Error(200, "Incorrect hash")),
    Case("d31", "axios and Angular", Sent("GET", SIGNED, &[("Accept", "application/json, text/plain, */*")], ""), Ids(&ALL)),
];

/// Writes hashes where they stand for their recipes.
fn filled(text: &str) -> String {
    let text = match text.split_once("SHA1(") {
        Some((before, recipe)) => before.to_owned() + &sha1(recipe.trim_end_matches(')')),
        None => text.to_owned(),
    };
    let hash = sha1("secret");
    let text = text.replace("hash=H", &format!("hash={hash}"));
    text.replace("hash\":\"H\"", &format!("hash\":\"{hash}\""))
        .replace("hash H", &format!("hash {hash}"))
}

fn request(Sent(method, target, headers, body): &Sent) -> Ask {
    let mut ask = at(method, &filled(target));
    ask.body = filled(body).into();
    for (name, value) in *headers {
        match *name {
            "Content-Type" if ask.content_type.is_none() => {
                ask.content_type = Some((*value).to_owned());
            }
            _ => ask = ask.with(name, value),
        }
    }
    if headers.contains(&PARTS) {
        ask.body = parts(&filled(body)).into();
    }
    ask
}

/// A multipart body as curl writes it.
fn parts(lines: &str) -> String {
    let boundary = "--------------------------d74496d66958873e";
    let part = |line: &str| {
        let (name, value) = line.split_once(' ').unwrap();
        format!("{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    lines.lines().map(part).collect::<String>() + boundary + "--\r\n"
}

fn check(decision: &str) {
    let site = Site::open(&town());
    let cases = CASES.iter().filter(|case| case.0 == decision);
    let mut tried = 0;
    for Case(_, client, sent, answered) in cases {
        let reply: Reply = site.send(&request(sent));
        let about = format!("{client}: {} {}", reply.status, reply.text());
        match answered {
            Ids(ids) => assert!(reply.status == 200 && reply.ids() == *ids, "{about}"),
            Error(status, text) => {
                assert_eq!((reply.status, reply.error()), (*status, *text), "{client}");
            }
            Status(status) => assert_eq!(reply.status, *status, "{client}"),
        }
        tried += 1;
    }
    assert!(tried > 0, "there are cases of {decision}");
}

#[test]
fn d2_as_sent() {
    check("d2");
}

#[test]
fn d17_as_sent() {
    check("d17");
}

#[test]
fn d23_as_sent() {
    check("d23");
}

#[test]
fn d25_as_sent() {
    check("d25");
}

#[test]
fn d26_as_sent() {
    check("d26");
}

#[test]
fn d27_as_sent() {
    check("d27");
}

#[test]
fn d28_as_sent() {
    check("d28");
}

#[test]
fn d29_as_sent() {
    check("d29");
}

#[test]
fn d31_as_sent() {
    check("d31");
}

#[test]
fn d36_as_sent() {
    check("d36");
}
