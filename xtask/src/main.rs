//! The workspace's commands. Each does its own set-up, says what it is doing,
//! and leaves the progress of what it starts on the screen.
//!
//! A new command is one file and one line in [`COMMANDS`].

mod bench;
mod build;
mod check;
mod component;
mod conformance;
mod deny;
mod dist;
mod fuzz;
mod hash;
mod hosts;
mod import;
mod leave_out;
mod process;
mod programs;
mod remap;
mod servers;
mod setup;
mod soak;
mod standalone;
mod suites;
mod test;
mod tools;
mod up;
mod workspace;
mod write;

use anyhow::{Result, bail};
use std::ffi::OsString;
use std::process::ExitCode;

struct Command {
    name: &'static str,
    arguments: &'static str,
    about: &'static str,
    run: fn(Vec<OsString>) -> Result<()>,
}

#[rustfmt::skip]
const COMMANDS: &[Command] = &[
    Command { name: "up", arguments: "[--database URL] [--listen ADDRESS]", about: up::ABOUT, run: up::run },
    Command { name: "import", arguments: "[URL] FILE [--anonymize] [--watch SECONDS]", about: import::ABOUT, run: import::run },
    Command { name: "build", arguments: "", about: build::ABOUT, run: build::run },
    Command { name: "standalone", arguments: "", about: standalone::ABOUT, run: standalone::run },
    Command { name: "dist", arguments: "", about: dist::ABOUT, run: dist::run },
    Command { name: "bench", arguments: "[--host=spin] [--quick] [--rows N] [--only WORD]", about: bench::ABOUT, run: bench::run },
    Command { name: "hash", arguments: "KEY [NAME=VALUE ...]", about: hash::ABOUT, run: hash::run },
    Command { name: "test", arguments: "[--hosts[=NAME]] [--servers] [--record] [--office] [ARGUMENT ...]", about: test::ABOUT, run: test::run },
    Command { name: "write", arguments: "", about: write::ABOUT, run: write::run },
    Command { name: "soak", arguments: "[REQUESTS]", about: soak::ABOUT, run: soak::run },
    Command { name: "fuzz", arguments: "[SECONDS] [CHECK ...]", about: fuzz::ABOUT, run: fuzz::run },
    Command { name: "deny", arguments: "", about: deny::ABOUT, run: deny::run },
    Command { name: "check", arguments: "", about: check::ABOUT, run: check::run },
    Command { name: "help", arguments: "", about: "Shows this list.", run: help },
];

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let name = arguments.next().unwrap_or_else(|| "help".into());
    let name = if name == "-h" || name == "--help" {
        "help".into()
    } else {
        name
    };
    let result = match COMMANDS.iter().find(|command| name == command.name) {
        Some(command) => (command.run)(arguments.collect()),
        None => Err(anyhow::anyhow!(
            "there is no command {}\n\n{}",
            name.display(),
            usage()
        )),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn help(_: Vec<OsString>) -> Result<()> {
    print!("{}", usage());
    Ok(())
}

fn usage() -> String {
    let mut text = String::from("Usage: cargo xtask COMMAND\n");
    for Command {
        name,
        arguments,
        about,
        ..
    } in COMMANDS
    {
        text.push_str(&format!(
            "\n  {}\n",
            format!("{name} {arguments}").trim_end()
        ));
        for line in about.lines() {
            text.push_str(&format!("      {line}\n"));
        }
    }
    text
}

/// For the commands that take no arguments.
fn no_arguments(arguments: &[OsString]) -> Result<()> {
    match arguments.first() {
        Some(unexpected) => bail!("unexpected argument {}", unexpected.display()),
        None => Ok(()),
    }
}
