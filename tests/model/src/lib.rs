//! A naive second implementation of the contract of `dids_get`.
//!
//! It answers from tables in memory, slowly and plainly, and serves as the
//! specification in property tests: whatever the component answers from a
//! database made of [`Tables::to_sqlite`] must be what [`answer`] says. It shares
//! no code with the component, which is no dependency of this package. The chapters
//! follow the contract: [`request`], [`names`], [`body`] and [`multipart`]
//! (section 1), [`gate`] (2 and 4), [`page`] and [`output`] (3), [`rows`] (5),
//! [`tables`] (7), [`accept`], [`items`] and [`times`] (8). [`arbitrary`] makes
//! databases and requests.
//!
//! # What it does not say
//!
//! The HTML view (`test=1`) is not modelled, only the XML it has to show:
//! [`Expected::body`] is `None` there, and [`api_xml`] gives the XML. Of headers
//! only those in [`HEADERS`] are modelled, and whether there is a cursor. What a cursor
//! says, only the component knows: to the model every one is invalid, and
//! [`next_page`] is the request whose answer following a cursor has to give. An answer
//! to HEAD has the body it would have with another method; HTTP leaves it out.

pub mod accept;
pub mod arbitrary;
pub mod ask;
pub mod body;
pub mod gate;
pub mod items;
mod json;
pub mod multipart;
pub mod mysql;
pub mod names;
pub mod output;
pub mod page;
pub mod request;
pub mod rows;
mod sql;
pub mod tables;
pub mod text;
pub mod times;

#[cfg(test)]
mod tests;

pub use ask::Ask;
pub use tables::Tables;

use accept::Format;
use gate::Caller;
use request::{Refusal, Request, Route};
use rows::Selection;

/// The headers that are modelled, beside the content type: an answer has each of them
/// exactly where [`Expected::headers`] has it.
pub const HEADERS: [&str; 6] = [
    "allow",
    "www-authenticate",
    "vary",
    "content-disposition",
    "x-total-count",
    "preference-applied",
];

/// An answer as the contract wants it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    pub status: u16,
    pub content_type: String,
    /// Those of [`HEADERS`] it has.
    pub headers: Vec<(&'static str, String)>,
    /// Whether it has an `X-Next-Cursor`.
    pub has_next: bool,
    /// The exact bytes; `None` for the HTML view, which is not modelled.
    pub body: Option<Vec<u8>>,
}

impl Expected {
    fn new(status: u16, content_type: &str, body: Vec<u8>) -> Self {
        Expected {
            status,
            content_type: content_type.to_owned(),
            headers: Vec::new(),
            has_next: false,
            body: Some(body),
        }
    }

    fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }
}

/// What the API says to a request, before it is written in some format.
enum Said<'a> {
    /// An error: its status in XML, that in the other formats, and its text.
    Error(u16, u16, String),
    /// A list, perhaps an empty one.
    List(Caller<'a>, Selection<'a>),
}

/// What the contract says the answer to `ask` is.
pub fn answer(tables: &Tables, ask: &Ask) -> Expected {
    if request::route(ask.path()) == Route::Probe {
        if ask.method == "GET" || ask.method == "HEAD" {
            return Expected::new(200, "text/plain; charset=utf-8", b"ok".to_vec());
        }
        return error(Format::Xml, 405, "Method not allowed").with("allow", "GET, HEAD");
    }
    let format = accept::format(ask);
    let answer = match request::parse(ask) {
        Err(refusal) if refusal.is_for_test || request::query_is_test(ask) => {
            refused(Format::Xml, &refusal)
        }
        Err(refusal) => refused(format, &refusal),
        Ok(request) => to_call(tables, ask, &request, format),
    };
    answer.with("vary", "Accept")
}

