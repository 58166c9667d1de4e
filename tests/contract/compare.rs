//! `clients/compare.py`, which tells an operator what a MOR server and this answer differently:
//! two of ours whose tables differ in one thing, a stand-in that answers as the vendor's page
//! shows, and servers that are broken or hostile.

use std::fs;
use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use dids_tests::client;
use dids_tests::harness::Site;
use dids_tests::manifest::in_repository;
use dids_tests::model::tables::Columns;
use dids_tests::model::{Ask, Tables};
use dids_tests::upstream::{Seen, Upstream};
use serde_json::Value;

use crate::asking::*;
use crate::town::*;

/// What it says.
struct Report {
    status: i32,
    json: Value,
    printed: String,
}

impl Report {
    /// What differs, as `element: what (decision)`.
    fn findings(&self) -> Vec<String> {
        let findings = self.json["findings"].as_array();
        let findings = findings
            .unwrap_or_else(|| panic!("{}", self.printed))
            .iter();
        let line = |it: &Value| {
            let text = |name: &str| it[name].as_str().unwrap_or("-").to_owned();
            let line = format!(
                "{}: {} ({})",
                text("element"),
                text("what"),
                text("decision")
            );
            line.trim_start_matches(": ").to_owned()
        };
        findings.map(line).collect()
    }
}

/// Compares as the admin, or as all roles where the arguments say so.
fn compare(mor: SocketAddr, ours: SocketAddr, more: &[&str]) -> Report {
    compare_as("admin", mor, ours, more)
}

/// Compares as a user.
fn compare_as(user: &str, mor: SocketAddr, ours: SocketAddr, more: &[&str]) -> Report {
    let folder = tempfile::tempdir().expect("a folder");
    let callers = folder.path().join("callers.json");
    let one = |user| {
        format!(
            r#""{user}": {{"user": "{user}", "key": "{}"}}"#,
            key_of(user)
        )
    };
    let all = ["admin", "clerk", "shop", "carrier", "anna", "ben"].map(one);
    fs::write(&callers, format!("{{{}}}", all.join(", "))).expect("a file");
    let mut python = Command::new("python3");
    python.arg(in_repository("clients/compare.py"));
    python.args(["--pause=0", "--timeout=20"]);
    for argument in more {
        python.arg(argument.replace("CALLERS", callers.to_str().expect("UTF-8")));
    }
    python.env("DIDS_MOR_URL", format!("http://{mor}/billing/api"));
    python.env("DIDS_URL", format!("http://{ours}/billing/api/"));
    python.env("DIDS_USER", user).env("DIDS_KEY", key_of(user));
    let output = python.stdin(Stdio::null()).output().expect("Python");
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    let printed = String::from_utf8(output.stdout).expect("UTF-8");
    let all = format!("{printed}{errors}");
    for key in ["secret", "shopkey", "carrierkey"] {
        let hash = sha1(key);
        assert!(!all.contains(key) && !all.contains(&hash), "{all}");
    }
    if !more.contains(&"--show") {
        for value in ["3706", "4420", "Smith", "Jones", "desk", "Baltic"] {
            assert!(!all.contains(value), "{value}: {all}");
        }
    }
    Report {
        status: output.status.code().expect("it ended by itself"),
        json: serde_json::from_str(&printed).unwrap_or(Value::Null),
        printed: all,
    }
}

#[test]
fn two_that_answer_alike_are_the_same() {
    let (one, other) = (Site::inside(&town()), Site::inside(&town()));
    for more in [
        &["--callers=CALLERS"][..],
        &["--send=query", "search_dialplan=2&search_status=active"],
        &["--send=get", "--show"],
        &["--rows=3"],
    ] {
        let report = compare(one.address(), other.address(), more);
        assert_eq!(report.status, 0, "{}", report.printed);
        assert!(
            report.printed.starts_with("The same: "),
            "{}",
            report.printed
        );
        assert!(report.printed.lines().count() < 5, "{}", report.printed);
        assert!(
            !report.printed.contains("search_dialplan ("),
            "{}",
            report.printed
        );
    }
}

/// A change of MOR's tables, who sees it, and what has to be told of it.
type Seed = (fn(&mut Tables), &'static str, &'static str);

