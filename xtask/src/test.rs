//! `cargo xtask test`

use crate::conformance::{self, Run};
use crate::hosts;
use crate::mysql;
use crate::process::step;
use crate::results::{Program, Results};
use crate::setup::Workspace;
use crate::tools;
use anyhow::{Context, Result, bail};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

pub const ABOUT: &str = "\
Builds the component and runs every test of the workspace; the contract suite with
the builds for WASI 0.3 and 0.2, on SQLite and on MariaDB and MySQL servers of its own.
MySQL is fetched from Debian unstable and unpacked in the target folder; where it cannot
be had, the run says so, and fails.
Arguments go to the test programs: a part of a name picks tests.
With --hosts the contract suite also runs on third-party hosts, wasmtime and jco,
which are installed in the target folder, and on a spin or a wash that is on the PATH;
--hosts=wasmtime runs it on that one alone, --hosts=jco-sqlite with that database.
A table tells, for each host and database, the results and the requests a second. The
results must be what docs/conformance.md says; --record writes them there.
The last line is the total: N passed, N failed, N skipped.";

/// Parts of the contract suite that look inside the host, and so run on the local
/// one whatever is chosen. They do on both databases with both builds: for a host
/// of others they would only be run once more.
const INSIDE: &[&str] = &[
    "--skip=artefact::",
    "--skip=broken::",
    "--skip=budget::",
    "--skip=damage::",
    "--skip=faults::",
    "--skip=hostile::",
    "--skip=logs::",
    "--skip=tenants::",
    "--skip=trigram::",
];

