//! What comes out: a table for each database on the screen, and the newest run on each
//! host in RESULTS.md.

use anyhow::{Context, Result};
use std::fmt::{self, Display};
use std::fs;
use std::path::Path;
use std::process::Command;

/// What a ratio has to reach.
#[derive(Clone, Copy, Debug)]
pub enum Bar {
    AtLeast(f64),
    AtMost(f64),
    /// Nothing: the figure explains another one, or cannot be had.
    None,
}

impl Bar {
    fn is_reached(self, ratio: f64) -> bool {
        match self {
            Self::AtLeast(least) => ratio >= least,
            Self::AtMost(most) => ratio <= most,
            Self::None => true,
        }
    }
}

impl Display for Bar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtLeast(least) => write!(f, "≥ {least} ×"),
            Self::AtMost(most) => write!(f, "≤ {most} ×"),
            Self::None => Ok(()),
        }
    }
}

/// One line of the table.
#[derive(Clone, Debug)]
pub struct Line {
    /// What was measured.
    pub what: String,
    /// The figure.
    pub figure: String,
    /// What it is compared with.
    pub against: String,
    /// The one divided by the other.
    pub ratio: f64,
    /// What was to be reached.
    pub bar: Bar,
}

impl Line {
    /// A figure that cannot be had here, and why.
    pub fn left_out(what: &str, why: impl Display) -> Self {
        Self {
            what: what.to_owned(),
            figure: String::new(),
            against: format!("left out: {why}"),
            ratio: f64::NAN,
            bar: Bar::None,
        }
    }

    /// Whether the bar, if there is one, was reached.
    pub fn is_reached(&self) -> bool {
        self.bar.is_reached(self.ratio)
    }

    fn cells(&self) -> [String; 6] {
        let ratio = format!("{:.2} ×", self.ratio);
        let reached = match (self.bar, self.is_reached()) {
            (Bar::None, _) => "",
            (_, true) => "yes",
            (_, false) => "**no**",
        };
        [
            self.what.clone(),
            self.figure.clone(),
            self.against.clone(),
            if self.ratio.is_nan() {
                String::new()
            } else {
                ratio
            },
            self.bar.to_string(),
            reached.to_owned(),
        ]
    }
}

const HEAD: [&str; 6] = ["what", "figure", "against", "ratio", "bar", "reached"];

/// The table of a database, below its name, in Markdown that can also be read as it is.
pub fn table(database: &str, lines: &[Line]) -> String {
    let mut rows = vec![HEAD.map(str::to_owned)];
    rows.extend(lines.iter().map(Line::cells));
    let mut widths = [3; HEAD.len()];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    let mut text = format!("### {database}\n\n");
    for (nth, row) in rows.iter().enumerate() {
        for (cell, width) in row.iter().zip(widths) {
            text += &format!("| {cell:width$} ");
        }
        text += "|\n";
        if nth == 0 {
            text += &widths
                .map(|width| format!("|{}", "-".repeat(width + 2)))
                .concat();
            text += "|\n";
        }
    }
    text
}

/// The section of a run: on which host, when, where, what, and the tables.
pub fn section(root: &Path, host: &str, command: &str, tables: &str) -> String {
    let date = ask(Command::new("date").args(["-u", "+%Y-%m-%d %H:%M UTC"]));
    let kernel = ask(Command::new("uname").args(["-sr"]));
    let git = |arguments: &[&str]| ask(Command::new("git").current_dir(root).args(arguments));
    let revision = git(&["describe", "--always", "--dirty"]);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!(
        "## {host}\n\n- {}\n- machine: {}, {cores} cores, {}\n- command: `{command}`\n\
         - revision: {}\n\n{tables}",
        date.unwrap_or_default(),
        processor().unwrap_or_else(|| "unknown processor".to_owned()),
        kernel.unwrap_or_default(),
        revision.unwrap_or_else(|| "none".to_owned()),
    )
}

fn processor() -> Option<String> {
    let info = fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = info.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn ask(command: &mut Command) -> Option<String> {
    let output = command
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
}

/// What stands above the sections.
const TITLE: &str = "# Results

Written by `cargo xtask bench`: the newest run on each host. Ratios hold from one machine
to another; figures do not.
";

/// Puts the section in the place of the one of the same host, or behind the others.
pub fn record(file: &Path, section: &str) -> Result<()> {
    let before = fs::read_to_string(file).unwrap_or_default();
    let head = section.lines().next().unwrap_or_default();
    let mut text = TITLE.to_owned();
    let others = before.split("\n## ").skip(1);
    let others = others.map(|other| format!("## {}\n", other.trim_end()));
    let others = others.filter(|other| other.lines().next() != Some(head));
    for section in others.chain([section.to_owned()]) {
        text += &format!("\n{section}");
    }
    fs::write(file, text).with_context(|| format!("writing {}", file.display()))
}
