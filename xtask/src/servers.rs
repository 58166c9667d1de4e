//! Database servers to test with, which `tests/servers/unpack.sh` unpacks in the target
//! folder.

use crate::process::{ask, run, step};
use crate::workspace::Workspace;
use anyhow::{Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Name the programs of the servers, to the tests too.
pub const MARIADB: &str = "DIDS_MARIADB";
pub const MYSQL: &str = "DIDS_MYSQL";

/// The MySQL that all tests run on: the program that is named, or unpacked before, or a
/// new one.
pub fn mysql(workspace: &Workspace) -> Result<PathBuf> {
    match std::env::var_os(MYSQL) {
        Some(named) => runs(&std::path::absolute(named)?),
        None => unpacked(workspace, "mysql", "mysqld"),
    }
}

/// The program of a server that is unpacked, by its name in the script.
pub fn unpacked(workspace: &Workspace, name: &str, program: &str) -> Result<PathBuf> {
    let folder = workspace.target.join("servers").join(name);
    let program = folder.join(program);
    if !program.is_file() {
        step(&format!("Fetching {name} (unpacked in the target folder)"));
        let script = workspace.root.join("tests/servers/unpack.sh");
        run(Command::new("sh").arg(script).arg(name).arg(&folder))?;
    }
    runs(&program)
}

/// A program, unless it was unpacked for another machine, or is of no use for another reason.
fn runs(program: &Path) -> Result<PathBuf> {
    if ask(Command::new(program).arg("--version")).is_none() {
        bail!("{} does not run", program.display());
    }
    Ok(program.to_owned())
}
