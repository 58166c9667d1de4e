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

type Bar = fn(&Bench) -> Result<Vec<Line>>;

/// Every bar, in the order of the table.
#[rustfmt::skip]
pub const BARS: &[(&str, Bar)] = &[
    ("one page against the empty component", page::one_page),
    ("the whole list against the native twin", list::whole_list),
    ("guest memory", list::memory),
    ("the first byte", list::first_byte),
    ("a page far down", paging::far_down),
    ("the list in pages", paging::walk),
    ("a search by scan", search::contains),
    ("size", size::size),
    ("a fresh instance", fresh::first_answer),
    ("growth", growth::pages),
    ("many clients and a slow one", crowd::slow_reader),
    ("another process writes", writer::consistent),
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
