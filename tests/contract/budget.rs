//! How many database connections a crowd of callers takes: what
//! `docs/scaling.md` plans with.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread::{self, ScopedJoinHandle};
use std::time::Duration;

use dids_host::{Action, CallKind};
use dids_tests::client;
use dids_tests::harness::Site;

use crate::asking::*;
use crate::town::*;

/// What each question to the database takes.
const QUESTION: Duration = Duration::from_millis(2);
/// Requests of each caller: more than an instance serves in its life.
const CALLS: usize = 150;
/// On a busy machine instances end late, so it gets another try. What holds
/// connections that it does not use does so in each of them.
const TRIES: usize = 4;

/// The most connections that so many callers had open at once, each of them
/// sending one request after the other, and how many were opened in all.
fn connections(callers: usize) -> (u64, u64) {
    let site = Site::inside(&town());
    site.server().faults().set(|call| match call.kind {
        CallKind::Open => Action::Pass,
        CallKind::Query => Action::Delay(QUESTION),
    });
    let (address, ask) = (site.address(), ask("POST", &signed("admin", "")));
    let call = || {
        for _ in 0..CALLS {
            assert_eq!(client::send(address, &ask, &[]).ids(), ALL);
        }
    };
    let mut most = 0;
    thread::scope(|scope| {
        let calls: Vec<_> = (0..callers).map(|_| scope.spawn(call)).collect();
        while !calls.iter().all(ScopedJoinHandle::is_finished) {
            most = most.max(site.server().stats().database_handles_live);
            thread::sleep(Duration::from_millis(1));
        }
    });
    (most, site.server().stats().database_opens)
}

/// An instance that has served its share may still be ending when the next one
/// has begun, so for a moment there can be more.
#[test]
fn connections_are_about_one_for_each_caller() {
    for callers in [1, 32] {
        let is_right = |_| {
            let (most, opens) = connections(callers);
            println!("{callers} callers: {most} connections at once, {opens} opened");
            (1..=2 * callers as u64).contains(&most)
        };
        assert!((0..TRIES).any(is_right), "{callers} callers");
    }
}

#[test]
fn kept_connections_are_not_opened_for_every_request() {
    let is_right = |_| connections(16).1 <= (16 * CALLS / 4) as u64;
    assert!((0..TRIES).any(is_right), "one for every few requests");
}

/// How many questions the next request puts to the database.
fn questions(site: &Site, query: &str) -> u64 {
    let count = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&count);
    site.server().faults().set(move |call| {
        counted.fetch_add(u64::from(call.kind == CallKind::Query), Relaxed);
        Action::Pass
    });
    site.post(query);
    site.server().faults().clear();
    count.load(Relaxed)
}

#[test]
fn who_comes_again_is_one_question() {
    let site = Site::inside(&town()).in_turn();
    for query in [
        signed("admin", ""),
        signed("clerk", "max_results=2&from=3"),
        signed("shop", "search_status=free"),
        signed("anna", "search_user=3&test=0"),
        // A refusal costs no more than it did, whether the user is known or not (D5).
        "u=admin&hash=0".to_owned(),
        "u=nobody&hash=0".to_owned(),
    ] {
        site.post(&query);
        assert_eq!(questions(&site, &query), 1, "{query}");
    }
    // Whoever is met for the first time.
    let other = signed("carrier", "");
    assert!(questions(&site, &other) >= 2);
}
