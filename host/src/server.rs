//! A running server, as a value: start it, ask it, drop it.
//!
//! The interface is blocking and the runtime is the server's own, so that a test
//! needs no runtime and servers in one process do not disturb each other.

use std::fmt;
use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use tokio::runtime::{self, Runtime};
use tokio::sync::oneshot;

use crate::engine;
use crate::guest::Shared;
use crate::http;
use crate::log::Journal;
use crate::stats::Counters;
use crate::worker::Workers;
use crate::{Error, Faults, Settings, Stats};

/// How long instances and statements still at work may hold up the end, after
/// the last response.
const LAST_WORK: Duration = Duration::from_secs(1);

/// A running server; dropping it stops it.
pub struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    stop: Option<oneshot::Sender<()>>,
    ended: mpsc::Receiver<()>,
    runtime: Option<Runtime>,
}

impl Server {
    /// Compiles the component, opens the port and serves.
    ///
    /// # Errors
    ///
    /// When the component is missing, no component or wants what this host does
    /// not have; when a database file is missing; when the port is taken.
    pub fn start(settings: Settings) -> Result<Self, Error> {
        for (label, file) in &settings.sqlite {
            if !file.is_file() {
                return Err(Error::new(format!(
                    "the SQLite database \"{label}\" is missing: there is no file {} \
                     (`dids-host create` makes one from SQL scripts)",
                    file.display()
                )));
            }
        }
        let shared = Arc::new(Shared {
            sqlite: settings.sqlite,
            variables: settings.variables,
            guest_memory: settings.guest_memory,
            idle_limit: settings.idle_limit,
            playground: settings.playground.page(),
            faults: Faults::default(),
            counters: Counters::default(),
            journal: Arc::new(Journal::new(settings.log)),
            ending: AtomicBool::new(false),
        });
        let workers = Workers::new(&engine::load(&settings.wasm)?, &shared)?;
        let version = workers.version();
        let fault = |error| Error::new(format!("the server does not start: {error}"));
        let listener = listen(settings.listen)?;
        let address = listener.local_addr().map_err(fault)?;
        let runtime = runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .map_err(fault)?;
        let listener = {
            let _inside = runtime.enter();
            tokio::net::TcpListener::from_std(listener).map_err(fault)?
        };
        let (stop, stopped) = oneshot::channel();
        let (end, ended) = mpsc::channel();
        let serving = http::serve(listener, workers, Arc::clone(&shared), address, stopped);
        runtime.spawn(async move {
            serving.await;
            let _ = end.send(());
        });
        let server = Self {
            address,
            shared,
            stop: Some(stop),
            ended,
            runtime: Some(runtime),
        };
        let url = server.url();
        let line = format!("serving {url} (the component speaks WASI {version})");
        server.shared.journal.line(&line);
        Ok(server)
    }

    /// The address it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its URL, such as `http://127.0.0.1:3000`, without a slash at the end.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The faults of its database calls.
    pub fn faults(&self) -> &Faults {
        &self.shared.faults
    }

    /// Everything host and guest wrote so far, if the log is captured.
    pub fn log(&self) -> String {
        self.shared.journal.text()
    }

    /// The same, and forgets it: a log of many requests would fill the memory.
    pub fn take_log(&self) -> String {
        self.shared.journal.take()
    }

    /// Its counters.
    pub fn stats(&self) -> Stats {
        self.shared.counters.read()
    }

    /// Accepts no more connections, lets requests under way finish (a few
    /// seconds at most) and ends.
    pub fn stop(self) {
        drop(self);
    }

    fn end(&mut self) {
        // Either side of the channels may be gone already, which is the end too.
        drop(self.stop.take());
        let _ = self.ended.recv();
        self.shared.ending.store(true, Ordering::Release);
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_timeout(LAST_WORK);
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

fn listen(address: SocketAddr) -> Result<TcpListener, Error> {
    let fault = |error: std::io::Error| {
        Error::new(match error.kind() {
            ErrorKind::AddrInUse => format!(
                "{address} is in use by another program: end it, or choose another port \
                 with --listen"
            ),
            _ => format!("{address} cannot be listened on: {error}"),
        })
    };
    let listener = TcpListener::bind(address).map_err(fault)?;
    listener.set_nonblocking(true).map_err(fault)?;
    Ok(listener)
}
