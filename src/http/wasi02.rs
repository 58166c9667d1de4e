//! The WASI 0.2 shell, for the many hosts that have no 0.3 yet: one request at
//! a time, on most of them a new instance for each.

use super::log::Entry;
use super::shared::{CHUNK, DATABASE, Headers, answer, append, begin, fields};
use crate::answer::{Answer, Body};
use crate::api::route::Method;
use crate::dids::pages::Listing;
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
    let id = headers.request_id();
    let answer = respond(request, &headers);
    let length = match &answer.body {
        Body::Whole(bytes) => Some(bytes.len()),
        Body::Pages(..) => None,
    };
    let Some((response, body)) = response(&answer, &id, length) else {
        return ResponseOutparam::set(out, Err(ErrorCode::InternalError(None)));
    };
    let entry = Entry::new(id, started, answer.record);
    ResponseOutparam::set(out, Ok(response));
    let written = match answer.body {
        Body::Whole(bytes) => body
            .write()
            .is_ok_and(|stream| write(&stream, &bytes).is_some()),
        Body::Pages(first, listing) => stream(&body, &first, *listing, entry),
    };
    if written {
        // If the caller is gone now, nobody is left to be told.
        let _ = OutgoingBody::finish(body, None);
    }
    // Dropped unfinished, the body is an aborted one (D11).
}

fn respond(request: IncomingRequest, headers: &Headers) -> Answer {
    let method = match request.method() {
        types::Method::Get => Method::Get,
        types::Method::Post => Method::Post,
        _ => Method::Other,
    };
    let target = request.path_with_query().unwrap_or_default();
    match begin(method, &target, headers) {
        Ok(head) => {
            let body = match headers.body_follows(&head) {
                Ok(true) => read(&request),
                Ok(false) => Ok(Vec::new()),
                Err(error) => Err(error),
            };
            answer(&head, body)
        }
        Err(answer) => answer,
    }
}

/// Reads a body, up to one chunk beyond the limit.
fn read(request: &IncomingRequest) -> Result<Vec<u8>, ApiError> {
    let incoming = request.consume().map_err(|()| ApiError::IncompleteBody)?;
    let stream = incoming.stream().map_err(|()| ApiError::IncompleteBody)?;
    let mut body = Vec::new();
    loop {
        match stream.blocking_read(CHUNK as u64) {
            Ok(chunk) => append(&mut body, &chunk)?,
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
fn stream(body: &OutgoingBody, first: &[u8], mut listing: Listing, mut entry: Entry) -> bool {
    entry.gone();
    let Ok(stream) = body.write() else {
        return false;
    };
    let mut written = write(&stream, first);
    while written.is_some() && !listing.is_done() {
        let mut page = Vec::new();
        let next = DATABASE.with_borrow_mut(|database| listing.next(database, &mut page));
        entry.record.rows = listing.rows();
        if let Err(failure) = next {
            entry.aborted(failure);
            return false;
        }
        written = write(&stream, &page);
    }
    if written.is_some() {
        entry.whole();
    }
    written.is_some()
}
