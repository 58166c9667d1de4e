//! What hosts differ in. What one of them cannot do is asserted like the rest, so
//! that the day it can, a test fails and the documents are put right.

use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use dids_tests::client::{self, Connection, written};
use dids_tests::data::{is_on_jco, refuses_raw_targets};
use dids_tests::harness::Site;

use crate::asking::{Asking as _, ask, signed};
use crate::serve;

/// More DIDs than the buffers on the way hold.
const MANY: i64 = 20_000;
/// How long a host that cannot answer is watched not answering.
const WHILE: Duration = Duration::from_secs(3);
const PATIENCE: Duration = Duration::from_secs(60);

/// A reader who has seen the beginning of a long list.
fn reader(site: &Site) -> Connection {
    let mut reader = Connection::open(site.address());
    reader.write(&written(&ask("POST", &signed("admin", "")), &[]));
    assert_eq!(reader.read_head().status, 200);
    reader.read_some(10_000);
    reader
}

/// Asks for two DIDs on another thread, which is told what came.
fn asked(site: &Site) -> Receiver<Vec<i64>> {
    let (answer, answered) = mpsc::channel();
    let address = site.address();
    thread::spawn(move || {
        let ask = ask("POST", &signed("admin", "max_results=2"));
        // Nobody may be waiting any more.
        let _ = answer.send(client::send(address, &ask, &[]).ids());
    });
    answered
}

#[test]
fn a_slow_reader_holds_up_everybody_on_jco_alone() {
    let site = serve(MANY);
    let mut slow = reader(&site);
    let other = asked(&site);
    if is_on_jco() {
        // It serves one request at a time.
        assert!(other.recv_timeout(WHILE).is_err());
    } else {
        assert_eq!(other.recv_timeout(PATIENCE).unwrap(), [1, 2]);
    }
    // The slow one gets the rest all the same, and then it is the other's turn.
    slow.read_until(b"</page>\n\r\n0\r\n\r\n");
    if is_on_jco() {
        assert_eq!(other.recv_timeout(PATIENCE).unwrap(), [1, 2]);
    }
}

#[test]
fn a_reader_who_goes_away_stops_jco_alone() {
    let site = serve(MANY);
    drop(reader(&site));
    let other = asked(&site);
    if is_on_jco() {
        // It waits for the reader for good.
        assert!(other.recv_timeout(WHILE).is_err());
    } else {
        assert_eq!(other.recv_timeout(PATIENCE).unwrap(), [1, 2]);
    }
}

#[test]
fn a_failed_list_is_aborted_and_ends_jco_alone() {
    let site = serve(MANY);
    let mut reader = reader(&site);
    site.run_sql("ALTER TABLE dids RENAME TO gone");
    let rest = reader.read_all();
    assert!(!rest.ends_with(b"0\r\n\r\n"), "a clean end");
    let shown = String::from_utf8_lossy(&rest);
    assert!(shown.contains("    <did>\n") && !shown.contains("</page>"));
    site.run_sql("ALTER TABLE gone RENAME TO dids");
    if is_on_jco() {
        let began = Instant::now();
        while TcpStream::connect(site.address()).is_ok() {
            assert!(began.elapsed() < PATIENCE, "it still serves");
            thread::sleep(Duration::from_millis(50));
        }
    } else {
        assert_eq!(site.ids("admin", "max_results=2"), [1, 2]);
    }
}

#[test]
fn some_hosts_refuse_bytes_beyond_ascii_in_a_target() {
    let site = serve(2);
    let ask = ask("GET", &signed("admin", "search_did_owner=R\u{117}mas"));
    if refuses_raw_targets() {
        let mut connection = Connection::open(site.address());
        connection.write(&written(&ask, &[]));
        let answer = connection.read_all();
        assert!(answer.starts_with(b"HTTP/1.1 400 Bad Request\r\n"));
    } else {
        assert_eq!(site.send(&ask).error(), "No DIDs found");
    }
}

/// wasmCloud's `wash dev` loses a body now and then with WASI 0.3 and a server.
/// `DIDS_ANSWERS` says how many are asked for.
#[test]
fn every_answer_has_its_body() {
    let count = std::env::var("DIDS_ANSWERS");
    let count: usize = count.map_or(500, |count| count.parse().expect("a number"));
    let site = serve(25);
    let (address, ask) = (site.address(), ask("POST", &signed("admin", "")));
    let lacking = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                for _ in 0..count / 2 {
                    let mut connection = Connection::open(address);
                    connection.write(&written(&ask, &[]));
                    connection.read_head();
                    if !connection.finds(b"</page>\n", PATIENCE / 2) {
                        lacking.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
    });
    let lacking = lacking.into_inner();
    println!("{count} answers, {lacking} without their body");
    assert_eq!(lacking, 0);
}
