//! What both WASI versions do between the bytes in and the bytes out.

use super::log::{self, Format, Request};
use super::{is_request_id, is_trace_parent};
use crate::answer::Answer;
use crate::api::body::MAX_BODY;
use crate::api::callers::Callers;
use crate::api::route::{self, Call, Head, Method, Route, below};
use crate::db::spin::{Spin, variable};
use crate::error::ApiError;
use crate::render::html;
use bindings::wasi::random::random::get_random_u64;
use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};
use std::time::Instant;

/// Bindings; generated code, hence the exceptions.
#[allow(
    unsafe_code,
    missing_docs,
    clippy::all,
    clippy::pedantic,
    clippy::restriction
)]
mod bindings {
    wit_bindgen::generate!({ path: "wit", world: "shared", generate_all });
}

thread_local! {
    /// The instance's one connection. It serves all requests of the instance
    /// in turn: nothing waits while it is borrowed.
    pub(super) static DATABASE: RefCell<Spin> = const { RefCell::new(Spin::new(note)) };
    /// Whom it let in.
    static CALLERS: RefCell<Callers> = const { RefCell::new(Callers::NONE) };
    /// What the operator configured, read once an instance.
    static SETTINGS: OnceCell<Settings> = const { OnceCell::new() };
}

/// Bytes asked of a request body at a time.
pub(super) const CHUNK: usize = 16 * 1024;

/// Tells operators which build answers; no host forbids the header to a guest.
const SERVER: &str = concat!("dids-get/", env!("CARGO_PKG_VERSION"));

/// A header as both WASI versions have it.
pub(super) type Field = (String, Vec<u8>);

/// Variables that are about HTTP and the log.
struct Settings {
    /// The path that the component is served at.
    base_path: String,
    log_format: Format,
}

impl Settings {
    fn read() -> Self {
        let base_path = variable("base_path").unwrap_or_default();
        let log_format = match &*variable("log_format").unwrap_or_default() {
            "json" => Format::Json,
            "" | "text" => Format::Text,
            _ => {
                // Not what it says: a password may have got into the wrong variable.
                let note = "log_format is neither text nor json";
                log::note(Format::Text, note);
                Format::Text
            }
        };
        Self {
            // It may be written as the route in Spin's manifest: "/mor/...".
            base_path: base_path.trim_end_matches("...").to_owned(),
            log_format,
        }
    }
}

/// A line for the operator that belongs to no answer.
fn note(text: &str) {
    log::note(log_format(), text);
}

/// How the log is written.
pub(super) fn log_format() -> Format {
    SETTINGS.with(|settings| settings.get_or_init(Settings::read).log_format)
}

/// The headers of a request.
pub(super) struct Headers(pub Vec<Field>);

impl Headers {
    /// The value of a header; several fields of the name are one, joined by commas.
    fn get(&self, name: &str) -> Cow<'_, str> {
        self.joined(name, ", ")
    }

    fn joined(&self, name: &str, separator: &str) -> Cow<'_, str> {
        let mut fields = self.0.iter();
        let mut values = fields
            .by_ref()
            .filter(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| String::from_utf8_lossy(value));
        let first = values.next().unwrap_or_default();
        values.fold(first, |all, value| {
            Cow::Owned([&*all, separator, &*value].concat())
        })
    }

    /// What the log says of the request: the caller's id for it, or a new one.
    pub(super) fn request(&self, started: Instant) -> Request {
        let id = self.get("x-request-id");
        let trace = self.get("traceparent");
        Request {
            id: if is_request_id(&id) {
                id.into_owned()
            } else {
                // Not the standard library's seed for hashing, which a host may leave the
                // same for every instance.
                format!("{:016x}", get_random_u64())
            },
            trace: is_trace_parent(&trace).then(|| trace.into_owned()),
            started,
            format: log_format(),
        }
    }

    /// Whether a body follows that must be read.
    ///
    /// # Errors
    /// It is refused unread, by its length or whatever it holds.
    pub(super) fn body_follows(&self, call: &Call) -> Result<bool, ApiError> {
        // Not `usize`: lengths from 4 GiB on would count as not announced.
        match (self.get("content-length").parse(), call.refuses_body()) {
            (Ok(0_u64), _) => Ok(false),
            (Ok(_), Some(error)) => Err(error),
            (Ok(length), _) if length > MAX_BODY as u64 => Err(ApiError::BodyTooLarge(MAX_BODY)),
            _ => Ok(true),
        }
    }
}

/// A call of the API, or the answer to anything else.
pub(super) fn begin(method: Method, target: &str, headers: &Headers) -> Result<Call, Answer> {
    let route = SETTINGS.with(|settings| {
        let base = &settings.get_or_init(Settings::read).base_path;
        let head = Head {
            target: below(target, base),
            content_types: &headers.joined("content-type", "\n"),
            content_encoding: &headers.get("content-encoding"),
            transfer_encoding: &headers.get("transfer-encoding"),
            accept: &headers.get("accept"),
            prefer: &headers.get("prefer"),
        };
        Route::parse(method, &head).map_err(|error| (error, route::format(&head)))
    });
    match route {
        Ok(Route::Api(call)) => Ok(call),
        Ok(Route::Health) => Err(Answer::healthy()),
        Ok(Route::Ready) => Err(DATABASE.with_borrow_mut(|database| Answer::ready(database))),
        Err((error, format)) => Err(Answer::refusal(&error, format)),
    }
}

/// The answer to a call whose body was read, or could not be.
pub(super) fn answer(call: &Call, body: Result<Vec<u8>, ApiError>) -> Answer {
    match body {
        Ok(body) => DATABASE.with_borrow_mut(|database| {
            CALLERS.with_borrow_mut(|callers| Answer::to_call(call, &body, database, callers))
        }),
        Err(error) => Answer::refusal(&error, call.format),
    }
}

/// Appends a chunk of a request body; of one that is refused the first byte tells.
///
/// # Errors
/// It is refused, or too large.
pub(super) fn append(body: &mut Vec<u8>, chunk: &[u8], call: &Call) -> Result<(), ApiError> {
    if chunk.is_empty() {
        return Ok(());
    }
    if let Some(error) = call.refuses_body() {
        return Err(error);
    }
    body.extend_from_slice(chunk);
    if body.len() > MAX_BODY {
        return Err(ApiError::BodyTooLarge(MAX_BODY));
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
    let more = answer.headers.iter();
    fields.extend(more.map(|(name, value)| field(name, value)));
    fields.extend(length.map(|length| field("content-length", &length.to_string())));
    fields
}
