//! A MySQL server to test with: unpacked in the target folder, and not installed.
//!
//! Debian's stable release has MariaDB alone, and its unstable one has MySQL. The
//! server is fetched from there, by the mirror this machine already has, together with
//! every library it needs down to the C library: APT is told of one source, and that
//! nothing is installed. Its own lists and packages stay as they are.

use crate::process::{ask, run, step};
use crate::setup::{Workspace, has};
use anyhow::{Context, Result, bail};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Debian's release that has the server.
const SUITE: &str = "sid";
const PACKAGE: &str = "mysql-server-core";
/// What Debian signs its releases with. Without this file APT looks by itself.
const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";
/// Names the server's program, to the tests too.
pub const VARIABLE: &str = "DIDS_MYSQL";

/// Starts what was unpacked, with its own loader, libraries and files.
const PROGRAM: &str = r#"#!/bin/sh
here=$(dirname "$0")
for loader in "$here"/usr/lib64/ld-linux* "$here"/usr/lib/ld-linux*; do
  [ -e "$loader" ] && break
done
exec "$loader" --library-path "$(echo "$here"/usr/lib/*-linux-gnu)" "$here/usr/sbin/mysqld" "$@" \
  --lc-messages-dir="$here/usr/share/mysql" \
  --character-sets-dir="$here/usr/share/mysql/charsets" \
  --plugin-dir="$here/usr/lib/mysql/plugin"
"#;

/// The server's program: the one that is named, or unpacked before, or a new one.
pub fn get(workspace: &Workspace) -> Result<PathBuf> {
    let program = match std::env::var_os(VARIABLE) {
        Some(named) => std::path::absolute(named)?,
        None => workspace.target.join("servers/mysql/mysqld"),
    };
    if !program.is_file() && std::env::var_os(VARIABLE).is_none() {
        unpack(&workspace.target.join("servers/mysql"))?;
    }
    // What was unpacked for another machine, or is of no use for another reason.
    if ask(Command::new(&program).arg("--version")).is_none() {
        bail!("{} does not run", program.display());
    }
    Ok(program)
}

/// Fetches and unpacks the server. What is half done has another name.
fn unpack(folder: &Path) -> Result<()> {
    if !has("apt-get") || !has("dpkg") {
        bail!("there is no APT here to fetch it with");
    }
    let source = source()?;
    step("Fetching MySQL (60 MB, unpacked in the target folder)");
    let scratch = folder.with_extension("apt");
    let unpacked = folder.with_extension("part");
    for left in [&scratch, &unpacked, &folder.to_owned()] {
        if left.exists() {
            fs::remove_dir_all(left)?;
        }
    }
    for made in ["lists/partial", "cache/archives/partial"] {
        fs::create_dir_all(scratch.join(made))?;
    }
    fs::write(scratch.join("sources.list"), source)?;
    fs::write(scratch.join("status"), "")?;
    let apt = |arguments: &[&str]| {
        let mut apt = Command::new("apt-get");
        apt.args(options(&scratch)).args(arguments);
        run(apt.env("DEBIAN_FRONTEND", "noninteractive"))
    };
    apt(&["update", "-qq"])?;
    // Only downloaded: where nothing is installed, all that the server needs.
    let download = ["install", "-y", "-qq", "--no-install-recommends"];
    apt(&[&download[..], &["--download-only", PACKAGE]].concat())?;
    for package in fs::read_dir(scratch.join("cache/archives"))? {
        let package = package?.path();
        if package.extension().is_some_and(|it| it == "deb") {
            run(Command::new("dpkg").arg("-x").arg(package).arg(&unpacked))?;
        }
    }
    let program = unpacked.join("mysqld");
    fs::write(&program, PROGRAM)?;
    run(Command::new("chmod").arg("+x").arg(&program))?;
    fs::remove_dir_all(&scratch)?;
    Ok(fs::rename(&unpacked, folder)?)
}

/// What keeps APT to a folder of its own. It reads the machine's other settings, for a
/// proxy may be among them.
fn options(scratch: &Path) -> Vec<OsString> {
    let in_scratch = |option: &str, name: &str| {
        let mut set = OsString::from(format!("--option=Dir::{option}="));
        set.push(scratch.join(name));
        set
    };
    let mut options = vec![
        in_scratch("Etc::sourcelist", "sources.list"),
        in_scratch("State::Lists", "lists"),
        in_scratch("State::status", "status"),
        in_scratch("Cache", "cache"),
    ];
    let constant = [
        "--option=Dir::Etc::sourceparts=/dev/null",
        "--option=Debug::NoLocking=1",
        "--option=APT::Update::Error-Mode=any",
        "--option=APT::Sandbox::User=root",
    ];
    options.extend(constant.map(OsString::from));
    options
}

/// A line for `sources.list`: the machine's own mirror of Debian, with the other suite.
fn source() -> Result<String> {
    let format = "--format=$(REPO_URI) $(COMPONENT) $(CREATED_BY)";
    let targets = ask(Command::new("apt-get").args(["indextargets", format]));
    let targets = targets.context("APT does not say where it gets its packages")?;
    let mirror = mirror(&targets).context("APT gets its packages from no mirror of Debian")?;
    let key = if Path::new(KEYRING).is_file() {
        format!("[signed-by={KEYRING}] ")
    } else {
        String::new()
    };
    Ok(format!("deb {key}{mirror} {SUITE} main\n"))
}

/// The first address that ends as those of Debian's mirrors do.
fn mirror(targets: &str) -> Option<&str> {
    let mut lines = targets.lines().map(|line| line.split(' '));
    lines.find_map(|mut words| {
        let address = words.next()?;
        let is_main = words.eq(["main", "Packages"]);
        let is_debian = address.trim_end_matches('/').ends_with("/debian");
        (is_main && is_debian).then_some(address)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machines_own_mirror_of_debian_is_taken() {
        let targets = "http://one.example/node main Packages\n\
                       http://two.example/debian-security/ bookworm main Packages\n\
                       http://two.example/debian-security/ main Packages\n\
                       http://two.example/debian/ contrib Packages\n\
                       http://two.example/debian/ main Translations\n\
                       http://two.example/debian/ main Packages\n\
                       http://three.example/debian/ main Packages\n";
        assert_eq!(mirror(targets), Some("http://two.example/debian/"));
        assert_eq!(mirror("http://one.example/ubuntu/ main Packages\n"), None);
    }
}
