//! What docs/operating.md tells of variables and the log is so, and is all there is.
//! (What is declared in the code, tests/written makes and compares.)

use std::collections::BTreeSet;
use std::thread;
use std::time::{Duration, Instant};

use dids_tests::harness::Site;
use dids_tests::manifest::Manifest;
use dids_tests::readme::OPERATING;

use crate::asking::*;
use crate::faults::fail;
use crate::town::*;

/// The cells of the rows of the table with this head.
fn rows(document: &'static str, head: &str) -> Vec<Vec<&'static str>> {
    let (_, table) = document.split_once(head).expect(head);
    let rows = table
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with("| "));
    let cells = |row: &'static str| row.trim_matches('|').split(" | ").map(str::trim).collect();
    rows.map(cells).collect()
}

#[test]
fn variables_are_listed_with_their_defaults() {
    let documented = rows(OPERATING, "| variable | content | default |");
    let documented: BTreeSet<_> = documented
        .iter()
        .map(|row| row[0].trim_matches('`').to_owned())
        .collect();
    let manifest = Manifest::read("spin.toml");
    let known = manifest.variables().into_iter();
    let known = known.map(|(name, _)| name.to_owned());
    assert_eq!(documented, known.collect());
}

/// The names of a log in JSON.
fn names(log: &str) -> BTreeSet<String> {
    let lines = log
        .lines()
        .filter(|line| line.starts_with("{\"log\":\"dids_get\""));
    let objects = lines.map(|line| serde_json::from_str(line).expect("JSON"));
    let keys = objects.flat_map(|object: serde_json::Value| {
        let object = object.as_object().expect("an object").clone();
        object.into_iter().map(|(name, _)| name)
    });
    keys.filter(|name| name != "log").collect()
}

#[test]
fn fields_of_the_log_are_listed() {
    let site = Site::inside_with(&town(), |settings| {
        settings
            .variables
            .insert("log_format".into(), "json".into());
    });
    let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let send = |query: &str| {
        let ask = ask("POST", &signed("admin", query)).with("traceparent", parent);
        site.send(&ask);
    };
    send("search_status=free");
    site.server().faults().set(|_| fail());
    send("");
    site.server().faults().clear();
    let documented = rows(OPERATING, "| field | content | when |");
    let documented: BTreeSet<_> = documented
        .iter()
        .map(|row| row[0].trim_matches('`'))
        .collect();
    // A call's line comes after its answer.
    let began = Instant::now();
    let is_there = |outcome: &str| site.server().log().contains(outcome);
    while !is_there("\"ok\"") || !is_there("\"unavailable\"") {
        assert!(began.elapsed() < Duration::from_secs(60), "two lines");
        thread::sleep(Duration::from_millis(2));
    }
    let mut found = names(&site.server().log());
    // A line of its own, for a connection that was closed; see tests/mysql.
    found.insert("note".into());
    assert_eq!(documented, found.iter().map(String::as_str).collect());
}
