//! MOR's API method `dids_get` as a WASI HTTP component.
//!
//! The way of a request, and where each step lives:
//!
//! | step | module |
//! |---|---|
//! | bytes in, head and body apart; pages out, each before the next | [`shell`] |
//! | path, method; parameters and their limits | [`request`], [`parameters`] |
//! | parameters to answer, in the contract's order | [`answer`] |
//! | who may call: eight checks; the hash | [`gate`], [`signature`] |
//! | who sees what | [`caller`] |
//! | filters and paging, as values | [`search`] |
//! | questions to the database, as SQL | [`sql`], [`schema`] |
//! | the database behind Spin's interfaces | [`store`] |
//! | one page at a time | [`listing`], [`did`], [`json`] |
//! | the elements of a DID: the one table | [`fields`] |
//! | bytes of the answer | [`xml`], [`html`], [`text`], [`time`] |
//! | what callers and what operators are told | [`error`] |
//!
//! Everything but `shell` and `store` is plain Rust over values, tested
//! natively; only those two touch the host.

pub mod answer;
pub mod caller;
pub mod did;
pub mod error;
pub mod fields;
pub mod gate;
pub mod html;
pub mod json;
pub mod listing;
pub mod parameters;
pub mod request;
pub mod schema;
pub mod search;
pub mod shell;
pub mod signature;
pub mod sql;
pub mod store;
pub mod text;
pub mod time;
pub mod xml;
