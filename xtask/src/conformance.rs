//! `docs/conformance.md`: the rules of the contract and the tests that prove them,
//! which a test below compares with the sources, and the counts of the contract
//! suite's runs, which `cargo xtask test --record` writes and every other run
//! compares.

use crate::process::ask;
use crate::results::{KINDS, Note, Program};
use anyhow::{Context, Result};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

const DOCUMENT: &str = "docs/conformance.md";
/// Below this line stands what runs gave.
const RECORDED: &str = "<!-- Written by: cargo xtask test --hosts --record -->\n";
/// Why xtask leaves tests out where they would run on the local host once more.
const INSIDE: &str = "looks inside the host, which is the local one";

/// What the name of the host begins with that every run has.
const LOCAL: &str = "local host, ";

/// A run of the contract suite.
pub struct Run {
    pub host: String,
    pub database: String,
    pub program: Program,
}

impl Run {
    /// What a test program gave, where `all` are the tests that the suite has.
    pub fn new(host: &str, database: &str, mut program: Program, all: &BTreeSet<String>) -> Self {
        let left_out = all.difference(&program.tests).map(|test| Note {
            kind: "elsewhere",
            test: test.clone(),
            why: INSIDE.to_owned(),
        });
        let left_out: Vec<Note> = left_out.collect();
        let skipped = program.notes.iter().filter(|note| note.kind == "skipped");
        let skipped: BTreeSet<String> = skipped.map(|note| note.test.clone()).collect();
        let notes = &mut program.notes;
        notes.retain(|note| note.kind == "skipped" || !skipped.contains(&note.test));
        // To the test program these are passed, too.
        let not_here = program.noted("elsewhere") + program.noted("skipped");
        program.passed = program.passed.saturating_sub(not_here);
        program.notes.extend(left_out);
        Self {
            host: host.to_owned(),
            database: database.to_owned(),
            program,
        }
    }

    fn name(&self) -> String {
        format!("| {} | {} |", self.host, self.database)
    }

    /// What the [`fact`] of its counts begins with.
    fn fact(&self) -> String {
        fact(&format!("| 0 {}", self.name()))
    }

    fn counts(&self) -> String {
        let Program { passed, failed, .. } = self.program;
        let [skipped, _, elsewhere] = KINDS.map(|kind| self.program.noted(kind));
        format!(
            "{} {passed} | {failed} | {elsewhere} | {skipped} |",
            self.name()
        )
    }
}

/// The names of the databases that a run uses, with the versions of the servers, by the
/// ends of the names of backends.
pub fn databases(mysql: Option<&Path>) -> BTreeMap<&'static str, String> {
    let mariadb = ["mariadbd", "/usr/sbin/mariadbd"];
    let mut mariadb = mariadb.into_iter().map(Command::new);
    let mariadb = mariadb.find_map(|mut server| ask(server.arg("--version")));
    let mysql = mysql.and_then(|server| ask(Command::new(server).arg("--version")));
    let named = |name: &str, line: Option<String>| match line.as_deref().and_then(version) {
        Some(version) => format!("{name} {version}"),
        None => name.to_owned(),
    };
    BTreeMap::from([
        ("mariadb", named("MariaDB", mariadb)),
        ("mysql", named("MySQL", mysql)),
    ])
}

/// Major and minor number from a line like `mariadbd  Ver 10.11.19-MariaDB for ...`.
fn version(line: &str) -> Option<String> {
    let (_, version) = line.split_once("Ver ")?;
    let mut numbers = version.split(|c: char| !c.is_ascii_digit());
    Some(format!("{}.{}", numbers.next()?, numbers.next()?))
}

/// The tables of these runs.
pub fn tables(runs: &[Run]) -> String {
    let mut text = String::from(
        "\n| # | host | database | passed | failed | elsewhere | skipped |\n\
         |---|---|---|---|---|---|---|\n",
    );
    for (number, run) in (1..).zip(runs) {
        let _ = writeln!(text, "| {number} {}", run.counts());
    }
    text += "\n| what | tests | why | in |\n|---|---|---|---|\n";
    for ((kind, tests, why), numbers) in notes(runs) {
        let _ = writeln!(
            text,
            "| {kind} | {tests} | {why} | {} |",
            numbers.join(", ")
        );
    }
    text
}

