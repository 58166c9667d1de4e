//! From a request to its answer, in the contract's order: parameters, gate, search,
//! first page. Of HTTP only what the contract decides.

use crate::api::caller::Caller;
use crate::api::gate::Facts;
use crate::api::parameters::Parameters;
use crate::api::route::{Call, Method};
use crate::db;
use crate::db::column::Columns;
use crate::db::page::{Key, Page};
use crate::db::port::Database;
use crate::dids::explain;
use crate::dids::fields::{COLUMNS, Shown};
use crate::dids::pages::Pages;
use crate::dids::search::{self, PARAMETERS, Search};
use crate::error::{ApiError, Failure};
use crate::render::csv::Csv;
use crate::render::html::{self, Html};
use crate::render::json::{self, Json};
use crate::render::xml::{self, Xml};
use crate::render::{Format, Render};
use std::borrow::Cow;
use std::cell::Cell;

const PLAIN: &str = "text/plain; charset=utf-8";
/// What the API calls the method.
const METHOD: &str = "dids_get";
/// Seconds after which a caller may try again, for a 503.
const RETRY_AFTER: &str = "5";

/// A header of an answer, beside those that every answer has.
pub type Header = (&'static str, Cow<'static, str>);

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
    fn whole(status: u16, content_type: &'static str, bytes: Vec<u8>) -> Self {
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
            answer.headers.push(("vary", "Accept".into()));
        }
        match error {
            ApiError::MethodNotAllowed(allow) => answer.headers.push(("allow", (*allow).into())),
            ApiError::Unavailable => answer.headers.push(("retry-after", RETRY_AFTER.into())),
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

    /// `/readyz`: the database answers the gate's question.
    pub fn ready(database: &mut dyn Database) -> Self {
        match ask_gate(database, "") {
            Ok(_) => Self::healthy(),
            Err(failure) => {
                let error = ApiError::Unavailable;
                let mut answer = Self::whole(503, PLAIN, error.to_string().into_bytes());
                answer.record.outcome = Outcome::Refused(error.code());
                let after = ("retry-after", RETRY_AFTER.into());
                answer.headers.push(after);
                answer.record.failure = Some(failure);
                answer
            }
        }
    }

    /// Answers a call of the API. `body` is what came with it.
    pub fn to_call(call: &Call, body: &[u8], database: &mut dyn Database) -> Self {
        let (parameters, checked) = call.parameters(body, &PARAMETERS, search::check);
        let form = match parameters.get("test") {
            Some("1") => Form::Html,
            _ => Form::Format(call.format),
        };
        if let Err(error) = checked {
            // Of a malformed body nothing is known, nor whether it would have asked for
            // something else than the query does.
            let is_unread = matches!(
                error,
                ApiError::MalformedJson | ApiError::MalformedMultipart
            );
            let format = match form {
                Form::Html if !is_unread => Format::Xml,
                _ => call.format,
            };
            return Self::refusal(&error, format);
        }
        let mut reply = Reply {
            parameters: &parameters,
            call,
            form,
            xml_type: xml::CONTENT_TYPE,
            record: Record::default(),
            headers: vec![("vary", "Accept".into())],
        };
        let user_name = parameters.get("u").unwrap_or_default();
        let facts = ask_gate(database, user_name);
        // A setting decides the content type of every answer of the API, but
        // the database need not be there to tell that there is no such API.
        if facts.as_ref().is_ok_and(|(facts, _)| facts.xml_as_html()) {
            reply.xml_type = html::CONTENT_TYPE;
        }
        if !call.names(METHOD, &parameters) {
            reply.record.failure = facts.err();
            return reply.error(&ApiError::NoSuchApi, &[]);
        }
        let (facts, columns) = match facts {
            Ok(facts) => facts,
            Err(failure) => return reply.unavailable(failure),
        };
        let caller = match facts.admit(call.method, &parameters) {
            Ok(caller) => caller,
            Err(error) => {
                let is_hash = error == ApiError::IncorrectHash && form == Form::Html;
                let recipe = is_hash.then(|| facts.recipe(&parameters, explain::filters()));
                let causes = explain::cause(&error, &parameters, recipe.flatten());
                return reply.error(&error, &causes);
            }
        };
        let search = Search::new(&parameters, &caller);
        reply.record.caller = Some(caller);
        reply.record.filters.clone_from(&search.used);
        if let Some(error) = search.needs(columns) {
            return reply.error(&error, &[]);
        }
        let cursor = search.cursor.as_ref();
        let place = cursor.map(|cursor| cursor.place(&caller, database));
        let after = match place.transpose() {
            Ok(Some(None)) => return reply.error(&ApiError::InvalidCursor, &[]),
            Ok(place) => place.flatten(),
            Err(failure) => return reply.unavailable(failure),
        };
        reply.list(search, after, caller, columns, database)
    }
}

