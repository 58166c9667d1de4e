//! `cargo xtask bench`

use crate::process::{run as start, step};
use crate::setup::{TARGET, Workspace};
use crate::tools;
use anyhow::Result;
use std::ffi::OsString;
use std::process::Command;

pub const ABOUT: &str = "\
Builds everything optimised, makes databases of up to a million DIDs (once) and
measures the component against the bars of its design, on SQLite and on a MariaDB
server of its own; takes a quarter of an hour and writes the result to benches/RESULTS.md.
--quick takes 100,000 DIDs and two minutes, and writes nothing; --rows chooses the
largest database; --only runs the bars whose names hold this word.";

pub fn run(arguments: Vec<OsString>) -> Result<()> {
    let workspace = Workspace::find()?;
    tools::mariadb()?;
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
        "--profile=host",
        "--workspace",
        "--bin=dids-host",
        "--bin=dids-benches",
    ]))?;
    let program = format!("dids-benches{}", std::env::consts::EXE_SUFFIX);
    let mut benches = Command::new(workspace.host()?.with_file_name(program));
    benches
        .arg("--root")
        .arg(&workspace.root)
        .arg("--wasm")
        .arg(&wasm)
        .arg("--empty")
        .arg(wasm.with_file_name("dids_bench_empty.wasm"));
    benches.arg("--wasm02").arg(&wasm02);
    step("Measuring");
    start(benches.args(arguments))
}
