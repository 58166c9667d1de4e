//! Many callers at once, and data that changes while it is listed.

use std::thread;

use dids_host::Action;
use dids_tests::client;
use dids_tests::harness::Site;

use crate::asking::*;
use crate::streaming::city;
use crate::town::*;

#[test]
fn callers_at_the_same_time_get_their_own_answers() {
    let site = Site::open(&city());
    let asks: Vec<_> = [
        ("admin", ""),
        ("admin", "max_results=3"),
        ("clerk", "search_status=free&max_results=30"),
        ("shop", ""),
        ("carrier", "from=5&max_results=5"),
        ("anna", "max_results=10"),
        ("ben", "test=1&max_results=10"),
        ("nobody", ""),
        ("pat", ""),
        ("anna", "search_status=none"),
    ]
    .map(|(caller, query)| ask("POST", &signed(caller, query)))
    .into();
    let expected: Vec<_> = asks.iter().map(|ask| site.send(ask).body).collect();
    let address = site.address();
    thread::scope(|scope| {
        for start in 0..asks.len() {
            let (asks, expected) = (&asks, &expected);
            scope.spawn(move || {
                for step in 0..30 {
                    let nth = (start + step) % asks.len();
                    let id = format!("caller-{start}-{step}");
                    let reply = client::send(address, &asks[nth], &[("X-Request-Id", &id)]);
                    assert!(
                        reply.whole && reply.body == expected[nth],
                        "{:?}",
                        asks[nth]
                    );
                    assert_eq!(reply.header("x-request-id"), Some(id.as_str()));
                }
            });
        }
    });
}

#[test]
fn rows_that_stay_are_listed_once() {
    let tables = city();
    let site = Site::inside(&tables);
    let before = site.ids("admin", "");
    let write = site.writer();
    site.server().faults().set(move |call| {
        // Before every page rows vanish and appear in front, behind and all over.
        let nth = call.index as i64;
        let sql = format!(
            "DELETE FROM dids WHERE id % 17 = {nth}; \
             INSERT INTO dids (id, did, status) VALUES \
             ({0}, '', 'free'), ({0} + 1, 'zzz', 'free'), ({0} + 2, '3705', 'free')",
            100_000 + nth * 10
        );
        write(&sql);
        Action::Pass
    });
    let during = site.list("admin", "");
    site.server().faults().clear();
    assert!(during.whole);
    let during = during.ids();
    let after = site.ids("admin", "");
    let mut sorted = during.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(sorted.len(), during.len(), "no row is listed twice");
    let stayed: Vec<i64> = before
        .iter()
        .copied()
        .filter(|id| after.contains(id))
        .collect();
    assert!(stayed.len() > 2_000 && stayed.len() < before.len());
    let listed: Vec<i64> = during
        .into_iter()
        .filter(|id| stayed.contains(id))
        .collect();
    assert!(listed == stayed, "all rows that stayed, in their order");
}

#[test]
fn one_instance_and_connection_serve_many_requests() {
    let site = Site::inside(&town()).in_turn();
    assert_eq!(site.ids("anna", ""), [ANNA]);
    let before = site.server().stats();
    for _ in 0..100 {
        assert_eq!(site.ids("anna", ""), [ANNA]);
    }
    let after = site.server().stats();
    assert_eq!(after.requests - before.requests, 100);
    let instances = after.instances_created - before.instances_created;
    let opens = after.database_opens - before.database_opens;
    assert_eq!((instances, opens), (0, 0), "{after:?}");
    // Two questions each at the most, the gate's and the list's.
    let calls = after.database_calls - before.database_calls;
    assert!(calls <= 2 * 100, "{after:?}");
}
