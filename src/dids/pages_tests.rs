use super::*;
use crate::api::caller::Role;
use crate::db::column::COLUMNS;
use crate::db::filter::{Filter, Pattern};
use crate::db::port::{Question, Reply, Session};
use crate::db::schema::Schema;
use crate::db::statement::Value;
use crate::render::html::{About, Html};
use crate::render::xml::{self, Xml};

const SCHEMA: Schema = Schema::BARE;

fn session(schema: Schema) -> Session {
    Session { number: 1, schema }
}

/// How many columns a row has after the number's bytes, for an admin on this server.
fn columns(schema: &Schema) -> usize {
    let present = needed_by(Role::Admin).on(schema);
    (0..COLUMNS.len()).filter(|at| present.has(*at)).count()
}

/// A table of DIDs whose ids are 1, 2, 3 … in the order of their numbers.
struct Table {
    rows: u64,
    /// The most bytes it hands over: more are cut.
    bytes: usize,
    /// Takes two rows in the wrong order unless told to sort them.
    disorder: bool,
    /// Limits of the pages asked for.
    asked: Vec<u64>,
}

impl Table {
    fn of(rows: u64) -> Self {
        Self {
            rows,
            bytes: usize::MAX,
            disorder: false,
            asked: Vec::new(),
        }
    }
}

