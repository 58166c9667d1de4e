//! `cargo xtask test`

use crate::process::{ask, step};
use crate::setup::Workspace;
use anyhow::{Context, Result, bail};
use std::ffi::OsString;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

pub const ABOUT: &str = "\
Builds the component and runs every test of the workspace, the contract suite on
SQLite and on a MariaDB server of its own. Arguments go to the test programs: a
part of a name picks tests. The contract suite also runs on Spin if a spin that
is new enough is on the PATH (or named by DIDS_SPIN).
The last line is the total: N passed, N failed, N skipped.";

/// The first Spin that serves WASI 0.3.
const SPIN_NEEDED: (u32, u32) = (4, 1);

pub fn run(arguments: Vec<OsString>) -> Result<()> {
    let workspace = Workspace::find()?;
    Workspace::mariadb()?;
    let wasm = workspace.component()?;
    let mut total = Total::default();

    step("Building and running the tests (the first time takes some minutes)");
    let mut tests = workspace.cargo();
    // All of them, even after a failure: the total counts everything.
    tests.args([
        "test",
        "--workspace",
        "--profile=host",
        "--no-fail-fast",
        "--",
    ]);
    total.run(tests.args(&arguments).env("DIDS_GET_WASM", &wasm))?;

    // The whole workspace again: a package alone chooses other features of
    // shared crates, and nearly everything would be compiled once more.
    let mut suite = |backend: &str, spin: Option<PathBuf>| {
        step(&format!("The contract suite on {backend}"));
        let mut tests = workspace.cargo();
        tests.args([
            "test",
            "--profile=host",
            "--workspace",
            "--test=contract",
            "--",
        ]);
        tests.args(&arguments).env("DIDS_GET_WASM", &wasm);
        tests.envs(spin.map(|spin| ("DIDS_SPIN", spin)));
        total.run(tests.env("DIDS_BACKEND", backend))
    };
    suite("local-mariadb", None)?;
    match spin() {
        Ok(spin) => suite("spin-sqlite", Some(spin))?,
        Err(why) => step(&format!("The contract suite does not run on Spin: {why}")),
    }

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

/// The Spin to test on, or why there is none.
fn spin() -> Result<PathBuf> {
    let program = match std::env::var_os("DIDS_SPIN") {
        Some(named) => std::path::absolute(named)?,
        None => {
            let name = format!("spin{}", std::env::consts::EXE_SUFFIX);
            let path = std::env::var_os("PATH").unwrap_or_default();
            let mut places = std::env::split_paths(&path).map(|place| place.join(&name));
            places
                .find(|file| file.is_file())
                .context("there is no spin on the PATH")?
        }
    };
    let version = ask(Command::new(&program).arg("--version")).unwrap_or_default();
    // Another well-known program is called spin; its version looks different.
    if spin_version(&version).is_none_or(|version| version < SPIN_NEEDED) {
        let (major, minor) = SPIN_NEEDED;
        bail!(
            "it takes Spin {major}.{minor}, and {} is `{}`",
            program.display(),
            version.trim()
        );
    }
    Ok(program)
}

/// Major and minor number from a line like `spin 4.1.0-pre0 (94a8fc8 2026-08-21)`.
fn spin_version(line: &str) -> Option<(u32, u32)> {
    let mut numbers = line.strip_prefix("spin ")?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
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

    #[test]
    fn spin_is_recognised_by_its_version() {
        assert_eq!(
            spin_version("spin 4.1.0-pre0 (94a8fc8 2026-08-21)\n"),
            Some((4, 1))
        );
        assert_eq!(
            spin_version("spin 3.6.2 (0123456 2026-01-01)\n"),
            Some((3, 6))
        );
        assert_eq!(
            spin_version("Spin Version 6.5.2 -- 6 December 2019\n"),
            None
        );
    }
}
