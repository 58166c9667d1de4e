//! The bars: what is measured and what it has to reach. One line each in
//! [`BARS`], one function each in the files beside.

mod crowd;
mod exact;
mod filters;
mod fresh;
mod list;
mod native;
mod page;
mod size;
mod walk;

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
    /// SQLite alone: the database has no part in it.
    Sqlite,
}

/// Its name, what it is measured on, and how.
pub type Bar = (&'static str, On, fn(&Bench) -> Result<Vec<Line>>);

/// Every bar, in the order of the table.
#[rustfmt::skip]
pub const BARS: &[Bar] = &[
    ("one page", On::Every, page::one_page),
    ("one page against plain SELECTs", On::Server, native::plain_selects),
    ("the whole list", On::Every, list::whole_list),
    ("guest memory", On::Every, list::memory),
    ("the first byte", On::Every, list::first_byte),
    ("every filter", On::Every, filters::every),
    ("exact numbers", On::Every, exact::numbers),
    ("the list by cursor", On::Every, walk::by_cursor),
    ("size", On::Sqlite, size::size),
    ("a fresh instance", On::Sqlite, fresh::first_answer),
    ("a slow reader", On::Every, crowd::slow_reader),
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
