//! `cargo xtask import`

use crate::process::{replace, run as start, step};
use crate::remap;
use crate::workspace::Workspace;
use anyhow::{Context, Result};
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

pub const ABOUT: &str = "\
Copies what the component reads of a live MOR server into an SQLite file, which is
replaced when the copy is whole. Without a URL, SPIN_VARIABLE_DATABASE gives it and
keeps the password out of the list of processes. With --anonymize names, comments
and keys are left out; with --watch it copies again and again.";

const PACKAGE: &str = "--package=dids-import";

/// The program's own arguments; this only builds it.
pub fn run(arguments: Vec<OsString>) -> Result<()> {
    let workspace = Workspace::find()?;
    step("Building the program");
    // What it is made of has no WebAssembly, whose compiler takes minutes to build.
    let program = workspace.program("dids-import")?;
    replace(Command::new(program).args(arguments)).context("import does not start")
}

/// Builds the program for a release, small and without a path of this machine, and
/// gives its path.
pub fn release(workspace: &Workspace) -> Result<PathBuf> {
    step("Building the program that copies a server");
    // In a folder of its own: other flags would build the rest anew.
    let target = workspace.target.join("import");
    let mut build = workspace.cargo();
    build.args(["build", "--release", PACKAGE, "--target-dir"]);
    build.arg(&target);
    build.env("CARGO_ENCODED_RUSTFLAGS", remap::flags(workspace, &[])?);
    start(&mut build)?;
    Ok(target.join("release").join(file_name()))
}

fn file_name() -> String {
    format!("dids-import{}", std::env::consts::EXE_SUFFIX)
}
