//! `cargo xtask build`

use crate::{no_arguments, setup::Workspace};
use anyhow::Result;
use std::ffi::OsString;

pub const ABOUT: &str = "Builds the component; prints its path and size.";

pub fn run(arguments: Vec<OsString>) -> Result<()> {
    no_arguments(&arguments)?;
    let wasm = Workspace::find()?.component()?;
    println!(
        "{} ({:.1} kB)",
        wasm.display(),
        wasm.metadata()?.len() as f64 / 1000.0
    );
    Ok(())
}
