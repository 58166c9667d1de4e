//! What comes out: a table for each database on the screen, and a dated section
//! in RESULTS.md.

use anyhow::{Context, Result};
use std::fs;
use std::path::Path;
use std::process::Command;

/// One line of the table.
#[derive(Clone, Debug, Default)]
pub struct Line {
    /// What was measured.
    pub what: String,
    /// The figure.
    pub figure: String,
    /// What it is compared with.
    pub against: String,
    /// How the two compare.
    pub ratio: String,
    /// What was to be reached; nothing for a figure that is only told.
    pub bar: &'static str,
    /// Whether it was.
    pub reached: bool,
}

const HEAD: [&str; 6] = ["what", "figure", "against", "ratio", "bar", "reached"];

/// The table of a database, below its name.
pub fn titled(database: &str, lines: &[Line]) -> String {
    format!("### {database}\n\n{}", table(lines))
}

/// The table, in Markdown that can also be read as it is.
fn table(lines: &[Line]) -> String {
    let mut rows = vec![HEAD.map(str::to_owned)];
    rows.extend(lines.iter().map(|line| {
        let reached = match (line.bar, line.reached) {
            ("", _) => "",
            (_, true) => "yes",
            (_, false) => "**no**",
        };
        [
            line.what.clone(),
            line.figure.clone(),
            line.against.clone(),
            line.ratio.clone(),
            line.bar.to_owned(),
            reached.to_owned(),
        ]
    }));
    let mut widths = [3; HEAD.len()];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    let mut text = String::new();
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

/// The section of a run: when, where, what, and the tables.
pub fn section(root: &Path, command: &str, tables: &str) -> String {
    let date = ask(Command::new("date").args(["-u", "+%Y-%m-%d %H:%M UTC"]));
    let kernel = ask(Command::new("uname").args(["-sr"]));
    let git = |arguments: &[&str]| ask(Command::new("git").current_dir(root).args(arguments));
    let revision = match (
        git(&["rev-parse", "--short", "HEAD"]),
        git(&["status", "--porcelain"]),
    ) {
        (Some(revision), Some(changes)) if changes.is_empty() => revision,
        (Some(revision), _) => format!("{revision} and changes"),
        (None, _) => "none".to_owned(),
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!(
        "## {}\n\n- machine: {}, {cores} cores, {}\n- command: `{command}`\n- revision: {revision}\n\n{tables}",
        date.unwrap_or_default(),
        processor().unwrap_or_else(|| "unknown processor".to_owned()),
        kernel.unwrap_or_default(),
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

Written by `cargo xtask bench`, the newest first. Ratios hold from one machine to
another; figures do not.
";

/// Puts the section before the older ones.
pub fn record(file: &Path, section: &str) -> Result<()> {
    let before = fs::read_to_string(file).unwrap_or_default();
    let older = before
        .find("\n## ")
        .and_then(|at| before.get(at..))
        .unwrap_or_default();
    fs::write(file, format!("{TITLE}\n{section}{older}"))
        .with_context(|| format!("writing {}", file.display()))
}
