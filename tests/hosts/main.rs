//! What hosts do besides the contract: the commands of docs/hosts.md and of the
//! container's image, TLS to the database, and what becomes of a list while it is
//! streamed. What a host cannot do is said here and holds like a rule: when it learns
//! it, a test says so.
//!
//! `DIDS_BACKEND` chooses the host.

mod container;
mod limits;
mod readme;
mod registry;
mod tls;
mod two;

use dids_tests::data::many_dids;
use dids_tests::harness::Site;
use dids_tests::model::Tables;
use dids_tests::{asking, town};

/// The town with so many DIDs, on the host that is tested.
fn serve(count: i64) -> Site {
    Site::open(&long_list(count))
}

/// The town with so many DIDs of anna's.
fn long_list(count: i64) -> Tables {
    many_dids(town::town(), count)
}
