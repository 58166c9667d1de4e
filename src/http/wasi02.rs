//! WASI 0.2, for the many hosts that have no 0.3 yet: one request at
//! a time, on most of them a new instance for each.

use super::log::Entry;
use super::shared::{CHUNK, DATABASE, Headers, answer, append, begin, fields};
use crate::answer::{Answer, Body, List};
use crate::api::route::{Call, Method};
use crate::error::ApiError;
use bindings::wasi::http::types::{
    self, ErrorCode, Fields, IncomingRequest, OutgoingBody, OutgoingResponse, ResponseOutparam,
};
use bindings::wasi::io::streams::{OutputStream, StreamError};
use std::time::Instant;

/// Bindings and export; generated code, hence the exceptions.
#[allow(
    unsafe_code,
    missing_docs,
    clippy::all,
    clippy::pedantic,
    clippy::restriction
)]
mod bindings {
    wit_bindgen::generate!({ path: "wit", world: "wasi02", generate_all });

    struct Component;
    export!(Component);

    impl exports::wasi::http::incoming_handler::Guest for Component {
        fn handle(request: super::IncomingRequest, out: super::ResponseOutparam) {
            super::handle(request, out);
        }
    }
}

fn handle(request: IncomingRequest, out: ResponseOutparam) {
    let started = Instant::now();
    let headers = Headers(request.headers().entries());
    let logged = headers.request(started);
    let method = method(&request);
    let mut answer = respond(request, method, &headers);
    let length = answer.prepare(method);
    let Some((response, body)) = response(&answer, &logged.id, length) else {
        return ResponseOutparam::set(out, Err(ErrorCode::InternalError(None)));
    };
    let mut entry = Entry::new(logged, answer.record);
    ResponseOutparam::set(out, Ok(response));
    let written = match answer.body {
        Body::Whole(bytes) => {
            let outcome = entry.gone();
            let stream = body.write();
            let written = stream.is_ok_and(|stream| write(&stream, &bytes).is_some());
            if written {
                entry.record.outcome = outcome;
            }
            written
        }
        Body::Pages(first, pages) => stream(&body, &first, *pages, entry),
    };
    if written {
        // If the caller is gone now, nobody is left to be told.
        let _ = OutgoingBody::finish(body, None);
    }
    // Dropped unfinished, the body is an aborted one (D11).
}

fn method(request: &IncomingRequest) -> Method {
    match request.method() {
        types::Method::Get => Method::Get,
        types::Method::Post => Method::Post,
        types::Method::Head => Method::Head,
        _ => Method::Other,
    }
}

fn respond(request: IncomingRequest, method: Method, headers: &Headers) -> Answer {
    let target = request.path_with_query().unwrap_or_default();
    match begin(method, &target, headers) {
        Ok(call) => {
            let body = match headers.body_follows(&call) {
                Ok(true) => read(&request, &call),
                Ok(false) => Ok(Vec::new()),
                Err(error) => Err(error),
            };
            answer(&call, body)
        }
        Err(answer) => answer,
    }
}

/// Reads a body, up to one chunk beyond the limit.
fn read(request: &IncomingRequest, call: &Call) -> Result<Vec<u8>, ApiError> {
    let incoming = request.consume().map_err(|()| ApiError::IncompleteBody)?;
    let stream = incoming.stream().map_err(|()| ApiError::IncompleteBody)?;
    let mut body = Vec::new();
    loop {
        match stream.blocking_read(CHUNK as u64) {
            Ok(chunk) => append(&mut body, &chunk, call)?,
            Err(StreamError::Closed) => return Ok(body),
            Err(StreamError::LastOperationFailed(_)) => return Err(ApiError::IncompleteBody),
        }
    }
}

fn response(
    answer: &Answer,
    id: &str,
    length: Option<usize>,
) -> Option<(OutgoingResponse, OutgoingBody)> {
    let response = OutgoingResponse::new(Fields::from_list(&fields(answer, id, length)).ok()?);
    response.set_status_code(answer.status).ok()?;
    let body = response.body().ok()?;
    Some((response, body))
}

/// Writes bytes as the host takes them. `None` when the caller went away.
fn write(stream: &OutputStream, mut bytes: &[u8]) -> Option<()> {
    while !bytes.is_empty() {
        let room = usize::try_from(stream.check_write().ok()?).unwrap_or(usize::MAX);
        if room == 0 {
            stream.subscribe().block();
            continue;
        }
        let (now, later) = bytes.split_at(room.min(bytes.len()));
        stream.write(now).ok()?;
        bytes = later;
    }
    stream.blocking_flush().ok()
}

/// A list that is longer than a page: each page is fetched when the one before
/// was taken. Whether it was written to its end.
fn stream(body: &OutgoingBody, first: &[u8], mut pages: List, mut entry: Entry) -> bool {
    let outcome = entry.gone();
    let Ok(stream) = body.write() else {
        return false;
    };
    let mut written = write(&stream, first);
    while written.is_some() && !pages.is_done() {
        let mut page = Vec::new();
        let next = DATABASE.with_borrow_mut(|database| pages.next(database, &mut page));
        entry.record.rows = pages.rows();
        if let Err(failure) = next {
            entry.aborted(failure);
            return false;
        }
        written = write(&stream, &page);
    }
    if written.is_some() {
        entry.record.outcome = outcome;
    }
    written.is_some()
}
