//! `cargo xtask test`

use crate::hosts;
use crate::process::step;
use crate::setup::Workspace;
use anyhow::{Context, Result};
use std::ffi::OsString;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

pub const ABOUT: &str = "\
Builds the component and runs every test of the workspace; the contract suite with
the builds for WASI 0.3 and 0.2, on SQLite and on a MariaDB server of its own.
Arguments go to the test programs: a part of a name picks tests.
With --hosts the contract suite also runs on hosts of others, wasmtime and jco,
which are installed in the target folder, and on a spin that is on the PATH;
--hosts=wasmtime runs it on that one alone.
The last line is the total: N passed, N failed, N skipped.";

pub fn run(arguments: Vec<OsString>) -> Result<()> {
    let (flags, arguments): (Vec<_>, Vec<_>) = arguments
        .into_iter()
        .partition(|argument| argument.to_string_lossy().starts_with("--hosts"));
    let workspace = Workspace::find()?;
    Workspace::mariadb()?;
    let components = [workspace.component()?, workspace.component02()?];
    let [wasm, wasm02] = &components;
    let mut suites = Suites {
        workspace: &workspace,
        arguments,
        total: Total::default(),
        table: Vec::new(),
    };

    step("Building and running the tests (the first time takes some minutes)");
    // All of them, even after a failure: the total counts everything.
    let given = [
        ("DIDS_GET_WASM", wasm.clone()),
        ("DIDS_GET_WASM02", wasm02.clone()),
    ];
    suites.test(&["--no-fail-fast"], &[], &given)?;
    suites.contract(
        "local host, WASI 0.3",
        "local-mariadb",
        &[("DIDS_GET_WASM", wasm.clone())],
    )?;
    for backend in ["local-sqlite", "local-mariadb"] {
        let given = [("DIDS_GET_WASM", wasm02.clone())];
        suites.contract("local host, WASI 0.2", backend, &given)?;
    }
    for flag in flags {
        hosts::test(
            &workspace,
            &flag.to_string_lossy(),
            &components,
            &mut suites,
        )?;
    }

    println!();
    for line in &suites.table {
        println!("{line}");
    }
    let total = suites.total;
    println!(
        "\n{} passed, {} failed, {} skipped",
        total.passed, total.failed, total.skipped
    );
    if total.failed > 0 {
        // The total is the last line, so nothing more is said.
        std::process::exit(1);
    }
    Ok(())
}

/// Test runs, and what came of them.
pub struct Suites<'w> {
    workspace: &'w Workspace,
    arguments: Vec<OsString>,
    total: Total,
    /// What the contract suite gave, a line for each run.
    table: Vec<String>,
}

impl Suites<'_> {
    /// Runs the contract suite on a host, with the files and programs given.
    pub fn contract(&mut self, host: &str, backend: &str, given: &[(&str, PathBuf)]) -> Result<()> {
        step(&format!("The contract suite on {host}, {backend}"));
        let backend_given = ("DIDS_BACKEND", backend.into());
        let given: Vec<_> = given.iter().cloned().chain([backend_given]).collect();
        let (passed, failed) = (self.total.passed, self.total.failed);
        // These look inside the host, and so run on the local one: not once more.
        let skips: &[&str] = if backend.starts_with("local-") {
            &[]
        } else {
            &["--skip=hostile::", "--skip=damage::"]
        };
        self.test(&["--test=contract"], skips, &given)?;
        let (passed, failed) = (self.total.passed - passed, self.total.failed - failed);
        let database = backend.rsplit('-').next().unwrap_or_default();
        let line = format!("contract suite: {host}, {database}: {passed} passed, {failed} failed");
        self.table.push(line);
        Ok(())
    }

    /// Always the whole workspace: a package alone chooses other features of
    /// shared crates, and nearly everything would be compiled once more.
    fn test(&mut self, options: &[&str], skips: &[&str], given: &[(&str, PathBuf)]) -> Result<()> {
        let mut tests = self.workspace.cargo();
        tests.args(["test", "--profile=host", "--workspace"]);
        tests.args(options).arg("--");
        tests.args(skips).args(&self.arguments);
        tests.envs(given.iter().map(|(name, value)| (name, value)));
        self.total.run(&mut tests)
    }
}

/// The results of all test programs together.
#[derive(Debug, Default, PartialEq)]
struct Total {
    passed: u64,
    failed: u64,
    skipped: u64,
}

impl Total {
    /// Runs cargo, passes its output through and counts the results in it.
    fn run(&mut self, cargo: &mut Command) -> Result<()> {
        let failed = self.failed;
        let mut tests = cargo
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start cargo")?;
        let output = tests.stdout.take().context("cargo has no output")?;
        let mut screen = std::io::stdout();
        let mut line = Vec::new();
        let mut output = BufReader::new(output);
        while output.read_until(b'\n', &mut line)? > 0 {
            self.add(&String::from_utf8_lossy(&line));
            screen.write_all(&line)?;
            screen.flush()?;
            line.clear();
        }
        if !tests.wait()?.success() && self.failed == failed {
            println!(
                "\nNo test failed, but cargo did: a build error, or a test program that died. \
                 It counts as one failure."
            );
            self.failed += 1;
        }
        Ok(())
    }

    /// Counts a line like `test result: ok. 3 passed; 0 failed; 1 ignored; ...`,
    /// with which every test program ends. Any other line is passed over.
    fn add(&mut self, line: &str) {
        let Some((_, counts)) = line
            .strip_prefix("test result: ")
            .and_then(|rest| rest.split_once(". "))
        else {
            return;
        };
        for count in counts.split("; ") {
            let Some((number, what)) = count.split_once(' ') else {
                continue;
            };
            let number = number.parse().unwrap_or(0);
            match what.trim() {
                "passed" => self.passed += number,
                "failed" => self.failed += number,
                "ignored" => self.skipped += number,
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_of_all_programs_are_summed() {
        let mut total = Total::default();
        for line in [
            "running 5 tests\n",
            "test a::test result: ok. 9 passed ... ok\n",
            "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 7 filtered out; finished in 0.10s\n",
            "test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.00s\n",
            "test result:",
        ] {
            total.add(line);
        }
        assert_eq!(
            total,
            Total {
                passed: 4,
                failed: 2,
                skipped: 1
            }
        );
    }
}
