//! What is installed on this machine, or said to be missing.

use crate::process::{ask, run, step};
use crate::workspace::{TARGET, rustc};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Makes sure that the component's target is installed. Toolchains that did
/// not come from rustup may have it as well.
pub fn wasm_target() -> Result<()> {
    let libraries = ask(rustc().args(["--print=target-libdir", "--target", TARGET]));
    if libraries.is_some_and(|path| Path::new(path.trim()).is_dir()) {
        return Ok(());
    }
    step(&format!("Adding the target {TARGET}"));
    rustup(&["target", "add", TARGET])
}

/// Makes sure that C can be compiled for WASI, which SQLite is written in.
pub fn wasi_c() -> Result<()> {
    let is_there = |path: &str| Path::new(path).is_file();
    let programs = ["clang", "llvm-ar"].map(find);
    if programs.iter().all(Option::is_some) && is_there("/usr/include/wasm32-wasi/stdio.h") {
        return Ok(());
    }
    apt(&["clang", "llvm", "wasi-libc"]).context(
        "SQLite is compiled to WebAssembly: install Debian's or Ubuntu's clang, llvm and wasi-libc",
    )
}

/// A program's file. Debian keeps some where only root's PATH leads.
pub fn find(program: &str) -> Option<PathBuf> {
    let name = format!("{program}{}", std::env::consts::EXE_SUFFIX);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let places = std::env::split_paths(&path).chain(["/usr/sbin".into()]);
    places
        .map(|place| place.join(&name))
        .find(|file| file.is_file())
}

/// Installs Debian's packages as root: in a container, on a fresh machine, in CI.
/// Nobody else is helped to more rights, but told the one command.
pub fn apt(packages: &[&str]) -> Result<()> {
    let is_root = ask(Command::new("id").arg("-u")).is_some_and(|id| id.trim() == "0");
    if find("apt-get").is_none() || !is_root {
        let packages = packages.join(" ");
        bail!("as root, run: apt-get install --no-install-recommends {packages}");
    }
    step(&format!("Installing {}", packages.join(", ")));
    let install = ["install", "-y", "-qq", "--no-install-recommends"];
    for arguments in [vec!["update", "-qq"], [&install, packages].concat()] {
        let mut apt = Command::new("apt-get");
        run(apt.env("DEBIAN_FRONTEND", "noninteractive").args(arguments))?;
    }
    Ok(())
}

/// Runs rustup, or says what is missing without it.
pub fn rustup(arguments: &[&str]) -> Result<()> {
    if ask(Command::new("rustup").arg("--version")).is_none() {
        bail!(
            "this needs `rustup {}`, but there is no rustup here.\n\
             Get it from https://rustup.rs, or install this part of Rust the way you installed Rust.",
            arguments.join(" ")
        );
    }
    run(Command::new("rustup").args(arguments))
}
