//! A list as a chain of pages: each is fetched, rendered and handed out before
//! the next is asked for, so memory stays flat and no cursor of the database waits
//! for a slow caller (contract section 3, D11, D20, D21, D32).

mod rows;

use self::rows::{Refusal, Value};
use super::cursor;
use super::elements::Shown;
use super::row::needed_by;
use super::search::Search;
use crate::api::caller::Caller;
use crate::db::column::Columns;
use crate::db::page::{PageQuery, Place};
use crate::db::plan::Plan;
use crate::db::port::Database;
use crate::db::schema::Schema;
use crate::db::statement::Statement;
use crate::error::{Failure, Kind};
use crate::render::Render;

/// Rows of the first page of a list without an end: few, so that the first
/// byte comes soon.
const FIRST_ROWS: u64 = 320;
/// The most rows of a page. A caller's own page of up to this many is answered
/// as whole bytes, which hosts send without a pause, and may carry a cursor.
pub const MAX_ROWS: u64 = 1000;
/// Bytes of markup from which rows are so long that a page has fewer.
const LONG_MARKUP: usize = 1200;

/// A list under way.
pub struct Pages {
    search: Search,
    caller: Caller,
    shown: &'static Shown,
    render: Box<dyn Render>,
    /// The place to begin after.
    start: Option<Place>,
    /// The last row that was handed out in this pass, or that place.
    after: Option<Place>,
    /// Nothing was handed out in this pass yet.
    is_first: bool,
    is_done: bool,
    /// Rows of this pass, and of the first one.
    in_pass: u64,
    rows: u64,
    /// Rows the next page shall have, and any page may have.
    next_rows: u64,
    most_rows: u64,
    /// How the rows are looked for, once that is known.
    plan: Option<Plan>,
    /// Whether the database is asked to sort what it puts together.
    sorted: bool,
    /// Whether one row more than a caller's page is asked for, to tell whether it is
    /// the last.
    looks_ahead: bool,
    /// The last row of a caller's page after which more rows follow.
    next: Option<Place>,
}

impl Pages {
    /// The list after this place, of which nothing is fetched yet.
    pub fn new(
        search: Search,
        start: Option<Place>,
        caller: Caller,
        render: Box<dyn Render>,
    ) -> Self {
        let most_rows = if render.markup() > LONG_MARKUP {
            FIRST_ROWS
        } else {
            MAX_ROWS
        };
        let next_rows = match search.limit {
            Some(limit) if limit <= most_rows => limit,
            _ => FIRST_ROWS,
        };
        Self {
            shown: Shown::to(caller.role),
            after: start.clone(),
            start,
            search,
            caller,
            render,
            is_first: true,
            is_done: false,
            in_pass: 0,
            rows: 0,
            next_rows,
            most_rows,
            plan: None,
            sorted: false,
            looks_ahead: true,
            next: None,
        }
    }

    /// DIDs handed out so far.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Whether everything was handed out.
    pub fn is_done(&self) -> bool {
        self.is_done
    }

