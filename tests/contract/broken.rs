//! D11: an answer is right, or visibly aborted, or none at all.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use dids_host::Action;
use dids_tests::client::Reply;
use dids_tests::harness::Site;

use crate::asking::*;
use crate::faults::{fail, is_unavailable};
use crate::streaming::city;
use crate::town::*;

/// What became of an answer while something was wrong with the database.
#[derive(Debug, PartialEq)]
pub enum Outcome {
    Unavailable,
    Broken,
    Whole,
}

/// The outcome; panics when it is none of those allowed: the right answer, one
/// visibly aborted, or none at all. `right` is the answer when all is well.
pub fn outcome(reply: &Reply, right: &Reply, about: &str) -> Outcome {
    if reply.status == 503 {
        is_unavailable(reply);
        return Outcome::Unavailable;
    }
    if reply.whole {
        let wrong = || String::from_utf8_lossy(&reply.body[..reply.body.len().min(500)]);
        assert!(
            reply.body == right.body,
            "{about}: a clean wrong answer: {}",
            wrong()
        );
        return Outcome::Whole;
    }
    // Status 0: what was written was still on its way when the transfer broke.
    assert!(
        [200, 0].contains(&reply.status),
        "{about}: {}",
        reply.status
    );
    assert!(right.body.starts_with(&reply.body), "{about}: wrong rows");
    Outcome::Broken
}

/// A kept connection is given up, and the next request opens one.
pub fn lose_connection(site: &Site) {
    fail_from(site, 0);
    site.list("admin", "");
    site.server().faults().clear();
}

/// From this call on, everything fails; how many calls that were.
fn fail_from(site: &Site, from: u64) -> Arc<AtomicU64> {
    let failed = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&failed);
    site.server().faults().set(move |call| {
        if call.index < from {
            return Action::Pass;
        }
        counted.fetch_add(1, Relaxed);
        fail()
    });
    failed
}

/// Something happens to this call only.
fn at(site: &Site, nth: u64, action: Action) {
    site.server()
        .faults()
        .set(move |call| match call.index == nth {
            true => action.clone(),
            false => Action::Pass,
        });
}

#[test]
fn d11_a_failure_on_the_second_page_aborts() {
    let site = Site::inside(&city()).in_turn();
    // The view, too. Which of its pages are read first is its own business.
    for query in ["", "test=1"] {
        let right = site.list("admin", query);
        let mut outcomes = Vec::new();
        // Until no call was left to fail. How many a request makes is not known before:
        // a connection whose instance has ended is opened anew.
        for from in 0..100 {
            let failed = fail_from(&site, from);
            let reply = site.list("admin", query);
            site.server().faults().clear();
            let found = outcome(&reply, &right, &format!("{query} from {from}"));
            // The next request is served.
            assert_eq!(site.ids("admin", "max_results=2").len(), 2, "from {from}");
            if failed.load(Relaxed) == 0 {
                assert_eq!(
                    found,
                    Outcome::Whole,
                    "nothing failed\n{}",
                    site.server().log()
                );
                break;
            }
            outcomes.push(found);
        }
        let calls = outcomes.len();
        assert!(
            (4..100).contains(&calls),
            "a gate and several pages, not {calls} calls"
        );
        // Whatever comes before the second page, before a byte was sent: the gate and the
        // first page, in one question or in two, and where none is kept a connection.
        let is_refused = |found: &&Outcome| **found == Outcome::Unavailable;
        let refused = outcomes.iter().take_while(is_refused).count();
        assert!(refused > 0, "{outcomes:?}");
        let broken = &outcomes[refused..];
        assert!(broken.len() > 1, "several pages: {outcomes:?}");
        let is_broken = |found: &Outcome| *found == Outcome::Broken;
        assert!(broken.iter().all(is_broken), "{outcomes:?}");
    }
}

#[test]
fn d11_a_single_failure_is_made_good_or_shown() {
    let site = Site::inside(&city()).in_turn();
    let right = site.list("admin", "");
    // As clients say that a connection is gone; of nothing else is it known that a
    // statement was not run.
    let lost = || Action::Fail("Input/output error: connection closed".to_owned());
    for nth in 0..calls_of(&site, "") {
        let before = site.server().stats().database_opens;
        at(&site, nth, lost());
        let reply = site.list("admin", "");
        site.server().faults().clear();
        let found = outcome(&reply, &right, &format!("call {nth}"));
        // A kept connection that fails at its first use is opened anew. Where the first
        // call opens one, that has failed.
        if nth == 0 && found != Outcome::Whole {
            let opens = site.server().stats().database_opens - before;
            assert_eq!((opens, found), (1, Outcome::Unavailable));
        }
    }
}

#[test]
fn d11_a_value_cut_short_is_never_a_clean_answer() {
    // At every length a page of few rows can have, and then some. Of the others at lengths
    // that fall on each place within a row.
    for (caller, query, lengths, step) in [
        ("admin", "", 0..2_600, 7),
        ("admin", "test=1", 0..2_600, 13),
        ("ben", "", 0..1_200, 1),
        ("clerk", "max_results=3", 0..1_500, 7),
        ("nobody", "", 0..800, 3),
    ] {
        cut_short(
            &Site::inside(&town()).in_turn(),
            caller,
            query,
            lengths.step_by(step),
        );
    }
    // A page that counts its rows in two digits.
    let site = Site::inside(&city()).in_turn();
    let lengths = (1_000..4_000).step_by(11);
    cut_short(&site, "admin", "max_results=12", lengths);
}

