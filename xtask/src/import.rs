//! `cargo xtask import`

use crate::process::replace;
use crate::setup::Workspace;
use anyhow::Result;
use std::ffi::OsString;
use std::process::Command;

pub const ABOUT: &str = "\
Copies what the component reads of a live MOR server into an SQLite file, which is
replaced when the copy is whole. Without a URL, SPIN_VARIABLE_DATABASE gives it and
keeps the password out of the list of processes. With --anonymize names, comments
and keys are left out; with --watch it copies again and again.";

/// The local host's own command; this only builds it.
pub fn run(arguments: Vec<OsString>) -> Result<()> {
    let host = Workspace::find()?.host()?;
    replace(Command::new(host).arg("import").args(arguments))
}
