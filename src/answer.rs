//! From a request to its answer, in the contract's order: what is asked, gate, search,
//! first page. Of HTTP only what the contract decides.

mod parts;

pub use self::parts::{Answer, Body, Header, Outcome, Record};
use self::parts::{PLAIN, RETRY_AFTER, VARY};
use crate::api::caller::Caller;
use crate::api::callers::{Callers, Token};
use crate::api::gate::CallerFacts;
use crate::api::route::Call;
use crate::db;
use crate::db::ahead::Ahead;
use crate::db::column::Columns;
use crate::db::page::Place;
use crate::db::port::{Database, Question};
use crate::db::schema::Schema;
use crate::dids::cursor::Cursor;
use crate::dids::elements::Shown;
use crate::dids::explain::{self, Known};
use crate::dids::pages::Pages;
use crate::dids::search::{Asked, Search};
use crate::error::{ApiError, Failure};
use crate::render::csv::Csv;
use crate::render::html::{self, Html};
use crate::render::json::Json;
use crate::render::xml::{self, Xml};
use crate::render::{Format, Render};
use std::cell::Cell;

impl Answer {
    /// `/readyz`: the database answers the gate's question.
    pub fn ready(database: &mut dyn Database) -> Self {
        match ask_gate(&mut Ahead::of(database), "", &|_| None) {
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

    /// Answers a call of the API. `body` is what came with it, and `callers` are those
    /// that this instance let in before.
    pub fn to_call(
        call: &Call,
        body: &[u8],
        database: &mut dyn Database,
        callers: &mut Callers,
    ) -> Self {
        let parameters = match call.decode(body) {
            Ok(parameters) => parameters,
            Err(error) => return Self::refusal(&error, call.format),
        };
        let form = if parameters.is_test() {
            Form::Html
        } else {
            Form::Format(call.format)
        };
        let asked = match Asked::parse(parameters) {
            Ok(asked) => asked,
            Err(error) => return Self::refusal(&error, form.of_refusal()),
        };
        let parameters = asked.parameters();
        let mut reply = Reply {
            asked: &asked,
            call,
            form,
            xml_type: xml::CONTENT_TYPE,
            record: Record::default(),
            headers: Vec::new(),
        };
        let is_ours = call.is_ours(parameters);
        let token = Token::of(parameters);
        let guess = callers.guess(token).filter(|_| is_ours);
        let guess = guess.and_then(|caller| reply.guessed(caller));
        let mut database = Ahead::of(database);
        let facts = ask_gate(
            &mut database,
            parameters.get("u").unwrap_or_default(),
            &|schema| guess.as_ref()?.foreseen(schema),
        );
        // A setting decides the content type of every answer of the API, but
        // the database need not be there to tell that there is no such API.
        if facts.as_ref().is_ok_and(|(facts, _)| facts.xml_as_html()) {
            reply.xml_type = html::CONTENT_TYPE;
        }
        if !is_ours {
            reply.record.failure = facts.err();
            return reply.error(&ApiError::NoSuchApi, Known::Nothing);
        }
        let (facts, columns) = match facts {
            Ok(facts) => facts,
            Err(failure) => {
                callers.learn(token, None);
                return reply.unavailable(failure);
            }
        };
        let admitted = facts.admit(call.method, parameters);
        callers.learn(token, admitted.as_ref().ok().copied());
        let caller = match admitted {
            Ok(caller) => caller,
            Err(error) => return reply.error(&error, Known::Facts(&facts)),
        };
        reply.record.caller = Some(caller);
        let search = match asked.honoured_by(&caller, columns) {
            Ok(search) => search,
            Err(error) => return reply.error(&error, Known::Nothing),
        };
        reply.record.filters.clone_from(&search.used);
        let cursor = search.cursor.as_ref();
        let place = cursor.map(|cursor| cursor.place(&caller, &mut database));
        let after = match place.transpose() {
            Ok(Some(None)) => return reply.error(&ApiError::InvalidCursor, Known::Nothing),
            Ok(place) => place.flatten(),
            Err(failure) => return reply.unavailable(failure),
        };
        reply.list(search, after, caller, columns, &mut database)
    }
}

/// The gate's facts, and the optional columns that the database has. With them what
/// will be asked `next`, if anybody guesses that.
fn ask_gate(
    database: &mut Ahead<'_>,
    user_name: &str,
    next: Question<'_>,
) -> Result<(CallerFacts, Columns), Failure> {
    let columns = Cell::new(Columns::ALL);
    let gate = |schema: &Schema| {
        columns.set(Columns::ALL.on(schema));
        Some(db::gate::gate(schema, user_name))
    };
    let value = database.ask_with(&gate, next)?;
    let facts = CallerFacts::decode(&value.unwrap_or_default()).map_err(Failure)?;
    Ok((facts, columns.get()))
}

/// What the answer is written as.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Format(Format),
    Html,
}

impl Form {
    /// What is refused before the gate, or for the database's failure, is no view (D9).
    fn of_refusal(self) -> Format {
        match self {
            Self::Format(format) => format,
            Self::Html => Format::Xml,
        }
    }
}

/// How this call is answered, whatever the answer.
struct Reply<'a> {
    asked: &'a Asked,
    call: &'a Call,
    form: Form,
    /// The content type of XML, by a setting.
    xml_type: &'static str,
    record: Record,
    /// Beside [`VARY`].
    headers: Vec<Header>,
}