#[rustfmt::skip]
const SEEDS: &[Seed] = &[
    (|it| it.dids.retain(|did| did.id != FREE), "admin", "row in dids_get alone (-)"),
    (|it| { let more = it.dids[1].clone(); it.dids.push(more); it.dids[7].id = 99; }, "admin", "row in MOR alone (-)"),
    (|it| did(it, FREE).did = text("37060000009"), "admin", "did_number: another value (-)"),
    (|it| did(it, ANNA).did = text("99"), "admin", "order of rows (D20)"),
    (|it| it.providers[0].name = text("Other"), "admin", "provider: another value (-)"),
    (|it| did(it, ANNA).language = text("de"), "admin", "language: another value (-)"),
    (|it| did(it, FREE).status = text("active"), "admin", "did_status: another value (-)"),
    (|it| did(it, FREE).status = text("active"), "admin", "status: another value (-)"),
    (|it| did(it, FREE).ai_agent_compatible = Some(1), "admin", "ai_agent_compatible: another value (-)"),
    (|it| did(it, ANNA).routes_to_openai_project_id = text("x"), "admin", "routes_to_openai_project_id: another value (-)"),
    (|it| did(it, ANNA).updated_at = text("2026-05-27 07:35:58"), "admin", "updated_at: another value (-)"),
    (|it| did(it, ANNA).updated_at = text("2026-05-27 10:35:57"), "admin", "updated_at: another value (D15)"),
    (|it| did(it, ANNA).updated_at = None, "admin", "updated_at: in dids_get alone (api.md)"),
    (|it| user(it, "shop").first_name = text("Other"), "admin", "reseller: another value (-)"),
    (|it| user(it, "anna").first_name = text("Other"), "admin", "owner: another value (-)"),
    (|it| user(it, "anna").first_name = text(""), "admin", "owner: another value (D13)"),
    (|it| it.devices[0].name = text("other"), "admin", "device: another value (-)"),
    (|it| it.dialplans[0].name = text("Other"), "admin", "dial_plan: another value (-)"),
    (|it| did(it, ANNA).call_limit = Some(3), "admin", "simultaneous_call_limit: another value (-)"),
    (|it| did(it, ANNA).comment = text("other"), "admin", "comment: another value (-)"),
    (|it| did(it, ANNA).comment = None, "admin", "comment: in dids_get alone (-)"),
    (|it| did(it, OLD).comment = None, "admin", "comment: in dids_get alone (D24)"),
    (|it| did(it, BEN).reseller_comment = text("other"), "shop", "comment: another value (D24)"),
    (|it| did(it, ANNA).tonezone = text("de"), "admin", "tone_zone: another value (-)"),
    (|it| did(it, ANNA).device_id = Some(2), "admin", "device_id: another value (-)"),
    (|it| did(it, FREE).device_id = Some(1), "admin", "device_id: in MOR alone (-)"),
    (|it| did(it, ANNA).user_id = Some(4), "admin", "user_id: another value (-)"),
    (|it| did(it, BEN).closed_till = text("2026-07-09 12:00:00"), "admin", "reserved_for_user_till: another value (-)"),
    (|it| it.columns = Columns { updated_at: false, ..it.columns }, "admin", "updated_at: in dids_get alone (api.md)"),
    (|it| set(it, "XML_API_Extension", "1", 0), "admin", "content type (XML_API_Extension)"),
    (|it| set(it, "API_Secret_Key", "other", 5), "carrier", "MOR: Incorrect hash; dids_get: a list: answer (-)"),
    (|it| set(it, "API_Disable_hash_checking", "1", 0), "admin", "MOR: a list; dids_get: Incorrect hash: answer (-)"),
    (|it| set(it, "Allow_API", "0", 2), "shop", "MOR: API Requests are disabled; dids_get: a list: answer (-)"),
    (|it| it.acc_group_rights.clear(), "clerk", "MOR: You are not authorized to manage DIDs; dids_get: a list: answer (-)"),
    (|it| user(it, "carrier").own_providers = Some(0), "carrier", "MOR: a list; dids_get: No DIDs found: answer (-)"),
];

#[test]
fn every_seeded_difference_is_found() {
    let ours = Site::inside(&town());
    for (seed, user, found) in SEEDS {
        let mut tables = town();
        seed(&mut tables);
        let mor = Site::inside(&tables);
        let report = compare_as(user, mor.address(), ours.address(), &["--json"]);
        let findings = report.findings();
        assert_eq!(report.status, 1, "{found}: {}", report.printed);
        assert!(
            findings.iter().any(|it| it == found),
            "{found}: {findings:?}"
        );
    }
}

