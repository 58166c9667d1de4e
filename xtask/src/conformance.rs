//! `docs/conformance.md`: the rules of the contract and the tests that prove them, which
//! tests below compare with the sources; and the counts of one whole run, which
//! `cargo xtask test --record` writes for people to read. No run is compared with them.

use anyhow::{Context, Result};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

const DOCUMENT: &str = "docs/conformance.md";
/// Below this line stands what was recorded.
const RECORDED: &str = "<!-- Written by: cargo xtask test --record -->\n";

/// A run of the contract suite.
pub struct Run {
    pub host: String,
    pub database: String,
    pub passed: usize,
    pub failed: usize,
    /// Those of the passed ones that ran on the local host or an SQLite file instead.
    pub elsewhere: usize,
    /// How fast it was. That is another thing each time, and not recorded.
    pub pace: String,
}

/// The table of these runs.
pub fn table(runs: &[Run]) -> String {
    let mut text = String::from(
        "\n| host | database | passed | of them elsewhere | failed |\n\
         |---|---|---|---|---|\n",
    );
    for run in runs {
        let Run {
            host,
            database,
            passed,
            failed,
            elsewhere,
            ..
        } = run;
        let _ = writeln!(
            text,
            "| {host} | {database} | {passed} | {elsewhere} | {failed} |"
        );
    }
    text
}

/// Writes the counts of these runs into the document.
pub fn record(root: &Path, runs: &[Run]) -> Result<()> {
    let file = root.join(DOCUMENT);
    let text = fs::read_to_string(&file)?;
    let (rules, _) = text
        .split_once(RECORDED)
        .with_context(|| format!("{DOCUMENT} has no line {}", RECORDED.trim_end()))?;
    let table = table(runs);
    Ok(fs::write(&file, format!("{rules}{RECORDED}{table}"))?)
}

/// The tests of the programs in `tests/`, as the sources have them: program, modules, name.
pub fn tests_in_sources(root: &Path) -> Result<BTreeSet<String>> {
    let mut tests = BTreeSet::new();
    for entry in fs::read_dir(root.join("tests"))? {
        let path = entry?.path();
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        // Packages of their own, whose tests are unit tests.
        if !["model", "src"].contains(&&*name) {
            add_tests(&path, &format!("{name}::"), &mut tests)?;
        }
    }
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
