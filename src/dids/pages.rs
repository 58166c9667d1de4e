//! A list as a chain of pages: each is fetched, rendered and handed out before
//! the next is asked for, so memory stays flat and no cursor waits for a slow
//! caller (contract section 3, D11, D20, D21).

use crate::api::caller::Caller;
use crate::db::page::Key;
use crate::db::page::Page;
use crate::db::port::Database;
use crate::db::trigram::Trigram;
use crate::dids::row::{self, Did};
use crate::dids::search::Search;
use crate::error::Failure;
use crate::render::html;
use crate::render::xml;
use std::cell::Cell;

/// Rows of the first page of a list without an end: few, so that the first
/// byte comes soon.
const FIRST_ROWS: u64 = 320;
/// The most rows of a page. A caller's own page of up to this many is answered
/// as whole bytes, which hosts send without a pause.
const MAX_ROWS: u64 = 1000;
/// The bytes a page from the database should not much exceed.
const TARGET_BYTES: u64 = 512 * 1024;
/// Bytes of XML around a row's values, rather too many: a buffer that grows while
/// it is filled is twice as large at last.
const MARKUP: usize = 720;

/// What the rows are rendered as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// The XML page.
    Xml,
    /// The HTML page of `test=1`.
    Html,
}

/// The HTML page holds the rows twice: as a table, then as XML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pass {
    Table,
    Xml,
    Done,
}

/// A list under way.
#[derive(Debug)]
pub struct Listing {
    search: Search,
    caller: Caller,
    form: Form,
    pass: Pass,
    after: Option<Key>,
    /// Rows of this pass so far.
    rows: u64,
    /// Rows the next page shall have, and any page may have.
    next_rows: u64,
    most_rows: u64,
    /// A rare part of the number, to be found by index.
    trigram: Option<Trigram>,
    /// Whether the database is asked to sort what it puts together.
    sorted: bool,
}

/// Why a page's value is not answered.
enum Refusal {
    /// The rows are not in order.
    Disorder,
    /// It cannot be read, or not all of it.
    Unreadable(String),
}

impl From<&str> for Refusal {
    fn from(reason: &str) -> Self {
        Self::Unreadable(reason.to_owned())
    }
}

impl Listing {
    /// A list, of which nothing is fetched yet.
    pub fn new(search: Search, caller: Caller, form: Form) -> Self {
        // A row of the HTML page is several times as long.
        let (pass, most_rows) = match form {
            Form::Xml => (Pass::Xml, MAX_ROWS),
            Form::Html => (Pass::Table, FIRST_ROWS),
        };
        let next_rows = match search.limit {
            Some(limit) if limit <= most_rows => limit,
            _ => FIRST_ROWS,
        };
        Self {
            search,
            caller,
            form,
            pass,
            after: None,
            rows: 0,
            next_rows,
            most_rows,
            trigram: None,
            sorted: false,
        }
    }

    /// Rows handed out so far.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Whether everything was handed out.
    pub fn is_done(&self) -> bool {
        self.pass == Pass::Done
    }

    /// Fetches one page and appends its rendering, with the document's head
    /// before the first and its tail after the last. A list without rows
    /// appends nothing and is done.
    ///
    /// # Errors
    /// The database's failure, or a value that is not a whole page.
    pub fn next(&mut self, database: &mut dyn Database, out: &mut Vec<u8>) -> Result<(), Failure> {
        if self.after.is_none() && self.trigram.is_none() && database.has_trigram() {
            self.trigram = rare(database, &self.search)?;
        }
        let limit = self.search.limit.unwrap_or(u64::MAX);
        let left = limit.saturating_sub(self.rows);
        let start = out.len();
        let more = loop {
            let wanted = self.next_rows.min(left);
            // One row more than wanted tells whether another page follows.
            let page = self.page(wanted.saturating_add(u64::from(wanted < left)));
            let is_sorted = Cell::new(false);
            let value = database.ask(&|schema| {
                is_sorted.set(page.is_sorted(schema));
                page.statement(schema)
            })?;
            match self.render(value.as_deref(), wanted, is_sorted.get(), out) {
                Ok(more) => break more,
                Err(Refusal::Disorder) => {
                    out.truncate(start);
                    self.sorted = true;
                }
                Err(Refusal::Unreadable(reason)) => {
                    database.discard();
                    if wanted <= 1 {
                        return Err(Failure(reason));
                    }
                    // A server hands over so many bytes and no more.
                    out.truncate(start);
                    self.most_rows = wanted / 2;
                    self.next_rows = self.most_rows;
                }
            }
        };
        if !more {
            self.end_pass(out);
        }
        Ok(())
    }

