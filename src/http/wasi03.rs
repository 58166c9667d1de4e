//! WASI 0.3, on spin-sdk's bindings. Instances are reused, several
//! requests at a time.
//!
//! The bindings are used as they are, without the SDK's detour over the `http`
//! crate: that parses and copies every header both ways, a fifth of the size
//! of the component.

use super::log::Entry;
use super::shared::{CHUNK, DATABASE, Headers, answer, append, begin, fields};
use crate::answer::{Answer, Body, List};
use crate::api::route::{Call, Method};
use crate::error::ApiError;
use spin_sdk::wasip3::http::types::{self, ErrorCode, Fields, Request, Response};
use spin_sdk::wasip3::wit_bindgen::{self, StreamResult, StreamWriter};
use spin_sdk::wasip3::{wit_future, wit_stream};
use std::time::Instant;

/// The exported handler; generated code, hence the exception.
#[allow(unsafe_code)]
mod export {
    struct Component;

    spin_sdk::wasip3::http::service::export!(Component with_types_in spin_sdk::wasip3);

    impl spin_sdk::wasip3::exports::http::handler::Guest for Component {
        async fn handle(request: super::Request) -> Result<super::Response, super::ErrorCode> {
            super::handle(request).await
        }
    }
}

/// Bytes of a list that are written apart as the last, so that its end leaves with
/// them: a host sends a larger write before it looks whether there is more.
const LAST: usize = 128 * 1024;

async fn handle(request: Request) -> Result<Response, ErrorCode> {
    let started = Instant::now();
    let headers = Headers(request.get_headers().copy_all());
    let logged = headers.request(started);
    let method = method(&request);
    let (mut answer, busy) = respond(request, method, &headers).await;
    let length = answer.prepare(method);
    let fields = Fields::from_list(&fields(&answer, &logged.id, length))
        .map_err(|error| ErrorCode::InternalError(Some(error.to_string())))?;
    let mut entry = Entry::new(logged, answer.record);
    let (writer, reader) = wit_stream::new();
    // Dropped unwritten, the end of a body says that it is whole.
    let (end, trailers) = wit_future::new(|| Ok(None));
    match answer.body {
        Body::Whole(bytes) => wit_bindgen::spawn(async move {
            let outcome = entry.gone();
            if write(writer, bytes).await.is_some() {
                entry.record.outcome = outcome;
            }
            drop((end, entry, busy));
        }),
        Body::Pages(first, pages) => wit_bindgen::spawn(async move {
            let result = stream(writer, first, *pages, &mut entry).await;
            // A list is never cut short and called whole (D11).
            let result = result.map_err(|reason| ErrorCode::InternalError(Some(reason)));
            // Before the line in the log, which takes a while on some hosts: the
            // last bytes and the end of the list leave together.
            let _ = end.write(result.map(|()| None)).await;
            drop((entry, busy));
        }),
    }
    let (response, _sent) = Response::new(fields, Some(reader), trailers);
    // The status is one of ours, and valid.
    let _ = response.set_status_code(answer.status);
    Ok(response)
}

fn method(request: &Request) -> Method {
    match request.get_method() {
        types::Method::Get => Method::Get,
        types::Method::Post => Method::Post,
        types::Method::Head => Method::Head,
        _ => Method::Other,
    }
}

async fn respond(request: Request, method: Method, headers: &Headers) -> (Answer, Busy) {
    let target = request.get_path_with_query().unwrap_or_default();
    match begin(method, &target, headers) {
        Ok(call) => {
            let (body, busy) = match headers.body_follows(&call) {
                Ok(true) => (read(request, &call).await, Busy::after_waiting().await),
                Ok(false) => (Ok(Vec::new()), Busy::begin()),
                Err(error) => (Err(error), Busy::begin()),
            };
            (answer(&call, body), busy)
        }
        Err(answer) => (answer, Busy::begin()),
    }
}

/// While it lives, the host sends new requests to other instances: from before
/// the database is asked until the host has the answer's last byte.
///
/// A database call blocks its instance, and whoever waits in it waits for the
/// call: another request, and a body whose head has already left. The host takes
/// the head when the handler returns and the body in a later turn. If it took a
/// new request in between, the head would be sent alone, and without TCP_NODELAY,
/// as on Spin, the body then waits 40 ms for the client's acknowledgement.
struct Busy;

impl Busy {
    fn begin() -> Self {
        wit_bindgen::backpressure_inc();
        Self
    }

    /// A host that saw this instance waiting for bytes took it for free; it
    /// looks again at the yield.
    async fn after_waiting() -> Self {
        let busy = Self::begin();
        wit_bindgen::yield_async().await;
        busy
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        wit_bindgen::backpressure_dec();
    }
}

/// Reads a body, up to one chunk beyond the limit.
async fn read(request: Request, call: &Call) -> Result<Vec<u8>, ApiError> {
    let (_result, result) = wit_future::new(|| Ok(()));
    let (mut incoming, end) = Request::consume_body(request, result);
    let mut body = Vec::new();
    loop {
        let (status, chunk) = incoming.read(Vec::with_capacity(CHUNK)).await;
        append(&mut body, &chunk, call)?;
        if !matches!(status, StreamResult::Complete(_)) {
            break;
        }
    }
    end.await.map_err(|_| ApiError::IncompleteBody)?;
    Ok(body)
}

/// Writes bytes as the host takes them. `None` when the caller went away.
async fn write(mut writer: StreamWriter<u8>, bytes: Vec<u8>) -> Option<StreamWriter<u8>> {
    writer.write_all(bytes).await.is_empty().then_some(writer)
}

/// A list that is longer than a page: each page is fetched when the one before
/// was taken.
async fn stream(
    writer: StreamWriter<u8>,
    first: Vec<u8>,
    mut pages: List,
    entry: &mut Entry,
) -> Result<(), String> {
    let outcome = entry.gone();
    let mut writer = write(writer, first).await;
    while let Some(open) = writer.take_if(|_| !pages.is_done()) {
        let mut page = Vec::new();
        let next = DATABASE.with_borrow_mut(|database| pages.next(database, &mut page));
        entry.record.rows = pages.rows();
        next.map_err(|failure| entry.aborted(failure))?;
        let last = if pages.is_done() { LAST } else { 0 };
        let last = page.split_off(page.len().saturating_sub(last));
        writer = write(open, page).await;
        if let Some(open) = writer.take_if(|_| !last.is_empty()) {
            writer = write(open, last).await;
        }
    }
    if writer.is_some() {
        entry.record.outcome = outcome;
    }
    Ok(())
}
