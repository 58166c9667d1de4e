//! The WASI 0.3 shell, on spin-sdk's bindings. Instances are reused, several
//! requests at a time, so the connection kept here serves all of them in turn;
//! no future waits while it is borrowed.
//!
//! The bindings are used as they are, without the SDK's detour over the `http`
//! crate: that parses and copies every header both ways, a fifth of the size
//! of the component.

use super::log::Entry;
use super::{HEADERS, RETRY_AFTER, is_request_id, new_request_id};
use crate::answer::{Answer, Body};
use crate::error::ApiError;
use crate::listing::Listing;
use crate::parameters::MAX_BODY;
use crate::request::{Head, Method, Route};
use crate::store::Spin;
use spin_sdk::wasip3::http::types::{self, ErrorCode, Fields, Request, Response};
use spin_sdk::wasip3::wit_bindgen::{self, StreamResult, StreamWriter};
use spin_sdk::wasip3::{wit_future, wit_stream};
use std::cell::RefCell;
use std::time::Instant;

thread_local! {
    static DATABASE: RefCell<Spin> = const { RefCell::new(Spin::new()) };
}

/// Bytes asked of a request body at a time.
const CHUNK: usize = 16 * 1024;

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

async fn handle(request: Request) -> Result<Response, ErrorCode> {
    let started = Instant::now();
    let headers = Headers(request.get_headers().copy_all());
    let id = headers
        .get("x-request-id")
        .filter(|id| is_request_id(id))
        .map_or_else(new_request_id, str::to_owned);
    let answer = respond(request, &headers).await;

    let mut fields = vec![
        field("content-type", answer.content_type),
        field("x-request-id", &id),
    ];
    fields.extend(HEADERS.map(|(name, value)| field(name, value)));
    fields.extend(answer.allow.map(|allow| field("allow", allow)));
    if answer.status == ApiError::Unavailable.status() {
        fields.push(field("retry-after", RETRY_AFTER));
    }
    let entry = Entry::new(id, started, answer.record);
    let (writer, reader) = wit_stream::new();
    // Dropped unwritten, the end of a body says that it is whole.
    let (end, trailers) = wit_future::new(|| Ok(None));
    match answer.body {
        Body::Whole(bytes) => {
            // Hosts send a body of known length at once, and pause before the
            // end of any other.
            fields.push(field("content-length", &bytes.len().to_string()));
            wit_bindgen::spawn(async move {
                write(writer, bytes).await;
                drop((end, entry));
            });
        }
        Body::Pages(first, listing) => wit_bindgen::spawn(async move {
            if let Err(reason) = stream(writer, first, *listing, entry).await {
                // A list is never cut short and called whole (D11).
                let _ = end.write(Err(ErrorCode::InternalError(Some(reason)))).await;
            }
        }),
    }
    let fields = Fields::from_list(&fields)
        .map_err(|error| ErrorCode::InternalError(Some(error.to_string())))?;
    let (response, _sent) = Response::new(fields, Some(reader), trailers);
    // The status is one of ours, and valid.
    let _ = response.set_status_code(answer.status);
    Ok(response)
}

async fn respond(request: Request, headers: &Headers) -> Answer {
    let method = match request.get_method() {
        types::Method::Get => Method::Get,
        types::Method::Post => Method::Post,
        _ => Method::Other,
    };
    let target = request.get_path_with_query().unwrap_or_default();
    let head = match Route::parse(method, &target, headers.get("content-type")) {
        Ok(Route::Api(head)) => head,
        Ok(Route::Health) => return Answer::healthy(),
        Ok(Route::Ready) => return DATABASE.with_borrow_mut(|database| Answer::ready(database)),
        Err(error) => return Answer::refusal(error),
    };
    match read_body(&head, request, headers).await {
        Ok(body) => DATABASE.with_borrow_mut(|database| Answer::to_call(&head, &body, database)),
        Err(error) => Answer::refusal(error),
    }
}

/// Reads a body that can matter, up to one chunk beyond the limit.
async fn read_body(head: &Head, request: Request, headers: &Headers) -> Result<Vec<u8>, ApiError> {
    let announced = headers
        .get("content-length")
        .and_then(|length| length.parse().ok());
    let mut body = Vec::new();
    match announced {
        _ if !head.wants_body() => return Ok(body),
        Some(0_usize) => return Ok(body),
        Some(length) if length > MAX_BODY => return Err(ApiError::BodyTooLarge),
        _ => {}
    }
    let (_result, result) = wit_future::new(|| Ok(()));
    let (mut incoming, end) = Request::consume_body(request, result);
    loop {
        let (status, chunk) = incoming.read(Vec::with_capacity(CHUNK)).await;
        body.extend_from_slice(&chunk);
        if body.len() > MAX_BODY {
            return Err(ApiError::BodyTooLarge);
        }
        if !matches!(status, StreamResult::Complete(_)) {
            break;
        }
    }
    end.await.map_err(|_| ApiError::IncompleteBody)?;
    Ok(body)
}

/// The headers of a request. A name may occur more than once; the first counts.
struct Headers(Vec<(String, Vec<u8>)>);

impl Headers {
    fn get(&self, name: &str) -> Option<&str> {
        let (_, value) = self
            .0
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))?;
        std::str::from_utf8(value).ok()
    }
}

fn field(name: &str, value: &str) -> (String, Vec<u8>) {
    (name.to_owned(), value.as_bytes().to_vec())
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
    mut listing: Listing,
    mut entry: Entry,
) -> Result<(), String> {
    "the caller went away".clone_into(&mut entry.record.outcome);
    let mut writer = write(writer, first).await;
    while let Some(open) = writer.take_if(|_| !listing.is_done()) {
        let mut page = Vec::new();
        let next = DATABASE.with_borrow_mut(|database| listing.next(database, &mut page));
        entry.record.rows = listing.rows();
        if let Err(failure) = next {
            "aborted".clone_into(&mut entry.record.outcome);
            entry.record.failure = Some(failure);
            // The reason is in the log; a host may show this one to the caller.
            return Err("the list could not be read to its end".to_owned());
        }
        writer = write(open, page).await;
    }
    if writer.is_some() {
        "ok".clone_into(&mut entry.record.outcome);
    }
    Ok(())
}
