//! Faults come and go: every answer is right, or 503, or visibly aborted.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use dids_host::{Action, Call, CallKind};
use dids_tests::client::Reply;
use dids_tests::harness::Site;
use dids_tests::random::Random;

use crate::{CALLERS, Known, ask_all, known, requests, send, tables};

/// So many database calls with faults, then as many without.
const SPELL: u64 = 500;

/// What becomes of a call: the same in every run, were it not for the order in
/// which callers come.
fn fault(call: &Call) -> Action {
    let mut random = Random::new(call.index);
    if (call.index / SPELL).is_multiple_of(2) || random.below(5) > 0 {
        return Action::Pass;
    }
    match (random.below(5), call.kind) {
        (0, _) => Action::Fail("disk I/O error".into()),
        (1, _) => Action::Delay(Duration::from_millis(random.below(4) as u64)),
        (2, CallKind::Query) => Action::Answer(b"[1,".to_vec()),
        (_, CallKind::Query) => Action::Cut(random.below(40_000)),
        (_, CallKind::Open) => Action::Fail("no such file".into()),
    }
}

/// What became of a request; panics where the answer is wrong.
fn outcome(known: &Known, reply: &Reply) -> &'static str {
    let ask = &known.ask;
    match (reply.whole, reply.status) {
        (true, status) if status == known.status => {
            assert!(
                reply.body == known.body,
                "{ask:?} is answered wrongly:\n{}",
                reply.text()
            );
            if status == 200 {
                "right: 200"
            } else {
                "right: 400 to 413"
            }
        }
        (true, 503) => {
            assert_eq!(reply.error(), "Service temporarily unavailable", "{ask:?}");
            "503"
        }
        (false, 0 | 200) => {
            assert!(known.body.starts_with(&reply.body), "{ask:?}: wrong rows");
            "aborted"
        }
        (_, status) => panic!("{ask:?}: {status}\n{}", reply.text()),
    }
}

#[test]
fn no_answer_is_wrong_while_faults_come_and_go() {
    let tables = tables();
    let site = Site::inside(&tables);
    let known = known(&site, &tables);
    let counts = Mutex::new(BTreeMap::<_, u64>::new());
    let began = Instant::now();
    site.server().faults().set(fault);
    ask_all(&site, &known, CALLERS, requests(), |known, reply| {
        let outcome = outcome(known, reply);
        *counts.lock().unwrap().entry(outcome).or_default() += 1;
    });
    site.server().faults().clear();
    let counts = counts.into_inner().unwrap();
    println!("{counts:#?} in {:.1?}, none wrong", began.elapsed());
    for wanted in ["right: 200", "right: 400 to 413", "503", "aborted"] {
        assert!(counts.contains_key(wanted), "no {wanted}");
    }
    // All is well again.
    for known in &known {
        let reply = send(site.address(), &mut None, &known.ask);
        assert!(reply.body == known.body, "{:?}", known.ask);
    }
}
