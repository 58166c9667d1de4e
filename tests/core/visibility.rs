//! No parameter and no combination shows a row or an element outside the role
//! (contract section 3): random databases, random requests, the answers' rows
//! looked up in the tables. The properties compare whole answers with the model;
//! this asks a single question, of a hundred times as many requests.
//!
//! `VISIBILITY_CASES` says how many requests are tried.

use std::collections::BTreeMap;

use dids_get::answer::{Answer, Body};
use dids_get::api::route::{Head, Method, Route};
use dids_get::db::port::{Database, Question};
use dids_get::db::schema::{Dialect, Schema};
use dids_get::db::statement::Statement;
use dids_get::db::statement::Value;
use dids_get::error::Failure;
use dids_tests::model::arbitrary::scenario;
use dids_tests::model::gate::{Role, named, role};
use dids_tests::model::request::parse;
use dids_tests::model::tables::{Did, User};
use dids_tests::model::{Ask, Tables};
use proptest::strategy::{Strategy, ValueTree as _};
use proptest::test_runner::{Config, TestRunner};
use rusqlite::types::Value as Bound;
use rusqlite::{Connection, params_from_iter};

/// Requests tried where nothing else is said, and to each database.
const CASES: usize = 3_000;
const ASKS: usize = 100;

/// What only some roles are shown, and to whom (contract section 3).
const STAFF_ONLY: [&str; 2] = ["provider", "reseller"];
const NOT_FOR_USERS: [&str; 2] = ["dial_plan", "tone_zone"];

/// The tables in memory, asked as the component asks.
struct Native {
    connection: Connection,
    schema: Option<Schema>,
}

impl Native {
    fn of(tables: &Tables) -> Self {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(&tables.to_sqlite()).unwrap();
        Self {
            connection,
            schema: None,
        }
    }

    fn value(&self, statement: &Statement) -> Result<Option<Vec<u8>>, Failure> {
        let values = statement.values.iter().map(|value| match value {
            Value::Integer(number) => Bound::Integer(*number),
            Value::Text(text) => Bound::Text(text.clone()),
            Value::Bytes(bytes) => Bound::Blob(bytes.clone()),
        });
        let failure = |error: rusqlite::Error| Failure(error.to_string());
        let mut prepared = self
            .connection
            .prepare_cached(&statement.text)
            .map_err(failure)?;
        let value = prepared.query_row(params_from_iter(values), |row| {
            Ok(row.get_ref(0)?.as_bytes_or_null()?.map(<[u8]>::to_vec))
        });
        value.map_err(failure)
    }
}

impl Database for Native {
    fn ask(&mut self, question: Question<'_>) -> Result<Option<Vec<u8>>, Failure> {
        let schema = match self.schema {
            Some(schema) => schema,
            None => {
                let answer = self.value(&Schema::question(Dialect::Sqlite))?;
                *self
                    .schema
                    .insert(Schema::read(Dialect::Sqlite, answer.as_deref())?)
            }
        };
        match question(&schema) {
            Some(statement) => self.value(&statement),
            None => Ok(None),
        }
    }
}

/// The answer's body, to its last page.
fn answered(ask: &Ask, database: &mut Native) -> Option<String> {
    let method = Method::parse(&ask.method);
    let header = |name: &str| {
        let mut headers = ask.headers.iter();
        let found = headers.find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map_or("", |(_, value)| value.as_str())
    };
    let head = Head {
        target: &ask.target,
        content_type: ask.content_type.as_deref().unwrap_or_default(),
        content_encoding: header("content-encoding"),
        ..Head::default()
    };
    let Ok(Route::Api(call)) = Route::parse(method, &head) else {
        return None;
    };
    let answer = Answer::to_call(&call, &ask.body, database);
    assert_ne!(answer.status, 503, "{ask:?}: {:?}", answer.record);
    let bytes = match answer.body {
        Body::Whole(bytes) => bytes,
        Body::Pages(mut bytes, mut pages) => {
            while !pages.is_done() {
                pages.next(database, &mut bytes).expect("a page");
            }
            bytes
        }
    };
    Some(String::from_utf8(bytes).expect("an answer is UTF-8"))
}

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
                Role::Reseller => !STAFF_ONLY.contains(&name),
                Role::User => !STAFF_ONLY.contains(&name) && !NOT_FOR_USERS.contains(&name),
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
