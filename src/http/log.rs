//! One line a request on standard error, in `name=value` form. No value of the
//! caller's stands in it but a request id of a harmless alphabet.

use crate::answer::Record;
use crate::error::Failure;
use std::io::Write;
use std::time::Instant;

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A request under way, logged once: at the latest when it is dropped.
pub(super) struct Entry {
    id: String,
    started: Instant,
    /// What is said.
    pub record: Record,
}

impl Entry {
    pub(super) fn new(id: String, started: Instant, record: Record) -> Self {
        Self {
            id,
            started,
            record,
        }
    }
}

impl Entry {
    /// What is said unless the list is written to its end.
    pub(super) fn gone(&mut self) {
        "the caller went away".clone_into(&mut self.record.outcome);
    }

    /// The list was written to its end.
    pub(super) fn whole(&mut self) {
        "ok".clone_into(&mut self.record.outcome);
    }

    /// The list broke off. What is returned may reach the caller.
    pub(super) fn aborted(&mut self, failure: Failure) -> String {
        "aborted".clone_into(&mut self.record.outcome);
        self.record.failure = Some(failure);
        "the list could not be read to its end".to_owned()
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        let Record {
            caller,
            filters,
            rows,
            outcome,
            failure,
        } = &self.record;
        let mut line = format!("dids_get id={} version={VERSION}", self.id);
        if let Some(caller) = caller {
            line += &format!(" caller={}:{}", caller.role, caller.id);
        }
        if !filters.is_empty() {
            line += &format!(" filters={}", filters.join(","));
        }
        let ms = self.started.elapsed().as_millis();
        line += &format!(" rows={rows} ms={ms} outcome={outcome:?}");
        if let Some(failure) = failure {
            line += &format!(" failure={:?}", failure.0);
        }
        line.push('\n');
        // In one piece, since each is a call to the host; a log that cannot be
        // written is no reason to fail.
        let _ = std::io::stderr().write_all(line.as_bytes());
    }
}
