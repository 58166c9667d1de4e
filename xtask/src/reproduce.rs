//! `cargo xtask reproduce`

use crate::dist;
use crate::process::{ask, cargo, run as start, step};
use crate::setup::Workspace;
use anyhow::{Context, Result, bail};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

pub const ABOUT: &str = "\
Makes the archive of `dist` here, and once more from a copy of the sources in another
folder, with other folders for what is built and for cargo's own files; fails unless
both archives are the same, byte by byte. Takes as long as building everything.";

pub fn run(arguments: Vec<OsString>) -> Result<()> {
    let workspace = Workspace::find()?;
    dist::run(arguments)?;
    let place = std::env::temp_dir().join(format!("dids-get-again-{}", std::process::id()));
    let sources = place.join("a/longer/path/of sources");
    let target = place.join("built");
    copy_sources(&workspace.root, &sources)?;
    step(&format!("Once more, in {}", place.display()));
    let mut again = cargo();
    again.args(["xtask", "dist"]).current_dir(&sources);
    again.env("CARGO_TARGET_DIR", &target);
    again.env("CARGO_HOME", other_home(&place)?);
    // All of it was downloaded a moment ago.
    again.env("CARGO_NET_OFFLINE", "true");
    start(&mut again)?;
    let compared = compare(&workspace.target.join("dist"), &target.join("dist"));
    fs::remove_dir_all(&place)?;
    compared
}

/// Copies what git has or would take, without what was built.
fn copy_sources(root: &Path, sources: &Path) -> Result<()> {
    let mut git = std::process::Command::new("git");
    git.args([
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ]);
    let names = ask(git.current_dir(root)).context("git lists no files here")?;
    for name in names.split_terminator('\0') {
        let (from, to) = (root.join(name), sources.join(name));
        // One that was removed is still listed until that is committed.
        if from.is_file() {
            fs::create_dir_all(to.parent().context("no folder")?)?;
            fs::copy(from, to)?;
        }
    }
    Ok(())
}

/// Cargo's folder by another name, with the same downloads in it.
fn other_home(place: &Path) -> Result<PathBuf> {
    let own = match std::env::var_os("CARGO_HOME") {
        Some(home) => PathBuf::from(home),
        None => std::env::home_dir().context("no home")?.join(".cargo"),
    };
    if cfg!(not(unix)) {
        return Ok(own);
    }
    let other = place.join("cargo");
    fs::create_dir_all(&other)?;
    for entry in fs::read_dir(own)? {
        let entry = entry?;
        // Each folder has locks of its own.
        if !entry
            .file_name()
            .to_string_lossy()
            .starts_with(".package-cache")
        {
            #[cfg(unix)]
            std::os::unix::fs::symlink(entry.path(), other.join(entry.file_name()))?;
        }
    }
    Ok(other)
}

/// Compares two outputs of `dist`, and says which files differ.
fn compare(one: &Path, other: &Path) -> Result<()> {
    let name = format!("dids-get-{}", env!("CARGO_PKG_VERSION"));
    let read = |folder: &Path, file: &str| fs::read(folder.join(file));
    let archive = format!("{name}.tar.gz");
    if read(one, &archive)? == read(other, &archive)? {
        println!("{archive}: the same bytes");
        return Ok(());
    }
    let sums = format!("{name}/SHA256SUMS");
    let sums = [one, other].map(|folder| fs::read_to_string(folder.join(&sums)));
    let [one, other] = sums;
    let (one, other) = (one?, other?);
    let differing = one.lines().filter(|line| !other.contains(line));
    bail!("these differ: {}", differing.collect::<Vec<_>>().join(", "))
}
