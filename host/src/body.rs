//! Bodies that say so when they are incomplete.
//!
//! When an instance traps in the middle of a response, the body it was writing
//! simply comes to its end, and the client would take half a list for a whole
//! one. So each response knows the fate of its instance, and a body whose
//! instance failed ends with an error: the server then drops the connection
//! instead of closing the transfer properly.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use wasmtime_wasi_http::{Error, WasiBody};

use crate::log::Journal;

/// Tells a request what became of the instance that took it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fate(Arc<OnceLock<Arc<AtomicBool>>>);

impl Fate {
    /// The request is taken by the instance with this flag of failure.
    pub(crate) fn bind(&self, failed: &Arc<AtomicBool>) {
        self.0.get_or_init(|| Arc::clone(failed));
    }

    fn failed(&self) -> bool {
        let failed = self.0.get();
        failed.is_some_and(|failed| failed.load(Ordering::Acquire))
    }
}

/// A guest's response body.
pub(crate) struct GuestBody {
    pub(crate) inner: WasiBody,
    pub(crate) fate: Fate,
    pub(crate) journal: Arc<Journal>,
}

impl Body for GuestBody {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let frame = ready!(Pin::new(&mut self.inner).poll_frame(context));
        let frame = match frame {
            None if self.fate.failed() => Some(Err(Error::HttpResponseIncomplete)),
            frame => frame,
        };
        if let Some(Err(error)) = &frame {
            let line = format!("a response ends unfinished: {error}");
            self.journal.line(&line);
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream() && !self.fate.failed()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
