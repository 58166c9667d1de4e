//! `cargo xtask dist`

use crate::process::{self, step};
use crate::standalone;
use crate::workspace::Workspace;
use crate::{import, no_arguments};
use anyhow::{Context, Result};
use std::ffi::OsString;
use std::process::Command;

pub const ABOUT: &str = "\
Builds all four files and the program for copies of a server, and packs them for those who have no Rust: with checksums,
the lists of what is in them (SBOM), licences, a manifest and a template for Spin and
demo data; prints the path of the archive.";

pub fn run(arguments: Vec<OsString>) -> Result<()> {
    no_arguments(&arguments)?;
    let workspace = Workspace::find()?;
    let components = [workspace.component()?, workspace.component02()?];
    let [standalone, _] = standalone::build(&workspace, &components)?;
    let built = standalone.parent().context("the files are in no folder")?;
    std::fs::copy(import::release(&workspace)?, built.join("dids-import"))?;
    step("Packing");
    let mut dist = Command::new(workspace.program("dids-dist")?);
    dist.arg(&workspace.root);
    dist.arg(built);
    process::run(dist.arg(workspace.target.join("dist")))
}