    /// The content type of what is handed out.
    pub fn content_type(&self) -> &'static str {
        self.render.content_type()
    }

    /// Whether the whole list is so short that its end must be known before its
    /// beginning is sent.
    pub fn is_callers_page(&self) -> bool {
        self.search.limit.is_some_and(|limit| limit <= MAX_ROWS)
    }

    /// The cursor of the page that follows a caller's page, if one does (D32).
    pub fn next_cursor(&self) -> Option<String> {
        self.next.as_ref().map(cursor::write)
    }

    /// How many DIDs the list has, paging apart (D33), found as its pages are.
    ///
    /// # Errors
    /// The database's failure, or a value that is no number.
    pub fn total(&mut self, database: &mut dyn Database) -> Result<u64, Failure> {
        if self.search.matches_nothing() {
            return Ok(0);
        }
        if self.plan.is_none() {
            self.plan = Some(Plan::choose(database, &self.search.filters)?);
        }
        let list = self.page(self.plan.as_ref().unwrap_or(&Plan::NONE), u64::MAX);
        let reply = database.ask(&mut |session| Some(list.total(&session.schema)))?;
        let digits = reply.value.as_deref().map(std::str::from_utf8);
        let count = digits.and_then(|digits| digits.ok()?.parse().ok());
        count.ok_or_else(|| "the database answered something else than a count".into())
    }

    /// Fetches one page and appends its rendering, with the document's head
    /// before the first and its tail after the last. A list without rows
    /// appends nothing, where that is an error, and is done.
    ///
    /// # Errors
    /// The database's failure, or a value that is not a whole page.
    pub fn next(&mut self, database: &mut dyn Database, out: &mut Vec<u8>) -> Result<(), Failure> {
        if self.search.is_empty() {
            // No DID can match: the database need not be asked.
            self.end(out);
            return Ok(());
        }
        let plan = match self.plan.take() {
            Some(plan) => plan,
            None => Plan::choose(database, &self.search.filters)?,
        };
        let left = self.left();
        let start = out.len();
        let more = loop {
            let (wanted, tells) = self.wanted();
            let page = self.page(&plan, wanted.saturating_add(u64::from(tells)));
            let reply = database.ask(&mut |session| Some(page.statement(&session.schema)));
            let reply = match reply {
                // MySQL refuses a row that is too long, where MariaDB leaves it out.
                Err(failure) if tells && wanted == left && failure.kind == Kind::TooLong => {
                    self.looks_ahead = false;
                    continue;
                }
                reply => reply?,
            };
            let page = Value {
                bytes: reply.value.as_deref(),
                columns: page.present(&reply.session.schema),
                is_sorted: page.is_sorted(&reply.session.schema),
            };
            match self.render(&page, wanted, out) {
                Ok(more) => break more,
                Err(Refusal::Disorder) => {
                    out.truncate(start);
                    self.sorted = true;
                }
                Err(Refusal::Unreadable(reason)) => {
                    database.discard();
                    // A server hands over so many bytes and no more.
                    out.truncate(start);
                    if wanted <= 1 && tells && wanted == left {
                        // The row behind the page may be the one that is too long: it
                        // is no reason to withhold the page.
                        self.looks_ahead = false;
                        continue;
                    }
                    if wanted <= 1 {
                        return Err(reason.into());
                    }
                    self.most_rows = wanted / 2;
                    self.next_rows = self.most_rows;
                }
            }
        };
        self.plan = Some(plan);
        if more && self.search.limit == Some(self.in_pass) {
            self.next = self.after.clone();
            self.end(out);
        } else if !more {
            self.end(out);
        }
        Ok(())
    }

    /// The statement by which the first page will be asked for, where nothing need be
    /// found out before.
    pub fn foreseen(&self, schema: &Schema) -> Option<Statement> {
        let is_plain = Plan::best(&self.search.filters) == Plan::NONE;
        let columns = Columns::ALL.on(schema);
        if !is_plain || self.search.is_empty() || self.search.needs(columns).is_some() {
            return None;
        }
        let (wanted, tells) = self.wanted();
        let page = self.page(&Plan::NONE, wanted.saturating_add(u64::from(tells)));
        Some(page.statement(schema))
    }

    /// Rows that this pass may still have.
    fn left(&self) -> u64 {
        let limit = self.search.limit.unwrap_or(u64::MAX);
        limit.saturating_sub(self.in_pass)
    }

    /// Rows of the next page, and whether one more than that is asked for, which tells
    /// whether another follows.
    fn wanted(&self) -> (u64, bool) {
        let left = self.left();
        let wanted = self.next_rows.min(left);
        let tells = wanted < left || self.looks_ahead && self.is_callers_page();
        (wanted, tells)
    }

    fn page<'a>(&'a self, plan: &'a Plan, limit: u64) -> PageQuery<'a> {
        PageQuery {
            scope: self.caller.scope(),
            wanted: needed_by(self.caller.role),
            filters: &self.search.filters,
            plan,
            after: self.after.as_ref(),
            offset: if self.is_first { self.search.offset } else { 0 },
            limit,
            sorted: self.sorted,
        }
    }

    /// Ends a pass.
    fn end(&mut self, out: &mut Vec<u8>) {
        if self.is_first {
            // A later pass whose rows are gone meanwhile has its frame all the same.
            if self.rows == 0 && !self.render.may_be_empty() {
                self.is_done = true;
                return;
            }
            self.render.head(out);
        }
        self.render.tail(out, self.in_pass);
        self.is_done = !self.render.again();
        self.is_first = true;
        self.in_pass = 0;
        self.after.clone_from(&self.start);
    }
}

#[cfg(test)]
#[path = "pages_tests.rs"]
mod tests;
