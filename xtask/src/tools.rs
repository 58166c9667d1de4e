//! Programs of others that tests and benchmarks start, by Debian's packages.

use crate::process::{ask, run, step};
use crate::setup::{Workspace, apt, has};
use anyhow::{Context, Result};
use std::process::Command;

/// A server to start, and the zones of its clock.
const MARIADB: [&str; 2] = ["mariadb-server", "tzdata"];

/// Makes sure that there is all that the tests start: a database server, what makes
/// certificates for it, a browser, and what the client examples are written for.
///
/// # Errors
/// What is missing, and the one command that brings it. Tests that need none of it
/// run all the same.
pub fn for_tests(workspace: &Workspace) -> Result<()> {
    let php_reads_xml = ["-r", "exit(function_exists('xml_parser_create') ? 0 : 1);"];
    let php_reads_xml = || ask(Command::new("php").args(php_reads_xml)).is_some();
    let php_has_curl = ["-r", "exit(function_exists('curl_init') ? 0 : 1);"];
    let php_has_curl = || ask(Command::new("php").args(php_has_curl)).is_some();
    let browsers = ["chromium-headless-shell", "chromium", "google-chrome"];
    let packages: [(&[&str], bool); 11] = [
        (&MARIADB, has("mariadbd")),
        (&["openssl"], has("openssl")),
        (
            &["chromium-headless-shell", "fonts-dejavu-core"],
            browsers.into_iter().any(has),
        ),
        (&["curl"], has("curl")),
        (&["xmlstarlet"], has("xmlstarlet")),
        (&["python3"], has("python3")),
        (&["php-cli"], has("php")),
        (&["php-xml"], php_reads_xml()),
        (&["php-curl"], php_has_curl()),
        (
            &["nginx", "fail2ban"],
            has("nginx") && has("fail2ban-regex"),
        ),
        (&["nodejs", "npm"], has("node") && has("npm")),
    ];
    let missing = packages.iter().filter(|(_, is_there)| !is_there);
    let missing: Vec<&str> = missing.flat_map(|(names, _)| *names).copied().collect();
    if !missing.is_empty() {
        let packages = missing.join(", ");
        apt(&missing).with_context(|| format!("the tests need: {packages}"))?;
    }
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

/// Makes sure that there is a MariaDB server to start.
pub fn mariadb() -> Result<()> {
    if has("mariadbd") {
        return Ok(());
    }
    apt(&MARIADB).context("a MariaDB server is started: install mariadb-server")
}
