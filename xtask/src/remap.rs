//! What `rustc` is told so that a component holds no path of the machine that it
//! was built on: messages of panics name the file that they come from.
//!
//! Beside being nobody's business, such paths make the bytes depend on the
//! machine: `.ci/reproduce`. Cargo's own `trim-paths` is not stable yet.

use crate::process::ask;
use crate::workspace::{TARGET, Workspace, rustc};
use anyhow::{Context, Result};
use std::collections::BTreeSet;
use std::path::Path;

/// The flags for `CARGO_ENCODED_RUSTFLAGS`, with more of them.
pub fn flags(workspace: &Workspace, more: &[&str]) -> Result<String> {
    let mut flags: Vec<String> = more.iter().map(|&flag| flag.to_owned()).collect();
    let mut remap = |from: &Path, to: &str| {
        flags.push(format!("--remap-path-prefix={}={to}", from.display()));
    };
    remap(&workspace.root, "/dids-get");
    // The target folder may be elsewhere, or in the root: the last match counts.
    remap(&workspace.target, "/dids-get/target");
    for folder in crates(workspace)? {
        remap(Path::new(&folder), "/crates");
    }
    // Where Rust's own sources are installed, they are named as if they were not.
    let (folder, name) = rust_sources()?;
    remap(Path::new(&folder), &name);
    Ok(flags.join("\u{1f}"))
}

/// The folders in which cargo has unpacked the crates, one for each registry.
fn crates(workspace: &Workspace) -> Result<BTreeSet<String>> {
    let mut metadata = workspace.cargo();
    metadata.args([
        "metadata",
        "--format-version=1",
        "--filter-platform",
        TARGET,
    ]);
    let metadata = ask(&mut metadata).context("cargo metadata failed")?;
    let metadata: serde_json::Value = serde_json::from_str(&metadata)?;
    let packages = metadata.get("packages").and_then(|list| list.as_array());
    let mut folders = BTreeSet::new();
    for package in packages.context("cargo metadata names no packages")? {
        let text = |name| package.get(name).and_then(serde_json::Value::as_str);
        if text("source").is_none() {
            continue;
        }
        let manifest = text("manifest_path").context("a package without a manifest")?;
        let folder = Path::new(manifest).ancestors().nth(2);
        let folder = folder.context("a package in no folder")?;
        folders.insert(folder.display().to_string());
    }
    Ok(folders)
}

/// Where Rust's own sources may be installed (`rust-src`), and the name that the
/// compiled standard library has for them.
fn rust_sources() -> Result<(String, String)> {
    let rustc = |arguments: &[&str]| ask(rustc().args(arguments)).context("rustc does not answer");
    let sysroot = rustc(&["--print=sysroot"])?;
    let about = rustc(&["--version", "--verbose"])?;
    let mut lines = about.lines();
    let commit = lines.find_map(|line| line.strip_prefix("commit-hash: "));
    let commit = commit.context("rustc names no commit")?;
    let folder = Path::new(sysroot.trim()).join("lib/rustlib/src/rust");
    Ok((folder.display().to_string(), format!("/rustc/{commit}")))
}
