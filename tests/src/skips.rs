//! What a test leaves out on the host and the database it runs on, said aloud: a
//! test that returns early passes, and nobody would know.
//!
//! A line for each test and reason, such as `skipped: TEST: REASON`. `cargo xtask
//! test` counts them, and docs/conformance.md lists them. They go to the standard
//! output itself, for what a test prints is not shown when it passes.

use std::collections::BTreeSet;
use std::io::{Write as _, stdout};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// The test does nothing here.
pub fn skipped(why: &str) {
    say("skipped", why);
}

/// The test does without a part of what it tries.
pub fn in_part(why: &str) {
    say("in part", why);
}

/// The test runs, but not on the host or the database that is chosen.
pub fn elsewhere(why: &str) {
    say("elsewhere", why);
}

fn say(what: &str, why: &str) {
    static SAID: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    let thread = thread::current();
    let test = thread.name().unwrap_or_default();
    let line = format!("{what}: {test}: {why}\n");
    let mut said = SAID.lock().unwrap_or_else(PoisonError::into_inner);
    if said.insert(line.clone()) {
        let _ = stdout().write_all(line.as_bytes());
    }
}
