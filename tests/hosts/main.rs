//! What hosts do besides the contract: the README's commands, TLS to the database,
//! and what becomes of a list while it is streamed. What a host cannot do is said
//! here and holds like a rule: when it learns it, a test says so.
//!
//! `DIDS_BACKEND` chooses the host.

#[allow(dead_code)]
#[path = "../contract/asking.rs"]
mod asking;
#[allow(dead_code)]
#[path = "../contract/town.rs"]
mod town;

mod limits;
mod readme;
mod tls;

use dids_tests::harness::Site;
use dids_tests::model::Tables;
use dids_tests::model::tables::Did;

/// The town with so many DIDs, on the host that is tested.
fn serve(count: i64) -> Site {
    Site::open(&long_list(count))
}

/// The town with so many DIDs of anna's.
fn long_list(count: i64) -> Tables {
    let mut tables = town::town();
    let sample = tables.dids[0].clone();
    tables.dids = (1..=count)
        .map(|id| Did {
            id,
            did: town::text(&format!("37060{id:07}")),
            ..sample.clone()
        })
        .collect();
    tables
}
