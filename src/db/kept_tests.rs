use super::*;
use std::cell::{Cell, RefCell};

/// Columns enough for a schema, with more at the end.
const COLUMNS: &str = "dids.did binary;users.username binary;devices.device_type binary;\
    providers.name binary;dialplans.dptype binary;conflines.value binary;acc_rights.name binary;\
    acc_group_rights.value binary;";

/// A database whose connections can be closed, and whose clock stands still.
#[derive(Default)]
struct Fake {
    now: Cell<Duration>,
    /// How long a statement takes.
    takes: Cell<Duration>,
    opened: Cell<usize>,
    restricted: Cell<bool>,
    /// How the next statement that is no schema's fails.
    fails: RefCell<Option<Fault>>,
    asked: RefCell<Vec<String>>,
    notes: RefCell<Vec<String>>,
}

impl Host for &Fake {
    type Connection = ();

    fn open(&mut self) -> Result<((), Dialect), Failure> {
        self.opened.set(self.opened.get() + 1);
        Ok(((), Dialect::Sqlite))
    }

    fn value(&mut self, (): &(), statement: &Statement) -> Result<Option<Vec<u8>>, Fault> {
        self.asked.borrow_mut().push(statement.text.clone());
        self.now.set(self.now.get() + self.takes.get());
        if statement.text.contains("pragma_table_info") {
            let mut columns = COLUMNS.to_owned();
            if self.restricted.get() {
                columns += "users.api_restricted binary;users.api_permission_group_id binary;";
            }
            let count = columns.matches(';').count();
            return Ok(Some(format!("{columns}{count}utf-8").into_bytes()));
        }
        match self.fails.take() {
            Some(fault) => Err(fault),
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

fn question(schema: &Schema) -> Option<Statement> {
    Some(Statement::constant(if schema.restricts_calls() {
        "restricted"
    } else {
        "free"
    }))
}

fn fault(proof: Proof) -> Fault {
    let failure = Failure("gone".into());
    Fault { failure, proof }
}

#[test]
fn a_column_added_later_counts_within_a_minute() {
    let fake = Fake::default();
    let mut kept = Kept::of(&fake);
    assert!(kept.ask(&question).is_ok());
    fake.restricted.set(true);
    assert!(kept.ask(&question).is_ok());
    assert_eq!(fake.asked.borrow().last().unwrap(), "free");
    fake.now.set(Duration::from_secs(59));
    assert!(kept.ask(&question).is_ok());
    assert_eq!(fake.asked.borrow().last().unwrap(), "restricted");
    let asked = fake.asked.borrow().len();
    assert!(kept.ask(&question).is_ok());
    assert_eq!(
        fake.asked.borrow().len(),
        asked + 1,
        "not at every question"
    );
    assert_eq!(fake.opened.get(), 1);
}

#[test]
fn a_lost_connection_is_opened_again_once() {
    let fake = Fake::default();
    let mut kept = Kept::of(&fake);
    for proof in [Proof::Lost, Proof::Outdated] {
        assert!(kept.ask(&question).is_ok());
        let opened = fake.opened.get();
        fake.fails.replace(Some(fault(proof)));
        assert!(kept.ask(&question).is_ok(), "{proof:?}");
        assert_eq!(fake.opened.get(), opened + 1);
        assert_eq!(fake.notes.take(), ["connection dropped: gone"]);
    }
    // Not twice: a connection just opened is not lost, whatever it says.
    let mut fresh = Kept::of(&fake);
    fake.fails.replace(Some(fault(Proof::Lost)));
    assert_eq!(fresh.ask(&question), Err(Failure("gone".into())));
}

#[test]
fn a_statement_that_may_have_run_is_not_run_again() {
    let fake = Fake::default();
    let mut kept = Kept::of(&fake);
    for (proof, seconds) in [(Proof::Nothing, 0), (Proof::Lost, 5)] {
        fake.takes.set(Duration::ZERO);
        assert!(kept.ask(&question).is_ok());
        fake.takes.set(Duration::from_secs(seconds));
        let asked = fake.asked.borrow().len();
        fake.fails.replace(Some(fault(proof)));
        assert_eq!(kept.ask(&question), Err(Failure("gone".into())));
        assert_eq!(fake.asked.borrow().len(), asked + 1);
    }
}

#[test]
fn a_connection_that_answered_null_is_not_kept() {
    let fake = Fake::default();
    let mut kept = Kept::of(&fake);
    let null = |_: &Schema| Some(Statement::constant("NULL"));
    assert_eq!(kept.ask(&null), Ok(None));
    assert!(kept.ask(&question).is_ok());
    assert_eq!(fake.opened.get(), 2);
}

#[test]
fn a_question_that_declines_is_not_sent() {
    let fake = Fake::default();
    let mut kept = Kept::of(&fake);
    assert_eq!(kept.ask(&|_| None), Ok(None));
    assert_eq!(fake.asked.borrow().len(), 1, "the schema's alone");
    assert!(kept.ask(&question).is_ok());
    assert_eq!(fake.opened.get(), 1, "and the connection is kept");
}
