//! What docs/ tell of parameters, errors, codes, variables and the log is so, and is
//! all there is. (The elements are compared in `src/dids/fields.rs`.)

use std::collections::BTreeSet;

use dids_get::answer::Outcome;
use dids_get::api::caller::{Caller, Role};
use dids_get::dids::parameters::PARAMETERS;
use dids_tests::harness::Site;
use dids_tests::manifest::Manifest;
use dids_tests::readme::{API, OPERATING};

use crate::asking::*;
use crate::faults::fail;
use crate::openapi::errors;
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

/// Who may use a parameter, in the document's words.
fn honoured(honoured: fn(&Caller) -> bool) -> &'static str {
    let may = |role, own_providers| {
        honoured(&Caller {
            id: 1,
            role,
            own_providers,
        })
    };
    let seller = (may(Role::Reseller, false), may(Role::Reseller, true));
    assert!(may(Role::Admin, false) && may(Role::Accountant, false));
    match (seller, may(Role::User, false)) {
        ((true, true), true) => "all",
        ((true, true), false) => "all but user",
        ((false, true), false) => "admin, accountant, reseller with own providers",
        ((false, false), false) => "admin, accountant",
        other => panic!("no words for {other:?}"),
    }
}

#[test]
fn parameters_are_those_of_the_table() {
    let documented = rows(API, "| parameter | what it is | honoured for |");
    let known = PARAMETERS.iter().map(|parameter| {
        let name = format!("`{}`", parameter.name);
        vec![
            name,
            parameter.about.into(),
            honoured(parameter.honoured).into(),
        ]
    });
    let known: Vec<Vec<String>> = known.collect();
    assert_eq!(documented, known);
}

#[test]
fn errors_are_listed_with_their_statuses() {
    let documented = rows(API, "| `<error>` | XML | JSON, CSV | cause |");
    let statuses = |text: &str| {
        let row = documented.iter().find(|row| {
            let shown = row[0].trim_matches('`');
            let begins = shown.strip_suffix(['…']).or(shown.strip_suffix("NAME"));
            shown == text || begins.is_some_and(|start| text.starts_with(start))
        });
        row.map(|row| (row[1].to_owned(), row[2].to_owned()))
    };
    for error in errors() {
        let text = error.to_string();
        // Mentioned in the row of their like.
        let text = text
            .replace("4096", "1024")
            .replace("search_did_owner is", "search_did_number is");
        // An empty list is no error in JSON and CSV.
        let wanted = (error.status().to_string(), error.http_status().to_string());
        assert_eq!(statuses(&text), Some(wanted), "{text}");
    }
}

#[test]
fn outcomes_are_listed() {
    let documented = rows(OPERATING, "| outcome | what happened | what to do |");
    let documented: BTreeSet<_> = documented
        .iter()
        .map(|row| row[0].trim_matches('`'))
        .collect();
    let ends = [Outcome::Ok, Outcome::Aborted, Outcome::ClientGone].map(Outcome::code);
    let known = errors()
        .iter()
        .map(|error| error.code())
        .chain(ends)
        .collect();
    assert_eq!(documented, known);
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
    let mut found = names(&site.server().log());
    // A line of its own, for a connection that was closed; see tests/mysql.
    found.insert("note".into());
    assert_eq!(documented, found.iter().map(String::as_str).collect());
}
