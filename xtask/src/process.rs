//! Starting other programs.

use anyhow::{Context, Result, bail};
use std::process::Command;

/// Says what comes next.
pub fn step(what: &str) {
    eprintln!("==> {what}");
}

/// The cargo that started this program.
pub fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Runs a program with its output on the screen; fails if it fails.
pub fn run(command: &mut Command) -> Result<()> {
    let shown = shown(command);
    let status = command
        .status()
        .with_context(|| format!("cannot start {shown}"))?;
    if !status.success() {
        bail!("{shown}: {status}");
    }
    Ok(())
}

/// Runs a program silently and gives what it printed, or `None` if it failed
/// or is not there.
pub fn ask(command: &mut Command) -> Option<String> {
    let output = command
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    String::from_utf8(output.stdout).ok()
}

/// Lets the program take this one's place, so that signals reach it. Nothing is said
/// of its arguments: there may be a password among them.
#[cfg(unix)]
pub fn replace(program: &mut Command) -> Result<()> {
    use std::os::unix::process::CommandExt;
    Err(program.exec()).context("cannot start the program")
}

#[cfg(not(unix))]
pub fn replace(program: &mut Command) -> Result<()> {
    let status = program.status().context("cannot start the program")?;
    std::process::exit(status.code().unwrap_or(1))
}

/// A command as one would type it.
fn shown(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program());
    let mut line = program
        .file_name()
        .unwrap_or(program.as_os_str())
        .display()
        .to_string();
    for argument in command.get_args() {
        line.push_str(&format!(" {}", argument.display()));
    }
    line
}
