//! Faults on demand: a test decides, call by call, what the databases do.
//!
//! The answers a component gives when its database is slow, lies or dies cannot
//! be tested with a healthy database. The hook sits between the guest and the
//! database, the same for both interfaces. While no test has set one, a call
//! pays for a single load of a flag.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// What a guest asks of a database.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum CallKind {
    /// It opens a connection; the statement is the label or the address.
    Open,
    /// It runs a statement.
    Query,
}

/// One database call of the guest, before it reaches the database.
#[derive(Clone, Debug)]
pub struct Call {
    /// `"sqlite"` or `"mysql"`.
    pub interface: &'static str,
    /// Whether a connection is opened or a statement run.
    pub kind: CallKind,
    /// The SQL text; for an open, the database's label or address.
    pub statement: String,
    /// How many calls came before this one since [`Faults::set`].
    pub index: u64,
}

/// What shall become of a call.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Action {
    /// It goes on to the database.
    Pass,
    /// The interface's error with this text: SQLite's `io`, MySQL's
    /// `connection-failed` for an open and `query-failed` for a statement.
    Fail(String),
    /// It waits so long, or until other faults are set or none, then goes on to the
    /// database.
    Delay(Duration),
    /// One row with one binary column that holds these bytes, without asking
    /// the database. For an open it means [`Action::Pass`].
    Answer(Vec<u8>),
    /// The database's answer, every text and binary value cut to so many bytes.
    /// For an open it means [`Action::Pass`].
    Cut(usize),
}

type Hook = dyn Fn(&Call) -> Action + Send + Sync;

#[derive(Clone, Default)]
struct Set {
    hook: Option<Arc<Hook>>,
    calls: u64,
}

/// Fails as Spin does where `mysql_host` does not allow the server: with the whole
/// address in the text. For an open; anything else passes.
pub fn not_permitted(call: &Call) -> Action {
    match (call.interface, call.kind) {
        ("mysql", CallKind::Open) => {
            Action::Fail(format!("address {} is not permitted", call.statement))
        }
        _ => Action::Pass,
    }
}

/// A hook that lets every call on MySQL fail with a text that repeats the address and
/// what is secret in it, in each form in which hosts, libraries and servers may do so:
/// as written, decoded, encoded, as programs show texts to programmers, and in parts.
/// What must not be in a log are the words themselves: user, password, and its parts.
pub fn repeating(address: &str) -> impl Fn(&Call) -> Action + Send + Sync + 'static {
    let mut forms = vec![address.to_owned()];
    let (_, rest) = address.split_once("://").unwrap_or(("", address));
    let (credentials, _) = rest.rsplit_once('@').unwrap_or((rest, ""));
    let (user, password) = credentials.split_once(':').unwrap_or((credentials, ""));
    let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    for text in [credentials, user, password] {
        let plain = decode(text);
        let again = utf8_percent_encode(&plain, NON_ALPHANUMERIC).to_string();
        let parts = plain.split(['?', '/', '@', '#', ':', '&', '=']);
        forms.extend(parts.filter(|part| part.len() > 1).map(str::to_owned));
        forms.extend([format!("{plain:?}"), again.to_ascii_lowercase(), again]);
        forms.extend([text.to_owned(), plain]);
    }
    forms.retain(|form| !form.is_empty());
    move |call| {
        if call.interface != "mysql" {
            return Action::Pass;
        }
        // One after another, so that none is hidden behind another.
        let nth = usize::try_from(call.index).unwrap_or_default() % forms.len().max(1);
        let form = forms.get(nth).map_or("", String::as_str);
        Action::Fail(format!("Unknown connection URL parameter `{form}'"))
    }
}

/// The hook of a server that decides about its database calls.
#[derive(Default)]
pub struct Faults {
    any: AtomicBool,
    /// How often faults were set or cleared.
    changes: AtomicU64,
    set: Mutex<Set>,
}

impl Faults {
    /// From now on, asks `f` about every database call.
    pub fn set(&self, f: impl Fn(&Call) -> Action + Send + Sync + 'static) {
        self.replace(Some(Arc::new(f)));
    }

    /// Lets every call pass again.
    pub fn clear(&self) {
        self.replace(None);
    }

    fn replace(&self, hook: Option<Arc<Hook>>) {
        let mut set = self.set.lock().unwrap_or_else(PoisonError::into_inner);
        self.any.store(hook.is_some(), Ordering::Release);
        self.changes.fetch_add(1, Ordering::Release);
        *set = Set { hook, calls: 0 };
    }

    /// Waits as [`Action::Delay`] says.
    pub(crate) async fn delay(&self, time: Duration) {
        let changes = || self.changes.load(Ordering::Acquire);
        let (before, began) = (changes(), Instant::now());
        while changes() == before
            && let Some(left) = time.checked_sub(began.elapsed())
            && !left.is_zero()
        {
            tokio::time::sleep(left.min(Duration::from_millis(5))).await;
        }
    }

    /// What shall become of this call.
    pub(crate) fn action(
        &self,
        interface: &'static str,
        kind: CallKind,
        statement: &str,
    ) -> Action {
        if !self.any.load(Ordering::Acquire) {
            return Action::Pass;
        }
        let (hook, index) = {
            let mut set = self.set.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(hook) = set.hook.clone() else {
                return Action::Pass;
            };
            let index = set.calls;
            set.calls += 1;
            (hook, index)
        };
        hook(&Call {
            interface,
            kind,
            statement: statement.to_owned(),
            index,
        })
    }
}

impl fmt::Debug for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Faults")
            .field("any", &self.any)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_calls_anew_after_each_set() {
        let faults = Faults::default();
        assert_eq!(faults.action("sqlite", CallKind::Open, "x"), Action::Pass);
        let nth = |call: &Call| Action::Fail(format!("{} {}", call.index, call.statement));
        faults.set(nth);
        let ask = || faults.action("mysql", CallKind::Query, "q");
        assert_eq!(ask(), Action::Fail("0 q".into()));
        assert_eq!(ask(), Action::Fail("1 q".into()));
        faults.set(nth);
        assert_eq!(ask(), Action::Fail("0 q".into()));
        faults.clear();
        assert_eq!(ask(), Action::Pass);
    }

    #[test]
    fn hosts_that_repeat_the_address() {
        let faults = Faults::default();
        let address = "mysql://caller:ge%3Fheim@db/mor";
        let ask = || match faults.action("mysql", CallKind::Open, address) {
            Action::Fail(text) => text,
            other => panic!("{other:?}"),
        };
        faults.set(not_permitted);
        assert_eq!(ask(), format!("address {address} is not permitted"));
        assert_eq!(faults.action("mysql", CallKind::Query, "q"), Action::Pass);
        faults.set(repeating(address));
        let said: Vec<_> = (0..30).map(|_| ask()).collect();
        for form in [
            address,
            "`ge?heim'",
            "`ge%3Fheim'",
            "`ge%3fheim'",
            "`heim'",
            "`caller'",
        ] {
            assert!(
                said.iter().any(|text| text.contains(form)),
                "{form}: {said:?}"
            );
        }
    }

    #[test]
    fn a_hook_may_set_the_next_hook() {
        let faults = Arc::new(Faults::default());
        let inner = Arc::clone(&faults);
        faults.set(move |_| {
            inner.clear();
            Action::Cut(1)
        });
        let ask = || faults.action("sqlite", CallKind::Query, "q");
        assert_eq!((ask(), ask()), (Action::Cut(1), Action::Pass));
    }
}
