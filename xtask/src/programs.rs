//! The workspace's test programs. Cargo builds them; each then reports its tests one by
//! one as JSON, so that a test that did not run is never taken for one that passed.

use crate::workspace::Workspace;
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A test program, as cargo built it.
pub struct Program {
    /// Cargo's name for it: `contract`, or that of a crate for its unit tests.
    pub name: String,
    file: PathBuf,
    /// Where its package is, which is where tests expect to run.
    folder: PathBuf,
}

/// Builds all of them. Always the whole workspace: a package alone chooses other
/// features of shared crates, and nearly everything would be compiled once more.
pub fn build(workspace: &Workspace) -> Result<Vec<Program>> {
    let mut build = workspace.cargo();
    build.args(["test", "--no-run", "--profile=host", "--workspace"]);
    build.arg("--message-format=json-render-diagnostics");
    let built = build.stderr(Stdio::inherit()).output()?;
    if !built.status.success() {
        bail!("the tests cannot be built");
    }
    let mut programs = Vec::new();
    for message in String::from_utf8(built.stdout)?.lines() {
        programs.extend(Program::of(&serde_json::from_str(message)?));
    }
    programs.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(programs)
}

impl Program {
    /// The test program that a message of cargo's is about, if it is about one.
    fn of(message: &Value) -> Option<Self> {
        let text = |at| message.pointer(at).and_then(Value::as_str);
        let is_test = message.pointer("/profile/test") == Some(&Value::Bool(true));
        let program = Self {
            name: text("/target/name")?.to_owned(),
            file: text("/executable")?.into(),
            folder: Path::new(text("/manifest_path")?).parent()?.to_owned(),
        };
        is_test.then_some(program)
    }

    /// Runs it, shows what it does, and says what came of each test.
    pub fn run<A: AsRef<OsStr>>(
        &self,
        arguments: &[A],
        given: &[(&str, PathBuf)],
    ) -> Result<Report> {
        let mut command = Command::new(&self.file);
        command.current_dir(&self.folder).args(arguments);
        // What passing tests print is part of the report.
        command.args(["-Zunstable-options", "--format=json", "--show-output"]);
        command.arg("--report-time");
        // Some tests only wait.
        let threads = std::thread::available_parallelism().map_or(1, |cores| cores.get() + 1);
        command.env("RUST_TEST_THREADS", threads.to_string());
        // Lets the released Rust report as JSON. Cargo must not see it.
        command.env("RUSTC_BOOTSTRAP", "1");
        command.envs(given.iter().map(|(name, value)| (name, value)));
        let mut program = command.stdout(Stdio::piped()).spawn()?;
        let output = program.stdout.take().context("the program has no output")?;
        let mut report = Report::default();
        for line in BufReader::new(output).split(b'\n') {
            report.read(&String::from_utf8_lossy(&line?));
        }
        report.end(program.wait()?.success());
        Ok(report)
    }
}

/// Stands for a test where the program died, or lost the result of one.
pub const ITSELF: &str = "itself";

/// What came of the tests of one program.
#[derive(Default)]
pub struct Report {
    pub passed: BTreeSet<String>,
    pub failed: BTreeSet<String>,
    pub ignored: BTreeSet<String>,
    /// Those that passed, but not on the host or the database that was chosen.
    pub elsewhere: usize,
    /// What `tests/rate.rs` measured, such as `900 requests/s`.
    pub rate: Option<String>,
    /// How long all took.
    pub seconds: f64,
    /// Those that have begun and not ended.
    running: BTreeSet<String>,
    /// How many it said it would run; and whether it said that it is through.
    announced: u64,
    is_through: bool,
}

