//! What a log line looks like: `log_format`, and the caller's `traceparent` in it.

use std::thread;
use std::time::{Duration, Instant};

use dids_host::Action;
use dids_tests::harness::Site;
use serde_json::Value;

use crate::asking::*;
use crate::town::*;

const TRACE: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

fn logging(format: &str) -> Site {
    Site::inside_with(&town(), |settings| {
        let variable = ("log_format".to_owned(), format.to_owned());
        settings.variables.extend([variable]);
    })
}

/// The line about a request: it is written when the answer has gone out.
fn line_with(site: &Site, text: &str) -> String {
    let began = Instant::now();
    loop {
        let log = site.server().log();
        if let Some(line) = log.lines().find(|line| line.contains(text)) {
            return line.to_owned();
        }
        assert!(
            began.elapsed() < Duration::from_secs(60),
            "{text} in\n{log}"
        );
        thread::sleep(Duration::from_millis(2));
    }
}

#[test]
fn a_log_format_that_there_is_not_is_told() {
    for (format, is_told) in [
        ("JSON", true),
        ("jason", true),
        ("text", false),
        ("json", false),
    ] {
        let site = logging(format);
        assert_eq!(site.ids("admin", ""), ALL, "{format}");
        line_with(&site, "outcome");
        let log = site.server().log();
        let text = "note=\"log_format is neither text nor json\"";
        assert_eq!(log.contains(text), is_told, "{format}: {log}");
        assert!(!log.contains("jason"), "{log}");
    }
}

#[test]
fn log_lines_as_json() {
    let site = logging("json");
    for (nth, query, caller, filters, rows, outcome) in [
        (
            1,
            signed("shop", "search_status=reserved&from=1"),
            "reseller:2",
            "search_status",
            1,
            "ok",
        ),
        (2, signed("admin", ""), "admin:0", "", 7, "ok"),
        (3, "u=admin&hash=0".to_owned(), "", "", 0, "incorrect_hash"),
        (4, "u=nobody".to_owned(), "", "", 0, "access_denied"),
        (5, "u=%FF".to_owned(), "", "", 0, ""),
    ] {
        let id = format!("json-{nth}");
        site.send_with(
            &ask("POST", &query),
            &[("X-Request-Id", &id), ("traceparent", TRACE)],
        );
        let line = line_with(&site, &id);
        let line: Value = serde_json::from_str(&line).expect("JSON, and nothing else on the line");
        assert_eq!(line["log"], "dids_get");
        assert_eq!(line["id"], *id);
        assert_eq!(line["version"], env!("CARGO_PKG_VERSION"));
        assert_eq!(line["traceparent"], TRACE);
        assert_eq!(line["rows"], rows, "{query}");
        assert!(line["ms"].is_u64(), "{line}");
        let text = |name: &str| line[name].as_str().unwrap_or_default().to_owned();
        if !outcome.is_empty() {
            assert_eq!(text("outcome"), outcome, "{query}");
        }
        assert_eq!(text("filters"), filters, "{query}");
        if !caller.is_empty() {
            assert_eq!(text("caller"), caller, "{query}");
        }
    }
}

#[test]
fn a_failure_is_one_line_of_json() {
    let site = logging("json");
    let text = "the \"disk\"\t\u{1}is gone\\\r\nCaused by: a reader";
    site.server()
        .faults()
        .set(move |_| Action::Fail(text.to_owned()));
    site.send_with(
        &ask("POST", &signed("admin", "")),
        &[("X-Request-Id", "failing")],
    );
    let line: Value = serde_json::from_str(&line_with(&site, "failing")).expect("JSON");
    assert_eq!(line["outcome"], "unavailable");
    let failure = line["failure"].as_str().expect("a text");
    assert!(
        failure.contains("disk") && failure.contains("is gone"),
        "{failure}"
    );
    // Notes for the operator too.
    let without = Site::inside_with(&town(), |settings| {
        settings.variables.clear();
        settings
            .variables
            .insert("log_format".into(), "json".into());
    });
    without.list("admin", "");
    let log = without.server().log();
    let own = log.lines().filter(|line| line.contains("dids_get"));
    let mut count = 0;
    for line in own {
        serde_json::from_str::<Value>(line).unwrap_or_else(|_| panic!("{line}"));
        count += 1;
    }
    assert!(count > 0, "{log}");
}

#[test]
fn log_lines_as_text_are_the_default() {
    for format in ["", "text", "JSON", "xml", "{"] {
        let site = logging(format);
        site.send_with(
            &ask("POST", &signed("admin", "")),
            &[("X-Request-Id", "as-text")],
        );
        let line = line_with(&site, "as-text");
        assert!(line.starts_with("dids_get id=as-text "), "{format}: {line}");
        assert!(!line.contains("traceparent"), "none was sent: {line}");
    }
}

#[test]
fn a_traceparent_is_logged_and_nothing_like_it() {
    let site = Site::inside(&town());
    let version_1 = TRACE.replace("00-0af", "01-0af");
    let upper = TRACE.to_uppercase();
    let longer = format!("{TRACE}-x");
    let twice = format!("{TRACE}, {TRACE}");
    for (nth, (trace, is_logged)) in [
        (TRACE, true),
        (version_1.as_str(), false),
        (upper.as_str(), false),
        (longer.as_str(), false),
        (twice.as_str(), false),
        ("forged outcome=ok", false),
        ("", false),
    ]
    .into_iter()
    .enumerate()
    {
        let id = format!("trace-{nth}.");
        site.send_with(
            &ask("POST", "u=nobody"),
            &[("X-Request-Id", &id), ("traceparent", trace)],
        );
        let line = line_with(&site, &id);
        assert_eq!(line.contains("traceparent="), is_logged, "{trace}: {line}");
        assert!(!line.contains("forged"), "{line}");
        let field = format!(" traceparent={TRACE} ");
        assert_eq!(line.contains(&field), is_logged, "{line}");
    }
}
