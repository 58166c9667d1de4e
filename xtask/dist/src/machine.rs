//! What the machine that builds puts into the components beside the crates.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

/// The compilers, and the licences of what comes with them.
pub struct Machine {
    /// What `rustc --version` prints.
    pub rustc: String,
    /// Rust's folder of licences.
    pub rust_licences: PathBuf,
    /// What `clang --version` prints first.
    pub clang: String,
    /// The licence of the C library for WASI, whose sources Rust's own is made of.
    pub wasi_libc: PathBuf,
}

impl Machine {
    /// This machine, where all of it was compiled.
    pub fn this() -> Result<Self> {
        let clang = said("clang", "--version")?;
        Self::with(clang, "/usr/share/doc/wasi-libc/copyright".into())
    }

    /// This machine, with another C compiler and library.
    pub fn with(clang: String, wasi_libc: PathBuf) -> Result<Self> {
        let sysroot = PathBuf::from(said("rustc", "--print=sysroot")?);
        Ok(Self {
            rustc: said("rustc", "--version")?,
            rust_licences: sysroot.join("share/doc/rust"),
            clang,
            wasi_libc,
        })
    }
}

/// The first line that a program prints.
fn said(program: &str, argument: &str) -> Result<String> {
    let output = Command::new(program).arg(argument).output();
    let output = output.with_context(|| format!("{program} does not start"))?;
    let text = String::from_utf8(output.stdout)?;
    match text.lines().next() {
        Some(line) if output.status.success() => Ok(line.to_owned()),
        _ => bail!("{program} {argument} fails"),
    }
}
