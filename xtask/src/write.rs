//! `cargo xtask write`

use crate::no_arguments;
use crate::process::{run as start, step};
use crate::workspace::Workspace;
use anyhow::Result;
use std::ffi::OsString;

pub const ABOUT: &str = "\
Writes what repeats something else anew: the tables that documents have of elements,
parameters and outcomes, docs/openapi.yaml, the golden pages of the reference model, and
the answers that documents show. The test program `written` fails where one of them is old.";

pub fn run(arguments: Vec<OsString>) -> Result<()> {
    no_arguments(&arguments)?;
    let workspace = Workspace::find()?;
    let wasm = workspace.component()?;
    step("Making documents and golden pages");
    // The whole workspace, as in `test`.
    start(
        workspace
            .cargo()
            .args(["test", "--workspace", "--profile=host", "--test=written"])
            .args(["--", "--nocapture"])
            .env("DIDS_WRITE", "1")
            .env("DIDS_GET_WASM", wasm),
    )
}
