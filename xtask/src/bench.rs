//! `cargo xtask bench`

use crate::mysql;
use crate::process::{run as start, step};
use crate::tools;
use crate::workspace::{TARGET, Workspace};
use anyhow::Result;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

pub const ABOUT: &str = "\
Builds everything optimised, makes databases of up to a million DIDs (once) and
measures the component against the bars of its design, on SQLite and on MariaDB and
MySQL servers of its own, and against a PHP script and Datasette, where they can be had;
takes 25 minutes and writes the result to benches/RESULTS.md.
--quick takes 100,000 DIDs and three minutes, and writes nothing; --rows chooses the
largest database; --only runs the bars whose names hold this word; --sqlite leaves the
servers out.";

/// What the local host is compiled by: as an operator would, not as for the tests.
const PROFILE: &str = "measured";
/// Another version would be another figure.
const DATASETTE: [&str; 3] = ["install", "--quiet", "datasette==0.65.5"];

pub fn run(arguments: Vec<OsString>) -> Result<()> {
    let workspace = Workspace::find()?;
    let tools = tools::for_tests(&workspace, false)?;
    tools.say_missing();
    let peers = peers(&workspace);
    let wasm = workspace.component()?;
    let wasm02 = workspace.component02()?;
    step("Building the empty component");
    start(workspace.cargo().args([
        "build",
        "--release",
        "--package=dids-bench-empty",
        "--target",
        TARGET,
    ]))?;
    step("Building the benchmarks (the first time takes some minutes)");
    start(workspace.cargo().args([
        "build",
        &format!("--profile={PROFILE}"),
        "--workspace",
        "--bin=dids-host",
        "--bin=dids-benches",
    ]))?;
    let program = format!("dids-benches{}", std::env::consts::EXE_SUFFIX);
    let mut benches = Command::new(workspace.target.join(PROFILE).join(program));
    benches
        .arg("--root")
        .arg(&workspace.root)
        .arg("--wasm")
        .arg(&wasm)
        .arg("--empty")
        .arg(wasm.with_file_name("dids_bench_empty.wasm"));
    benches.arg("--wasm02").arg(&wasm02);
    benches.arg("--peers").arg(&peers);
    if let Some(mysql) = tools.mysql {
        benches.env(mysql::VARIABLE, mysql);
    }
    step("Measuring");
    start(benches.args(arguments))
}

/// The folder of programs to compare with, which Datasette is installed in.
fn peers(workspace: &Workspace) -> PathBuf {
    let peers = workspace.target.join("peers");
    let folder = peers.join("datasette");
    let program = folder.join("bin/datasette");
    if !program.is_file() {
        step("Installing Datasette in the target folder");
        let made = start(Command::new("python3").args(["-m", "venv"]).arg(&folder));
        let pip = folder.join("bin/pip");
        let installed = made.and_then(|()| start(Command::new(pip).args(DATASETTE)));
        if let Err(why) = installed {
            step(&format!("THERE IS NO Datasette TO COMPARE WITH: {why:#}"));
        }
    }
    peers
}
