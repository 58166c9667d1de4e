//! The crates that are compiled into a component or a program.
//!
//! `cargo tree` chooses features as `cargo build` does, which tools that read
//! `cargo metadata` cannot: there the whole workspace chooses. So the tree says
//! which crates there are, and the metadata what they are.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// What components are compiled for.
pub const TARGET: &str = "wasm32-wasip2";

/// Name and version.
pub type Id = (String, String);

/// A crate, of others or of this workspace.
#[derive(Clone, Debug)]
pub struct Crate {
    /// The licence as an SPDX expression.
    pub licence: String,
    /// Who wrote it, if its manifest says so.
    pub authors: Vec<String>,
    /// Where its source is developed.
    pub repository: Option<String>,
    /// SHA-256 of the package as it was downloaded; none for this workspace.
    pub checksum: Option<String>,
    /// Where it is unpacked.
    pub folder: PathBuf,
    /// The crates that it uses itself.
    pub uses: BTreeSet<Id>,
}

/// All crates that end up in the component or program of a package, itself included,
/// for a target or this machine. Not what only runs during the build.
pub fn compiled(root: &Path, package: &str, target: Option<&str>) -> Result<BTreeMap<Id, Crate>> {
    let mut tree = vec![
        "tree",
        "--edges=normal,no-proc-macro",
        "--prefix=depth",
        "--format= {p}",
        "--package",
        package,
    ];
    let mut metadata = vec!["metadata", "--format-version=1"];
    if let Some(target) = target {
        tree.extend(["--target", target]);
        metadata.extend(["--filter-platform", target]);
    }
    let (tree, metadata) = (cargo(root, &tree)?, cargo(root, &metadata)?);
    let lock = std::fs::read_to_string(root.join("Cargo.lock"))?;
    let mut crates = described(&serde_json::from_str(&metadata)?, &checksums(&lock))?;
    let uses = edges(&tree)?;
    crates.retain(|id, _| uses.contains_key(id));
    for (id, uses) in uses {
        let known = crates.get_mut(&id);
        known
            .with_context(|| format!("cargo metadata lacks {id:?}"))?
            .uses = uses;
    }
    Ok(crates)
}

fn cargo(root: &Path, arguments: &[&str]) -> Result<String> {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.args(arguments).current_dir(root);
    let output = command.output().context("cargo does not start")?;
    if !output.status.success() {
        bail!("cargo: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// What uses what, from lines such as `2 memchr v2.8.3`, where the number is the
/// depth. A crate's own uses stand below it the first time it occurs.
fn edges(tree: &str) -> Result<BTreeMap<Id, BTreeSet<Id>>> {
    let mut found: BTreeMap<Id, BTreeSet<Id>> = BTreeMap::new();
    let mut path: Vec<Id> = Vec::new();
    for line in tree.lines() {
        let mut words = line.split_whitespace();
        let (Some(depth), Some(name), Some(version)) = (words.next(), words.next(), words.next())
        else {
            bail!("cargo tree prints {line:?}");
        };
        let id = (name.to_owned(), version.trim_start_matches('v').to_owned());
        path.truncate(depth.parse()?);
        if let Some(user) = path.last() {
            found.entry(user.clone()).or_default().insert(id.clone());
        }
        found.entry(id.clone()).or_default();
        path.push(id);
    }
    Ok(found)
}

/// What `cargo metadata` says of every package it knows.
fn described(metadata: &Value, checksums: &BTreeMap<Id, String>) -> Result<BTreeMap<Id, Crate>> {
    let packages = metadata.get("packages").and_then(Value::as_array);
    let mut crates = BTreeMap::new();
    for package in packages.context("no packages")? {
        let text = |name: &str| package.get(name).and_then(Value::as_str).map(str::to_owned);
        let id = (
            text("name").context("a package without a name")?,
            text("version").context("a package without a version")?,
        );
        let manifest = PathBuf::from(text("manifest_path").context("no manifest")?);
        let authors = package.get("authors").and_then(Value::as_array);
        let authors = authors.into_iter().flatten().filter_map(Value::as_str);
        let described = Crate {
            // Cargo once wrote a choice as `MIT/Apache-2.0`.
            licence: text("license").unwrap_or_default().replace('/', " OR "),
            authors: authors.map(str::to_owned).collect(),
            repository: text("repository"),
            checksum: checksums.get(&id).cloned(),
            folder: manifest.parent().context("no folder")?.to_owned(),
            uses: BTreeSet::new(),
        };
        crates.insert(id, described);
    }
    Ok(crates)
}

/// The checksums in a `Cargo.lock`, which cargo writes with a value a line.
fn checksums(lock: &str) -> BTreeMap<Id, String> {
    let package = |text: &str| {
        let value = |name: &str| {
            let mut lines = text.lines();
            let rest = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(" = "));
            rest.map(|value| value.trim_matches('"').to_owned())
        };
        Some(((value("name")?, value("version")?), value("checksum")?))
    };
    lock.split("[[package]]").filter_map(package).collect()
}
