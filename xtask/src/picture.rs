//! `cargo xtask picture`

use crate::no_arguments;
use crate::process::{run as start, step};
use crate::setup::{Workspace, apt, has};
use crate::tools;
use anyhow::{Context, Result};
use std::ffi::OsString;
use std::process::Command;

pub const ABOUT: &str = "\
Draws docs/page.png, the README's picture: the HTML view with the demo data,
as the tests see it in their browser, in a palette of 64 colours.";

pub fn run(arguments: Vec<OsString>) -> Result<()> {
    no_arguments(&arguments)?;
    let workspace = Workspace::find()?;
    tools::for_tests(&workspace)?;
    if !has("pngquant") {
        apt(&["pngquant"]).context("pngquant makes the picture small: install it")?;
    }
    let wasm = workspace.component()?;
    step("Drawing the page of the demo data");
    // The whole workspace, as in `test`: a package alone chooses other features
    // of shared crates.
    start(
        workspace
            .cargo()
            .args(["test", "--profile=host", "--workspace", "--test=browser"])
            .args(["--", "demo_data"])
            .env("DIDS_GET_WASM", wasm),
    )?;
    let drawn = workspace.target.join("screenshots/demo-1280-light.png");
    let picture = workspace.root.join("docs/page.png");
    start(
        Command::new("pngquant")
            .args(["--force", "--strip", "--speed=1", "--output"])
            .arg(&picture)
            .arg("64")
            .arg(drawn),
    )?;
    let kilobytes = picture.metadata()?.len() as f64 / 1000.0;
    println!("{} ({kilobytes:.0} kB)", picture.display());
    Ok(())
}