/// Answers every request so.
fn serve(answer: impl Fn(&Seen) -> Vec<u8> + Send + Sync + 'static) -> SocketAddr {
    Upstream::start(false, answer).address
}

/// An answer with its length.
fn http(status: &str, kind: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    let head = format!("HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n");
    format!("{head}\r\n{body}").into_bytes()
}

/// What an answer of the stand-in for MOR is made of.
struct Given {
    asked: String,
    status: String,
    kind: String,
    body: String,
}

impl Given {
    fn written(&self) -> Vec<u8> {
        http(&format!("{} x", self.status), &self.kind, &self.body)
    }

    fn replace(&mut self, old: &str, new: &str) {
        self.body = self.body.replace(old, new);
    }

    /// The rows in this order.
    fn rows(&mut self, order: impl Fn(&mut Vec<String>)) {
        let (row, end) = ("    <did>\n", "  </dids>");
        if let (Some(from), Some(to)) = (self.body.find(row), self.body.find(end)) {
            let mut rows: Vec<_> = self.body[from..to]
                .split_inclusive("    </did>\n")
                .map(str::to_owned)
                .collect();
            order(&mut rows);
            self.body.replace_range(from..to, &rows.concat());
        }
    }
}

/// How a stand-in answers otherwise than this, and what has to be told of it: all of it.
type Habit = (fn(&mut Given), &'static [&'static str]);

#[rustfmt::skip]
const HABITS: &[Habit] = &[
    // As the vendor's page shows.
    (|it| it.replace("</id>\n", "</id>\n      <did_status>closed</did_status>\n"), &["did_status: 2 in MOR, 1 in dids_get (D12)"]),
    (|it| it.replace("<did_status>active</did_status>\n", "<did_status>active</did_status>\n      <reserved_for_user_till>2026-06-09T12:00:00Z</reserved_for_user_till>\n"), &["reserved_for_user_till: in MOR alone (D12)"]),
    (|it| it.rows(|rows| for row in rows {
        if !row.contains("<owner>") { *row = row.replace("    </did>", "      <user_id>2</user_id>\n    </did>"); }
    }), &["user_id: in MOR alone (D12)"]),
    (|it| it.kind = it.kind.replace("xml", "html"), &["content type (XML_API_Extension)"]),
    // What is not understood is ignored.
    (|it| if it.status == "400" { it.status = "200".into(); it.body = LIST.into() }, &[
        "MOR: a list; dids_get: Invalid value of: answer (D25)", "MOR: a list; dids_get: Not a whole number: answer (D25)",
        "MOR: a list; dids_get: Unknown parameter: answer (D25)"]),
    (|it| if it.asked.ends_with("search_language=") { it.body = LIST.into() }, &["row in dids_get alone (D18)", "row in MOR alone (D18)"]),
    (|it| if it.asked.ends_with("search_device=all") { it.body = error("No DIDs found") }, &["MOR: No DIDs found; dids_get: a list: answer (D27)"]),
    (|it| if it.asked.contains("=%2B") { it.body = error("No DIDs found") }, &["MOR: No DIDs found; dids_get: a list: answer (D28)"]),
    (|it| if it.asked.ends_with("search_user=x") { it.body = LIST.into() }, &["MOR: a list; dids_get: No DIDs found: answer (D19)"]),
    (|it| if it.asked.contains("%25") { it.body = error("No DIDs found") }, &["MOR: No DIDs found; dids_get: a list: answer (D17)"]),
    (|it| if it.asked.ends_with("from=0") { it.body = error("No DIDs found") }, &["MOR: No DIDs found; dids_get: a list: answer (D21)"]),
    // Errors.
    (|it| if it.asked.contains("search_status=free") { it.body = error("Bad things") }, &["MOR: another error; dids_get: a list: answer (-)"]),
    (|it| it.replace("Incorrect hash", "Wrong hash"), &["MOR: another error; dids_get: Incorrect hash: answer (-)"]),
    (|it| if it.body.contains("Access Denied") { it.status = "401".into() }, &["MOR: 401; dids_get: 200: HTTP status (D9)"]),
    (|it| if it.asked.contains("no-such-user") { it.status = "500".into(); it.body = "<html></html>".into() }, &["MOR: HTTP 500, an HTML page; dids_get: Access Denied: answer (-)"]),
    (|it| if it.body.contains("No DIDs found") { it.body = "<page><dids></dids></page>".into() }, &["MOR: no rows and no error; dids_get: No DIDs found: answer (-)"]),
    // Rows and elements.
    (|it| it.rows(|rows| rows.reverse()), &["order of rows (D20)"]),
    (|it| it.rows(|rows| rows.insert(0, rows[0].clone())), &["row twice in MOR (-)"]),
    (|it| it.replace("<language>en</language>\n      <status>Active</status>", "<status>Active</status>\n      <language>en</language>"), &["order of elements (api.md)"]),
    (|it| it.replace("<id>", "<id type=\"integer\">"), &["attributes in MOR alone (api.md)"]),
    (|it| it.replace("dids>", "list>"), &["names of the outer elements (-)"]),
    (|it| it.replace("<id>11</id>\n      ", ""), &["id: in dids_get alone (-)"]),
    (|it| it.replace("<status>Active<", "<status>Aktyvus<"), &["status: another value (api.md)"]),
    (|it| it.replace(">Unlimited<", ">0<"), &["simultaneous_call_limit: another value (api.md)"]),
    (|it| it.replace("<owner>Anna Smith<", "<owner>Smith  Anna<"), &["owner: another value (D13)"]),
    (|it| it.replace("<device></device>\n      ", ""), &["device: in dids_get alone (D14)"]),
    (|it| it.replace("2026-05-27T07:35:57Z", "2026-05-27 10:35:57 +0300"), &["updated_at: another value (D15)"]),
    (|it| it.replace("\u{fffd}", "*"), &["comment: another value (D10)"]),
    (|it| it.replace("\u{fffd}", "\u{1}"), &["comment: another value (D10)", "control characters in MOR alone (D10)"]),
];

