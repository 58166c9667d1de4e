//! Programs of others that tests and benchmarks start, by Debian's packages.
//!
//! Tests find these and nothing else on their PATH, on every machine: one that starts
//! another program fails where it is written, and not where that program is missing.

use crate::process::{ask, run, step};
use crate::servers;
use crate::setup::{apt, find, wasm_target};
use crate::workspace::Workspace;
use anyhow::Result;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

#[cfg(not(unix))]
use std::fs::copy as symlink;
#[cfg(unix)]
use std::os::unix::fs::symlink;

/// A package, its programs that tests start, and a command that succeeds where it is
/// installed, if its programs do not tell.
type Tool = (
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
);

#[rustfmt::skip]
const TOOLS: &[Tool] = &[
    ("bash", &["bash"], &[]),
    ("chromium-headless-shell", &["chromium-headless-shell"], &[]),
    ("coreutils", &[
        "cat", "chmod", "chown", "cut", "df", "dirname", "mkdir", "mktemp", "rm", "sha1sum", "sha256sum", "tail", "true",
        "uname",
    ], &[]),
    ("curl", &["curl"], &[]),
    ("dash", &["sh"], &[]),
    ("fail2ban", &["fail2ban-regex"], &[]),
    ("fonts-dejavu-core", &[], &["test", "-f", "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"]),
    ("gzip", &["gzip"], &[]),
    ("jq", &["jq"], &[]),
    ("mariadb-server", &["mariadbd"], &[]),
    ("mawk", &["awk"], &[]),
    ("nginx", &["nginx"], &[]),
    ("nodejs", &["node"], &[]),
    ("npm", &["npm"], &[]),
    ("openssl", &["openssl"], &[]),
    ("php-cli", &["php"], &[]),
    ("php-curl", &[], &["php", "-r", "exit(function_exists('curl_init') ? 0 : 1);"]),
    ("php-xml", &[], &["php", "-r", "exit(function_exists('xml_parser_create') ? 0 : 1);"]),
    ("procps", &["kill"], &[]),
    ("python3", &["python3"], &[]),
    ("python3-pandas", &[], &["/usr/bin/python3", "-c", "import pandas"]),
    ("sed", &["sed"], &[]),
    ("tar", &["tar"], &[]),
    ("tzdata", &[], &["test", "-f", "/usr/share/zoneinfo/Europe/Vilnius"]),
    ("xmlstarlet", &["xmlstarlet"], &[]),
];

/// Only where it is asked for. `soffice` is a script, which needs the others.
const OFFICE: Tool = (
    "libreoffice-calc-nogui",
    &["soffice", "basename", "grep", "ls"],
    &[],
);

/// Only where third-party hosts are tried: Spin pulls from it, and the release's own lines
/// look at what they push.
const REGISTRY: Tool = ("docker-registry", &["docker-registry", "grep"], &[]);

/// What the README's commands need, which this program was built with.
const RUST: [&str; 3] = ["cargo", "rustc", "cc"];

/// What the tests may start, and what this machine lacks of it.
pub struct Tools {
    /// A folder of links to the programs.
    pub path: PathBuf,
    pub mariadb: Option<PathBuf>,
    pub mysql: Option<PathBuf>,
    /// Whether the component can be compiled.
    pub has_target: bool,
    /// A sentence for each.
    pub missing: Vec<String>,
}

/// Installs all that the tests start, as far as that can be done here: tests that need
/// nothing of what is missing run all the same.
pub fn for_tests(workspace: &Workspace, office: bool, hosts: bool) -> Result<Tools> {
    let more = [office.then_some(&OFFICE), hosts.then_some(&REGISTRY)];
    let tools = TOOLS.iter().chain(more.into_iter().flatten());
    let is_there = |(_, programs, probe): &&Tool| {
        let asked = probe.split_first();
        let asked = asked.is_none_or(|(name, more)| ask(Command::new(name).args(more)).is_some());
        programs.iter().all(|program| find(program).is_some()) && asked
    };
    let lacking = tools.clone().filter(|tool| !is_there(tool));
    let lacking: Vec<&str> = lacking.map(|(package, ..)| *package).collect();
    let installed = match lacking.is_empty() {
        true => Ok(()),
        false => apt(&lacking),
    };
    let mut missing = Vec::new();
    let mut note = |what: &str, why: Option<anyhow::Error>| {
        missing.extend(why.map(|why| format!("{what}: {why:#}")));
    };
    note("Debian's packages", installed.err());
    let target = wasm_target().err();
    let has_target = target.is_none();
    note("Rust's target", target);
    note("npm's packages", clients(workspace).err());
    let mysql = servers::mysql(workspace)
        .map_err(|why| note("MySQL", Some(why)))
        .ok();
    let path = workspace.target.join("programs");
    link(
        &path,
        tools.flat_map(|(_, programs, _)| *programs).chain(&RUST),
    )?;
    Ok(Tools {
        path,
        mariadb: find("mariadbd"),
        mysql,
        has_target,
        missing,
    })
}

impl Tools {
    /// Says what is missing, all of it at once.
    pub fn say_missing(&self) {
        if !self.missing.is_empty() {
            let missing = self.missing.join("\n  ");
            println!("\nThis machine lacks what some of it needs:\n  {missing}");
        }
    }
}

/// Makes the folder anew: what is no longer listed is not found.
fn link<'a>(folder: &Path, names: impl Iterator<Item = &'a &'static str>) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    for name in names {
        // Debian's own before others that the PATH leads to.
        let own = Some(Path::new("/usr/bin").join(name)).filter(|file| file.is_file());
        if let Some(program) = own.or_else(|| find(name)) {
            symlink(program, folder.join(name))?;
        }
    }
    Ok(())
}

/// Installs what the client examples for Node.js need.
fn clients(workspace: &Workspace) -> Result<()> {
    let folder = workspace.root.join("clients");
    let is_there = |name: &&str| folder.join("node_modules").join(name).is_dir();
    if ["sax", "fast-xml-parser"].iter().all(is_there) {
        return Ok(());
    }
    step("Installing what the clients for Node.js need");
    run(Command::new("npm")
        .args(["install", "--silent", "--no-package-lock"])
        .current_dir(folder))
}