/// What tests said, and in which runs. Those that run elsewhere are many, and
/// only counted.
fn notes(runs: &[Run]) -> BTreeMap<(&str, String, &str), Vec<String>> {
    let mut notes: BTreeMap<_, Vec<String>> = BTreeMap::new();
    for (number, run) in (1..).zip(runs) {
        let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
        let mut add = |kind, tests, why| {
            let numbers = notes.entry((kind, tests, why)).or_default();
            numbers.push(format!("{number}"));
        };
        for Note { kind, test, why } in &run.program.notes {
            let why = why.as_str();
            match *kind {
                "elsewhere" => *counts.entry(why).or_default() += 1,
                kind => add(kind, format!("`{test}`"), why),
            }
        }
        for (why, count) in counts {
            add("elsewhere", format!("{count}"), why);
        }
    }
    notes
}

/// Writes the counts of these runs into the document.
pub fn record(root: &Path, runs: &[Run]) -> Result<()> {
    let file = root.join(DOCUMENT);
    let text = fs::read_to_string(&file)?;
    let (rules, _) = text
        .split_once(RECORDED)
        .with_context(|| format!("{DOCUMENT} has no line {}", RECORDED.trim_end()))?;
    fs::write(&file, format!("{rules}{RECORDED}{}", tables(runs)))?;
    Ok(())
}

/// The lines that the document would have to have for these runs, and has not; and
/// those it has of the local host, which is always there, that no run gave.
/// Another host that is not in it was not there when it was recorded.
pub fn missing(root: &Path, runs: Vec<Run>) -> Result<Vec<String>> {
    let text = fs::read_to_string(root.join(DOCUMENT))?;
    Ok(differences(&text, runs))
}

fn differences(text: &str, runs: Vec<Run>) -> Vec<String> {
    let recorded: BTreeSet<String> = text.lines().map(fact).collect();
    let begins = |fact: &String, run: &Run| fact.starts_with(&run.fact());
    let known = |run: &Run| recorded.iter().any(|fact| begins(fact, run));
    let runs: Vec<Run> = runs.into_iter().filter(known).collect();
    let local = recorded.iter().filter(|fact| fact.starts_with(LOCAL));
    let not_run = local.filter(|fact| !runs.iter().any(|run| begins(fact, run)));
    let not_run = not_run.map(|fact| format!("not run: | {fact}"));
    let tables = tables(&runs);
    let lines = tables
        .lines()
        .filter(|line| !recorded.contains(&fact(line)));
    lines.map(str::to_owned).chain(not_run).collect()
}

/// A line of the tables without the numbers of runs, which depend on the others, and
/// without the version of a database, of which a machine has one.
fn fact(line: &str) -> String {
    let numbered = line
        .strip_prefix("| ")
        .and_then(|rest| rest.split_once(" | "));
    match numbered {
        Some((number, rest)) if number.parse::<u64>().is_ok() => {
            let mut cells: Vec<&str> = rest.split(" | ").collect();
            if let Some(database) = cells.get_mut(1) {
                *database = database.split(' ').next().unwrap_or_default();
            }
            cells.join(" | ")
        }
        _ => line
            .rsplit_once(" | ")
            .map_or(line, |(rest, _)| rest)
            .to_owned(),
    }
}

/// The tests of the contract suite.
pub fn contract_tests(root: &Path) -> Result<BTreeSet<String>> {
    let mut tests = BTreeSet::new();
    add_tests(&root.join("tests/contract"), "", &mut tests)?;
    Ok(tests)
}

/// Adds the tests in a file or folder, each by its modules and its name.
fn add_tests(path: &Path, module: &str, tests: &mut BTreeSet<String>) -> Result<()> {
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            let path = entry?.path();
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            let below = match (&*name, is_rust(&path)) {
                ("main" | "mod" | "lib", true) => module.to_owned(),
                _ => format!("{module}{name}::"),
            };
            add_tests(&path, &below, tests)?;
        }
    } else if is_rust(path) {
        let text = fs::read_to_string(path)?;
        let marked = text.split("#[test]\n").skip(1);
        let names = marked.filter_map(|rest| rest.split_once("fn ")?.1.split_once('('));
        tests.extend(names.map(|(name, _)| format!("{module}{name}")));
    }
    Ok(())
}

fn is_rust(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "rs")
}

#[cfg(test)]
#[path = "conformance_tests.rs"]
mod tests;
