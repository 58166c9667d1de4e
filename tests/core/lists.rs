//! What lists promise, over random databases and requests: no row that a filter that was
//! sent excludes (D25), a total that is the length of the whole list (D33), and a walk by
//! cursor that is the whole list (D32), whatever the numbers are. The properties ask the
//! same over HTTP, of fewer cases.
//!
//! `LIST_CASES` says how many requests each of them tries.

use dids_tests::model::arbitrary::{self, sent};
use dids_tests::model::{Ask, Tables, gate};
use proptest::strategy::{Strategy, ValueTree as _};
use proptest::test_runner::{Config, TestRunner};

use crate::native::{Answered, Native, answered};

/// Requests tried where nothing else is said, and to each database.
const CASES: usize = 2_000;
const ASKS: usize = 100;

/// Tries as many requests as are wanted, each with the database it is asked of.
fn try_all<A: Clone + std::fmt::Debug>(
    strategy: impl Strategy<Value = (Tables, Vec<A>)>,
    mut test: impl FnMut(&Tables, &mut Native, &A),
) -> usize {
    let cases = std::env::var("LIST_CASES");
    let cases = cases.map_or(CASES, |cases| cases.parse().expect("a number"));
    let mut runner = TestRunner::new(Config::default());
    let mut tried = 0;
    while tried < cases {
        let (tables, asks) = strategy.new_tree(&mut runner).expect("a value").current();
        let mut database = Native::of(&tables);
        for ask in &asks {
            test(&tables, &mut database, ask);
            tried += 1;
        }
    }
    tried
}

#[test]
fn d25_no_row_that_a_sent_filter_excludes() {
    let (mut lists, mut rows) = (0, 0);
    let tried = try_all(sent::scenario(ASKS), |tables, database, sent| {
        let Some(answer) = answered(&sent.ask, database).filter(|answer| answer.status == 200)
        else {
            return;
        };
        let ids = answer.ids();
        let excluded = sent.excluded(tables, &ids).map(|did| did.id);
        assert_eq!(excluded, None, "{sent:?}\n{tables:?}");
        lists += usize::from(!ids.is_empty());
        rows += ids.len();
    });
    println!("{tried} requests, {lists} lists, {rows} rows, none of them excluded");
    assert!(lists * 10 > tried, "{lists} lists of {tried} requests");
}

/// A request of a random caller with random filters, and none for a part of the list.
fn whole(ask: &Ask) -> Option<Ask> {
    let has = |name: &str| {
        let text = [ask.target.as_bytes(), &ask.body].concat();
        text.windows(name.len()).any(|part| part == name.as_bytes())
    };
    let paged = ["from=", "max_results", "cursor", "test=", "from\""];
    // By the query alone, where more can be added to it.
    let is_plain = ask.body.is_empty() && !ask.target.contains('#') && ask.target.contains('?');
    let is_plain = is_plain && ask.target.matches('&').count() < 200;
    (is_plain && !paged.into_iter().any(has)).then(|| Ask {
        headers: Vec::new(),
        ..ask.clone()
    })
}

fn with(ask: &Ask, query: &str) -> Ask {
    let mut ask = ask.clone();
    ask.target += query;
    ask
}

/// What a request lists; none where it is refused.
fn listed(ask: &Ask, database: &mut Native) -> Option<Vec<i64>> {
    let answer = answered(ask, database)?;
    let is_list = answer.text.contains("<dids>") || answer.text.contains("No DIDs found");
    (answer.status == 200 && is_list).then(|| answer.ids())
}

fn total(answer: &Answered) -> Option<usize> {
    answer.header("x-total-count")?.parse().ok()
}

#[test]
fn d33_the_total_is_the_length_of_the_list() {
    let mut compared = 0;
    let tried = try_all(arbitrary::scenario(ASKS..=ASKS), |tables, database, ask| {
        let Some(ask) = whole(ask) else { return };
        let Some(ids) = listed(&ask, database) else {
            return;
        };
        for part in ["", "&max_results=2", "&from=3&max_results=1", "&from=100"] {
            let ask = with(&ask, part).with("Prefer", "count=exact");
            let answer = answered(&ask, database).expect("an answer");
            assert_eq!(total(&answer), Some(ids.len()), "{ask:?}\n{tables:?}");
        }
        compared += 1;
    });
    println!("{tried} requests, {compared} lists, each as long as its total");
    assert!(
        compared * 10 > tried,
        "{compared} lists of {tried} requests"
    );
}

#[test]
fn d32_a_walk_is_the_whole_list() {
    let (mut walks, mut pages) = (0, 0);
    let tried = try_all(arbitrary::scenario(ASKS..=ASKS), |tables, database, ask| {
        let Some(ask) = whole(ask) else { return };
        let Some(ids) = listed(&ask, database) else {
            return;
        };
        let size = 1 + ids.len() % 4;
        let (mut joined, mut place) = (Vec::new(), String::new());
        loop {
            let page = with(&ask, &format!("&max_results={size}{place}"));
            let answer = answered(&page, database).expect("an answer");
            joined.extend(answer.ids());
            pages += 1;
            match answer.header("x-next-cursor") {
                Some(cursor) => place = format!("&cursor={cursor}"),
                None => break,
            }
            assert!(joined.len() <= ids.len(), "{page:?}\n{tables:?}");
        }
        assert_eq!(joined, ids, "pages of {size}: {ask:?}\n{tables:?}");
        walks += 1;
    });
    println!("{tried} requests, {walks} walks of {pages} pages, each the whole list");
    assert!(walks * 10 > tried, "{walks} walks of {tried} requests");
}

#[test]
fn names_and_keys_are_of_the_tables() {
    // What the two above rest on: a caller whose signature counts, in most cases.
    let mut signed = 0;
    let tried = try_all(arbitrary::scenario(ASKS..=ASKS), |tables, _, ask| {
        let request = dids_tests::model::request::parse(ask);
        signed += usize::from(request.is_ok_and(|request| gate::pass(tables, &request).is_ok()));
    });
    assert!(signed * 2 > tried, "{signed} of {tried}");
}