fn cut_short(site: &Site, caller: &str, query: &str, lengths: impl Iterator<Item = usize>) {
    let right = site.list(caller, query);
    let mut last = None;
    for longest in lengths.chain([1_000_000]) {
        site.server().faults().set(move |_| Action::Cut(longest));
        let reply = site.list(caller, query);
        site.server().faults().clear();
        let about = format!("{caller} {query} cut to {longest}");
        last = Some(outcome(&reply, &right, &about));
    }
    assert_eq!(
        last,
        Some(Outcome::Whole),
        "what is long enough is left whole"
    );
}

#[test]
fn d11_what_is_learnt_of_the_schema_cut_short() {
    let site = Site::inside(&town()).in_turn();
    let right = site.list("admin", "");
    // The connection, what is learnt of it, the gate and the list.
    lose_connection(&site);
    let learning = 1..calls_of_next(&site, "") - 2;
    assert!(!learning.is_empty(), "optional columns are looked for");
    for longest in 0..500 {
        lose_connection(&site);
        let learning = learning.clone();
        site.server()
            .faults()
            .set(move |call| match learning.contains(&call.index) {
                true => Action::Cut(longest),
                false => Action::Pass,
            });
        let reply = site.list("admin", "");
        site.server().faults().clear();
        outcome(&reply, &right, &format!("cut to {longest}"));
    }
}

#[test]
fn d11_a_page_of_a_long_list_cut_short() {
    let site = Site::inside(&city()).in_turn();
    let right = site.list("admin", "");
    for nth in 0..calls_of(&site, "") {
        for longest in [0, 2, 1_000, 20_000] {
            at(&site, nth, Action::Cut(longest));
            let reply = site.list("admin", "");
            site.server().faults().clear();
            outcome(&reply, &right, &format!("call {nth} cut to {longest}"));
        }
    }
}

#[test]
fn d11_a_page_that_lacks_only_its_last_bytes() {
    let site = Site::inside(&city()).in_turn();
    let right = site.list("admin", "");
    let calls = calls_of(&site, "");
    let before = site.server().stats().database_calls;
    site.list("admin", "");
    let usual = site.server().stats().database_calls - before;
    let cut = |nth: u64, longest: usize| {
        at(&site, nth, Action::Cut(longest));
        let before = site.server().stats().database_calls;
        let reply = site.list("admin", "");
        let made = site.server().stats().database_calls - before;
        site.server().faults().clear();
        let about = format!("call {nth} cut to {longest}");
        let found = outcome(&reply, &right, &about);
        // It did not matter if it gave the whole list as quickly as ever.
        (found == Outcome::Whole, made == usual)
    };
    // What is remembered of the schema is asked for anew now and then, which makes more
    // calls of a request once, not twice.
    let cut = |nth: u64, longest: usize| match cut(nth, longest) {
        (true, false) => cut(nth, longest) == (true, true),
        found => found == (true, true),
    };
    for nth in [calls - 3, calls - 1] {
        // The length of the page, by halving.
        let (mut short, mut long) = (0, 1 << 20);
        while long - short > 1 {
            let middle = (short + long) / 2;
            if cut(nth, middle) {
                long = middle;
            } else {
                short = middle;
            }
        }
        assert!(cut(nth, long), "call {nth} is whole at some length");
        for missing in 1..=8 {
            assert!(!cut(nth, long - missing), "{missing} bytes of call {nth}");
        }
    }
}

#[test]
fn d11_nonsense_of_the_database_aborts() {
    let site = Site::inside(&town()).in_turn();
    let right = site.list("admin", "");
    let nonsense: [&[u8]; 8] = [
        b"",
        b"x",
        b"[",
        b"{}",
        b"[]",
        b"null",
        b"[[1]]",
        b"\xFF\xFE",
    ];
    for nth in 0..calls_of(&site, "") {
        for answer in nonsense {
            at(&site, nth, Action::Answer(answer.to_vec()));
            let reply = site.list("admin", "");
            site.server().faults().clear();
            let about = format!("call {nth} answered `{}`", answer.escape_ascii());
            outcome(&reply, &right, &about);
        }
    }
    assert_eq!(site.ids("admin", ""), ALL);
}

/// How many calls a request makes of the database when the one before it made
/// the connection, if it can be kept.
fn calls_of(site: &Site, query: &str) -> u64 {
    site.list("admin", query);
    calls_of_next(site, query)
}

/// How many calls the next request makes of the database.
fn calls_of_next(site: &Site, query: &str) -> u64 {
    let calls = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&calls);
    site.server().faults().set(move |_| {
        counted.fetch_add(1, Relaxed);
        Action::Pass
    });
    site.list("admin", query);
    site.server().faults().clear();
    calls.load(Relaxed)
}