impl Report {
    /// Reads a line: an event, or something else that is only shown. An event may stand
    /// behind what a test wrote past the harness.
    fn read(&mut self, line: &str) {
        let json = line
            .find(r#"{ "type": ""#)
            .and_then(|start| line.get(start..));
        let Some(event) = json.and_then(|json| serde_json::from_str::<Value>(json).ok()) else {
            println!("{line}");
            return;
        };
        let text = |name| event.get(name).and_then(Value::as_str).unwrap_or_default();
        match (text("type"), text("event")) {
            ("suite", "started") => {
                self.announced = event.get("test_count").and_then(Value::as_u64).unwrap_or(0);
            }
            ("suite", _) => {
                self.is_through = true;
                self.seconds = event
                    .get("exec_time")
                    .and_then(Value::as_f64)
                    .unwrap_or(0.0);
            }
            ("test", "started") => {
                self.running.insert(text("name").to_owned());
            }
            ("test", result @ ("ok" | "failed" | "ignored")) => {
                let [name, output] = ["name", "stdout"].map(text);
                let seconds = event.get("exec_time").and_then(Value::as_f64);
                let seconds = seconds.map_or_else(String::new, |time| format!(" in {time:.1} s"));
                println!("test {name} ... {result}{seconds}");
                self.running.remove(name);
                let results = match result {
                    "ok" => &mut self.passed,
                    "ignored" => &mut self.ignored,
                    _ => {
                        println!("{output}");
                        &mut self.failed
                    }
                };
                results.insert(name.to_owned());
                self.note(output);
            }
            _ => {}
        }
    }

    /// Takes what a test says to us: `dids_tests::elsewhere`, `tests/rate.rs`.
    fn note(&mut self, output: &str) {
        let mut lines = output.lines();
        self.elsewhere += usize::from(output.lines().any(|line| line.starts_with("elsewhere: ")));
        let rate = lines.find_map(|line| line.strip_prefix("measured: "));
        self.rate = rate.map(str::to_owned).or(self.rate.take());
    }

    /// The program has ended. What it did not report has failed.
    fn end(&mut self, is_success: bool) {
        self.failed.append(&mut self.running);
        let reported = self.passed.len() + self.failed.len() + self.ignored.len();
        let is_whole = is_success && self.is_through && reported as u64 == self.announced;
        if !is_whole && self.failed.is_empty() {
            self.failed.insert(ITSELF.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEGIN: &str = r#"{ "type": "suite", "event": "started", "test_count": 2 }"#;
    const A: &str = r#"{ "type": "test", "event": "started", "name": "a" }"#;
    const A_OK: &str =
        r#"{ "type": "test", "name": "a", "event": "ok", "stdout": "measured: 9 requests/s\n" }"#;
    const B: &str = r#"{ "type": "test", "event": "started", "name": "b" }"#;
    const B_OK: &str = r#"{ "type": "test", "name": "b", "event": "ok", "stdout": "x\nelsewhere: y\nelsewhere: z\n" }"#;
    const B_FAILED: &str = r#"{ "type": "test", "name": "b", "event": "failed" }"#;
    const B_IGNORED: &str = r#"{ "type": "test", "name": "b", "event": "ignored" }"#;
    const END: &str = r#"{ "type": "suite", "event": "ok", "passed": 2, "exec_time": 1.5 }"#;

    fn report(lines: &[&str], is_success: bool) -> Report {
        let mut report = Report::default();
        lines.iter().for_each(|line| report.read(line));
        report.end(is_success);
        report
    }

    #[test]
    fn events_are_counted_behind_other_output() {
        let noisy = format!("a child wrote this{A_OK}");
        let report = report(
            &[BEGIN, A, &noisy, "{ \"type\": no JSON", B, B_OK, END],
            true,
        );
        let counts = (report.passed.len(), report.failed.len(), report.elsewhere);
        assert_eq!(counts, (2, 0, 1));
        assert_eq!(report.rate.as_deref(), Some("9 requests/s"));
        assert_eq!(report.seconds, 1.5);
    }

    #[test]
    fn what_is_not_reported_has_failed() {
        for (lines, is_success, failed) in [
            (&[BEGIN, A, A_OK, B, B_IGNORED, END][..], true, None),
            (&[BEGIN, A, A_OK, B, B_FAILED, END], false, Some("b")),
            // It died within a test, between two, at its end, and before it began.
            (&[BEGIN, A, A_OK, B], false, Some("b")),
            (&[BEGIN, A, A_OK], false, Some(ITSELF)),
            (&[BEGIN, A, A_OK, B, B_OK], true, Some(ITSELF)),
            (&[BEGIN, A, A_OK, B, B_OK, END], false, Some(ITSELF)),
            (&[], true, Some(ITSELF)),
            // A test was announced, and nothing was heard of it.
            (&[BEGIN, A, A_OK, END], true, Some(ITSELF)),
        ] {
            let report = report(lines, is_success);
            let found = report.failed.first().map(String::as_str);
            assert_eq!(found, failed, "{lines:?}");
        }
    }
}
