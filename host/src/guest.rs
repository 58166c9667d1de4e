//! What one instance of the component has on the host's side, and the interfaces
//! every instance is linked with.
//!
//! WASI 0.2 is always there, because Rust's standard library asks for it even in
//! a component whose HTTP is 0.3. There are no files, no sockets and no outgoing
//! HTTP: the component has its databases and nothing else.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use hyper::Request;
use wasmtime::component::{HasSelf, Linker, ResourceTable};
use wasmtime::{Engine, ResourceLimiter, Store};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::{
    Error as HttpError, RequestOptions, WasiBody, WasiHttpCtx, WasiHttpCtxView, WasiHttpHooks,
    WasiHttpView,
};

use crate::bindings::Stores;
use crate::faults::Faults;
use crate::log::{GuestOutput, Journal};
use crate::playground::Page;
use crate::stats::{Counters, Live};

/// What all instances of a server share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) sqlite: BTreeMap<String, PathBuf>,
    pub(crate) variables: BTreeMap<String, String>,
    pub(crate) guest_memory: usize,
    pub(crate) idle_limit: Duration,
    pub(crate) playground: Option<Page>,
    pub(crate) faults: Faults,
    pub(crate) counters: Counters,
    pub(crate) journal: Arc<Journal>,
    /// Set when the server ends, and with it instances that did nothing wrong.
    pub(crate) ending: AtomicBool,
}

#[cfg(test)]
impl Shared {
    pub(crate) fn for_tests() -> Self {
        Self {
            sqlite: BTreeMap::new(),
            variables: BTreeMap::new(),
            guest_memory: usize::MAX,
            idle_limit: Duration::from_secs(1),
            playground: None,
            faults: Faults::default(),
            counters: Counters::default(),
            journal: Arc::new(Journal::new(crate::Log::Captured)),
            ending: AtomicBool::new(false),
        }
    }
}

/// The host's side of one instance.
pub(crate) struct Guest {
    pub(crate) server: Arc<Shared>,
    pub(crate) table: ResourceTable,
    /// Set when this instance ended by a trap: see [`crate::body`].
    pub(crate) failed: Arc<AtomicBool>,
    wasi: WasiCtx,
    http: WasiHttpCtx,
    outgoing: NoOutgoing,
    memory: Memory,
    _live: Live,
}

impl Guest {
    /// A store for a new instance.
    pub(crate) fn store(engine: &Engine, server: &Arc<Shared>) -> Store<Self> {
        let counters = &server.counters;
        counters.instances_created.fetch_add(1, Relaxed);
        let guest = Self {
            server: Arc::clone(server),
            table: ResourceTable::new(),
            failed: Arc::default(),
            wasi: WasiCtx::builder()
                .stdout(GuestOutput::new(&server.journal))
                .stderr(GuestOutput::new(&server.journal))
                .build(),
            http: WasiHttpCtx::new(),
            outgoing: NoOutgoing,
            memory: Memory(Arc::clone(server)),
            _live: Live::new(&counters.instances_live),
        };
        let mut store = Store::new(engine, guest);
        store.limiter(|guest| &mut guest.memory);
        store
    }
}

/// Everything a component may import here.
pub(crate) fn linker(engine: &Engine) -> wasmtime::Result<Linker<Guest>> {
    let mut linker = Linker::new(engine);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
    wasmtime_wasi::p3::add_to_linker(&mut linker)?;
    wasmtime_wasi_http::p2::add_only_http_to_linker_async(&mut linker)?;
    wasmtime_wasi_http::p3::add_to_linker(&mut linker)?;
    Stores::add_to_linker::<_, HasSelf<Guest>>(&mut linker, |guest| guest)?;
    Ok(linker)
}

impl WasiView for Guest {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView {
            ctx: &mut self.wasi,
            table: &mut self.table,
        }
    }
}

impl WasiHttpView for Guest {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView {
            ctx: &mut self.http,
            table: &mut self.table,
            hooks: &mut self.outgoing,
        }
    }
}

/// Refuses every request that the guest would send.
struct NoOutgoing;

type Sent = Box<dyn Future<Output = Result<(), HttpError>> + Send>;
type Received = Result<(hyper::Response<WasiBody>, Sent), HttpError>;

impl WasiHttpHooks for NoOutgoing {
    fn send_request(
        &mut self,
        _: Request<WasiBody>,
        _: Option<RequestOptions>,
        _: Sent,
    ) -> Box<dyn Future<Output = Received> + Send> {
        Box::new(async { Err(HttpError::HttpRequestDenied) })
    }
}

/// Where the growth of linear memories is watched and limited.
struct Memory(Arc<Shared>);

impl ResourceLimiter for Memory {
    fn memory_growing(
        &mut self,
        _current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let is_granted = desired <= self.0.guest_memory;
        if is_granted {
            let peak = &self.0.counters.guest_memory_peak;
            peak.fetch_max(desired as u64, Relaxed);
        }
        Ok(is_granted)
    }

    fn table_growing(
        &mut self,
        _current: usize,
        _desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        Ok(true)
    }
}
