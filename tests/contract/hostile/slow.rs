//! Callers who take their time, many of them at once, hold up nobody else.

use std::thread;
use std::time::Duration;

use dids_tests::client::{Connection, written};
use dids_tests::harness::Site;

use super::{by_admin, guarded, is_left_alone, is_unharmed};
use crate::asking::*;
use crate::streaming::dids_up_to;
use crate::town::*;

/// How many of them.
const CROWD: usize = 100;
/// How often each sends or takes a byte, and the time between.
const BYTES: usize = 5;
const PAUSE: Duration = Duration::from_secs(1);

/// Twenty callers who are in a hurry. None of the slow ones does anything until they
/// are served: who waited for those would wait for good.
fn are_served(site: &Site, query: &str, ids: &[i64]) {
    for _ in 0..20 {
        assert_eq!(site.post(query).ids(), ids);
    }
}

#[test]
fn a_hundred_bodies_of_a_byte_a_second() {
    let site = guarded();
    let head = "POST /api/dids_get HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\
                Content-Type: application/x-www-form-urlencoded\r\n\r\n";
    let mut crowd: Vec<_> = (0..CROWD)
        .map(|_| Connection::open(site.address()))
        .collect();
    crowd
        .iter_mut()
        .for_each(|slow| slow.write(head.as_bytes()));
    for _ in 0..BYTES {
        crowd.iter_mut().for_each(|slow| slow.write(b"&"));
        are_served(&site, &by_admin(""), &ALL);
        thread::sleep(PAUSE);
    }
    let stats = site.server().stats();
    assert!(stats.guest_memory_peak <= 4 << 20, "{stats:?}");
    // Each is a request under way, which docs/scaling.md counts a connection for.
    assert!(stats.database_handles_live <= CROWD as u64, "{stats:?}");
    drop(crowd);
    is_left_alone(&site);
    is_unharmed(&site);
}

#[test]
fn a_hundred_readers_of_a_byte_a_second() {
    let site = Site::inside_and_ending(&town(), &dids_up_to(20_000));
    let request = written(&ask("POST", &signed("admin", "")), &[]);
    let mut crowd: Vec<_> = (0..CROWD)
        .map(|_| Connection::open(site.address()))
        .collect();
    for slow in &mut crowd {
        slow.write(&request);
        assert_eq!(slow.read_head().status, 200);
    }
    for _ in 0..BYTES {
        crowd.iter_mut().for_each(|slow| drop(slow.read_some(1)));
        are_served(&site, &signed("admin", "search_status=closed"), &[BEN]);
        thread::sleep(PAUSE);
    }
    let stats = site.server().stats();
    assert!(stats.guest_memory_peak <= 8 << 20, "{stats:?}");
    // One that is patient all the same gets everything.
    let rest = crowd[0].read_until(b"</page>\n\r\n0\r\n\r\n");
    assert!(rest.len() > 10 << 20, "{} bytes", rest.len());
    drop(crowd);
    is_left_alone(&site);
}
