//! A MySQL server to test with, which `tests/servers/mysql.sh` unpacks in the target
//! folder.

use crate::process::{ask, run, step};
use crate::workspace::Workspace;
use anyhow::{Result, bail};
use std::path::PathBuf;
use std::process::Command;

/// Names the server's program, to the tests too.
pub const VARIABLE: &str = "DIDS_MYSQL";

/// The server's program: the one that is named, or unpacked before, or a new one.
pub fn get(workspace: &Workspace) -> Result<PathBuf> {
    let folder = workspace.target.join("servers/mysql");
    let program = match std::env::var_os(VARIABLE) {
        Some(named) => std::path::absolute(named)?,
        None => folder.join("mysqld"),
    };
    if !program.is_file() && std::env::var_os(VARIABLE).is_none() {
        step("Fetching MySQL (60 MB, unpacked in the target folder)");
        let script = workspace.root.join("tests/servers/mysql.sh");
        run(Command::new("sh").arg(script).arg(&folder))?;
    }
    // What was unpacked for another machine, or is of no use for another reason.
    if ask(Command::new(&program).arg("--version")).is_none() {
        bail!("{} does not run", program.display());
    }
    Ok(program)
}
