//! What must hold for any bytes at all, as functions that panic where it does not.
//!
//! | check | what |
//! |---|---|
//! | [`request`] | a request line and a body are refused or within the limits, whatever they hold |
//! | [`form`] | query and form mean what a naive reader takes them for |
//! | [`json`] | a body is accepted as by `serde_json`, and read as by it |
//! | [`signature`] | only the right hash verifies, and no empty key |
//! | [`page`] | a database's answer is read as by `serde_json`, or not at all |
//! | [`multipart`] | a multipart body is read as what it was made of, or refused |
//! | [`row`] | a DID of any bytes is well-formed XML, JSON, CSV and HTML that say the same |
//! | [`filter`] | any search is valid SQL and finds nothing outside the caller's rows |
//!
//! `cargo xtask fuzz [SECONDS]` looks for counterexamples, beginning with the
//! files in `seeds/`; `tests/core` tries each check on a fixed number of inputs.

pub mod filter;
pub mod form;
pub mod json;
pub mod multipart;
pub mod page;
pub mod pieces;
pub mod request;
pub mod row;
pub mod signature;