/// What a stand-in lists whatever was asked.
const LIST: &str = "<page><dids><did><did>1</did><id>1</id></did></dids></page>";

fn error(text: &str) -> String {
    format!("<page>\n  <error>{text}</error>\n</page>\n")
}

/// What the component answers to a request that came to a stand-in.
fn given(ours: SocketAddr, seen: &Seen) -> Given {
    let ask = Ask {
        method: seen.method.clone(),
        target: seen.target.clone(),
        content_type: seen.header("content-type").map(str::to_owned),
        body: seen.body.clone(),
        ..Ask::default()
    };
    let reply = client::send(ours, &ask, &[]);
    Given {
        asked: String::from_utf8_lossy(&seen.body).into_owned(),
        status: reply.status.to_string(),
        kind: reply.header("content-type").expect("a type").to_owned(),
        body: reply.text().to_owned(),
    }
}

#[test]
fn a_server_with_other_habits_is_explained() {
    let mut tables = town();
    did(&mut tables, OLD).comment = text("a\u{1}b");
    let site = Site::inside(&tables);
    let ours = site.address();
    for (habit, found) in HABITS {
        let mor = serve(move |seen| {
            let mut given = given(ours, seen);
            habit(&mut given);
            given.written()
        });
        let report = compare(mor, ours, &["--json"]);
        let mut findings = report.findings();
        findings.sort();
        let mut all = found.to_vec();
        all.sort_unstable();
        assert_eq!(findings, all, "{}", report.printed);
        assert_eq!(report.status, 1, "{found:?}");
    }
}

const ROW: &str = "<did><did>1</did><id>1</id></did>";

