//! The log: the host's own lines and whatever the guest writes to its standard
//! output and error, line by line.
//!
//! Many instances write at the same time, often in pieces smaller than a line.
//! Each instance's pieces are therefore gathered until their line is whole, so
//! that lines never run into each other.

use std::io::{self, Write};
use std::mem;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use tokio::io::AsyncWrite;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};
use wasmtime_wasi::p2::{OutputStream, Pollable, StreamResult};

use crate::Log;

/// A guest that writes this much without a line's end gets one.
const LONGEST_LINE: usize = 64 * 1024;

/// Where the lines end up.
#[derive(Debug)]
pub(crate) struct Journal {
    to: Log,
    kept: Mutex<String>,
}

impl Journal {
    pub(crate) fn new(to: Log) -> Self {
        Self {
            to,
            kept: Mutex::default(),
        }
    }

    /// Writes one line of the host's.
    pub(crate) fn line(&self, line: &str) {
        match self.to {
            // In one piece: standard error is not buffered. Whoever read the log may be
            // gone; that ends no request.
            Log::Stderr => drop(io::stderr().write_all(format!("{line}\n").as_bytes())),
            Log::Captured => {
                let mut kept = lock(&self.kept);
                kept.push_str(line);
                kept.push('\n');
            }
        }
    }

    /// What was captured so far.
    pub(crate) fn text(&self) -> String {
        lock(&self.kept).clone()
    }

    /// What was captured since the last time, or so far.
    pub(crate) fn take(&self) -> String {
        mem::take(&mut *lock(&self.kept))
    }
}

/// One of an instance's two output streams. All the handles that the guest
/// takes of it share the line begun.
#[derive(Clone)]
pub(crate) struct GuestOutput(Arc<Mutex<Begun>>);

struct Begun {
    journal: Arc<Journal>,
    line: Vec<u8>,
}

impl GuestOutput {
    pub(crate) fn new(journal: &Arc<Journal>) -> Self {
        Self(Arc::new(Mutex::new(Begun {
            journal: Arc::clone(journal),
            line: Vec::new(),
        })))
    }

    fn add(&self, bytes: &[u8]) {
        let mut begun = lock(&self.0);
        for piece in bytes.split_inclusive(|&byte| byte == b'\n') {
            match piece.strip_suffix(b"\n") {
                Some(end) => {
                    begun.line.extend_from_slice(end);
                    begun.finish();
                }
                None => begun.line.extend_from_slice(piece),
            }
        }
        if begun.line.len() >= LONGEST_LINE {
            begun.finish();
        }
    }
}

impl Begun {
    fn finish(&mut self) {
        let line = mem::take(&mut self.line);
        self.journal.line(&String::from_utf8_lossy(&line));
    }
}

impl Drop for Begun {
    fn drop(&mut self) {
        if !self.line.is_empty() {
            self.finish();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl IsTerminal for GuestOutput {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for GuestOutput {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(self.clone())
    }

    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }
}

#[wasmtime_wasi::async_trait]
impl Pollable for GuestOutput {
    async fn ready(&mut self) {}
}

impl OutputStream for GuestOutput {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        self.add(&bytes);
        Ok(())
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(LONGEST_LINE)
    }
}

impl AsyncWrite for GuestOutput {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.add(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_become_whole_lines() {
        let journal = Arc::new(Journal::new(Log::Captured));
        let one = GuestOutput::new(&journal);
        let two = GuestOutput::new(&journal);
        one.add(b"a ");
        two.add(b"other\nbegun");
        one.clone().add(b"line\n\nnext");
        drop(one);
        drop(two);
        let text = "other\na line\n\nnext\nbegun\n";
        assert_eq!((journal.text(), journal.take()), (text.into(), text.into()));
        assert_eq!(journal.text(), "");
    }
}