impl Database for Table {
    fn ask(&mut self, question: Question<'_>) -> Result<Reply, Failure> {
        // The last values of a page's statement: the key's id, limit, offset.
        let session = session(SCHEMA);
        let Some(question) = question(&session) else {
            let value = None;
            return Ok(Reply { value, session });
        };
        let numbers: Vec<u64> = question
            .values
            .iter()
            .filter_map(|value| match value {
                Value::Integer(number) => u64::try_from(*number).ok(),
                _ => None,
            })
            .collect();
        let [before @ .., limit, offset] = numbers.as_slice() else {
            panic!("{numbers:?}");
        };
        self.asked.push(*limit);
        let first = before.first().unwrap_or(&0) + offset + 1;
        let last = self.rows.min(first - 1 + limit);
        let nulls = ",null".repeat(columns(&SCHEMA));
        let mut ids: Vec<u64> = (first..=last).collect();
        if self.disorder && !question.text.contains("'' ORDER BY d.did, d.id") {
            let last = ids.len() - 1;
            ids.swap(last - 1, last);
        }
        let mut page = String::new();
        for id in ids {
            page += &format!(r#"[{id},"{id:09}",null{nulls}]"#);
        }
        page += &(last + 1).saturating_sub(first).to_string();
        page.truncate(self.bytes);
        let value = Some(page.into_bytes());
        Ok(Reply { value, session })
    }
}

fn pages(offset: u64, limit: Option<u64>, render: Box<dyn Render>) -> Pages {
    let search = Search {
        filters: Vec::new(),
        offset,
        cursor: None,
        limit,
        used: Vec::new(),
        ignored: Vec::new(),
    };
    let caller = Caller {
        id: 0,
        role: Role::Admin,
        own_providers: false,
    };
    Pages::new(search, None, caller, render)
}

fn xml() -> Xml {
    Xml::new(&Shown::to(Role::Admin).markup, xml::CONTENT_TYPE)
}

/// Every page of a list, and the ids in them.
fn walk(table: &mut Table, offset: u64, limit: Option<u64>) -> (Vec<usize>, Vec<u64>) {
    let mut list = pages(offset, limit, Box::new(xml()));
    let (mut pages, mut ids) = (Vec::new(), Vec::new());
    while !list.is_done() {
        let mut page = Vec::new();
        list.next(table, &mut page).unwrap();
        let text = String::from_utf8(page).unwrap();
        let found = text.split("<id>").skip(1);
        ids.extend(found.map(|rest| rest.split('<').next().unwrap().parse::<u64>().unwrap()));
        pages.push(text.len());
    }
    assert_eq!(list.rows(), ids.len() as u64);
    (pages, ids)
}

#[test]
fn d20_a_whole_list_has_every_row_once_in_order() {
    for rows in [
        1,
        FIRST_ROWS - 1,
        FIRST_ROWS,
        FIRST_ROWS + 1,
        FIRST_ROWS + MAX_ROWS,
        5000,
    ] {
        let (pages, ids) = walk(&mut Table::of(rows), 0, None);
        assert_eq!(ids, (1..=rows).collect::<Vec<_>>());
        assert_eq!(pages.len() == 1, rows <= FIRST_ROWS, "{rows}");
    }
}

#[test]
fn d21_a_callers_page_is_one_answer_and_one_question() {
    for limit in [1, 25, MAX_ROWS] {
        let mut table = Table::of(5000);
        let (pages, ids) = walk(&mut table, 100, Some(limit));
        assert_eq!(ids, (101..=100 + limit).collect::<Vec<_>>());
        // One more tells whether a cursor is due.
        assert_eq!((pages.len(), table.asked.as_slice()), (1, &[limit + 1][..]));
    }
    let (_, ids) = walk(&mut Table::of(5000), 10, Some(3000));
    assert_eq!(ids, (11..=3010).collect::<Vec<_>>());
}

#[test]
fn a_list_without_rows_is_no_document() {
    let mut page = Vec::new();
    let mut list = pages(10, None, Box::new(xml()));
    list.next(&mut Table::of(10), &mut page).unwrap();
    assert!(list.is_done() && page.is_empty());
}

#[test]
fn d11_a_cut_page_is_asked_for_again_in_halves() {
    let whole = walk(&mut Table::of(1000), 0, None).1;
    for bytes in [400, 1000, 10_000, 40_000] {
        let mut table = Table {
            bytes,
            ..Table::of(1000)
        };
        assert_eq!(walk(&mut table, 0, None).1, whole, "{bytes}");
    }
    let mut hopeless = Table {
        bytes: 100,
        ..Table::of(1000)
    };
    let mut page = Vec::new();
    assert!(
        pages(0, None, Box::new(xml()))
            .next(&mut hopeless, &mut page)
            .is_err()
    );
    assert!(page.is_empty());
}

#[test]
fn d20_rows_in_disorder_are_asked_for_sorted() {
    let mut table = Table {
        disorder: true,
        ..Table::of(5000)
    };
    // The row that only tells that more follow is the one out of place.
    let (pages, ids) = walk(&mut table, 0, None);
    assert_eq!(ids, (1..=5000).collect::<Vec<_>>());
    assert_eq!(
        table.asked.len(),
        pages.len() + 1,
        "once for the whole list"
    );
}

#[test]
fn the_html_page_holds_the_rows_as_table_and_as_xml() {
    let mut table = Table::of(2 * FIRST_ROWS);
    let elements = Shown::to(Role::Admin).names();
    let view = Html::new(About::default(), elements, xml());
    let mut list = pages(0, None, Box::new(view));
    let mut html = Vec::new();
    while !list.is_done() {
        list.next(&mut table, &mut html).unwrap();
    }
    let html = String::from_utf8(html).unwrap();
    let count = |text: &str| html.matches(text).count() as u64;
    assert_eq!(count(">000000007</td>"), 2, "did and did_number");
    assert_eq!(count("&lt;id&gt;"), 2 * FIRST_ROWS);
    assert!(html.contains(&format!("{} DIDs", 2 * FIRST_ROWS)));
}

#[test]
fn d32_a_callers_page_knows_whether_more_follow() {
    let cursor = |rows, limit| {
        let mut list = pages(0, Some(limit), Box::new(xml()));
        let mut page = Vec::new();
        list.next(&mut Table::of(rows), &mut page).unwrap();
        assert!(list.is_done());
        list.next_cursor()
    };
    assert_eq!(cursor(25, 25), None);
    assert!(cursor(26, 25).is_some());
    let walked = walk(&mut Table::of(5000), 0, Some(MAX_ROWS + 1)).1;
    assert_eq!(
        walked.len() as u64,
        MAX_ROWS + 1,
        "no cursor, but every row"
    );
}

/// A database that can follow every plan, finds it worth it, and counts 7.
#[derive(Default)]
struct Counted {
    asked: Vec<String>,
}

impl Database for Counted {
    fn ask(&mut self, question: Question<'_>) -> Result<Reply, Failure> {
        let session = session(Schema {
            trigram: true,
            ..Schema::FULL
        });
        let is_first = self.asked.is_empty();
        self.asked.extend(question(&session).map(|it| it.text));
        let value = Some(if is_first { b"1" } else { b"7" }.to_vec());
        Ok(Reply { value, session })
    }
}

#[test]
fn d33_a_count_asks_once_for_the_lists_plan() {
    let mut list = pages(5, Some(10), Box::new(xml()));
    list.search.filters = vec![Filter::Number(Pattern::new("791"))];
    let mut database = Counted::default();
    for _ in 0..2 {
        assert_eq!(list.total(&mut database).unwrap(), 7);
    }
    let [_, first, second] = &database.asked[..] else {
        panic!("{:?}", database.asked);
    };
    assert!(first.contains("COUNT(*)") && first.contains("dids_trigram MATCH"));
    assert_eq!(first, second);
}

#[test]
fn d32_a_row_too_long_behind_a_page_is_no_end() {
    let cursor = |rows| {
        let mut table = Table {
            // One row, not two.
            bytes: 250,
            ..Table::of(rows)
        };
        let mut list = pages(0, Some(1), Box::new(xml()));
        let mut page = Vec::new();
        list.next(&mut table, &mut page).unwrap();
        assert!(list.is_done() && list.rows() == 1);
        list.next_cursor()
    };
    assert!(cursor(2).is_some());
    assert_eq!(cursor(1), None);
}
