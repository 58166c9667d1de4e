//! How the component and the provider are compiled.

use crate::process::{run, step};
use crate::remap;
use crate::setup::{wasi_c, wasm_target};
use crate::workspace::{TARGET, Workspace, existing};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The custom section with the names of a component's parts.
const NAMES: &[u8] = b"component-name";

/// How SQLite is compiled for the provider, which only reads: without what the
/// component never calls, and with everything temporary in memory, since the
/// folder that it is given may be read-only.
#[rustfmt::skip]
const SQLITE_OPTIONS: &[&str] = &[
    "-DSQLITE_TEMP_STORE=3",
    "-DSQLITE_DEFAULT_MEMSTATUS=0",
    "-DSQLITE_DQS=0",
    "-DSQLITE_MAX_ATTACHED=0",
    "-DSQLITE_MAX_MMAP_SIZE=0",
    "-DSQLITE_OMIT_DEPRECATED",
    "-DSQLITE_OMIT_LOAD_EXTENSION",
    "-DSQLITE_OMIT_SHARED_CACHE",
    "-DSQLITE_OMIT_WAL",
    "-USQLITE_ENABLE_API_ARMOR",
    "-USQLITE_ENABLE_COLUMN_METADATA",
    "-USQLITE_ENABLE_DBSTAT_VTAB",
    "-USQLITE_ENABLE_FTS3",
    "-USQLITE_ENABLE_FTS3_PARENTHESIS",
    "-USQLITE_ENABLE_FTS5",
    "-USQLITE_ENABLE_LOAD_EXTENSION",
    "-USQLITE_ENABLE_RTREE",
    "-USQLITE_ENABLE_STAT4",
    "-USQLITE_SOUNDEX",
];

impl Workspace {
    /// Cargo doing something for the component's target.
    fn build(&self, verb: &str, flags: &[&str]) -> Result<Command> {
        wasm_target()?;
        let mut command = self.cargo();
        command.args([verb, "--target", TARGET]);
        command.env("CARGO_ENCODED_RUSTFLAGS", remap::flags(self, flags)?);
        Ok(command)
    }

    /// Builds the component and gives its path.
    pub fn component(&self) -> Result<PathBuf> {
        // LLVM's own bound copies what is not marked for it into every caller: a
        // twentieth of the component.
        let mut build = self.build("build", &["-Cllvm-args=-inline-threshold=60"])?;
        step("Building the component");
        run(build.arg("--release"))?;
        let file = existing(self.target.join(TARGET).join("release/dids_get.wasm"))?;
        without_names(&file, &file)?;
        Ok(file)
    }

    /// Builds the component for hosts with WASI 0.2 and gives its path.
    pub fn component02(&self) -> Result<PathBuf> {
        let mut build = self.build("rustc", &[])?;
        step("Building the component for WASI 0.2");
        run(build
            .args(["--lib", "--crate-type=cdylib"])
            .args(["--profile=wasi02", "--features=wasi02"])
            // Nothing is copied into its callers but what is smaller so: of the standard
            // library too, which is compiled to be fast. Only where all is put
            // together: crates that are compiled so come out larger.
            .args(["--", "-Cllvm-args=-inline-threshold=5"]))?;
        let folder = self.target.join(TARGET);
        let built = existing(folder.join("wasi02/dids_get.wasm"))?;
        let file = folder.join("release/dids_get.p2.wasm");
        without_names(&built, &file)?;
        Ok(file)
    }

    /// Builds the provider of Spin's interfaces and gives its path.
    pub fn provider(&self) -> Result<PathBuf> {
        // tokio's sockets on WASI are not covered by its promises yet.
        let mut build = self.build("build", &["--cfg=tokio_unstable"])?;
        wasi_c()?;
        step("Building the provider (the first time takes some minutes)");
        // In a folder of its own: other flags would build the rest anew.
        let target = self.target.join("provider");
        run(build
            .args(["--release", "--package=dids-provider", "--target-dir"])
            .arg(&target)
            .env("CC_wasm32_wasip2", "clang")
            .env("AR_wasm32_wasip2", "llvm-ar")
            // Debian's clang and C library know WASI by its first name. What
            // they compile is the same for the second: the calls into WASI
            // come from the C library that Rust brings.
            .env(
                "CFLAGS_wasm32_wasip2",
                "--target=wasm32-wasi --sysroot=/usr",
            )
            .env("LIBSQLITE3_FLAGS", SQLITE_OPTIONS.join(" ")))?;
        existing(target.join(TARGET).join("release/dids_provider.wasm"))
    }
}

/// Copies a component without its section of names, 8 kB that only tools would show:
/// `strip` reaches no further than the module inside.
fn without_names(from: &Path, to: &Path) -> Result<()> {
    let component = std::fs::read(from)?;
    let whole = "a component that cannot be read";
    let (head, mut rest) = component.split_at_checked(8).context(whole)?;
    let mut kept = head.to_vec();
    while let Some((id, after)) = rest.split_first() {
        let (length, body) = number(after).context(whole)?;
        let (body, next) = body.split_at_checked(length).context(whole)?;
        let is_names = *id == 0 && number(body).is_some_and(|(_, name)| name.starts_with(NAMES));
        let section = rest.split_at_checked(rest.len() - next.len());
        let (section, _) = section.context(whole)?;
        if !is_names {
            kept.extend_from_slice(section);
        }
        rest = next;
    }
    // A link to cargo's own file would be written through.
    if kept != component || from != to {
        let fresh = to.with_extension("fresh");
        std::fs::write(&fresh, kept)?;
        std::fs::rename(fresh, to)?;
    }
    Ok(())
}

/// A number in LEB128, and what follows it.
fn number(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let length = bytes.iter().take_while(|byte| **byte >= 128).count() + 1;
    let (digits, rest) = bytes.split_at_checked(length)?;
    let digits = digits.iter().rev().map(|byte| usize::from(byte & 127));
    Some((digits.fold(0, |number, digit| number << 7 | digit), rest))
}
