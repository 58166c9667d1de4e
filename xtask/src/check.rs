//! `cargo xtask check`

use crate::no_arguments;
use crate::process::{self, ask, step};
use crate::setup::{rustup, wasm_target};
use crate::workspace::{TARGET, Workspace};
use anyhow::Result;
use std::ffi::OsString;

pub const ABOUT: &str = "\
Checks formatting and lints, natively and for the component's target.";

pub fn run(arguments: Vec<OsString>) -> Result<()> {
    no_arguments(&arguments)?;
    let workspace = Workspace::find()?;
    wasm_target()?;
    for (tool, component) in [("fmt", "rustfmt"), ("clippy", "clippy")] {
        if ask(workspace.cargo().args([tool, "--version"])).is_none() {
            step(&format!("Adding {component}"));
            rustup(&["component", "add", component])?;
        }
    }
    let passes: [(&str, &[&str]); 3] = [
        ("Formatting", &["fmt", "--all", "--check"]),
        (
            "Lints of the component",
            &[
                "clippy",
                "--release",
                "--target",
                TARGET,
                "--",
                "-D",
                "warnings",
            ],
        ),
        (
            "Lints of everything, natively",
            &[
                "clippy",
                "--profile=host",
                "--workspace",
                "--all-targets",
                "--",
                "-D",
                "warnings",
            ],
        ),
    ];
    for (what, arguments) in passes {
        step(what);
        process::run(workspace.cargo().args(arguments))?;
    }
    Ok(())
}
