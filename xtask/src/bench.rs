//! `cargo xtask bench`

use crate::process::{run as start, step};
use crate::workspace::{TARGET, Workspace};
use crate::{hosts, servers, tools};
use anyhow::Result;
use std::ffi::OsString;
use std::process::Command;

pub const ABOUT: &str = "\
Builds everything optimised, makes databases of up to a million DIDs (once) and
measures the component against the bars of its design, on SQLite and on MariaDB and
MySQL servers of its own, on the local host or, with --host=spin, on the spin that is on the
PATH; takes 25 minutes and writes the result to benches/RESULTS.md.
--quick takes 100,000 DIDs and three minutes, and writes nothing; --rows chooses the
largest database; --only runs the bars whose names hold this word; --sqlite leaves the
servers out.";

/// What the local host is compiled by: as an operator would, not as for the tests.
const PROFILE: &str = "measured";

pub fn run(mut arguments: Vec<OsString>) -> Result<()> {
    let workspace = Workspace::find()?;
    let mut given = Vec::new();
    if let Some(at) = arguments.iter().position(|it| it == "--host=spin") {
        let (program, version) = hosts::spin()?;
        given.push(("DIDS_SPIN", program));
        arguments.splice(at..=at, ["--spin".into(), version.into()]);
    }
    let tools = tools::for_tests(&workspace, false, false)?;
    tools.say_missing();
    given.extend(tools.mysql.map(|mysql| (servers::MYSQL, mysql)));
    given.push(("DIDS_GET_WASM", workspace.component()?));
    given.push(("DIDS_GET_WASM02", workspace.component02()?));
    step("Building the empty component");
    let empty = [
        "build",
        "--release",
        "--package=dids-bench-empty",
        "--target",
        TARGET,
    ];
    start(workspace.cargo().args(empty))?;
    step("Building the benchmarks (the first time takes some minutes)");
    let profile = format!("--profile={PROFILE}");
    let build = ["build", &profile, "--workspace", "--bin=dids-benches"];
    start(workspace.cargo().args(build))?;
    let program = format!("dids-benches{}", std::env::consts::EXE_SUFFIX);
    let mut benches = Command::new(workspace.target.join(PROFILE).join(program));
    benches.arg("--root").arg(&workspace.root);
    step("Measuring");
    start(benches.args(arguments).envs(given))
}
