//! What the host is told: the component, the address, the databases and the
//! variables.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use crate::Playground;

/// Where the host's own lines and the guest's output go.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Log {
    /// To the standard error of this process, line by line.
    Stderr,
    /// Into memory, for [`Server::log`](crate::Server::log).
    Captured,
}

/// What the host serves and gives to the component.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The component: WASI 0.3 or 0.2 http, found out from its exports.
    pub wasm: PathBuf,
    /// The address to listen on; port 0 takes a free port.
    pub listen: SocketAddr,
    /// The SQLite databases: label to file.
    pub sqlite: BTreeMap<String, PathBuf>,
    /// The application's variables, such as `database`.
    pub variables: BTreeMap<String, String>,
    /// Where the log goes.
    pub log: Log,
    /// The most bytes that the memory of an instance may have. A guest that asks
    /// for more is refused, which Rust answers with a trap.
    pub guest_memory: usize,
    /// How long an instance of WASI 0.3 may wait for its next request. It ends then, and
    /// its database connection with it.
    pub idle_limit: Duration,
    /// What is served at `/`.
    pub playground: Playground,
}

impl Settings {
    /// A free port of 127.0.0.1, no databases, no variables, a captured log, no limits
    /// of memory, and instances that wait a second, as those of Spin and wasmtime do.
    pub fn new(wasm: impl Into<PathBuf>) -> Self {
        Self {
            wasm: wasm.into(),
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            sqlite: BTreeMap::new(),
            variables: BTreeMap::new(),
            log: Log::Captured,
            guest_memory: usize::MAX,
            idle_limit: Duration::from_secs(1),
            playground: Playground::Off,
        }
    }
}
