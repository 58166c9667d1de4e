//! A naive second implementation of the contract of `dids_get`.
//!
//! It answers from tables in memory, slowly and plainly, and serves as the
//! specification in property tests: whatever the component answers from a
//! database made of [`Tables::to_sqlite`] must be what [`answer`] says. It shares
//! no code with the component. The chapters follow the contract: [`request`]
//! (section 1), [`gate`] (2 and 4), [`page`] (3), [`rows`] (5), [`tables`] (7).
//! [`arbitrary`] makes databases and requests.
//!
//! The HTML view (`test=1`) is not modelled, only the XML it has to show:
//! [`Expected::body`] is `None` there, and [`api_xml`] gives the XML. Of headers
//! only the content type is modelled. An answer to HEAD has the body it would
//! have with another method; HTTP leaves it out.

pub mod arbitrary;
pub mod gate;
mod json;
pub mod mysql;
pub mod page;
pub mod request;
pub mod rows;
mod sql;
pub mod tables;
pub mod text;

#[cfg(test)]
mod tests;

pub use request::Ask;
pub use tables::Tables;

use request::{Refusal, Request, Route};

/// An answer as the contract wants it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    pub status: u16,
    pub content_type: String,
    /// The exact bytes; `None` for the HTML view, which is not modelled.
    pub body: Option<Vec<u8>>,
}

/// What the contract says the answer to `ask` is.
pub fn answer(tables: &Tables, ask: &Ask) -> Expected {
    let path = ask.target.split('?').next().unwrap_or("");
    if request::route(path) == Route::Probe && ask.method == "GET" {
        return expected(200, "text/plain; charset=utf-8", Some(b"ok".to_vec()));
    }
    if request::route(path) == Route::Probe {
        return refused(405, "Method not allowed");
    }
    let request = match request::parse(ask) {
        Ok(request) => request,
        Err(Refusal { status, text }) => return refused(status, &text),
    };
    if request.is_test() {
        return expected(200, "text/html; charset=utf-8", None);
    }
    let content_type = if tables.is_on("XML_API_Extension", 0) {
        "text/html; charset=utf-8"
    } else {
        "text/xml; charset=utf-8"
    };
    expected(200, content_type, Some(api_xml(tables, &request)))
}

/// The XML the API answers a request with, be it sent as it is or shown in the
/// HTML view.
pub fn api_xml(tables: &Tables, request: &Request) -> Vec<u8> {
    if !request.names_dids_get {
        return page::error("There is no such API");
    }
    let caller = match gate::pass(tables, request) {
        Ok(caller) => caller,
        Err(text) => return page::error(text),
    };
    let dids = rows::select(tables, &caller, request);
    if dids.is_empty() {
        return page::error("No DIDs found");
    }
    page::list(tables, &caller, &dids)
}

fn expected(status: u16, content_type: &str, body: Option<Vec<u8>>) -> Expected {
    let content_type = content_type.to_owned();
    Expected {
        status,
        content_type,
        body,
    }
}

/// A refusal is always the XML error page (D9).
fn refused(status: u16, text: &str) -> Expected {
    expected(status, "text/xml; charset=utf-8", Some(page::error(text)))
}
