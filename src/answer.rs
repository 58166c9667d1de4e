//! From a parsed request to its answer: parameters, gate, search, first page.
//! The order of the contract, and nothing of HTTP but what it decides.

use crate::api::caller::Caller;
use crate::api::gate::Facts;
use crate::api::parameters::Parameters;
use crate::api::route::Head;
use crate::db::gate;
use crate::db::port::Database;
use crate::dids::pages::{Form, Listing};
use crate::dids::search::Search;
use crate::error::{ApiError, Failure};
use crate::render::html;
use crate::render::xml;

const XML: &str = "text/xml; charset=utf-8";
const HTML: &str = "text/html; charset=utf-8";
const PLAIN: &str = "text/plain; charset=utf-8";

/// What goes back to the caller, and a record of it for the log.
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// HTTP content type.
    pub content_type: &'static str,
    /// The methods to name in `Allow`, for a 405.
    pub allow: Option<&'static str>,
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
    Pages(Vec<u8>, Box<Listing>),
}

/// What the log says of a request: never a value that the caller sent.
#[derive(Debug, Default)]
pub struct Record {
    /// Who called, once the gate let them in.
    pub caller: Option<Caller>,
    /// The names of the filters used.
    pub filters: Vec<&'static str>,
    /// Rows answered so far.
    pub rows: u64,
    /// `ok`, or the text of the error.
    pub outcome: String,
    /// What the operator should know, and the caller should not.
    pub failure: Option<Failure>,
}

impl Answer {
    fn whole(status: u16, content_type: &'static str, bytes: Vec<u8>, outcome: &str) -> Self {
        let record = Record {
            outcome: outcome.to_owned(),
            ..Record::default()
        };
        Self {
            status,
            content_type,
            allow: None,
            body: Body::Whole(bytes),
            record,
        }
    }

    /// An error before or beside the API: always the XML page (D9).
    pub fn refusal(error: ApiError) -> Self {
        let mut answer = Self::whole(error.status(), XML, xml::error(error), &error.to_string());
        if let ApiError::MethodNotAllowed(allow) = error {
            answer.allow = Some(allow);
        }
        answer
    }

    /// `/healthz`: the component runs.
    pub fn healthy() -> Self {
        Self::whole(200, PLAIN, b"ok".to_vec(), "ok")
    }

    /// `/readyz`: the database answers the gate's question.
    pub fn ready(database: &mut dyn Database) -> Self {
        match ask_gate(database, "") {
            Ok(_) => Self::whole(200, PLAIN, b"ok".to_vec(), "ok"),
            Err(failure) => {
                let text = ApiError::Unavailable.to_string();
                let mut answer = Self::whole(503, PLAIN, text.into_bytes(), "not ready");
                answer.record.failure = Some(failure);
                answer
            }
        }
    }

    /// Answers a call of the API. `body` is what [`Head::wants_body`] asked for.
    pub fn to_call(head: &Head, body: &[u8], database: &mut dyn Database) -> Self {
        let parameters = match head.parameters(body) {
            Ok(parameters) => parameters,
            Err(error) => return Self::refusal(error),
        };
        let form = match parameters.get("test") {
            Some("1") => Form::Html,
            _ => Form::Xml,
        };
        let mut reply = Reply {
            parameters: &parameters,
            form,
            content_type: XML,
        };
        let mut record = Record::default();
        let user_name = parameters.get("u").unwrap_or_default();
        let facts = ask_gate(database, user_name);
        // A setting decides the content type of every answer of the API, but
        // the database need not be there to tell that there is no such API.
        if facts.as_ref().is_ok_and(Facts::xml_as_html) {
            reply.content_type = HTML;
        }
        if !head.is_ours(&parameters) {
            return reply.error(ApiError::NoSuchApi, record);
        }
        let facts = match facts {
            Ok(facts) => facts,
            Err(failure) => return Self::unavailable(failure, record),
        };
        let caller = match facts.admit(head.method, &parameters) {
            Ok(caller) => caller,
            Err(error) => return reply.error(error, record),
        };
        let search = Search::new(&parameters, &caller);
        record.caller = Some(caller);
        record.filters.clone_from(&search.used);
        if search.is_empty() {
            return reply.error(ApiError::NoDidsFound, record);
        }
        let listing = Listing::new(search, caller, form);
        reply.list(listing, database, record)
    }

    /// The database failed before the first byte: 503 (D9).
    fn unavailable(failure: Failure, record: Record) -> Self {
        let mut answer = Self::refusal(ApiError::Unavailable);
        answer.record = Record {
            outcome: answer.record.outcome,
            failure: Some(failure),
            ..record
        };
        answer
    }
}

fn ask_gate(database: &mut dyn Database, user_name: &str) -> Result<Facts, Failure> {
    let value = database.ask(&|schema| gate::gate(schema, user_name))?;
    Facts::decode(&value.unwrap_or_default()).map_err(|reason| {
        database.discard();
        Failure(reason)
    })
}

/// How this call is answered, whatever the answer.
struct Reply<'a> {
    parameters: &'a Parameters,
    form: Form,
    content_type: &'static str,
}

impl Reply<'_> {
    fn content_type(&self) -> &'static str {
        match self.form {
            Form::Html => HTML,
            Form::Xml => self.content_type,
        }
    }

    fn error(&self, error: ApiError, mut record: Record) -> Answer {
        let bytes = match self.form {
            Form::Xml => xml::error(error),
            Form::Html => html::error(self.parameters, error),
        };
        record.outcome = error.to_string();
        let body = Body::Whole(bytes);
        Answer {
            status: error.status(),
            content_type: self.content_type(),
            allow: None,
            body,
            record,
        }
    }

    fn list(
        &self,
        mut listing: Listing,
        database: &mut dyn Database,
        mut record: Record,
    ) -> Answer {
        let mut bytes = Vec::new();
        if self.form == Form::Html {
            html::page_head(&mut bytes, self.parameters);
        }
        // The HTML page goes through the rows twice; where they are few, both
        // go into the answer at once.
        let turns = if self.form == Form::Html { 2 } else { 1 };
        for _ in 0..turns {
            if listing.is_done() {
                break;
            }
            if let Err(failure) = listing.next(database, &mut bytes) {
                return Answer::unavailable(failure, record);
            }
        }
        record.rows = listing.rows();
        if listing.is_done() && listing.rows() == 0 {
            return self.error(ApiError::NoDidsFound, record);
        }
        "ok".clone_into(&mut record.outcome);
        let body = if listing.is_done() {
            Body::Whole(bytes)
        } else {
            Body::Pages(bytes, Box::new(listing))
        };
        Answer {
            status: 200,
            content_type: self.content_type(),
            allow: None,
            body,
            record,
        }
    }
}
