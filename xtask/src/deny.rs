//! `cargo xtask deny`

use crate::no_arguments;
use crate::process::{ask, run as start, step};
use crate::setup::Workspace;
use anyhow::Result;
use std::ffi::OsString;

pub const ABOUT: &str = "\
Checks licences, sources and duplicates of all dependencies by deny.toml, and
with a network known vulnerabilities; installs cargo-deny if it is not there.";

pub fn run(arguments: Vec<OsString>) -> Result<()> {
    no_arguments(&arguments)?;
    let workspace = Workspace::find()?;
    if ask(workspace.cargo().args(["deny", "--version"])).is_none() {
        step("Installing cargo-deny (some minutes)");
        start(
            workspace
                .cargo()
                .args(["install", "cargo-deny", "--locked"]),
        )?;
    }
    step("Licences, sources and bans");
    start(
        workspace
            .cargo()
            .args(["deny", "--workspace", "check"])
            .args(["licenses", "sources", "bans"]),
    )?;
    step("Known vulnerabilities (asks the advisory database)");
    start(
        workspace
            .cargo()
            .args(["deny", "--workspace", "check", "advisories"]),
    )
}
