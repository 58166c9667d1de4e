//! The bars: what is measured and what it has to reach. One line each in
//! [`BARS`], one function each in the files beside.

mod crowd;
mod exact;
mod filters;
mod formats;
mod fresh;
mod growth;
mod list;
mod native;
mod page;
mod paging;
mod peers;
mod search;
mod size;
mod tail;
mod writer;

pub use writer::{COMMAND as WRITER, write};

use crate::report::Line;
use crate::site::Bench;
use anyhow::Result;

/// What a bar is measured on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    /// SQLite, and the same on MariaDB and MySQL.
    Every,
    /// MariaDB and MySQL.
    Server,
    /// SQLite alone: the database has no part in it, or has to be a file.
    Sqlite,
}

/// Its name, what it is measured on, and how.
pub type Bar = (&'static str, On, fn(&Bench) -> Result<Vec<Line>>);

/// Every bar, in the order of the table.
#[rustfmt::skip]
pub const BARS: &[Bar] = &[
    ("one page against the empty component and the twin", On::Every, page::one_page),
    ("one page against other programs", On::Sqlite, peers::page),
    ("one page against a plain SELECT", On::Server, native::plain_select),
    ("one question instead of two", On::Every, native::one_question),
    ("the tail without TCP_NODELAY", On::Sqlite, tail::whole_answers),
    ("the whole list against the native twin", On::Every, list::whole_list),
    ("guest memory", On::Every, list::memory),
    ("the first byte", On::Every, list::first_byte),
    ("lists as JSON and CSV", On::Every, formats::lists),
    ("every filter", On::Every, filters::every),
    ("exact numbers", On::Every, exact::numbers),
    ("the total", On::Every, exact::total),
    ("a page far down", On::Every, paging::far_down),
    ("the list by cursor", On::Every, paging::walk),
    ("a search by scan", On::Every, search::contains),
    ("size", On::Sqlite, size::size),
    ("a fresh instance", On::Sqlite, fresh::first_answer),
    ("growth", On::Every, growth::pages),
    ("many clients and a slow one", On::Every, crowd::slow_reader),
    ("another process writes", On::Sqlite, writer::consistent),
];

/// `1234567` as `1,234,567`.
pub fn grouped(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (nth, digit) in digits.chars().enumerate() {
        if nth > 0 && (digits.len() - nth).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number of milliseconds.
pub fn shown(ms: f64) -> String {
    if ms < 10.0 {
        format!("{ms:.2} ms")
    } else {
        format!("{} ms", grouped(ms))
    }
}

/// One figure as a part of another.
pub fn percent(figure: f64, against: f64) -> String {
    format!("{:.0} %", 100.0 * figure / against)
}

/// One figure as a multiple of another.
pub fn times(figure: f64, against: f64) -> String {
    format!("{:.2} ×", figure / against)
}
