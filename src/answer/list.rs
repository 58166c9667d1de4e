//! A list under way, and whom the gate let in for it.
//!
//! A connection that is lost or too old is opened again in the middle of a list, and may
//! then lead to another database: a variable was changed, a name moved, a file replaced.
//! So a page is asked for only over a connection over which the gate let the same caller
//! in; over a new one the gate is asked first, and if it decides otherwise, the list is
//! aborted (D38).

use super::ask_gate;
use crate::api::caller::Caller;
use crate::api::parameters::Parameters;
use crate::api::route::Method;
use crate::db::ahead::Ahead;
use crate::db::port::{Database, Question, Reply, Session};
use crate::dids::pages::Pages;
use crate::error::Failure;
use std::sync::Arc;

/// A list of which the first page was fetched.
pub struct List {
    pub(super) pages: Pages,
    pub(super) admission: Admission,
}

impl List {
    /// Fetches the next page: see [`Pages::next`].
    ///
    /// # Errors
    /// As there; and the caller is not let in again.
    pub fn next(&mut self, database: &mut dyn Database, out: &mut Vec<u8>) -> Result<(), Failure> {
        let admission = &mut self.admission;
        self.pages.next(
            &mut Admitted {
                database,
                admission,
            },
            out,
        )
    }

    /// DIDs handed out so far.
    pub fn rows(&self) -> u64 {
        self.pages.rows()
    }

    /// Whether everything was handed out.
    pub fn is_done(&self) -> bool {
        self.pages.is_done()
    }
}

/// Who was let in, by what they sent, and over which connection.
pub(super) struct Admission {
    pub method: Method,
    pub parameters: Arc<Parameters>,
    pub caller: Caller,
    /// The number of the connection.
    pub session: u64,
}

/// A database that is asked for this caller alone.
pub(super) struct Admitted<'d> {
    pub database: &'d mut dyn Database,
    pub admission: &'d mut Admission,
}

impl Admitted<'_> {
    /// Asks the gate again, over whatever connection there is now.
    fn admit(&mut self) -> Result<(), Failure> {
        let Admission {
            method,
            parameters,
            caller,
            session,
        } = &mut *self.admission;
        let user_name = parameters.get("u").unwrap_or_default();
        let mut database = Ahead::of(self.database);
        let (facts, Session { number, .. }) = ask_gate(&mut database, user_name, &mut |_| None)?;
        match facts.admit(*method, parameters) {
            Ok(again) if again == *caller => {
                *session = number;
                Ok(())
            }
            _ => Err(
                "the connection was opened again, and the gate does not let the caller in \
                      there as it did before"
                    .into(),
            ),
        }
    }
}

impl Database for Admitted<'_> {
    fn ask(&mut self, question: Question<'_>) -> Result<Reply, Failure> {
        for _ in 0..2 {
            let admitted = self.admission.session;
            let reply = self.database.ask(&mut |session| {
                let is_it = session.number == admitted;
                is_it.then(|| question(session)).flatten()
            })?;
            if reply.session.number == admitted {
                return Ok(reply);
            }
            self.admit()?;
        }
        Err("the connection is lost again and again".into())
    }

    fn discard(&mut self) {
        self.database.discard();
    }
}
