//! A wish to stop, which threads and tasks can look at and wait for.

use std::sync::Arc;

use tokio::sync::watch;

/// Ends copies from another thread. Clones are one.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<watch::Sender<bool>>);

impl Stop {
    /// Lets what is under way end soon.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }

    pub(super) fn is_set(&self) -> bool {
        *self.0.borrow()
    }

    pub(super) async fn wait(&self) {
        // The sender lasts as long as this does.
        let _ = self.0.subscribe().wait_for(|set| *set).await;
    }
}
