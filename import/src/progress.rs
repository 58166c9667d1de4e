//! How far a copy is, on the standard error: a line that is written over on a
//! terminal; elsewhere, as in a log, a line now and then.

use std::io::{self, IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

/// Between two signs of progress, on a terminal and elsewhere.
const OFTEN: Duration = Duration::from_millis(100);
const SELDOM: Duration = Duration::from_secs(10);
/// Rows between two looks at the clock.
const ROWS: u64 = 1_000;

pub(super) struct Progress {
    on_terminal: bool,
    shown: Instant,
}

impl Progress {
    pub fn start() -> Self {
        Self {
            on_terminal: io::stderr().is_terminal(),
            shown: Instant::now(),
        }
    }

    /// So many rows of this table were copied.
    pub fn rows(&mut self, table: &str, count: u64) {
        if count.is_multiple_of(ROWS) {
            self.show(&format!("{table}: {count} rows"));
        }
    }

    /// This is being done, and will take a while.
    pub fn step(&mut self, what: &str) {
        if self.on_terminal {
            self.write(what);
        } else {
            self.show(what);
        }
    }

    fn show(&mut self, what: &str) {
        let pause = if self.on_terminal { OFTEN } else { SELDOM };
        if self.shown.elapsed() >= pause {
            self.shown = Instant::now();
            self.write(what);
        }
    }

    fn write(&self, what: &str) {
        // Nobody need be listening.
        let mut screen = io::stderr().lock();
        let _ = if self.on_terminal {
            write!(screen, "\r\x1b[K{what}").and_then(|()| screen.flush())
        } else {
            writeln!(screen, "{what}")
        };
    }
}

impl Drop for Progress {
    /// Leaves the line to what is said next.
    fn drop(&mut self) {
        if self.on_terminal {
            self.write("");
        }
    }
}
