//! What both shells do between the bytes in and the bytes out.

use crate::answer::Answer;
use crate::api::parameters::MAX_BODY;
use crate::api::route::{Head, Method, Route, below_route};
use crate::db::spin::Spin;
use crate::error::ApiError;
use crate::http::is_request_id;
use crate::render::html;
use std::cell::RefCell;
use std::hash::{BuildHasher, RandomState};

thread_local! {
    /// The instance's one connection. It serves all requests of the instance
    /// in turn: nothing waits while it is borrowed.
    pub(super) static DATABASE: RefCell<Spin> = const { RefCell::new(Spin::new()) };
}

/// Bytes asked of a request body at a time.
pub(super) const CHUNK: usize = 16 * 1024;

/// Tells operators which build answers; no host forbids the header to a guest.
const SERVER: &str = concat!("dids-get/", env!("CARGO_PKG_VERSION"));

/// Seconds after which a caller may try again, for a 503.
const RETRY_AFTER: &str = "5";

/// A header as both WASI versions have it.
pub(super) type Field = (String, Vec<u8>);

/// The headers of a request. A name may occur more than once; the first counts.
pub(super) struct Headers(pub Vec<Field>);

impl Headers {
    fn get(&self, name: &str) -> Option<&str> {
        let mut fields = self.0.iter();
        let (_, value) = fields.find(|(known, _)| known.eq_ignore_ascii_case(name))?;
        std::str::from_utf8(value).ok()
    }

    /// What Spin says is below the route of the component. It adds this header
    /// after those of the caller, who may have sent one too: the last counts.
    fn path_info(&self) -> Option<&str> {
        let mut fields = self.0.iter().rev();
        let (_, value) = fields.find(|(known, _)| known.eq_ignore_ascii_case("spin-path-info"))?;
        std::str::from_utf8(value).ok()
    }

    /// The caller's id for the request, or a new one.
    pub(super) fn request_id(&self) -> String {
        match self.get("x-request-id").filter(|id| is_request_id(id)) {
            Some(id) => id.to_owned(),
            // The standard library's hasher keys are the host's random bytes.
            None => format!("{:016x}", RandomState::new().hash_one(0)),
        }
    }

    /// Whether the body of a call must be read.
    pub(super) fn body_follows(&self, head: &Head) -> Result<bool, ApiError> {
        // Not `usize`: lengths from 4 GiB on would count as not announced.
        let length = self
            .get("content-length")
            .and_then(|length| length.parse().ok());
        match length {
            _ if !head.wants_body() => Ok(false),
            Some(0_u64) => Ok(false),
            Some(length) if length > MAX_BODY as u64 => Err(ApiError::BodyTooLarge),
            _ => Ok(true),
        }
    }
}

/// The head of a call of the API, or the answer to anything else.
pub(super) fn begin(method: Method, target: &str, headers: &Headers) -> Result<Head, Answer> {
    let target = below_route(target, headers.path_info());
    match Route::parse(method, target, headers.get("content-type")) {
        Ok(Route::Api(head)) => Ok(head),
        Ok(Route::Health) => Err(Answer::healthy()),
        Ok(Route::Ready) => Err(DATABASE.with_borrow_mut(|database| Answer::ready(database))),
        Err(error) => Err(Answer::refusal(error)),
    }
}

/// The answer to a call whose body was read, or could not be.
pub(super) fn answer(head: &Head, body: Result<Vec<u8>, ApiError>) -> Answer {
    match body {
        Ok(body) => DATABASE.with_borrow_mut(|database| Answer::to_call(head, &body, database)),
        Err(error) => Answer::refusal(error),
    }
}

/// Appends a chunk of a request body.
pub(super) fn append(body: &mut Vec<u8>, chunk: &[u8]) -> Result<(), ApiError> {
    body.extend_from_slice(chunk);
    if body.len() > MAX_BODY {
        return Err(ApiError::BodyTooLarge);
    }
    Ok(())
}

/// The headers of an answer; `length` where all its bytes are known. Hosts send
/// a body of known length at once, and pause before the end of any other.
pub(super) fn fields(answer: &Answer, id: &str, length: Option<usize>) -> Vec<Field> {
    let field = |name: &str, value: &str| (name.to_owned(), value.as_bytes().to_vec());
    let mut fields = vec![
        field("content-type", answer.content_type),
        field("server", SERVER),
        field("x-request-id", id),
        field("cache-control", "no-store"),
        field("x-content-type-options", "nosniff"),
    ];
    if answer.content_type.starts_with("text/html") {
        fields.push(field("content-security-policy", html::POLICY));
    }
    fields.extend(answer.allow.map(|allow| field("allow", allow)));
    fields.extend(length.map(|length| field("content-length", &length.to_string())));
    if answer.status == ApiError::Unavailable.status() {
        fields.push(field("retry-after", RETRY_AFTER));
    }
    fields
}
