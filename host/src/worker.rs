//! How long an instance lives and how many requests it serves: as on Spin.
//!
//! A WASI 0.3 component keeps its instance, and in it its database connection,
//! for many requests. A WASI 0.2 component gets a new instance for each.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use tokio::time::Sleep;
use wasmtime::component::{Component, GuestTaskId};
use wasmtime::{Engine, Store, StoreContextMut};
use wasmtime_wasi_http::WasiHttpView;
use wasmtime_wasi_http::handler::{
    HandlerState, Instance, ProxyPre, ShouldAccept, WorkerExpiration, WorkerState, WorkerStatus,
};
use wasmtime_wasi_http::{p2, p3};

use crate::Error;
use crate::body::Fate;
use crate::engine::engine;
use crate::guest::{Guest, Shared, linker};
use crate::stats::Live;

/// Requests in the life of a reused instance.
const REQUESTS: usize = 128;
/// Requests of one instance at the same time.
const AT_ONCE: usize = 16;

/// Makes instances of one component.
pub(crate) struct Workers {
    engine: &'static Engine,
    component: ProxyPre<Guest>,
    server: Arc<Shared>,
}

impl Workers {
    /// Links the component, which tells whether it can be served at all.
    pub(crate) fn new(component: &Component, server: &Arc<Shared>) -> Result<Self, Error> {
        let engine = engine()?;
        let fault = |error: wasmtime::Error| Error::new(format!("wasmtime: {error:#}"));
        let exported = component.component_type();
        let exports = |prefix: &str| {
            let mut exports = exported.exports(engine);
            exports.any(|(name, _)| name.starts_with(prefix))
        };
        let is_03 = exports("wasi:http/handler@0.3.");
        if !is_03 && !exports("wasi:http/incoming-handler@0.2.") {
            return Err(Error::new(
                "the component exports neither wasi:http/handler@0.3 nor \
                 wasi:http/incoming-handler@0.2, so it answers no HTTP request",
            ));
        }
        let pre = linker(engine)
            .map_err(fault)?
            .instantiate_pre(component)
            .map_err(|error| {
                Error::new(format!(
                    "the component wants something this host does not have: {error:#} \
                     (it has WASI 0.2 and 0.3 without files and sockets, \
                     spin:sqlite/sqlite@3.0.0, fermyon:spin/mysql@2.0.0 and \
                     fermyon:spin/variables@2.0.0)"
                ))
            })?;
        let component = if is_03 {
            ProxyPre::P3(p3::bindings::ServicePre::new(pre).map_err(fault)?)
        } else {
            ProxyPre::P2(p2::bindings::ProxyPre::new(pre).map_err(fault)?)
        };
        Ok(Self {
            engine,
            component,
            server: Arc::clone(server),
        })
    }

    /// `"0.3"` or `"0.2"`.
    pub(crate) fn version(&self) -> &'static str {
        match self.component {
            ProxyPre::P2(_) => "0.2",
            ProxyPre::P3(_) => "0.3",
        }
    }
}

impl HandlerState for Workers {
    type StoreData = Guest;
    type WorkerExpiration = Idle;
    type WorkerState = Worker;

    async fn instantiate(&self) -> wasmtime::Result<Instance<Guest, Idle, Worker>> {
        let mut store = Guest::store(self.engine, &self.server);
        let proxy = self.component.instantiate_async(&mut store).await?;
        let server = &self.server;
        let waits = Waits::default();
        Ok(Instance {
            state: Worker {
                server: Arc::clone(server),
                waits: Arc::clone(&waits),
                failed: Arc::clone(&store.data().failed),
                requests: match self.component {
                    ProxyPre::P2(_) => 1,
                    ProxyPre::P3(_) => REQUESTS,
                },
            },
            store,
            proxy,
            view: Guest::http,
            expiration: Idle {
                limit: server.idle_limit,
                timer: Box::pin(tokio::time::sleep(server.idle_limit)),
                server: Arc::clone(server),
                waits,
            },
        })
    }
}

/// Counts an instance while it waits for a request. Until it does, the next request is
/// given another one.
type Waits = Arc<Mutex<Option<Live>>>;

/// The rules for one instance.
pub(crate) struct Worker {
    server: Arc<Shared>,
    waits: Waits,
    failed: Arc<AtomicBool>,
    requests: usize,
}

impl WorkerState for Worker {
    type StoreData = Guest;
    type RequestData = Fate;

    fn should_accept_request(&self, at_once: usize, total: usize) -> ShouldAccept {
        if total >= self.requests {
            ShouldAccept::Never
        } else if at_once >= AT_ONCE {
            ShouldAccept::No
        } else {
            ShouldAccept::Yes
        }
    }

    fn on_request_start(
        &self,
        _: StoreContextMut<'_, Guest>,
        fate: Fate,
        _: GuestTaskId,
    ) -> Pin<Box<dyn Future<Output = ()> + Send + Sync>> {
        fate.bind(&self.failed);
        *self.waits.lock().unwrap_or_else(PoisonError::into_inner) = None;
        // A request may take as long as it takes, as on Spin.
        Box::pin(std::future::pending())
    }

    fn drop(&self, store: Store<Guest>, result: wasmtime::Result<()>) {
        if let Err(error) = result {
            // First the flag, then the store: the bodies that the instance still
            // had to send end with the store, and ask the flag why.
            self.failed.store(true, Ordering::Release);
            if !self.server.ending.load(Ordering::Acquire) {
                let line = format!("the component failed: {error:?}");
                self.server.journal.line(&line);
            }
        }
        drop(store);
    }
}

/// Ends an instance that has waited for long enough.
pub(crate) struct Idle {
    /// How long it may wait for its next request.
    limit: Duration,
    timer: Pin<Box<Sleep>>,
    server: Arc<Shared>,
    waits: Waits,
}

impl WorkerExpiration for Idle {
    fn poll(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        status: WorkerStatus,
        since: Instant,
    ) -> Poll<()> {
        if status != WorkerStatus::Idle {
            return Poll::Pending;
        }
        self.waits
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get_or_insert_with(|| Live::new(&self.server.counters.instances_idle));
        let end = (since + self.limit).into();
        // An instance in use turns idle after each request. Its timer is moved
        // only when it rings, which spares a busy instance the timer's lock.
        while self.timer.as_mut().poll(context).is_ready() {
            if self.timer.deadline() >= end {
                return Poll::Ready(());
            }
            self.timer.as_mut().reset(end);
        }
        Poll::Pending
    }
}
