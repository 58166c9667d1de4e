//! `cargo xtask build`

use crate::{no_arguments, workspace::Workspace};
use anyhow::Result;
use std::ffi::OsString;

pub const ABOUT: &str = "\
Builds the component for WASI 0.3 and for WASI 0.2; prints the paths and sizes.";

pub fn run(arguments: Vec<OsString>) -> Result<()> {
    no_arguments(&arguments)?;
    let workspace = Workspace::find()?;
    for wasm in [workspace.component()?, workspace.component02()?] {
        let kilobytes = wasm.metadata()?.len() as f64 / 1000.0;
        println!("{} ({kilobytes:.1} kB)", wasm.display());
    }
    Ok(())
}
