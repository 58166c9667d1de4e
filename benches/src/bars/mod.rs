//! The bars: what is measured and what it has to reach. One line each in
//! [`BARS`], one function each in the files beside.

mod crowd;
mod fresh;
mod growth;
mod list;
mod page;
mod paging;
mod search;
mod size;
mod writer;

pub use writer::{COMMAND as WRITER, write};

use crate::report::Line;
use crate::site::Bench;
use anyhow::Result;

/// What a bar is measured on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    /// SQLite, and the same on MariaDB.
    Both,
    /// SQLite alone: the database has no part in it, or has to be a file.
    Sqlite,
}

/// Its name, what it is measured on, and how.
pub type Bar = (&'static str, On, fn(&Bench) -> Result<Vec<Line>>);

/// Every bar, in the order of the table.
#[rustfmt::skip]
pub const BARS: &[Bar] = &[
    ("one page against the empty component", On::Both, page::one_page),
    ("the whole list against the native twin", On::Both, list::whole_list),
    ("guest memory", On::Both, list::memory),
    ("the first byte", On::Both, list::first_byte),
    ("a page far down", On::Both, paging::far_down),
    ("the list in pages", On::Both, paging::walk),
    ("a search by scan", On::Both, search::contains),
    ("size", On::Sqlite, size::size),
    ("a fresh instance", On::Sqlite, fresh::first_answer),
    ("growth", On::Both, growth::pages),
    ("many clients and a slow one", On::Both, crowd::slow_reader),
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
