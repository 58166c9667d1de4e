//! Random databases and random requests: the component answers as the model
//! does, byte for byte, and never with a row that a filter that was sent excludes.
//!
//! `PROPTEST_CASES` says how many databases are tried.

use std::fmt::Debug;

use dids_tests::client::{Connection, Reply, written};
use dids_tests::harness::Site;
use dids_tests::model::arbitrary::{scenario, sent};
use dids_tests::model::{Ask, HEADERS, Tables, answer, api_xml, gate, request};
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, TestCaseError, TestError, TestRunner};

/// Databases tried where nothing else is said.
const CASES: u32 = 200;
/// Requests to each.
const ASKS: usize = 50;

/// Tries random databases and requests. What fails is shown as the smallest database
/// and the one request to it that was found.
fn check<A: Debug>(
    scenarios: impl Strategy<Value = (Tables, Vec<A>)>,
    test: impl Fn(&Tables, &[A]) -> Result<(), String>,
) {
    let cases = std::env::var("PROPTEST_CASES");
    let config = Config {
        cases: cases.map_or(CASES, |cases| cases.parse().expect("a number")),
        failure_persistence: None,
        max_shrink_time: 60_000,
        ..Config::default()
    };
    let tried = TestRunner::new(config).run(&scenarios, |(tables, asks)| {
        test(&tables, &asks).map_err(TestCaseError::fail)
    });
    match tried {
        Ok(()) => {}
        Err(TestError::Fail(reason, (tables, _))) => panic!("{reason}\n{tables:?}"),
        Err(TestError::Abort(reason)) => panic!("{reason}"),
    }
}

/// Asks over a connection that is kept.
fn send(connection: &mut Connection, ask: &Ask) -> Reply {
    connection.write(&[&written(ask, &[]), &ask.body[..]].concat());
    connection.read(&ask.method)
}

/// Compares an answer with the model's; says what differs.
fn compare(tables: &Tables, ask: &Ask, reply: &Reply) -> Result<(), String> {
    let expected = answer(tables, ask);
    let kind = reply.header("content-type");
    let mut wrong = String::new();
    if reply.status != expected.status {
        wrong += &format!("status {}, not {}; ", reply.status, expected.status);
    }
    if kind != Some(&expected.content_type) {
        wrong += &format!("{kind:?}, not {}; ", expected.content_type);
    }
    if !reply.whole {
        wrong += "aborted; ";
    }
    for name in HEADERS {
        let wanted = expected.headers.iter().find(|header| header.0 == name);
        let wanted = wanted.map(|header| header.1.as_str());
        if reply.header(name) != wanted {
            wrong += &format!("{name} {:?}, not {wanted:?}; ", reply.header(name));
        }
    }
    if reply.header("x-next-cursor").is_some() != expected.has_next {
        wrong += &format!("a cursor: {}; ", !expected.has_next);
    }
    match &expected.body {
        Some(body) if ask.method != "HEAD" && *body != reply.body => {
            wrong += &difference(&reply.body, body);
        }
        None if ask.method != "HEAD" => {
            let request = request::parse(ask).expect("a request that is not refused");
            let xml = api_xml(tables, &request);
            let shown = reply.shown_xml();
            if shown.as_bytes() != xml {
                wrong += &format!("the view: {}", difference(shown.as_bytes(), &xml));
            }
        }
        _ => {}
    }
    if wrong.is_empty() {
        return Ok(());
    }
    let ask: String = format!("{ask:?}").chars().take(3_000).collect();
    Err(format!("{ask}\nis answered wrongly: {wrong}"))
}

/// The first line in which a body differs from the expected one.
fn difference(body: &[u8], expected: &[u8]) -> String {
    let (body, expected) = [body, expected].map(String::from_utf8_lossy).into();
    let mut expected = expected.lines();
    let mut number = 0;
    for line in body.lines() {
        number += 1;
        let wanted = expected.next();
        if wanted != Some(line) {
            return format!("line {number} is\n{line}\nnot\n{wanted:?}");
        }
    }
    format!("after line {number} {:?} is missing", expected.next())
}

#[test]
fn the_component_answers_as_the_model_does() {
    check(scenario(ASKS..=ASKS), |tables, asks| {
        let site = Site::open(tables);
        for ask in asks {
            // A refused body may close the connection, so each has its own.
            let mut connection = Connection::open(site.address());
            compare(tables, ask, &send(&mut connection, ask))?;
        }
        Ok(())
    });
}

#[test]
fn d25_no_row_that_a_sent_filter_excludes() {
    check(sent::scenario(ASKS), |tables, asks| {
        let site = Site::open(tables);
        for sent in asks {
            let mut connection = Connection::open(site.address());
            let reply = send(&mut connection, &sent.ask);
            if reply.status == 200
                && let Some(did) = sent.excluded(tables, &reply.ids())
            {
                return Err(format!("{sent:?}\nlists the DID {}", did.id));
            }
        }
        Ok(())
    });
}

/// A signed request for a part of a list. Names and keys are sent byte by byte.
fn part(name: &[u8], key: &[u8], filter: &str, from: usize, size: usize) -> Ask {
    let name: String = name.iter().map(|byte| format!("%{byte:02x}")).collect();
    let hash = hex::encode(gate::sha1(&[key]));
    Ask {
        method: "POST".to_owned(),
        target: format!(
            "/api/dids_get?u={name}&hash={hash}&{filter}from={from}&max_results={size}"
        ),
        ..Ask::default()
    }
}

#[test]
fn pages_joined_are_the_whole_list() {
    check(scenario(1..=1), |tables, _| {
        let site = Site::open(tables);
        let mut connection = Connection::open(site.address());
        for user in &tables.users {
            let (Some(name), Some(role)) = (&user.username, gate::role(user)) else {
                continue;
            };
            let key = tables.setting("API_Secret_Key", gate::key_owner(user, role));
            let filters = [
                "",
                "search_did_number=%2506%25&",
                "search_hide_terminated_dids=1&",
            ];
            for (filter, size) in filters
                .into_iter()
                .flat_map(|filter| [(filter, 1), (filter, 7)])
            {
                let whole = send(&mut connection, &part(name, key, filter, 1, 1_000)).ids();
                let mut joined = Vec::new();
                // The page behind the last one is empty.
                for from in (1..=whole.len() + size).step_by(size) {
                    let page = send(&mut connection, &part(name, key, filter, from, size)).ids();
                    if page.len() > size || (page.is_empty() && from <= whole.len()) {
                        return Err(format!("{size} from {from} gives {page:?}"));
                    }
                    joined.extend(page);
                }
                if joined != whole {
                    return Err(format!(
                        "{filter}: pages of {size} give {joined:?}, not {whole:?}"
                    ));
                }
            }
        }
        Ok(())
    });
}