/// The gate's facts, and the optional columns that the database has.
fn ask_gate(database: &mut dyn Database, user_name: &str) -> Result<(Facts, Columns), Failure> {
    let columns = Cell::new(Columns::ALL);
    let value = database.ask(&|schema| {
        columns.set(Columns::ALL.on(COLUMNS, schema));
        Some(db::gate::gate(schema, user_name))
    })?;
    let facts = Facts::decode(&value.unwrap_or_default()).map_err(Failure)?;
    Ok((facts, columns.get()))
}

/// What the answer is written as.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Format(Format),
    Html,
}

/// How this call is answered, whatever the answer.
struct Reply<'a> {
    parameters: &'a Parameters,
    call: &'a Call,
    form: Form,
    /// The content type of XML, by a setting.
    xml_type: &'static str,
    record: Record,
    headers: Vec<Header>,
}

impl Reply<'_> {
    /// An error of the API, with sentences on its cause for the HTML view.
    fn error(mut self, error: &ApiError, causes: &[String]) -> Answer {
        let mut answer = match self.form {
            Form::Format(format) => Answer::refusal(error, format),
            Form::Html => {
                let about = explain::about(self.parameters);
                let page = html::error(&about, &error.to_string(), causes);
                Answer::whole(error.status(), html::CONTENT_TYPE, page)
            }
        };
        if self.form == Form::Format(Format::Xml) {
            answer.content_type = self.xml_type;
        }
        self.record.outcome = Outcome::Refused(error.code());
        answer.record = self.record;
        answer.headers = self.headers;
        answer
    }

    /// The database failed before the first byte: 503 (D9).
    fn unavailable(self, failure: Failure) -> Answer {
        let mut answer = Answer::refusal(&ApiError::Unavailable, self.call.format);
        let outcome = answer.record.outcome;
        answer.record = Record {
            outcome,
            failure: Some(failure),
            ..self.record
        };
        answer
    }

    fn list(
        mut self,
        search: Search,
        after: Option<Key>,
        caller: Caller,
        columns: Columns,
        database: &mut dyn Database,
    ) -> Answer {
        let mut total = None;
        if self.call.wants_total {
            match count(&search, &caller, database) {
                Ok(count) => total = Some(count),
                Err(failure) => return self.unavailable(failure),
            }
        }
        if let Some(total) = total {
            self.headers
                .push(("x-total-count", total.to_string().into()));
            self.headers
                .push(("preference-applied", "count=exact".into()));
        }
        let render = self.render(&search, &caller, columns);
        let mut pages = Pages::new(search.clone(), after, caller, render);
        let mut bytes = Vec::new();
        // A caller's page is whole, since its cursor goes before it. Of other lists
        // a form that goes through the rows twice has both where they are few.
        let mut turns: u32 = if self.form == Form::Html { 2 } else { 1 };
        while !pages.is_done() && (turns > 0 || pages.is_callers_page()) {
            turns = turns.saturating_sub(1);
            if let Err(failure) = pages.next(database, &mut bytes) {
                return self.unavailable(failure);
            }
        }
        self.record.rows = pages.rows();
        if pages.is_done() && bytes.is_empty() {
            if self.form == Form::Html && total.is_none() {
                total = count(&search, &caller, database).ok();
            }
            let causes = explain::empty(&search, &caller, total);
            return self.error(&ApiError::NoDidsFound, &causes);
        }
        if let Some(cursor) = pages.next_cursor() {
            self.headers.push(("x-next-cursor", cursor.into()));
        }
        if self.form == Form::Format(Format::Csv) {
            let name = "attachment; filename=\"dids.csv\"";
            self.headers.push(("content-disposition", name.into()));
        }
        Answer {
            status: 200,
            content_type: pages.content_type(),
            headers: self.headers,
            body: if pages.is_done() {
                Body::Whole(bytes)
            } else {
                Body::Pages(bytes, Box::new(pages))
            },
            record: self.record,
        }
    }

    fn render(&self, search: &Search, caller: &Caller, columns: Columns) -> Box<dyn Render> {
        let shown = Shown::to(caller.role);
        let xml = Xml::new(&shown.markup, self.xml_type);
        match self.form {
            Form::Format(Format::Xml) => Box::new(xml),
            Form::Format(Format::Json) => Box::new(Json::new(shown.elements())),
            Form::Format(Format::Csv) => Box::new(Csv::new(shown.elements_on(columns))),
            Form::Html => {
                let mut about = explain::about(self.parameters);
                about.notes = explain::ignored(search, caller);
                Box::new(Html::new(about, shown.elements(), xml))
            }
        }
    }
}

/// How many DIDs the list has, paging apart (D33).
fn count(search: &Search, caller: &Caller, database: &mut dyn Database) -> Result<u64, Failure> {
    if search.matches_nothing() {
        return Ok(0);
    }
    let page = Page::every(caller.scope(), &search.filters);
    let value = database.ask(&|schema| Some(page.total(schema)))?;
    let digits = value
        .as_deref()
        .and_then(|digits| std::str::from_utf8(digits).ok());
    let count = digits.and_then(|digits| digits.parse().ok());
    count.ok_or_else(|| Failure("the database answered something else than a count".to_owned()))
}