/// What a broken or hostile server sends, and why it is not compared.
#[rustfmt::skip]
const HOSTILE: &[(&str, &str)] = &[
    ("", "RemoteDisconnected"),
    ("e5e9fa1ba31ecd1ae84f75caaa474f3a663f05f4 secret\r\n\r\n", "BadStatusLine"),
    ("HTTP/1.1 302 x\r\nLocation: http://ELSEWHERE/billing/api/\r\n\r\n", "a redirect (HTTP 302)"),
    ("HTTP/1.1 308 x\r\nLocation: http://ELSEWHERE/billing/api/\r\n\r\n", "a redirect (HTTP 308)"),
    ("HTTP/1.1 200 x\r\nContent-Encoding: gzip\r\n\r\n\u{1f}", "compressed"),
    ("HTTP/1.1 200 x\r\ncontent-length: 1000\r\n\r\n<page></page>", "ended early"),
    ("HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n<page>\r\n", "IncompleteRead"),
    ("HTTP/1.1 200 x\r\n\r\n<page><dids>ROW", "ended early"),
    ("HTTP/1.1 500 x\r\n\r\n<!DOCTYPE html><html>secret</html>", "HTTP 500, an HTML page"),
    ("HTTP/1.1 200 x\r\n\r\n{\"dids\":[]}", "no well-formed XML"),
    ("HTTP/1.1 200 x\r\n\r\n<!DOCTYPE p [<!ENTITY a \"x\"><!ENTITY b \"&a;&a;\">]><page>&b;</page>", "a document type"),
    ("HTTP/1.1 200 x\r\n\r\n<page><dids><did><comment>LONG", "a text without end"),
    ("HTTP/1.1 200 x\r\n\r\n<page LONG", "a tag or comment without end"),
    ("HTTP/1.1 200 x\r\n\r\nDEEP", "elements without end"),
];

#[test]
fn d7_a_hostile_server_learns_nothing() {
    let site = Site::inside(&town());
    let elsewhere = Upstream::start(false, |_| http("200 x", "text/xml", LIST));
    for (answer, reason) in HOSTILE {
        let answer = answer
            .replace("ELSEWHERE", &elsewhere.address.to_string())
            .replace("ROW", ROW);
        let answer = answer
            .replace("LONG", &"x".repeat(2 << 20))
            .replace("DEEP", &"<a>".repeat(99));
        let bad = serve(move |_| answer.clone().into_bytes());
        for (mor, ours) in [(bad, site.address()), (site.address(), bad)] {
            let report = compare(mor, ours, &["--show"]);
            assert_eq!(report.status, 2, "{reason}: {}", report.printed);
            assert!(
                report.printed.contains(reason),
                "{reason}: {}",
                report.printed
            );
        }
    }
    assert_eq!(elsewhere.connections(), 0);
}

#[test]
fn d11_one_answer_that_breaks_off_is_not_compared() {
    let site = Site::inside(&town());
    let ours = site.address();
    let mor = serve(move |seen| {
        let given = given(ours, seen);
        match given.asked.ends_with("search_language=all") {
            true => b"HTTP/1.1 200 x\r\n\r\n<page><dids>".to_vec(),
            false => given.written(),
        }
    });
    let report = compare(mor, ours, &["--json"]);
    assert_eq!(report.status, 2, "{}", report.printed);
    assert!(report.findings().is_empty(), "{}", report.printed);
    let broken = "MOR: the XML ended early (caller: search_language: all)";
    assert_eq!(report.json["not_compared"], serde_json::json!([broken]));
}

#[test]
fn a_slow_server_is_given_up() {
    let site = Site::inside(&town());
    let slow = serve(|_| {
        thread::sleep(Duration::from_secs(5));
        Vec::new()
    });
    let report = compare(slow, site.address(), &["--timeout=0.5"]);
    assert_eq!(report.status, 2, "{}", report.printed);
    assert!(
        report.printed.contains("it took more than 0.5 s"),
        "{}",
        report.printed
    );
}

/// What a server says of itself is shown on demand, and the caller's secrets never.
#[test]
fn d7_what_is_repeated_is_hidden() {
    let site = Site::inside(&town());
    let mor = serve(|_| {
        http(
            "200 x",
            "text/xml",
            &error(&format!("{} secret \u{9b}31m", sha1("secret"))),
        )
    });
    let report = compare(mor, site.address(), &["--show"]);
    assert!(
        report.printed.contains("(hidden) (hidden) \u{fffd}31m"),
        "{}",
        report.printed
    );
    let report = compare(mor, mor, &["--show"]);
    assert_eq!(report.status, 0, "{}", report.printed);
}

#[test]
fn what_cannot_be_used_is_said_without_secrets() {
    let here = "127.0.0.1:9".parse().expect("an address");
    for (arguments, said) in [
        (
            &["--callers=/nowhere/callers.json"][..],
            "error: /nowhere/callers.json: No such file or directory\n",
        ),
        (&["u=admin&hash=1"], "NAME=VALUE of a filter"),
        (&[], "Connection refused"),
    ] {
        let report = compare(here, here, arguments);
        assert_eq!(report.status, 2, "{}", report.printed);
        assert!(report.printed.contains(said), "{said}: {}", report.printed);
    }
}
