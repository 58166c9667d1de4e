//! `cargo xtask deny`

use crate::no_arguments;
use crate::process::{run as start, step};
use crate::workspace::Workspace;
use anyhow::Result;
use std::ffi::OsString;

pub const ABOUT: &str = "\
Checks licences, sources and duplicates of all dependencies by deny.toml, and
with a network known vulnerabilities; installs cargo-deny if it is not there.";

pub fn run(arguments: Vec<OsString>) -> Result<()> {
    no_arguments(&arguments)?;
    let workspace = Workspace::find()?;
    workspace.extend_cargo("deny")?;
    let check = |what: &[&str]| {
        let mut deny = workspace.cargo();
        start(deny.args(["deny", "--workspace", "check"]).args(what))
    };
    step("Licences, sources and bans");
    check(&["licenses", "sources", "bans"])?;
    step("Known vulnerabilities (asks the advisory database)");
    check(&["advisories"])
}
