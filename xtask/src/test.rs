//! `cargo xtask test`

use crate::conformance;
use crate::hosts;
use crate::leave_out::Wasi;
use crate::process::step;
use crate::servers;
use crate::suites::{Suites, Total};
use crate::tools;
use crate::workspace::Workspace;
use anyhow::{Result, bail};
use std::borrow::Cow;
use std::ffi::OsString;

pub const ABOUT: &str = "\
Builds the component and runs every test of the workspace; the contract suite with
the builds for WASI 0.3 and 0.2, on SQLite and on MariaDB and MySQL servers of its own.
MySQL is fetched from Debian unstable and unpacked in the target folder; where it cannot
be had, the run says so, and fails.
Arguments go to the test programs: a part of a name picks tests.
With --hosts the contract suite also runs on third-party hosts, wasmtime and jco,
which are installed in the target folder, and on a spin or a wash that is on the PATH;
--hosts=wasmtime runs it on that one alone, --hosts=jco-sqlite with that database.
A table tells, for each host and database, the results and the requests a second; --record
writes the counts into docs/conformance.md.
With --servers that suite also runs on MariaDB 10.5 and 11.8, which are fetched like MySQL.
With --office LibreOffice opens a list, too: that is 276 MB to install.
Before the last line stands each failure, with the command that runs it alone; the last
is the total: N passed, N failed, N skipped.";

const LOCAL: &str = "local host";
/// Where the contract suite runs once more, after all tests with WASI 0.3 and SQLite.
const AGAIN: [(&str, Wasi); 5] = [
    ("local-mariadb", Wasi::P3),
    ("local-mysql", Wasi::P3),
    ("local-sqlite", Wasi::P2),
    ("local-mariadb", Wasi::P2),
    ("local-mysql", Wasi::P2),
];

pub fn run(arguments: Vec<OsString>) -> Result<()> {
    let (flags, arguments): (Vec<_>, Vec<_>) = arguments.into_iter().partition(|argument| {
        let argument = argument.to_string_lossy();
        argument.starts_with("--hosts")
            || ["--record", "--office", "--servers"].contains(&&*argument)
    });
    let flags: Vec<_> = flags.iter().map(|flag| flag.to_string_lossy()).collect();
    if flags.iter().any(|flag| flag == "--record") && !arguments.is_empty() {
        bail!("--record takes every test, not those that are picked");
    }
    let mut total = Total::default();
    if let Err(error) = test(&flags, arguments, &mut total) {
        total.failures.push(format!("{error:#}"));
    }
    if total.passed == 0 && total.failures.is_empty() {
        total.failures.push("no test has such a name".to_owned());
    }
    let failed = total.failures.len();
    if failed > 0 {
        println!("\nFailed:\n  {}", total.failures.join("\n  "));
    }
    println!(
        "\n{} passed, {failed} failed, {} skipped",
        total.passed, total.skipped
    );
    // The total is the last line, so nothing more is said.
    std::process::exit(i32::from(failed > 0))
}

fn test(flags: &[Cow<'_, str>], arguments: Vec<OsString>, total: &mut Total) -> Result<()> {
    let is_set = |name: &str| flags.iter().any(|flag| flag == name);
    let workspace = Workspace::find()?;
    let hosts = flags.iter().any(|flag| flag.starts_with("--hosts"));
    let tools = tools::for_tests(&workspace, is_set("--office"), hosts)?;
    tools.say_missing();
    let components = match tools.has_target {
        true => Some([workspace.component()?, workspace.component02()?]),
        false => None,
    };
    step("Building the tests (the first time takes some minutes)");
    let office = is_set("--office");
    let mut suites = Suites::build(&workspace, &tools, components, (arguments, office), total)?;
    // All of them, even after a failure: the total counts everything.
    suites.run(LOCAL, ("local-sqlite", Wasi::P3), None, &[])?;
    for place in AGAIN {
        suites.run(LOCAL, place, Some(&["contract", "rate"]), &[])?;
    }
    // The tests of servers, on the one that they do not take by themselves.
    suites.run(LOCAL, ("local-mysql", Wasi::P3), Some(&["mysql"]), &[])?;
    let others = ["mariadb-10.5", "mariadb-11.8"];
    for name in others.iter().filter(|_| is_set("--servers")) {
        let server = servers::unpacked(&workspace, name, "mariadbd")?;
        let given = [(servers::MARIADB, server)];
        let place = ("local-mariadb", Wasi::P3);
        suites.run(LOCAL, place, Some(&["contract"]), &given)?;
    }
    for flag in flags.iter().filter(|flag| flag.starts_with("--hosts")) {
        hosts::test(&workspace, flag, &mut suites)?;
    }
    print!("{}", conformance::table(&suites.runs));
    suites.runs.iter().for_each(|run| println!("{}", run.pace));
    if is_set("--record") && suites.total.failures.is_empty() {
        conformance::record(&workspace.root, &suites.runs)?;
    }
    tools.say_missing();
    Ok(())
}
