//! `cargo xtask soak`

use crate::process::{run as start, step};
use crate::setup::Workspace;
use anyhow::{Context, Result, bail};
use std::ffi::OsString;

pub const ABOUT: &str = "\
Sends REQUESTS (500,000 unless said) of all roles while faults come and go, and
compares every answer with the model's; then as many without faults, and watches
the memory. Prints what became of them. `cargo xtask test` sends a few thousand.";

pub fn run(arguments: Vec<OsString>) -> Result<()> {
    let requests = match arguments.as_slice() {
        [] => 500_000_u64,
        [number] => {
            let number = number.to_str().context("not a number")?;
            number
                .parse()
                .with_context(|| format!("{number} is not a number"))?
        }
        [_, unexpected, ..] => bail!("unexpected argument {}", unexpected.display()),
    };
    let workspace = Workspace::find()?;
    let wasm = workspace.component()?;
    step(&format!("Sending {requests} requests, twice"));
    // The whole workspace, as in `test`: a package alone chooses other features
    // of shared crates.
    start(
        workspace
            .cargo()
            .args(["test", "--workspace", "--profile=host", "--test=soak"])
            .args(["--", "--nocapture", "--test-threads=1"])
            .env("SOAK_REQUESTS", requests.to_string())
            .env("DIDS_GET_WASM", wasm),
    )
}
