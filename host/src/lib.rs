//! A small local HTTP host for the component, with Spin's SQLite, MySQL and
//! variables interfaces.
//!
//! It is the quick start where no Spin is installed, and the harness of the
//! tests: it runs inside the test's process, counts what happens and makes the
//! databases fail on demand. It behaves as Spin does where a component can tell
//! the difference, and is not meant to face the world.
//!
//! The way of a request: `http` takes it from the network and hands it to an
//! instance of the component, which `worker` made and will end; the instance
//! calls `sqlite`, `mysql` and `variables` through the links in `guest`; `body`
//! watches over the response until its last byte.

mod bindings;
mod body;
mod engine;
mod faults;
mod guest;
mod handles;
mod http;
mod log;
mod mysql;
mod mysql_types;
mod playground;
mod server;
mod settings;
mod sqlite;
mod stats;
mod variables;
mod worker;

pub use dids_import::{Error, create_database, wait_for_signal};
pub use faults::{Action, Call, CallKind, Faults, not_permitted, repeating};
pub use playground::Playground;
pub use server::Server;
pub use settings::{Log, Settings};
pub use stats::Stats;

/// The largest result, in bytes, as with Spin; the same for both databases.
const LARGEST_RESULT: usize = 128 << 20;
