use super::*;
use crate::db::schema::Schema;

/// A database that answers with what it is asked, and remembers that.
#[derive(Default)]
struct Echo {
    asked: Vec<String>,
    fails: Option<&'static str>,
}

fn schema() -> Schema {
    let columns = "dids.did binary;users.username binary;devices.device_type binary;\
        providers.name binary;dialplans.dptype binary;conflines.value binary;\
        acc_rights.name binary;acc_group_rights.value binary;8utf-8";
    Schema::read(Dialect::Sqlite, Some(columns.as_bytes())).unwrap()
}

impl Database for Echo {
    fn ask(&mut self, question: Question<'_>) -> Result<Option<Vec<u8>>, Failure> {
        let Some(statement) = question(&schema()) else {
            return Ok(None);
        };
        self.asked.push(statement.text.clone());
        if let Some(text) = self.fails.take() {
            return Err(Failure(text.to_owned()));
        }
        let values = ["page", "other", "gate"].into_iter();
        let values: Vec<_> = values
            .filter(|value| statement.text.contains(value))
            .collect();
        Ok(Some(values.join("\n").into_bytes()))
    }
}

fn question(text: &'static str) -> impl Fn(&Schema) -> Option<Statement> {
    move |_| Some(Statement::constant(text))
}

/// What both questions give, and what the database was asked.
fn asked(mut echo: Echo, next: Question<'_>, then: Question<'_>) -> (Vec<String>, Vec<String>) {
    let mut ahead = Ahead::of(&mut echo);
    let first = ahead.ask_with(&question("gate"), next);
    let values = [first, ahead.ask(then), ahead.ask(then)];
    let values = values.map(|value| match value {
        Ok(value) => String::from_utf8(value.unwrap_or_default()).unwrap(),
        Err(failure) => failure.0,
    });
    (values.into(), echo.asked)
}

const BOTH: &str = "SELECT CAST((page) || '\n' || (gate) AS BLOB) AS v";

#[test]
fn a_right_guess_saves_a_question_once() {
    let (values, asked) = asked(Echo::default(), &question("page"), &question("page"));
    assert_eq!(values, ["gate", "page", "page"]);
    assert_eq!(asked, [BOTH, "page"]);
}

#[test]
fn another_question_is_not_given_the_value() {
    let (values, asked) = asked(Echo::default(), &question("page"), &question("other"));
    assert_eq!(values, ["gate", "other", "other"]);
    assert_eq!(asked, [BOTH, "other", "other"]);
}

#[test]
fn another_value_is_another_question() {
    let bound = |number: i64| {
        move |_: &Schema| {
            let mut sql = Statement::constant("page ");
            sql.bind(crate::db::statement::Value::Integer(number));
            Some(sql)
        }
    };
    let (_, asked) = asked(Echo::default(), &bound(1), &bound(2));
    assert_eq!(asked.len(), 3, "{asked:?}");
}

#[test]
fn without_a_guess_each_is_asked() {
    let (values, asked) = asked(Echo::default(), &|_| None, &question("page"));
    assert_eq!(values, ["gate", "page", "page"]);
    assert_eq!(asked, ["gate", "page", "page"]);
}

#[test]
fn what_is_too_long_together_is_asked_apart() {
    let echo = Echo {
        fails: Some("MySQL: error 1301"),
        ..Echo::default()
    };
    let (values, asked) = asked(echo, &question("page"), &question("page"));
    assert_eq!(values, ["gate", "page", "page"]);
    assert_eq!(asked, [BOTH, "gate", "page", "page"]);
}

#[test]
fn any_other_failure_is_not_asked_again() {
    let echo = Echo {
        fails: Some("MySQL: error 3024"),
        ..Echo::default()
    };
    let (values, asked) = asked(echo, &question("page"), &question("page"));
    assert_eq!(values, ["MySQL: error 3024", "page", "page"]);
    assert_eq!(asked, [BOTH, "page", "page"]);
}
