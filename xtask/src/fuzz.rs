//! `cargo xtask fuzz`

use crate::process::{run as start, step};
use crate::workspace::Workspace;
use anyhow::{Context, Result, bail};
use std::ffi::OsString;
use std::fs;
use std::path::Path;

pub const ABOUT: &str = "\
Searches for inputs that break one of the checks in fuzz/: SECONDS for each
(60 unless said), or only for those named. What was found of interest is kept in
fuzz/corpus, so the next run goes on from there; what breaks a check is put into
fuzz/artifacts. `cargo xtask test` tries the same checks for a moment.";

pub fn run(arguments: Vec<OsString>) -> Result<()> {
    let workspace = Workspace::find()?;
    let mut names = Vec::new();
    let mut seconds = 60_u32;
    for argument in arguments {
        let word = argument.to_string_lossy();
        match word.parse() {
            Ok(number) => seconds = number,
            Err(_) => names.push(word.into_owned()),
        }
    }
    let fuzz = workspace.root.join("fuzz");
    let known = checks(&fuzz)?;
    if let Some(unknown) = names.iter().find(|name| !known.contains(name)) {
        bail!(
            "there is no check {unknown}; there are {}",
            known.join(", ")
        );
    }
    workspace.extend_cargo("fuzz")?;
    for name in if names.is_empty() { &known } else { &names } {
        step(&format!("Searching for {seconds} s: {name}"));
        let (corpus, seeds) = (
            fuzz.join("corpus").join(name),
            fuzz.join("seeds").join(name),
        );
        fs::create_dir_all(&corpus)?;
        // Nothing here is unsafe, so no sanitizer is needed, and without one
        // the stable compiler does.
        start(
            workspace
                .cargo()
                .args(["fuzz", "run", "--sanitizer=none", name])
                .args([corpus, seeds])
                .args(["--", "-max_len=4096", "-timeout=20"])
                .arg(format!("-max_total_time={seconds}"))
                .arg("-print_final_stats=1"),
        )?;
    }
    Ok(())
}

/// The names of the checks: each has a program.
fn checks(fuzz: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for file in fs::read_dir(fuzz.join("targets"))? {
        let path = file?.path();
        let name = path.file_stem().context("a file without a name")?;
        names.push(name.to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}
