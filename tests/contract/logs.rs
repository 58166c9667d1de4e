//! D7 and the log: one line per request, no secrets, and help for the operator.

use std::thread;
use std::time::{Duration, Instant};

use dids_host::Action;
use dids_tests::harness::Site;

use crate::asking::*;
use crate::faults::fail_from_page;
use crate::streaming::city;
use crate::town::*;

/// How long a line may take to be written.
const PATIENCE: Duration = Duration::from_secs(60);

/// The component's lines about requests.
fn request_lines(site: &Site) -> Vec<String> {
    let log = site.server().log();
    let lines = log.lines().filter(|line| line.starts_with("dids_get id="));
    lines.map(str::to_owned).collect()
}

/// The lines that are about one request, once there is one: it may be written
/// after the answer.
fn lines_about(site: &Site, id: &str) -> Vec<String> {
    let began = Instant::now();
    loop {
        let mut lines = request_lines(site);
        lines.retain(|line| line.split(' ').nth(1) == Some(&format!("id={id}")));
        if !lines.is_empty() || began.elapsed() > PATIENCE {
            return lines;
        }
        thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn one_line_for_each_request() {
    let site = Site::inside(&town());
    let asks = [
        ask("POST", &signed("admin", "")),
        ask("POST", &signed("shop", "search_status=none")),
        ask("GET", "u=nobody"),
        ask("POST", "u=%FF"),
        ask("PUT", ""),
        ask_by_body("application/json", "["),
    ];
    for (place, ask) in asks.iter().enumerate() {
        let id = format!("request-{place}");
        site.send_with(ask, &[("X-Request-Id", &id)]);
        assert_eq!(lines_about(&site, &id).len(), 1, "{ask:?}");
    }
    // The id that was made here is the one in the log.
    let reply = site.list("admin", "");
    let id = reply.header("x-request-id").unwrap();
    assert_eq!(lines_about(&site, id).len(), 1);
}

#[test]
fn d7_hash_and_key_reach_no_log_and_no_answer() {
    let mut tables = town();
    for (owner, key) in [(0, "very-secret-key"), (2, "shops-secret-key")] {
        set(&mut tables, "API_Secret_Key", key, owner);
    }
    let site = Site::inside(&tables);
    let hashes = [
        sha1("very-secret-key"),
        sha1("shops-secret-key"),
        sha1("wrong"),
    ];
    let mut bodies = String::new();
    for fault in [
        None,
        Some(Action::Fail("disk I/O error".into())),
        Some(Action::Cut(20)),
        Some(Action::Cut(200)),
    ] {
        match fault {
            None => site.server().faults().clear(),
            Some(fault) => site.server().faults().set(move |_| fault.clone()),
        }
        for hash in &hashes {
            for query in [
                "u=admin",
                "u=shop&test=1",
                "u=anna&max_results=x",
                "u=nobody&test=1",
                "u=%FF",
                "action=x&test=1",
            ] {
                let reply = site.post(&format!("{query}&hash={hash}&p=the-password"));
                bodies += reply.text();
                for (_, value) in &reply.headers {
                    bodies += value;
                }
            }
            let json = format!(r#"{{"u":"admin","hash":"{hash}","p":"the-password"}}"#);
            bodies += site
                .send(&ask_by_body("application/json", json.as_str()))
                .text();
            bodies += site
                .send(&ask_by_body("application/json", &json[1..]))
                .text();
        }
    }
    let log = site.server().log();
    assert!(request_lines(&site).len() > 50);
    let upper = hashes.clone().map(|hash| hash.to_uppercase());
    for secret in hashes
        .iter()
        .chain(&upper)
        .map(String::as_str)
        .chain(["secret-key", "the-password"])
    {
        assert!(!log.contains(secret), "{secret} is in the log");
        assert!(!bodies.contains(secret), "{secret} is in an answer");
    }
}

#[test]
fn what_a_line_tells() {
    let site = Site::inside(&town());
    let send = |id: &str, query: &str| {
        site.send_with(&ask("POST", query), &[("X-Request-Id", id)]);
        lines_about(&site, id).remove(0)
    };
    let line = send("a", &signed("shop", "search_status=reserved&from=1"));
    assert!(line.contains("reseller") && line.contains('2'), "{line}");
    assert!(line.contains("search_status"), "{line}");
    assert!(line.contains("rows=1"), "{line}");
    let version = concat!(" version=", env!("CARGO_PKG_VERSION"), " ");
    assert!(line.contains(version), "{line}");
    let line = send("b", "u=nobody");
    assert!(line.contains("outcome=access_denied"), "{line}");
    let line = send("c", "u=admin&hash=0");
    assert!(line.contains("outcome=incorrect_hash"), "{line}");
}

#[test]
fn nothing_a_caller_sends_makes_a_line_of_its_own() {
    let site = Site::inside(&town());
    let before = site.server().log().lines().count();
    for bad in [
        "%0Adids_get%20id=forged",
        "%0D%0Adids_get+id=forged",
        "%1B[2J",
        "%E2%80%A8x",
    ] {
        for name in [
            "u",
            "search_status",
            "search_did_owner",
            "action",
            "x%0Adids_get+id=forged",
        ] {
            site.post(&format!("{}&{name}={bad}", signed("admin", "")));
        }
    }
    // The last line may be written after the answer.
    site.send_with(&ask("POST", ""), &[("X-Request-Id", "the-last")]);
    assert_eq!(lines_about(&site, "the-last").len(), 1);
    let lines = || site.server().log().lines().count() - before;
    let began = Instant::now();
    while lines() < 21 && began.elapsed() < PATIENCE {
        thread::sleep(Duration::from_millis(1));
    }
    assert_eq!(lines(), 21);
    let log = site.server().log();
    assert!(!log.contains("id=forged ") && !log.contains("\ndids_get id=forged"));
    assert!(!log.contains('\u{1b}'));
}

#[test]
fn a_long_list_that_is_aborted_is_in_the_log() {
    let site = Site::inside(&city());
    site.list("admin", "");
    fail_from_page(&site, 2);
    // The answer may be aborted before its head is out.
    let id = "aborted-list";
    let ask = ask("POST", &signed("admin", ""));
    let reply = site.send_with(&ask, &[("x-request-id", id)]);
    assert!(!reply.whole);
    let lines = lines_about(&site, id);
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(!lines[0].contains("outcome=ok"), "{lines:?}");
    assert!(site.server().log().contains("disk I/O error"));
}

#[test]
fn a_failing_database_is_explained_in_the_log_only() {
    let site = Site::inside(&town());
    site.server()
        .faults()
        .set(|_| Action::Fail("the disk is gone".into()));
    let reply = site.list("admin", "");
    assert_eq!(reply.status, 503);
    assert!(!reply.text().contains("disk"));
    assert!(site.server().log().contains("the disk is gone"));
}

#[test]
fn a_variable_that_is_missing_or_wrong() {
    // The variable, and what the log has to name so that the operator can act.
    for value in [
        None,
        Some(""),
        Some("postgres://localhost/mor"),
        Some("sqlite:"),
        Some("sqlite:other"),
        Some("default"),
    ] {
        let site = Site::inside_with(&town(), |settings| {
            settings.variables.clear();
            if let Some(value) = value {
                settings.variables.insert("database".into(), value.into());
            }
        });
        let before = site.server().log().lines().count();
        let reply = site.list("admin", "");
        assert_eq!(reply.status, 503, "{value:?}");
        assert_eq!(
            reply.error(),
            "Service temporarily unavailable",
            "{value:?}"
        );
        let log = site.server().log();
        let new: Vec<&str> = log.lines().skip(before).collect();
        assert!(
            new.iter().any(|line| line.contains("database")),
            "{value:?}: {new:?}"
        );
        let mut probe = ask("GET", "");
        probe.target = "/healthz".into();
        assert_eq!(site.send(&probe).status, 200, "{value:?}");
        probe.target = "/readyz".into();
        assert_eq!(site.send(&probe).status, 503, "{value:?}");
    }
}

#[test]
fn a_password_in_the_variable_reaches_no_log() {
    let url = "mysql://mor:hidden-password@127.0.0.1:1/mor";
    let site = Site::inside_with(&town(), |settings| {
        settings.variables.insert("database".into(), url.into());
    });
    assert_eq!(site.list("admin", "").status, 503);
    assert!(
        !site.server().log().contains("hidden-password"),
        "{}",
        site.server().log()
    );
}
