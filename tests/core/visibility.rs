//! No parameter and no combination shows a row or an element outside the role
//! (contract section 3): random databases, random requests, the answers' rows
//! looked up in the tables. The properties compare whole answers with the model;
//! this asks a single question, of a hundred times as many requests.
//!
//! `VISIBILITY_CASES` says how many requests are tried.

use std::collections::BTreeMap;

use dids_tests::model::arbitrary::scenario;
use dids_tests::model::gate::{Role, named, role};
use dids_tests::model::request::parse;
use dids_tests::model::tables::{Did, User};
use dids_tests::model::{Ask, Tables};
use proptest::strategy::{Strategy, ValueTree as _};
use proptest::test_runner::{Config, TestRunner};

use crate::native::{Native, answered};

/// Requests tried where nothing else is said, and to each database.
const CASES: usize = 3_000;
const ASKS: usize = 100;

/// What everybody is shown, and resellers beside it; all else is for staff alone
/// (contract section 3).
const FOR_ALL: &[&str] = &[
    "did",
    "did_number",
    "language",
    "status",
    "did_status",
    "ai_agent_compatible",
    "routes_to_openai_project_id",
    "updated_at",
    "owner",
    "device",
    "simultaneous_call_limit",
    "comment",
    "id",
    "device_id",
    "user_id",
    "reserved_for_user_till",
];
const FOR_RESELLERS: &[&str] = &["dial_plan", "tone_zone"];

fn may_see(caller: &User, did: &Did) -> bool {
    match role(caller) {
        Some(Role::Admin | Role::Accountant) => true,
        Some(Role::Reseller) => did.reseller_id.unwrap_or(0) == caller.id,
        Some(Role::User) => did.user_id.unwrap_or(0) == caller.id,
        None => false,
    }
}

/// Looks every row of an answer up in the tables; says how many there were.
fn rows_shown(tables: &Tables, ask: &Ask, answer: &str) -> usize {
    let page = roxmltree::Document::parse(answer).expect("well-formed");
    let dids: BTreeMap<String, &Did> = tables
        .dids
        .iter()
        .map(|did| (did.id.to_string(), did))
        .collect();
    let mut shown = 0;
    let rows = page.descendants().filter(|node| {
        node.has_tag_name("did")
            && node
                .parent()
                .is_some_and(|parent| parent.has_tag_name("dids"))
    });
    for row in rows {
        let request = parse(ask).expect("a request that is not refused");
        let caller = named(tables, request.raw("u").unwrap_or_default()).expect("a user");
        let elements: Vec<_> = row.children().filter(|node| node.is_element()).collect();
        let id = elements.iter().find(|node| node.has_tag_name("id"));
        let did = dids[id.and_then(|id| id.text()).expect("an id")];
        assert!(may_see(caller, did), "{ask:?} shows {}", did.id);
        for element in elements {
            let name = element.tag_name().name();
            let allowed = match role(caller).expect("a role") {
                Role::Admin | Role::Accountant => true,
                Role::Reseller => FOR_ALL.contains(&name) || FOR_RESELLERS.contains(&name),
                Role::User => FOR_ALL.contains(&name),
            };
            assert!(allowed, "{ask:?} shows {name}");
        }
        shown += 1;
    }
    shown
}

#[test]
fn no_request_shows_what_is_not_the_callers() {
    let cases = std::env::var("VISIBILITY_CASES");
    let cases: usize = cases.map_or(CASES, |cases| cases.parse().expect("a number"));
    let mut runner = TestRunner::new(Config::default());
    let strategy = scenario(ASKS..=ASKS);
    let (mut tried, mut lists, mut rows) = (0, 0, 0);
    while tried < cases {
        let (tables, asks) = strategy.new_tree(&mut runner).unwrap().current();
        let mut database = Native::of(&tables);
        for ask in &asks {
            tried += 1;
            let answer = answered(ask, &mut database);
            // The HTML view is made from the same rows.
            let answer = answer.map(|answer| answer.text);
            let Some(answer) = answer.filter(|answer| answer.starts_with("<?xml")) else {
                continue;
            };
            let shown = rows_shown(&tables, ask, &answer);
            lists += usize::from(shown > 0);
            rows += shown;
        }
    }
    println!("{tried} requests, {lists} lists, {rows} rows, all of them the callers'");
    assert!(lists * 4 > tried, "{lists} lists of {tried} requests");
}
