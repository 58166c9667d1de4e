use super::*;
use crate::db::port::Session;
use crate::db::schema::Schema;

const SESSION: Session = Session {
    number: 1,
    schema: Schema::BARE,
};

/// A database that answers with what it is asked, and remembers that.
#[derive(Default)]
struct Echo {
    asked: Vec<String>,
    fails: Option<Failure>,
}

impl Database for Echo {
    fn ask(&mut self, question: Question<'_>) -> Result<Reply, Failure> {
        let reply = |value| Reply {
            value,
            session: SESSION,
        };
        let Some(statement) = question(&SESSION) else {
            return Ok(reply(None));
        };
        self.asked.push(statement.text.clone());
        if let Some(failure) = self.fails.take() {
            return Err(failure);
        }
        let values = ["page", "other", "gate"].into_iter();
        let values: Vec<_> = values
            .filter(|value| statement.text.contains(value))
            .collect();
        Ok(reply(Some(values.join("\n").into_bytes())))
    }
}

fn question(text: &'static str) -> impl FnMut(&Session) -> Option<Statement> {
    move |_| Some(Statement::constant(text))
}

/// What both questions give, and what the database was asked.
fn asked(mut echo: Echo, next: Question<'_>, then: Question<'_>) -> (Vec<String>, Vec<String>) {
    let mut ahead = Ahead::of(&mut echo);
    let first = ahead.ask_with(&mut question("gate"), next);
    let values = [first, ahead.ask(then), ahead.ask(then)];
    let values = values.map(|value| match value {
        Ok(reply) => String::from_utf8(reply.value.unwrap_or_default()).unwrap(),
        Err(failure) => failure.text,
    });
    (values.into(), echo.asked)
}

const BOTH: &str = "SELECT CAST((page) || '\n' || (gate) AS BLOB) AS v";

#[test]
fn a_right_guess_saves_a_question_once() {
    let (values, asked) = asked(
        Echo::default(),
        &mut question("page"),
        &mut question("page"),
    );
    assert_eq!(values, ["gate", "page", "page"]);
    assert_eq!(asked, [BOTH, "page"]);
}

#[test]
fn another_question_is_not_given_the_value() {
    let (values, asked) = asked(
        Echo::default(),
        &mut question("page"),
        &mut question("other"),
    );
    assert_eq!(values, ["gate", "other", "other"]);
    assert_eq!(asked, [BOTH, "other", "other"]);
}

#[test]
fn another_value_is_another_question() {
    let bound = |number: i64| {
        move |_: &Session| {
            let mut sql = Statement::constant("page ");
            sql.bind(crate::db::statement::Value::Integer(number));
            Some(sql)
        }
    };
    let (_, asked) = asked(Echo::default(), &mut bound(1), &mut bound(2));
    assert_eq!(asked.len(), 3, "{asked:?}");
}

#[test]
fn without_a_guess_each_is_asked() {
    let (values, asked) = asked(Echo::default(), &mut |_| None, &mut question("page"));
    assert_eq!(values, ["gate", "page", "page"]);
    assert_eq!(asked, ["gate", "page", "page"]);
}

#[test]
fn what_is_too_long_together_is_asked_apart() {
    let echo = Echo {
        fails: Some(Failure::new(Kind::TooLong, "too long")),
        ..Echo::default()
    };
    let (values, asked) = asked(echo, &mut question("page"), &mut question("page"));
    assert_eq!(values, ["gate", "page", "page"]);
    assert_eq!(asked, [BOTH, "gate", "page", "page"]);
}

#[test]
fn any_other_failure_is_not_asked_again() {
    let echo = Echo {
        fails: Some("too slow".into()),
        ..Echo::default()
    };
    let (values, asked) = asked(echo, &mut question("page"), &mut question("page"));
    assert_eq!(values, ["too slow", "page", "page"]);
    assert_eq!(asked, [BOTH, "page", "page"]);
}
