//! MOR's API method `dids_get` as a WASI HTTP component.
//!
//! The way of a request leads down through five rooms, once. A room uses only
//! those below it.
//!
//! | room | what is in it |
//! |---|---|
//! | [`http`] | bytes and headers: in, apart; out, page by page |
//! | [`answer`] | from a request to its answer, in the contract's order |
//! | [`dids`] | what the method means: its parameters, filters, elements, rows and pages |
//! | [`api`] | how it is called: route, bodies, signature, gate, caller |
//! | [`render`] | one form of output is one file |
//! | [`db`] | all SQL, and the only calls to a database |
//!
//! Every room uses [`error`] (what callers and what operators are told), [`json`]
//! (a reader) and [`text`]. `elements` declares what a DID has, for `db` and `dids`. Everything but `http` and `db::spin` is plain Rust over
//! values, tested natively; only those two touch the host.

pub mod answer;
pub mod api;
pub mod db;
pub mod dids;
mod elements;
pub mod error;
pub mod http;
pub mod json;
pub mod render;
pub mod text;
