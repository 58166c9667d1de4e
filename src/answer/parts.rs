//! What an answer is made of, its record for the log, and the answers that are no
//! list: refusals and probes.

use crate::api::caller::Caller;
use crate::api::route::Method;
use crate::dids::pages::Pages;
use crate::error::{ApiError, Failure};
use crate::render::Format;
use crate::render::json;
use crate::render::xml;
use std::borrow::Cow;

pub(super) const PLAIN: &str = "text/plain; charset=utf-8";
/// How a caller shows who it is: by a scheme of this API, for which no browser asks a
/// password.
const CHALLENGE: &str = "MOR-API-Hash realm=\"dids_get\"";
/// Seconds after which a caller may try again, for a 503.
pub(super) const RETRY_AFTER: &str = "5";

/// A header of an answer, beside those that every answer has.
pub type Header = (&'static str, Cow<'static, str>);

/// What every answer of the API says (D31).
pub(super) const VARY: Header = ("vary", Cow::Borrowed("Accept"));

/// What goes back to the caller, and a record of it for the log.
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// HTTP content type.
    pub content_type: &'static str,
    /// What this answer says in further headers.
    pub headers: Vec<Header>,
    /// The bytes, or the first of them.
    pub body: Body,
    /// What the log says.
    pub record: Record,
}

/// The bytes of an answer.
pub enum Body {
    /// All of them: they go with a content length.
    Whole(Vec<u8>),
    /// The first page, and where the others come from.
    Pages(Vec<u8>, Box<Pages>),
}

/// What the log says of a request: never a value that the caller sent.
#[derive(Debug, Default)]
pub struct Record {
    /// Who called, once the gate let them in.
    pub caller: Option<Caller>,
    /// The names of the filters used.
    pub filters: Vec<&'static str>,
    /// DIDs answered so far.
    pub rows: u64,
    /// How it ended.
    pub outcome: Outcome,
    /// What the operator should know, and the caller should not.
    pub failure: Option<Failure>,
}

/// How a request ended, as a code that a reader of the log can rely on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Outcome {
    /// Answered, and written to its end.
    #[default]
    Ok,
    /// The list could not be read to its end, and the transfer was aborted.
    Aborted,
    /// The caller went away before everything was written.
    ClientGone,
    /// Refused, with the code of the error.
    Refused(&'static str),
}

impl Outcome {
    /// The code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Aborted => "aborted",
            Self::ClientGone => "client_gone",
            Self::Refused(code) => code,
        }
    }
}

impl Answer {
    pub(super) fn whole(status: u16, content_type: &'static str, bytes: Vec<u8>) -> Self {
        Self {
            status,
            content_type,
            headers: Vec::new(),
            body: Body::Whole(bytes),
            record: Record::default(),
        }
    }

    /// An error before the API, or beside it: in the format that is accepted (D31),
    /// whatever `test` or a setting says (D9).
    pub fn refusal(error: &ApiError, format: Format) -> Self {
        let text = error.to_string();
        // A probe is no call of the API, and has one format.
        let format = if error.is_of_probe() {
            Format::Xml
        } else {
            format
        };
        let mut answer = match format {
            Format::Xml => Self::whole(error.status(), xml::CONTENT_TYPE, xml::error(&text)),
            Format::Json => {
                Self::whole(error.http_status(), json::CONTENT_TYPE, json::error(&text))
            }
            Format::Csv => {
                let line = format!("{text}\n");
                Self::whole(error.http_status(), PLAIN, line.into_bytes())
            }
        };
        answer.record.outcome = Outcome::Refused(error.code());
        if !error.is_of_probe() {
            answer.headers.push(VARY);
        }
        match error {
            ApiError::MethodNotAllowed(allow) => answer.headers.push(("allow", (*allow).into())),
            ApiError::Unavailable => answer.headers.push(("retry-after", RETRY_AFTER.into())),
            // Java's client takes a 401 without a challenge for a broken answer (D31).
            _ if answer.status == 401 => {
                answer.headers.push(("www-authenticate", CHALLENGE.into()))
            }
            _ => {}
        }
        answer
    }

    /// Makes it ready to be sent to a request of this method: the length of its
    /// body, where all of it is known. A HEAD gets no body, and no length of one.
    ///
    /// The code of the outcome goes along where it is known by then: known clients
    /// want status 200 for errors too (D9), and proxies see nothing else.
    pub fn prepare(&mut self, method: Method) -> Option<usize> {
        if matches!(self.body, Body::Whole(_)) {
            let code = self.record.outcome.code();
            self.headers.push(("x-dids-outcome", code.into()));
        }
        if method == Method::Head && !matches!(self.body, Body::Pages(..)) {
            self.body = Body::Whole(Vec::new());
            return None;
        }
        match &self.body {
            Body::Whole(bytes) => Some(bytes.len()),
            Body::Pages(..) => None,
        }
    }

    /// `/healthz`: the component runs.
    pub fn healthy() -> Self {
        Self::whole(200, PLAIN, b"ok".to_vec())
    }
}
