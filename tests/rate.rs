//! How many requests a second the host answers: a page of 25 DIDs, asked for by
//! 16 clients, each as soon as it is answered.
//!
//! A figure of the host, the component and the clients together, on whatever else
//! the machine does: for comparing hosts. Every answer is compared byte by byte.

use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

use dids_tests::client::{Connection, written};
use dids_tests::harness::Site;
use dids_tests::model::tables::Did;
use dids_tests::model::{Ask, Tables, answer};
use dids_tests::{asking, town};

use asking::{ask, signed};

const CLIENTS: usize = 16;
/// What comes before counts for nothing: hosts compile while they run.
const WARM: Duration = Duration::from_secs(1);
const MEASURED: Duration = Duration::from_secs(3);

#[test]
fn a_page_of_25_for_16_clients() {
    let tables = city();
    let ask = ask("GET", &signed("admin", "from=101&max_results=25"));
    let wanted = answer(&tables, &ask).body.expect("a page");
    let site = Site::open(&tables);
    let address = site.address();
    let began = Instant::now();
    let answers: usize = thread::scope(|scope| {
        let client = || scope.spawn(|| client(address, &ask, &wanted, began));
        let clients: Vec<_> = (0..CLIENTS).map(|_| client()).collect();
        let answers = clients.into_iter().map(|client| client.join().unwrap());
        answers.sum()
    });
    let rate = answers as f64 / MEASURED.as_secs_f64();
    println!("measured: {rate:.0} requests/s");
    assert!(answers > 0, "nothing was answered in time");
}

/// Asks until the time is over; says how often while it counted.
fn client(address: SocketAddr, ask: &Ask, wanted: &[u8], began: Instant) -> usize {
    let mut connection = Connection::open(address);
    let request = written(ask, &[]);
    let mut answers = 0;
    while began.elapsed() < WARM + MEASURED {
        connection.write(&request);
        let reply = connection.read(&ask.method);
        let said = || String::from_utf8_lossy(&reply.body[..reply.body.len().min(500)]);
        assert_eq!(reply.status, 200, "after {:?}: {}", began.elapsed(), said());
        assert!(
            reply.body == wanted,
            "after {:?}: {}",
            began.elapsed(),
            said()
        );
        answers += usize::from(began.elapsed() > WARM && began.elapsed() < WARM + MEASURED);
    }
    answers
}

/// The town with a thousand DIDs.
fn city() -> Tables {
    let mut tables = town::town();
    let sample = tables.dids.clone();
    tables.dids = (1..=1_000)
        .map(|id| Did {
            id,
            did: town::text(&format!("37060{id:06}")),
            ..sample[id as usize % sample.len()].clone()
        })
        .collect();
    tables
}