impl Reply<'_> {
    /// An error of the API, with what the HTML view says about it.
    fn error(mut self, error: &ApiError, known: Known<'_>) -> Answer {
        let mut answer = match self.form {
            Form::Format(format) => Answer::refusal(error, format),
            Form::Html => {
                let about = explain::error(self.asked.parameters(), error, known);
                let page = html::error(&about, &error.to_string());
                let mut answer = Answer::whole(error.status(), html::CONTENT_TYPE, page);
                answer.headers.push(VARY);
                answer
            }
        };
        if self.form == Form::Format(Format::Xml) {
            answer.content_type = self.xml_type;
        }
        self.record.outcome = Outcome::Refused(error.code());
        answer.record = self.record;
        answer.headers.extend(self.headers);
        answer
    }

    /// The database failed before the first byte: 503 (D9).
    fn unavailable(self, failure: Failure) -> Answer {
        let mut answer = Answer::refusal(&ApiError::Unavailable, self.form.of_refusal());
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
        after: Option<Place>,
        caller: Caller,
        columns: Columns,
        database: &mut dyn Database,
    ) -> Answer {
        let mut pages = self.pages(search.clone(), after, caller, columns);
        let mut total = None;
        if self.call.wants_total {
            match pages.total(database) {
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
                total = pages.total(database).ok();
            }
            let known = Known::Empty(&search, &caller, total);
            return self.error(&ApiError::NoDidsFound, known);
        }
        self.headers.push(VARY);
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

    /// The list that this caller would get, unless its place must be looked up before.
    fn guessed(&self, caller: Caller) -> Option<Pages> {
        let search = self.asked.honoured_by(&caller, Columns::ALL).ok()?;
        let after = match search.cursor.as_ref().map(Cursor::at_hand) {
            Some(None) => return None,
            place => place.flatten(),
        };
        Some(self.pages(search, after, caller, Columns::ALL))
    }

    /// A list, of which nothing is fetched yet.
    fn pages(
        &self,
        search: Search,
        after: Option<Place>,
        caller: Caller,
        columns: Columns,
    ) -> Pages {
        let render = self.render(&search, &caller, columns);
        Pages::new(search, after, caller, render)
    }

    fn render(&self, search: &Search, caller: &Caller, columns: Columns) -> Box<dyn Render> {
        let shown = Shown::to(caller.role);
        let xml = Xml::new(&shown.markup, self.xml_type);
        match self.form {
            Form::Format(Format::Xml) => Box::new(xml),
            Form::Format(Format::Json) => Box::new(Json::new(shown.names())),
            Form::Format(Format::Csv) => Box::new(Csv::new(shown.names_on(columns))),
            Form::Html => {
                let about = explain::list(self.asked.parameters(), search, caller);
                Box::new(Html::new(about, shown.names(), xml))
            }
        }
    }
}
