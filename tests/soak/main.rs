//! Many requests of all roles: no answer is wrong, however the database fails
//! meanwhile, and nothing grows.
//!
//! `SOAK_REQUESTS` says how many are sent; `cargo xtask soak` sends 500,000.

mod faults;
mod memory;

use std::net::SocketAddr;
use std::thread::{self, ScopedJoinHandle};
use std::time::Duration;

use dids_tests::client::{Connection, Reply, written};
use dids_tests::harness::Site;
use dids_tests::model::request::parse;
use dids_tests::model::tables::Did;
use dids_tests::model::{Ask, Tables, answer, api_xml};
use dids_tests::random::Random;
use dids_tests::{asking, town};

use asking::{ask, ask_by_body, sha1, signed};
use town::{text, town};

/// Requests sent where nothing else is said, and by how many at once.
const REQUESTS: u64 = 4_000;
const CALLERS: u64 = 8;
/// DIDs: the longest list takes several pages.
const DIDS: i64 = 1_200;

fn requests() -> u64 {
    let requests = std::env::var("SOAK_REQUESTS");
    requests.map_or(REQUESTS, |requests| requests.parse().expect("a number"))
}

/// The town with many DIDs of all holders.
fn tables() -> Tables {
    let mut tables = town();
    let sample = tables.dids.clone();
    let did = |id: i64| Did {
        id,
        did: text(&format!("370{:07}", (id * 7_919) % 10_000_000)),
        ..sample[(id % 7) as usize].clone()
    };
    tables.dids = (1..=DIDS).map(did).collect();
    tables
}

/// What is asked, and what the answer must be.
struct Known {
    ask: Ask,
    status: u16,
    body: Vec<u8>,
}

/// Requests of every role and of every kind of answer, the model's each. What a
/// view looks like is taken from a first answer, if it shows the model's XML.
fn known(site: &Site, tables: &Tables) -> Vec<Known> {
    let queries = [
        "max_results=25",
        "from=300&max_results=500",
        "max_results=1&test=1",
        "search_status=free&max_results=20",
        "search_did_number=37000&search_hide_terminated_dids=1",
        "search_did_owner=s%25&search_language=&max_results=3",
        "search_user=4&from=2",
        "search_device=x",
        "search_did_number=%27+OR+1%3D1",
        "search_did_number=%00",
    ];
    let mut asks = vec![
        ask("GET", &signed("anna", "")),
        ask("POST", "u=nobody"),
        ask("POST", &format!("u=admin&hash={}", sha1("wrong"))),
        ask("PUT", ""),
        ask("POST", &"x&".repeat(257)),
        ask_by_body("application/json", "{\"u\":"),
        ask_by_body(
            "application/x-www-form-urlencoded",
            signed("shop", "from=9&max_results=9"),
        ),
    ];
    // Lists of several pages, which alone can be aborted.
    let long = ["", "from=2", "search_status=&test=", "search_device=all"];
    for caller in ["admin", "clerk", "shop"] {
        asks.extend(long.map(|query| ask("POST", &signed(caller, query))));
    }
    for caller in ["admin", "clerk", "shop", "carrier", "anna", "ben", "pat"] {
        asks.extend(queries.map(|query| ask("POST", &signed(caller, query))));
    }
    let known = asks.into_iter().map(|ask| {
        let expected = answer(tables, &ask);
        let body = expected.body.unwrap_or_else(|| {
            let view = site.send(&ask);
            let xml = api_xml(tables, &parse(&ask).expect("a request"));
            assert_eq!(view.shown_xml().as_bytes(), xml, "{ask:?}");
            view.body
        });
        Known {
            ask,
            status: expected.status,
            body,
        }
    });
    known.collect()
}

/// Asks over a connection that is kept while it lasts.
fn send(address: SocketAddr, kept: &mut Option<Connection>, ask: &Ask) -> Reply {
    let mut connection = kept.take().unwrap_or_else(|| Connection::open(address));
    connection.write(&[&written(ask, &[]), &ask.body[..]].concat());
    let reply = connection.read(&ask.method);
    if reply.whole && reply.header("connection") != Some("close") {
        *kept = Some(connection);
    }
    reply
}

/// Sends requests from so many callers at once, each drawn from those known.
fn ask_all(
    site: &Site,
    known: &[Known],
    callers: u64,
    requests: u64,
    judge: impl Fn(&Known, &Reply) + Sync,
) {
    let (address, judge) = (site.address(), &judge);
    let call = move |caller: u64| {
        let mut random = Random::new(caller << 40);
        let mut kept = None;
        for _ in 0..requests / callers {
            let known = &known[random.below(known.len())];
            judge(known, &send(address, &mut kept, &known.ask));
        }
    };
    thread::scope(|scope| {
        let calls: Vec<_> = (0..callers)
            .map(|caller| scope.spawn(move || call(caller)))
            .collect();
        // A log that nobody takes would be what grows.
        while !calls.iter().all(ScopedJoinHandle::is_finished) {
            let log = site.server().take_log();
            assert!(!log.contains("the component failed"), "{log}");
            thread::sleep(Duration::from_millis(20));
        }
    });
}