    fn page(&self, limit: u64) -> Page<'_> {
        let offset = if self.after.is_none() {
            self.search.offset
        } else {
            0
        };
        Page {
            scope: self.caller.scope(),
            role: self.caller.role,
            filters: &self.search.filters,
            trigram: self.trigram.as_ref(),
            after: self.after.as_ref(),
            offset,
            limit,
            sorted: self.sorted,
        }
    }

    /// Renders the rows wanted and tells whether more follow.
    fn render(
        &mut self,
        value: Option<&[u8]>,
        wanted: u64,
        is_sorted: bool,
        out: &mut Vec<u8>,
    ) -> Result<bool, Refusal> {
        let page = row::Page::read(value).map_err(Refusal::Unreadable)?;
        let bytes = value.map_or(0, <[u8]>::len);
        let more = page.count > wanted;
        if self.form == Form::Xml {
            let rows = if more { MAX_ROWS } else { page.count };
            out.reserve(room(bytes, page.count, rows));
        }
        let mut taken = 0;
        let mut last = None;
        let mut before = None;
        for row in page.rows() {
            let did = row.map_err(|_| "unreadable page")?;
            // The row that is not taken too: it may belong before the last one.
            let place = Some(did.place());
            if !is_sorted && place <= before {
                return Err(Refusal::Disorder);
            }
            before = place;
            if taken == wanted {
                break;
            }
            if self.after.is_none() && taken == 0 {
                self.head(out);
            }
            self.row(out, &did);
            taken += 1;
            if taken == wanted && more {
                last = Some(key_of(&did)?);
            }
        }
        if taken != page.count.min(wanted) {
            return Err("the page does not hold the rows it counts".into());
        }
        if more && last == self.after {
            return Err("the order of the numbers does not advance".into());
        }
        self.rows += taken;
        self.after = last.or(self.after.take());
        let bytes = u64::try_from(bytes.max(1)).unwrap_or(u64::MAX);
        self.next_rows = (TARGET_BYTES * taken.max(1) / bytes).clamp(1, self.most_rows);
        Ok(more)
    }

    fn head(&self, out: &mut Vec<u8>) {
        match (self.form, self.pass) {
            (Form::Html, Pass::Table) => html::table_head(out, self.caller.role),
            (Form::Html, _) => html::xml_head(out),
            (Form::Xml, _) => xml::head(out),
        }
    }

    fn row(&self, out: &mut Vec<u8>, did: &Did<'_>) {
        match (self.form, self.pass) {
            (Form::Html, Pass::Table) => html::table_row(out, did, self.caller.role),
            (Form::Html, _) => html::xml_row(out, did, self.caller.role),
            (Form::Xml, _) => xml::row(out, did, self.caller.role),
        }
    }

    fn end_pass(&mut self, out: &mut Vec<u8>) {
        if self.rows == 0 && self.pass == Pass::Xml && self.form == Form::Html {
            // The rows of the table are gone meanwhile: an empty block.
            html::xml_head(out);
        } else if self.rows == 0 {
            self.pass = Pass::Done;
            return;
        }
        self.pass = match (self.form, self.pass) {
            (Form::Html, Pass::Table) => {
                html::table_tail(out, self.rows);
                self.after = None;
                self.rows = 0;
                Pass::Xml
            }
            (Form::Html, _) => {
                html::xml_tail(out);
                Pass::Done
            }
            (Form::Xml, _) => {
                xml::tail(out);
                Pass::Done
            }
        };
    }
}

/// The buffer for so many rows, if `count` of them are so many bytes. In few
/// sizes, so that each page of a list fits where the one before was.
fn room(bytes: usize, count: u64, rows: u64) -> usize {
    let rows = usize::try_from(rows.min(MAX_ROWS)).unwrap_or_default();
    let count = usize::try_from(count).unwrap_or_default().max(1);
    (bytes / count * rows + rows * MARKUP).next_power_of_two()
}

/// The part of the number that the search asks for, if few numbers have it.
fn rare(database: &mut dyn Database, search: &Search) -> Result<Option<Trigram>, Failure> {
    let Some(trigram) = Trigram::of(&search.filters) else {
        return Ok(None);
    };
    let is_rare = database.ask(&|_| trigram.is_rare())?;
    Ok(Some(trigram).filter(|_| is_rare.as_deref() == Some(b"1")))
}

fn key_of(did: &Did<'_>) -> Result<Key, Refusal> {
    let stored = did.number_bytes.get().map(hex::decode).transpose();
    let stored = stored.map_err(|_| "the bytes of a number are no hex")?;
    Ok(Key {
        is_bytes: stored.is_some(),
        number: stored.or_else(|| did.number.get().map(<[u8]>::to_vec)),
        id: did.id,
    })
}

#[cfg(test)]
#[path = "pages_tests.rs"]
mod tests;
