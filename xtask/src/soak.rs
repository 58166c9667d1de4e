//! `cargo xtask soak`

use crate::process::{run as start, step};
use crate::workspace::Workspace;
use anyhow::{Result, bail};
use std::ffi::OsString;

pub const ABOUT: &str = "\
Sends REQUESTS (500,000 unless said) of all roles while faults come and go, and
compares every answer with the model's; then as many without faults, and watches
the memory. Prints what became of them. `cargo xtask test` sends a few thousand.";

pub fn run(arguments: Vec<OsString>) -> Result<()> {
    let requests = match arguments.as_slice() {
        [] => OsString::from("500000"),
        [number] => number.clone(),
        [_, unexpected, ..] => bail!("unexpected argument {}", unexpected.display()),
    };
    let workspace = Workspace::find()?;
    let wasm = workspace.component()?;
    step(&format!("Sending {} requests, twice", requests.display()));
    // The whole workspace, as in `test`: a package alone chooses other features
    // of shared crates.
    start(
        workspace
            .cargo()
            .args(["test", "--workspace", "--profile=host", "--test=soak"])
            .args(["--", "--nocapture", "--test-threads=1"])
            .env("SOAK_REQUESTS", requests)
            .env("DIDS_GET_WASM", wasm),
    )
}