pub fn run(arguments: Vec<OsString>) -> Result<()> {
    let (flags, arguments): (Vec<_>, Vec<_>) = arguments.into_iter().partition(|argument| {
        let argument = argument.to_string_lossy();
        argument.starts_with("--hosts") || argument == "--record"
    });
    let record = flags.iter().any(|flag| flag == "--record");
    if record && !arguments.is_empty() {
        bail!("--record takes every test, not those that are picked");
    }
    let workspace = Workspace::find()?;
    let missing = tools::for_tests(&workspace).err();
    if let Some(missing) = &missing {
        step(&format!(
            "TESTS THAT NEED MORE THAN THIS MACHINE HAS WILL FAIL: {missing:#}"
        ));
    }
    let components = [workspace.component()?, workspace.component02()?];
    let [wasm, wasm02] = &components;
    let mysql = mysql::get(&workspace);
    if let Err(why) = &mysql {
        step(&format!("THERE IS NO MySQL TO TEST WITH: {why:#}"));
    }
    let mut suites = Suites {
        contract_tests: conformance::contract_tests(&workspace.root)?,
        workspace: &workspace,
        databases: conformance::databases(mysql.as_deref().ok()),
        mysql: mysql.ok(),
        arguments,
        total: Total::default(),
        runs: Vec::new(),
        rates: Vec::new(),
    };

    step("Building and running the tests (the first time takes some minutes)");
    // All of them, even after a failure: the total counts everything.
    let given = [
        ("DIDS_GET_WASM", wasm.clone()),
        ("DIDS_GET_WASM02", wasm02.clone()),
    ];
    let all = suites.test(&["--no-fail-fast"], &[], &given)?;
    let rate = all.rate.clone();
    suites.note("local host, WASI 0.3", "local-sqlite", all, rate);
    for backend in ["local-mariadb", "local-mysql"] {
        let given = [("DIDS_GET_WASM", wasm.clone())];
        suites.contract("local host, WASI 0.3", backend, &given)?;
    }
    for backend in ["local-sqlite", "local-mariadb", "local-mysql"] {
        let given = [("DIDS_GET_WASM", wasm02.clone())];
        suites.contract("local host, WASI 0.2", backend, &given)?;
    }
    suites.servers(&given)?;
    for flag in flags.iter().filter(|flag| *flag != "--record") {
        hosts::test(
            &workspace,
            &flag.to_string_lossy(),
            &components,
            &mut suites,
        )?;
    }
    let total = suites.end(record)?;
    if let Some(missing) = missing {
        println!("\nNot all could be tested here: {missing:#}");
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

/// Test runs, and what came of them.
pub struct Suites<'w> {
    workspace: &'w Workspace,
    /// The names of the databases, by the ends of their backends.
    databases: BTreeMap<&'static str, String>,
    /// The server to test with, if it could be had.
    mysql: Option<PathBuf>,
    contract_tests: BTreeSet<String>,
    arguments: Vec<OsString>,
    total: Total,
    /// Those of the contract suite.
    runs: Vec<Run>,
    /// How fast each was. That is another thing each time, and not recorded.
    rates: Vec<String>,
}

impl Suites<'_> {
    /// Runs the contract suite on a host, with the files and programs given.
    pub fn contract(&mut self, host: &str, backend: &str, given: &[(&str, PathBuf)]) -> Result<()> {
        if self.lacks(backend) {
            return Ok(());
        }
        step(&format!("The contract suite on {host}, {backend}"));
        let backend_given = ("DIDS_BACKEND", backend.into());
        let given: Vec<_> = given.iter().cloned().chain([backend_given]).collect();
        let is_local = backend.starts_with("local-");
        let skips = if is_local { &[][..] } else { INSIDE };
        let suite = self.test(&["--test=contract"], skips, &given)?;
        // By itself: what runs beside it would take its time.
        let rate = self.test(&["--test=rate"], &[], &given)?.rate;
        if !is_local {
            self.test(&["--test=hosts"], &[], &given)?;
        }
        self.note(host, backend, suite, rate);
        Ok(())
    }

    /// Runs the tests of servers once more, on the one that they do not take by
    /// themselves.
    fn servers(&mut self, given: &[(&str, PathBuf)]) -> Result<()> {
        let backend = "local-mysql";
        if self.lacks(backend) {
            return Ok(());
        }
        step("The tests of database servers on MySQL");
        let given = given.iter().cloned();
        let given: Vec<_> = given.chain([("DIDS_BACKEND", backend.into())]).collect();
        self.test(&["--test=mysql"], &[], &given)?;
        Ok(())
    }

    /// Whether there is no server for this. If so, says it.
    fn lacks(&self, backend: &str) -> bool {
        let lacks = backend.ends_with("-mysql") && self.mysql.is_none();
        if lacks {
            step(&format!("NOT TESTED, there is no MySQL: {backend}"));
        }
        lacks
    }

    /// Whether no tests were picked.
    fn is_whole(&self) -> bool {
        self.arguments.is_empty()
    }

    /// Remembers what the contract suite gave, which is among these programs.
    fn note(&mut self, host: &str, backend: &str, results: Results, rate: Option<String>) {
        let all = &self.contract_tests;
        let is_contract = |program: &Program| !program.tests.is_disjoint(all);
        let program = results.programs.into_iter().find(is_contract);
        // Of tests that were picked, none is left out.
        let nothing = BTreeSet::new();
        let all = if self.is_whole() { all } else { &nothing };
        let run = program.map(|program| Run::new(host, self.database(backend), program, all));
        let seconds = run.as_ref().map_or(0.0, |run| run.program.seconds);
        let rate = rate.as_deref().unwrap_or("no measured rate");
        let line = format!("{host}, {backend}: {rate}; the suite took {seconds:.0} s");
        self.rates.push(line);
        self.runs.extend(run);
    }

    fn database(&self, backend: &str) -> &str {
        let end = backend.rsplit('-').next().unwrap_or_default();
        self.databases.get(end).map_or("SQLite", String::as_str)
    }

    /// Shows what the contract suite gave and compares it with the document, or
    /// writes it there. Where tests were picked there is nothing to compare.
    fn end(mut self, record: bool) -> Result<Total> {
        print!("{}", conformance::tables(&self.runs));
        println!("\n{}", self.rates.join("\n"));
        let root = &self.workspace.root;
        if record {
            conformance::record(root, &self.runs)?;
        } else if self.is_whole() && self.total.failed == 0 {
            let missing = conformance::missing(root, self.runs)?;
            if !missing.is_empty() {
                println!(
                    "\nThis is not what docs/conformance.md says. It counts as one failure; \
                     cargo xtask test --hosts --record writes it there:\n{}",
                    missing.join("\n")
                );
                self.total.failed += 1;
            }
        }
        Ok(self.total)
    }

    /// Always the whole workspace: a package alone chooses other features of
    /// shared crates, and nearly everything would be compiled once more.
    fn test(
        &mut self,
        options: &[&str],
        skips: &[&str],
        given: &[(&str, PathBuf)],
    ) -> Result<Results> {
        let mut tests = self.workspace.cargo();
        tests.args(["test", "--profile=host", "--workspace"]);
        tests.args(options).arg("--");
        tests.args(skips).args(&self.arguments);
        tests.envs(given.iter().map(|(name, value)| (name, value)));
        if let Some(mysql) = &self.mysql {
            tests.env(mysql::VARIABLE, mysql);
        }
        self.total.run(&mut tests)
    }
}

/// The results of all test programs together.
#[derive(Default)]
struct Total {
    passed: u64,
    failed: u64,
    skipped: u64,
}

impl Total {
    /// Runs cargo, passes its output through and counts the results in it.
    fn run(&mut self, cargo: &mut Command) -> Result<Results> {
        let failed = self.failed;
        let mut tests = cargo
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start cargo")?;
        let output = tests.stdout.take().context("cargo has no output")?;
        let mut screen = std::io::stdout();
        let mut results = Results::default();
        let mut line = Vec::new();
        let mut output = BufReader::new(output);
        while output.read_until(b'\n', &mut line)? > 0 {
            results.read(&String::from_utf8_lossy(&line));
            screen.write_all(&line)?;
            screen.flush()?;
            line.clear();
        }
        for program in &results.programs {
            self.passed += program.passed;
            self.failed += program.failed;
            self.skipped += program.ignored;
        }
        if !tests.wait()?.success() && self.failed == failed {
            println!(
                "\nNo test failed, but cargo did: a build error, or a test program that died. \
                 It counts as one failure."
            );
            self.failed += 1;
        }
        Ok(results)
    }
}
