use super::*;
use crate::db::mor;
use std::cell::{Cell, RefCell};

/// A database whose connections can be closed, and whose clock a test sets.
#[derive(Default)]
struct Fake {
    now: Cell<Duration>,
    /// How long a statement takes.
    takes: Cell<Duration>,
    opened: Cell<usize>,
    is_mysql: bool,
    restricted: Cell<bool>,
    /// How the next statement with this part fails that is no schema's.
    fails: RefCell<Option<Failure>>,
    part: Cell<&'static str>,
    asked: RefCell<Vec<String>>,
    notes: RefCell<Vec<String>>,
}

impl Host for &Fake {
    type Connection = ();

    fn open(&mut self) -> Result<((), Dialect), Failure> {
        self.opened.set(self.opened.get() + 1);
        let dialect = if self.is_mysql {
            Dialect::Mysql
        } else {
            Dialect::Sqlite
        };
        Ok(((), dialect))
    }

    fn value(&mut self, (): &(), statement: &Statement) -> Result<Option<Vec<u8>>, Failure> {
        self.asked.borrow_mut().push(statement.text.clone());
        self.now.set(self.now.get() + self.takes.get());
        if *statement == Schema::question(Dialect::Sqlite)
            || *statement == Schema::question(Dialect::Mysql)
        {
            let required = mor::columns().filter(|column| !column.is_optional());
            let mut columns: Vec<_> = required
                .map(|column| format!("{}.{}", column.table, column.name))
                .collect();
            if self.restricted.get() {
                let names = ["users.api_restricted", "users.api_permission_group_id"];
                columns.extend(names.map(str::to_owned));
            }
            let count = columns.len();
            let columns = columns.join(" binary;");
            return Ok(Some(format!("{columns} binary;{count}utf-8").into_bytes()));
        }
        let is_meant = statement.text.contains(self.part.get());
        match is_meant.then(|| self.fails.take()).flatten() {
            Some(failure) => Err(failure),
            None if statement.text == "NULL" => Ok(None),
            None => Ok(Some(b"1".to_vec())),
        }
    }

    fn now(&self) -> Duration {
        self.now.get()
    }

    fn note(&self, text: &str) {
        self.notes.borrow_mut().push(text.to_owned());
    }
}

fn question(session: &Session) -> Option<Statement> {
    Some(Statement::constant(if session.schema.restricts_calls() {
        "restricted"
    } else {
        "free"
    }))
}

fn gone(kind: Kind) -> Failure {
    Failure::new(kind, "gone")
}

#[test]
fn d37_a_connection_is_kept_for_30_seconds() {
    let fake = Fake::default();
    let mut kept = Kept::of(&fake);
    // A call each half a second, and what it finds: a column is added at the start.
    let calls = (0..=120).map(|half| {
        fake.now.set(Duration::from_millis(half * 500));
        let reply = kept.ask(&mut question).unwrap();
        fake.restricted.set(true);
        (reply.session.number, reply.session.schema.restricts_calls())
    });
    let calls: Vec<_> = calls.collect();
    assert!(calls[..60].iter().all(|call| *call == (1, false)));
    assert!(calls[60..120].iter().all(|call| *call == (2, true)));
    assert_eq!((calls[120], fake.opened.get()), ((3, true), 3));
    assert!(fake.notes.borrow().is_empty(), "nothing was lost");
}

#[test]
fn a_lost_connection_is_opened_again_once() {
    let fake = Fake::default();
    let mut kept = Kept::of(&fake);
    for kind in [Kind::Lost, Kind::Absent] {
        assert!(kept.ask(&mut question).is_ok());
        let opened = fake.opened.get();
        fake.fails.replace(Some(gone(kind)));
        assert!(kept.ask(&mut question).is_ok(), "{kind:?}");
        assert_eq!(fake.opened.get(), opened + 1);
        assert_eq!(fake.notes.take(), ["connection dropped: gone"]);
    }
    // Not twice: a connection just opened is not lost, whatever it says.
    let mut fresh = Kept::of(&fake);
    fake.fails.replace(Some(gone(Kind::Lost)));
    assert_eq!(fresh.ask(&mut question), Err(gone(Kind::Lost)));
}

#[test]
fn a_statement_that_may_have_run_is_not_run_again() {
    let fake = Fake::default();
    let mut kept = Kept::of(&fake);
    for (kind, seconds) in [
        (Kind::Other, 0),
        (Kind::Denied, 0),
        (Kind::TooLong, 0),
        (Kind::Lost, 5),
    ] {
        fake.takes.set(Duration::ZERO);
        assert!(kept.ask(&mut question).is_ok());
        fake.takes.set(Duration::from_secs(seconds));
        let asked = fake.asked.borrow().len();
        fake.fails.replace(Some(gone(kind)));
        assert_eq!(kept.ask(&mut question), Err(gone(kind)));
        assert_eq!(fake.asked.borrow().len(), asked + 1);
    }
}

#[test]
fn d39_what_is_not_seen_is_looked_for() {
    let fake = Fake {
        is_mysql: true,
        ..Fake::default()
    };
    const LOOKS: [&str; 2] = ["FROM dids LIMIT 0", "FROM api_permissions LIMIT 0"];
    let looked = || {
        let asked = fake.asked.take();
        LOOKS.map(|look| asked.iter().any(|text| text.contains(look)))
    };
    assert!(Kept::of(&fake).ask(&mut question).is_ok());
    assert_eq!(looked(), [true, false], "nothing is restricted");
    fake.restricted.set(true);
    for look in LOOKS {
        fake.part.set(look);
        for (kind, is_answered) in [(Kind::Absent, true), (Kind::Denied, false)] {
            fake.fails.replace(Some(gone(kind)));
            let reply = Kept::of(&fake).ask(&mut question);
            assert_eq!(reply.is_ok(), is_answered, "{reply:?}");
            assert_eq!(fake.fails.take(), None, "{look}");
        }
    }
    let sqlite = Fake::default();
    assert!(Kept::of(&sqlite).ask(&mut question).is_ok());
    assert_eq!(sqlite.asked.borrow().len(), 2, "SQLite denies nothing");
}

#[test]
fn a_connection_that_answered_null_is_not_kept() {
    let fake = Fake::default();
    let mut kept = Kept::of(&fake);
    let reply = kept.ask(&mut |_| Some(Statement::constant("NULL")));
    assert_eq!(reply.unwrap().value, None);
    assert!(kept.ask(&mut question).is_ok());
    assert_eq!(fake.opened.get(), 2);
}

#[test]
fn a_question_that_declines_is_not_sent() {
    let fake = Fake::default();
    let mut kept = Kept::of(&fake);
    assert_eq!(kept.ask(&mut |_| None).unwrap().value, None);
    assert_eq!(fake.asked.borrow().len(), 1, "the schema's alone");
    assert!(kept.ask(&mut question).is_ok());
    assert_eq!(fake.opened.get(), 1, "and the connection is kept");
}