/// The answer to a request that was not refused.
fn to_call(tables: &Tables, ask: &Ask, request: &Request, format: Format) -> Expected {
    let format = if request.is_test() {
        Format::Xml
    } else {
        format
    };
    let mut answer = match said(tables, request) {
        Said::Error(status, _, text) if format == Format::Xml => error(format, status, &text),
        Said::Error(_, status, text) => error(format, status, &text),
        Said::List(caller, selection) => {
            let mut answer = list(tables, format, &caller, &selection);
            answer.has_next = selection.has_next;
            if accept::wants_count(ask) {
                let total = selection.total.to_string();
                answer = answer.with("x-total-count", &total);
                answer = answer.with("preference-applied", "count=exact");
            }
            answer
        }
    };
    if request.is_test() {
        answer.body = None;
    }
    let is_html = request.is_test() || tables.is_on("XML_API_Extension", 0);
    if format == Format::Xml && is_html {
        answer.content_type = "text/html; charset=utf-8".to_owned();
    }
    answer
}

/// The XML the API answers a request with, be it sent as it is or shown in the
/// HTML view.
pub fn api_xml(tables: &Tables, request: &Request) -> Vec<u8> {
    let answer = match said(tables, request) {
        Said::Error(status, _, text) => error(Format::Xml, status, &text),
        Said::List(caller, selection) => list(tables, Format::Xml, &caller, &selection),
    };
    answer.body.unwrap_or_default()
}

fn said<'a>(tables: &'a Tables, request: &Request) -> Said<'a> {
    if !request.names_dids_get {
        return Said::Error(200, 404, "There is no such API".to_owned());
    }
    let caller = match gate::pass(tables, request) {
        Ok(caller) => caller,
        Err((status, text)) => return Said::Error(200, status, text.to_owned()),
    };
    if let Some(name) = rows::hidden_filter(&caller, request) {
        return Said::Error(400, 400, format!("Unknown parameter {name}"));
    }
    if request.set("search_updated_since").is_some() && !tables.columns.updated_at {
        let text = "search_updated_since needs the column dids.updated_at";
        return Said::Error(400, 400, text.to_owned());
    }
    let selection = rows::select(tables, &caller, request);
    Said::List(caller, selection)
}

fn list(tables: &Tables, format: Format, caller: &Caller, selection: &Selection) -> Expected {
    let page = &selection.page;
    match format {
        Format::Xml if page.is_empty() => error(format, 200, "No DIDs found"),
        Format::Xml => {
            let body = output::xml_list(tables, caller, page);
            Expected::new(200, "text/xml; charset=utf-8", body)
        }
        Format::Json => {
            let body = output::json_list(tables, caller, page);
            Expected::new(200, "application/json", body)
        }
        Format::Csv => {
            let body = output::csv_list(tables, caller, page);
            Expected::new(200, "text/csv; charset=utf-8", body)
                .with("content-disposition", "attachment; filename=\"dids.csv\"")
        }
    }
}

fn error(format: Format, status: u16, text: &str) -> Expected {
    let (content_type, body) = match format {
        Format::Xml => ("text/xml; charset=utf-8", output::xml_error(text)),
        Format::Json => ("application/json", output::json_error(text)),
        Format::Csv => ("text/plain; charset=utf-8", output::csv_error(text)),
    };
    let answer = Expected::new(status, content_type, body);
    if status == 401 {
        return answer.with("www-authenticate", "MOR-API-Hash realm=\"dids_get\"");
    }
    answer
}

/// The answer to a request that is refused before the API: its status is the same in
/// every format, and no setting changes it (D9).
fn refused(format: Format, refusal: &Refusal) -> Expected {
    let answer = error(format, refusal.status, &refusal.text);
    if refusal.status == 405 {
        return answer.with("allow", "GET, POST");
    }
    answer
}

/// The request whose answer is that of the next page: what following the cursor of
/// this one's answer has to give, while the data stays the same. It may have its
/// parameters in the query only.
pub fn next_page(ask: &Ask) -> Ask {
    let request = request::parse(ask).expect("a request that is not refused");
    let from = request.paging("from").unwrap_or(1);
    let size = request.paging("max_results").expect("a page");
    let mut next = ask.clone();
    next.target += &format!("&from={}", from + size);
    next
}
