//! The test programs on each host and database, and what came of all of them.

use crate::conformance::{self, Run};
use crate::leave_out::{Place, Wasi};
use crate::process::{ask, step};
use crate::programs::{self, ITSELF, Program};
use crate::servers;
use crate::tools::Tools;
use crate::workspace::Workspace;
use anyhow::Result;
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

/// What came of all tests.
#[derive(Default)]
pub struct Total {
    pub passed: usize,
    pub skipped: usize,
    /// A line for each: what failed, and the command that runs it alone.
    pub failures: Vec<String>,
}

/// Test runs, and what came of them.
pub struct Suites<'a> {
    tools: &'a Tools,
    /// For WASI 0.3 and for 0.2, where they can be built.
    pub components: Option<[PathBuf; 2]>,
    /// What was typed: parts of names. Where there are none, all tests must run.
    arguments: Vec<OsString>,
    office: bool,
    programs: Vec<Program>,
    /// All tests of `tests/`, with their programs.
    sources: BTreeSet<String>,
    pub total: &'a mut Total,
    /// Those of the contract suite.
    pub runs: Vec<Run>,
}

impl<'a> Suites<'a> {
    /// Builds the test programs.
    pub fn build(
        workspace: &Workspace,
        tools: &'a Tools,
        components: Option<[PathBuf; 2]>,
        (arguments, office): (Vec<OsString>, bool),
        total: &'a mut Total,
    ) -> Result<Self> {
        Ok(Self {
            tools,
            components,
            arguments,
            office,
            programs: programs::build(workspace)?,
            sources: conformance::tests_in_sources(&workspace.root)?,
            total,
            runs: Vec::new(),
        })
    }

    /// Runs these programs, or all, on a host; more may be given to them.
    pub fn run(
        &mut self,
        host: &str,
        (backend, wasi): (&str, Wasi),
        only: Option<&[&str]>,
        more: &[(&'static str, PathBuf)],
    ) -> Result<()> {
        let place = Place {
            backend,
            wasi,
            office: self.office,
        };
        let title = format!("{host}, {wasi}");
        let Some(database) = self.database(backend, more) else {
            let failure = format!("{title}, {backend}: this machine has no such server");
            self.total.failures.push(failure);
            return Ok(());
        };
        if self.components.is_none() {
            let failure = format!("{title}, {database}: the component cannot be built here");
            self.total.failures.push(failure);
            if only.is_some() {
                return Ok(());
            }
        }
        let place_name = format!("{title}, {database}");
        let environment = self.environment(&place, more);
        let is_meant = |program: &str| only.is_none_or(|only| only.contains(&program));
        let mut ran = BTreeSet::new();
        let mut suite = None;
        let mut rate = None;
        for program in &self.programs {
            let name = &*program.name;
            if !is_meant(name) {
                continue;
            }
            step(&format!("{name} on {place_name}"));
            let mut arguments = self.arguments.clone();
            for rule in place.rules() {
                if let Some(skip) = rule.skip(name) {
                    println!("left out: {rule}");
                    arguments.push(skip);
                }
            }
            let report = program.run(&arguments, &environment)?;
            for test in &report.failed {
                let failure = match &**test {
                    ITSELF => format!("the program {name} on {place_name} died"),
                    _ => format!("{name}::{test} on {place_name}: {}", place.command(test)),
                };
                self.total.failures.push(failure);
            }
            self.total.passed += report.passed.len();
            self.total.skipped += report.ignored.len();
            let tests = report.passed.iter().chain(&report.failed);
            ran.extend(tests.map(|test| format!("{name}::{test}")));
            rate = report.rate.clone().or(rate);
            suite = suite.or((name == "contract").then_some(report));
        }
        if self.arguments.is_empty() {
            let wanted = self.sources.iter().filter(|test| {
                let program = test.split("::").next().unwrap_or_default();
                is_meant(program) && !place.rules().any(|rule| rule.names(test))
            });
            let missing = wanted.filter(|test| !ran.contains(*test));
            let missing = missing.map(|test| format!("{test} on {place_name} did not run"));
            self.total.failures.extend(missing);
        }
        if let Some(suite) = suite {
            let rate = rate.as_deref().unwrap_or("no measured rate");
            let seconds = suite.seconds;
            self.runs.push(Run {
                pace: format!("{place_name}: {rate}; the suite took {seconds:.0} s"),
                host: title,
                database,
                passed: suite.passed.len(),
                failed: suite.failed.len(),
                elsewhere: suite.elsewhere,
            });
        }
        Ok(())
    }

    /// The variables that a test program finds.
    fn environment(
        &self,
        place: &Place<'_>,
        more: &[(&'static str, PathBuf)],
    ) -> Vec<(&'static str, PathBuf)> {
        let mut variables = more.to_vec();
        variables.push(("PATH", self.tools.path.clone()));
        variables.push(("DIDS_BACKEND", place.backend.into()));
        if let Some(server) = &self.tools.mysql {
            variables.push((servers::MYSQL, server.clone()));
        }
        if let Some([wasm, wasm02]) = &self.components {
            let chosen = match place.wasi {
                Wasi::P3 => wasm,
                Wasi::P2 => wasm02,
            };
            variables.push(("DIDS_GET_WASM", chosen.clone()));
            variables.push(("DIDS_GET_WASM02", wasm02.clone()));
        }
        variables
    }

    /// The name of a backend's database, with the server's version; `None` where the
    /// machine has no such server.
    fn database(&self, backend: &str, more: &[(&'static str, PathBuf)]) -> Option<String> {
        let given = more.iter().find(|(name, _)| *name == servers::MARIADB);
        let mariadb = given.map(|(_, server)| server);
        let (name, server) = match backend.rsplit('-').next() {
            Some("mariadb") => ("MariaDB", mariadb.or(self.tools.mariadb.as_ref())?),
            Some("mysql") => ("MySQL", self.tools.mysql.as_ref()?),
            _ => return Some("SQLite".to_owned()),
        };
        // Like `mariadbd  Ver 10.11.19-MariaDB-0+deb12u1 for debian-linux-gnu on x86_64`.
        let line = ask(Command::new(server).arg("--version"))?;
        let version = line.split_whitespace().nth(2)?.split('-').next()?;
        Some(format!("{name} {version}"))
    }
}
