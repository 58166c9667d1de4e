//! D5 and D7: how long a refusal takes tells nothing.
//!
//! Compared are medians of runs that take turns, so that whatever else the
//! machine does is spread over all of them. The bound is generous: it shows work
//! that is left out, such as a hash not made for unknown users, which is most of
//! the time. Where the first wrong byte stands would make some nanoseconds, too
//! few for a test to trust: for that the comparison is `subtle`'s.

use std::hint::black_box;
use std::time::Instant;

use dids_get::api::body::of_query;
use dids_get::api::gate::CallerFacts;
use dids_get::api::parameters::Parameters;
use dids_get::api::route::Method;
use sha1::{Digest as _, Sha1};

/// Measurements of each kind, and calls in each.
const ROUNDS: usize = 501;
const CALLS: u32 = 40;
/// How much longer the slowest kind may take than the quickest.
const BOUND: f64 = 1.35;
/// A machine that is busy gets another try; a leak shows in each of them.
const TRIES: usize = 4;

const SETTINGS: &str = r#"[[1,0,"Allow_API","1"],[2,0,"API_Secret_Key","the-admins-key"],
    [3,5,"Allow_API","1"],[4,5,"API_Secret_Key","the-shops-own-key"]],4]"#;

fn facts(user: &str) -> CallerFacts {
    CallerFacts::decode(format!("[{user},{SETTINGS}").as_bytes()).unwrap()
}

/// Median times of one `admit` of each kind, in nanoseconds.
fn medians(kinds: &[(CallerFacts, Parameters)]) -> Vec<f64> {
    let mut times = vec![Vec::with_capacity(ROUNDS); kinds.len()];
    for round in 0..ROUNDS {
        // Each begins as often as any other.
        for place in 0..kinds.len() {
            let kind = (round + place) % kinds.len();
            let (facts, parameters) = &kinds[kind];
            let began = Instant::now();
            for _ in 0..CALLS {
                let _ = black_box(facts.admit(Method::Post, black_box(parameters)));
            }
            times[kind].push(began.elapsed().as_nanos() as f64 / f64::from(CALLS));
        }
    }
    times
        .iter_mut()
        .for_each(|times| times.sort_by(f64::total_cmp));
    times.iter().map(|times| times[ROUNDS / 2]).collect()
}

#[test]
fn d5_d7_refusals_cannot_be_told_apart_by_their_time() {
    let right = hex::encode(Sha1::digest("the-shops-own-key"));
    let first_wrong = format!("0{}", &right[1..]);
    let last_wrong = format!("{}0", &right[..39]);
    assert!(first_wrong != right && last_wrong != right);
    let call = |hash: &str| of_query(&format!("u=shop&hash={hash}"));
    let shop = r#"[5,"reseller",[0,0,null,null,null,null]]"#;
    let kinds = [
        (facts("null"), call(&right)),
        (facts("null"), call(&first_wrong)),
        (facts(shop), call(&first_wrong)),
        (facts(shop), call(&last_wrong)),
        (facts(shop), call(&right)),
        (
            facts(r#"[6,"partner",[0,0,null,null,null,null]]"#),
            call(&right),
        ),
    ];
    let admitted = kinds
        .iter()
        .map(|(facts, call)| facts.admit(Method::Post, call).is_ok());
    assert_eq!(
        admitted.collect::<Vec<_>>(),
        [false, false, false, false, true, false]
    );
    let mut seen = Vec::new();
    for _ in 0..TRIES {
        let medians = medians(&kinds);
        let most = medians.iter().copied().fold(f64::MIN, f64::max);
        let least = medians.iter().copied().fold(f64::MAX, f64::min);
        println!("unknown twice, first digit wrong, last wrong, right, partner: {medians:.0?} ns");
        if most <= least * BOUND {
            return;
        }
        seen.push(medians);
    }
    panic!("the times differ: {seen:.0?}");
}

#[test]
fn an_empty_key_never_passes() {
    let empty = hex::encode(Sha1::digest(""));
    let shop = r#"[5,"reseller",[0,0,null,null,null,null]]"#;
    for (own, admins) in [("", ""), ("", "k"), ("k", "")] {
        let settings = format!(
            r#"[{shop},[[1,0,"Allow_API","1"],[2,5,"Allow_API","1"],
               [3,0,"API_Secret_Key","{admins}"],[4,5,"API_Secret_Key","{own}"]],4]"#
        );
        let facts = CallerFacts::decode(settings.as_bytes()).unwrap();
        for hash in ["", &empty, &empty.to_uppercase(), "0", &"0".repeat(40)] {
            let call = of_query(&format!("u=shop&hash={hash}"));
            let admitted = facts.admit(Method::Post, &call);
            assert!(admitted.is_err(), "{own:?} {admins:?} {hash}");
        }
    }
}
