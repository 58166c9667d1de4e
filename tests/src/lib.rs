//! The contract of `dids_get`, made runnable.
//!
//! [`model`], a package of its own, answers as the contract says, from tables in
//! memory. [`harness`] serves the component with a database made of the same tables,
//! and [`client`] asks it over HTTP; [`town`] is the database most examples are asked
//! of, [`asking`] how its people call. The suites are in `contract/` (rule by rule, with examples
//! a person can check), `properties.rs` (random databases and requests),
//! `differential/` (the same on SQLite, MariaDB and MySQL), `mysql/` (what only such a
//! server has; [`server`] starts one), `browser/` (the pages for people, in Chromium)
//! and `core/` (what is quicker to try on the core alone, without HTTP and
//! WebAssembly).

pub mod asking;
pub mod client;
pub mod data;
pub mod harness;
pub mod manifest;
pub mod proxy;
pub mod random;
pub mod readme;
pub mod secrets;
pub mod server;
pub mod spin;
pub mod standalone;
pub mod town;
pub mod upstream;
pub mod written;

pub use dids_model as model;
