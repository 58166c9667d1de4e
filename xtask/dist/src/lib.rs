//! Packs a release: the components, the program that copies a server, and what somebody needs who has neither this
//! repository nor Rust. `cargo xtask dist` builds the components first.
//!
//! A program of its own, as what compresses and counts takes longer to build than
//! all of xtask.

mod archive;
mod crates;
mod licences;
pub mod links;
mod machine;
mod sbom;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use archive::Files;
use crates::{Crate, Id, compiled};
use sbom::{Native, Subject};

pub use machine::Machine;

/// The version of the workspace, which is this package's too.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The component for Spin: for WASI 0.3 and 0.2.
pub const COMPONENTS: [&str; 2] = ["dids_get.wasm", "dids_get.p2.wasm"];
/// The same with the provider plugged in.
pub const STANDALONE: [&str; 2] = ["dids_get.standalone.wasm", "dids_get.standalone.p2.wasm"];

/// The program that copies a live server's tables, for the kind of machine that this
/// was built on.
pub const PROGRAM: &str = "dids-import";

/// What manifests of the repository have and those of a release have not: the
/// folder of what was built.
const BUILT: &str = "target/wasm32-wasip2/release/";

/// Packs what is in the folder `built` with files of the repository at `root`;
/// gives the archive, and leaves its content beside it.
pub fn pack(root: &Path, built: &Path, output: &Path, machine: &Machine) -> Result<PathBuf> {
    let mut files = Files::default();
    for name in COMPONENTS.iter().chain(&STANDALONE) {
        files.copy(&built.join(name), name)?;
    }
    files.copy(&built.join(PROGRAM), PROGRAM)?;
    for path in [
        "CHANGELOG.md",
        "LICENSE",
        "README.md",
        "SECURITY.md",
        "clients",
        "db",
        "deploy",
        "docs",
        "spin.toml",
        "templates",
    ] {
        files.copy(&root.join(path), path)?;
    }
    files.copy(&root.join("xtask/dist/INSTALL.md"), "INSTALL.md")?;
    // The template brings all that its application needs.
    let content = "templates/dids-get/content";
    for name in COMPONENTS {
        files.copy(&built.join(name), &format!("{content}/{name}"))?;
    }
    for script in ["db/schema.sql", "db/demo.sql"] {
        files.copy(&root.join(script), &format!("{content}/{script}"))?;
    }
    files.change("spin.toml", prebuilt)?;
    describe(root, machine, &mut files)?;
    files.drop_dead_links()?;
    files.add("SHA256SUMS", files.sums());
    files.write(output, &format!("dids-get-{VERSION}"))
}

/// A manifest that takes the component as it is, instead of building it.
fn prebuilt(manifest: &str) -> Result<String> {
    let manifest = manifest.replace(BUILT, "").replace(" up --build", " up");
    let mut kept = String::new();
    let mut is_build = false;
    for line in manifest.lines() {
        match line {
            "" => is_build = false,
            table if table.starts_with('[') => is_build = table.ends_with(".build]"),
            _ => {}
        }
        if !is_build {
            kept += line;
            kept.push('\n');
        }
    }
    ensure!(!kept.contains("build"), "it still speaks of a build");
    Ok(kept.trim_end().to_owned() + "\n")
}

/// Adds what is in the components: lists, licences, and by what they were made.
fn describe(root: &Path, machine: &Machine, files: &mut Files) -> Result<()> {
    let Machine { rustc, clang, .. } = machine;
    files.add("BUILT-WITH.txt", format!("{rustc}\n{clang}\n"));

    let component = compiled(root, "dids-get", Some(crates::TARGET))?;
    let mut whole = compiled(root, "dids-provider", Some(crates::TARGET))?;
    let program = compiled(root, "dids-import", None)?;
    for (id, it) in &component {
        // Each was compiled for itself, and may use others of its features.
        let shared = whole.entry(id.clone()).or_insert_with(|| it.clone());
        shared.uses.extend(it.uses.iter().cloned());
    }
    let mut natives = rust_natives(rustc);
    list(files, &COMPONENTS, &component, &natives, rustc)?;
    natives.push(sqlite(&whole)?);
    list(files, &STANDALONE, &whole, &natives, rustc)?;

    // What is no WebAssembly has the system's C library, which is not in the file.
    natives.retain(|native| native.name != "wasi-libc");
    list(files, &[PROGRAM], &program, &natives, rustc)?;

    let rust = &machine.rust_licences;
    whole.extend(program);
    let notices = licences::notices(&whole, &rust.join("licenses"))?;
    files.add("licenses/crates.txt", notices);
    files.copy(
        &rust.join("COPYRIGHT-library.html"),
        "licenses/rust-library.html",
    )?;
    files.copy(&machine.wasi_libc, "licenses/wasi-libc.txt")
}

/// Adds the list of what is in these files, which is named after the first.
fn list(
    files: &mut Files,
    names: &[&'static str],
    crates: &BTreeMap<Id, Crate>,
    natives: &[Native],
    rustc: &str,
) -> Result<()> {
    let sums = names.iter().map(|&name| Ok((name, files.sha256(name)?)));
    let subject = Subject {
        files: sums.collect::<Result<_>>()?,
        packages: &[
            "dids-get",
            "dids-import",
            "dids-mysql",
            "dids-provider",
            "dids-sqlite",
        ],
        crates,
        natives,
        rustc,
    };
    let first = names.first().context("no file")?;
    let name = format!("{}.cdx.json", first.trim_end_matches(".wasm"));
    let document = sbom::document(&subject, VERSION);
    files.add(&name, serde_json::to_string_pretty(&document)? + "\n");
    Ok(())
}

/// What every Rust program for WASI has in it.
fn rust_natives(rustc: &str) -> Vec<Native> {
    let version = rustc.split(' ').nth(1).map(str::to_owned);
    vec![
        Native {
            name: "rust-std",
            version,
            licence: "MIT OR Apache-2.0",
            url: "https://www.rust-lang.org",
            description: "Rust's standard library with the crates in it".to_owned(),
        },
        Native {
            name: "wasi-libc",
            version: None,
            licence: "Apache-2.0 WITH LLVM-exception OR Apache-2.0 OR MIT",
            url: "https://github.com/WebAssembly/wasi-libc",
            description: format!("C library for WASI, as it comes with {rustc}"),
        },
    ]
}

/// SQLite, as a crate brings it.
fn sqlite(crates: &BTreeMap<Id, Crate>) -> Result<Native> {
    let mut found = crates.iter().filter(|(id, _)| id.0 == "libsqlite3-sys");
    let ((name, version), it) = found.next().context("SQLite is not among the crates")?;
    let header = fs::read_to_string(it.folder.join("sqlite3/sqlite3.h"))?;
    let line = header
        .lines()
        .find(|line| line.starts_with("#define SQLITE_VERSION "));
    let number = line.and_then(|line| line.split('"').nth(1));
    Ok(Native {
        name: "sqlite",
        version: Some(number.context("sqlite3.h names no version")?.to_owned()),
        licence: "blessing",
        url: "https://sqlite.org",
        description: format!("SQLite, as it comes with {name} {version}"),
    })
}
