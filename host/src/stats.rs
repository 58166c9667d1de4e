//! Counters by which tests see what happens inside: how often instances are
//! made, how much memory they take, whether connections are kept and closed.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// The counters of a server, all since its start.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Stats {
    /// Requests that reached the component.
    pub requests: u64,
    /// Instances of the component made.
    pub instances_created: u64,
    /// Instances alive now.
    pub instances_live: u64,
    /// Of these, instances that wait for a request.
    pub instances_idle: u64,
    /// The largest linear memory of any instance, in bytes.
    pub guest_memory_peak: u64,
    /// Connections the guest opened, of either database.
    pub database_opens: u64,
    /// Connections open now.
    pub database_handles_live: u64,
    /// Statements the guest ran.
    pub database_calls: u64,
}

/// The counters as they are counted.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) requests: AtomicU64,
    pub(crate) instances_created: AtomicU64,
    pub(crate) instances_live: Arc<AtomicU64>,
    pub(crate) instances_idle: Arc<AtomicU64>,
    pub(crate) guest_memory_peak: AtomicU64,
    pub(crate) database_opens: AtomicU64,
    pub(crate) database_handles_live: Arc<AtomicU64>,
    pub(crate) database_calls: AtomicU64,
}

impl Counters {
    pub(crate) fn read(&self) -> Stats {
        Stats {
            requests: self.requests.load(Relaxed),
            instances_created: self.instances_created.load(Relaxed),
            instances_live: self.instances_live.load(Relaxed),
            instances_idle: self.instances_idle.load(Relaxed),
            guest_memory_peak: self.guest_memory_peak.load(Relaxed),
            database_opens: self.database_opens.load(Relaxed),
            database_handles_live: self.database_handles_live.load(Relaxed),
            database_calls: self.database_calls.load(Relaxed),
        }
    }
}

/// Counts one live thing until it is dropped, however it comes to be dropped.
#[derive(Debug)]
pub(crate) struct Live(Arc<AtomicU64>);

impl Live {
    pub(crate) fn new(counter: &Arc<AtomicU64>) -> Self {
        counter.fetch_add(1, Relaxed);
        Self(Arc::clone(counter))
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}
