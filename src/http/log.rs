//! One line a request on standard error: `name=value` or JSON, as the variable
//! `log_format` says. No value of the caller's stands in it but ids of a harmless
//! alphabet.

use crate::answer::{Outcome, Record};
use crate::error::Failure;
use crate::render::json;
use std::fmt::Write as _;
use std::io::Write as _;
use std::time::Instant;

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// How the lines are written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Text,
    Json,
}

/// What is known of a request before it is answered.
pub(super) struct Request {
    pub id: String,
    /// The caller's `traceparent`, where it is one.
    pub trace: Option<String>,
    pub started: Instant,
    pub format: Format,
}

/// A request under way, logged once: at the latest when it is dropped.
pub(super) struct Entry {
    request: Request,
    /// What is said.
    pub record: Record,
}

impl Entry {
    pub(super) fn new(request: Request, record: Record) -> Self {
        Self { request, record }
    }

    /// What is said unless the bytes are written to their end.
    pub(super) fn gone(&mut self) -> Outcome {
        std::mem::replace(&mut self.record.outcome, Outcome::ClientGone)
    }

    /// The list could not be read to its end. What is returned may reach the
    /// caller.
    pub(super) fn aborted(&mut self, failure: Failure) -> String {
        self.record.outcome = Outcome::Aborted;
        self.record.failure = Some(failure);
        "the list could not be read to its end".to_owned()
    }

    /// Names and values in their order.
    fn values(&self) -> Vec<(&'static str, Value)> {
        let Record {
            caller,
            filters,
            rows,
            outcome,
            failure,
        } = &self.record;
        let mut values = vec![
            ("id", Value::Word(self.request.id.clone())),
            ("version", Value::Word(VERSION.to_owned())),
        ];
        let trace = self.request.trace.clone();
        values.extend(trace.map(|trace| ("traceparent", Value::Word(trace))));
        values.extend(caller.map(|caller| {
            let caller = format!("{}:{}", caller.role, caller.id);
            ("caller", Value::Word(caller))
        }));
        if !filters.is_empty() {
            values.push(("filters", Value::Word(filters.join(","))));
        }
        let ms = u64::try_from(self.request.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        values.push(("rows", Value::Number(*rows)));
        values.push(("ms", Value::Number(ms)));
        values.push(("outcome", Value::Word(outcome.code().to_owned())));
        let failure = failure.as_ref().map(|failure| failure.text.clone());
        values.extend(failure.map(|text| ("failure", Value::Text(text))));
        values
    }
}

enum Value {
    Number(u64),
    /// Without blanks and quotes.
    Word(String),
    Text(String),
}

impl Drop for Entry {
    fn drop(&mut self) {
        write(self.request.format, &self.values());
    }
}

/// A line for the operator that belongs to no answer.
pub(super) fn note(format: Format, text: &str) {
    write(format, &[("note", Value::Text(text.to_owned()))]);
}

fn write(format: Format, values: &[(&'static str, Value)]) {
    let mut line = String::from(match format {
        Format::Text => "dids_get",
        Format::Json => "{\"log\":\"dids_get\"",
    });
    for (name, value) in values {
        // Writing to a string does not fail.
        let _ = match (format, value) {
            (Format::Text, Value::Number(number)) => write!(line, " {name}={number}"),
            (Format::Text, Value::Word(word)) => write!(line, " {name}={word}"),
            (Format::Text, Value::Text(text)) => write!(line, " {name}={}", json::string(text)),
            (Format::Json, Value::Number(number)) => write!(line, ",\"{name}\":{number}"),
            (Format::Json, Value::Word(text) | Value::Text(text)) => {
                write!(line, ",\"{name}\":{}", json::string(text))
            }
        };
    }
    line.push_str(match format {
        Format::Text => "\n",
        Format::Json => "}\n",
    });
    // In one piece, since each is a call to the host; a log that cannot be
    // written is no reason to fail.
    let _ = std::io::stderr().write_all(line.as_bytes());
}
