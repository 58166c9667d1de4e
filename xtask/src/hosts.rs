//! Third-party hosts that the contract suite runs on: `cargo xtask test --hosts`.

use crate::leave_out::Wasi;
use crate::process::{ask, run, step};
use crate::setup::find;
use crate::standalone;
use crate::suites::Suites;
use crate::workspace::Workspace;
use anyhow::{Context, Result, bail};
use std::path::PathBuf;
use std::process::Command;

/// A host that the contract suite can run on.
struct ThirdParty {
    name: &'static str,
    /// Names its program to the tests, and to us if it is set.
    variable: &'static str,
    program: &'static str,
    /// What its `--version` prints before the number.
    prefix: &'static str,
    /// The first versions that serve what we build, for WASI 0.3 and for 0.2.
    needed: [(u32, u32); 2],
    runs: &'static [(&'static str, Wasi)],
    /// Installs it in the target folder and gives its program.
    install: Option<fn(&Workspace) -> Result<PathBuf>>,
}

#[rustfmt::skip]
const THIRD_PARTY: &[ThirdParty] = &[
    // There is no package of it to install.
    ThirdParty { name: "Spin", variable: "DIDS_SPIN", program: "spin", prefix: "spin ", needed: [(4, 1), (3, 6)], install: None,
        runs: &[
            ("spin-sqlite", Wasi::P3), ("spin-mariadb", Wasi::P3), ("spin-mysql", Wasi::P3),
            ("spin-sqlite", Wasi::P2), ("spin-mariadb", Wasi::P2), ("spin-mysql", Wasi::P2),
        ] },
    // The first wasmtime that does so by default.
    ThirdParty { name: "wasmtime", variable: "DIDS_WASMTIME", program: "wasmtime", prefix: "wasmtime ", needed: [(46, 0); 2], install: Some(wasmtime),
        runs: &[
            ("wasmtime-sqlite", Wasi::P3), ("wasmtime-mariadb", Wasi::P3), ("wasmtime-mysql", Wasi::P3),
            ("wasmtime-sqlite", Wasi::P2), ("wasmtime-mariadb", Wasi::P2), ("wasmtime-mysql", Wasi::P2),
        ] },
    // Only WASI 0.2; older ones have no way to grant a folder.
    ThirdParty { name: "jco", variable: "DIDS_JCO", program: "jco", prefix: "", needed: [(1, 35); 2], install: Some(jco),
        runs: &[("jco-sqlite", Wasi::P2), ("jco-mariadb", Wasi::P2), ("jco-mysql", Wasi::P2)] },
    // wasmCloud's. It loses the body of an answer now and then where the component has a
    // socket, and speaks WASI 0.3: docs/hosts.md has figures.
    ThirdParty { name: "wasmCloud", variable: "DIDS_WASH", program: "wash", prefix: "wash ", needed: [(2, 7); 2], install: None,
        runs: &[
            ("wash-sqlite", Wasi::P3),
            ("wash-sqlite", Wasi::P2), ("wash-mariadb", Wasi::P2), ("wash-mysql", Wasi::P2),
        ] },
];

/// Runs the contract suite on the hosts that the flag means: `--hosts`,
/// `--hosts=NAME`, or `--hosts=NAME-DATABASE`.
pub fn test(workspace: &Workspace, flag: &str, suites: &mut Suites<'_>) -> Result<()> {
    let name = match flag.strip_prefix("--hosts").unwrap_or_default() {
        "" => None,
        name => Some(name.trim_start_matches('=')),
    };
    let means = |backend: &str| {
        let host = backend.split('-').next();
        name.is_none_or(|name| name == backend || Some(name) == host)
    };
    let mut chosen = THIRD_PARTY
        .iter()
        .filter(|host| host.runs.iter().any(|(backend, _)| means(backend)))
        .peekable();
    if chosen.peek().is_none() {
        bail!("{flag}: the hosts are spin, wasmtime, jco and wash");
    }
    let components = suites
        .components
        .as_ref()
        .context("there is no component")?;
    let [standalone, standalone02] = &standalone::build(workspace, components)?;
    for host in chosen {
        let (program, version) = match host.get(workspace) {
            Ok(found) => found,
            // Asked for by name, it must not be left out.
            Err(why) if name.is_none() && host.install.is_none() => {
                step(&format!("Not on {}: {why:#}", host.name));
                continue;
            }
            Err(why) => return Err(why.context(host.name)),
        };
        for (backend, wasi) in host.runs.iter().filter(|(backend, _)| means(backend)) {
            if !host.serves(&version, *wasi) {
                step(&format!("Not on {} {version}: it has no {wasi}", host.name));
                continue;
            }
            let standalone = match wasi {
                Wasi::P3 => standalone,
                Wasi::P2 => standalone02,
            };
            let title = format!("{} {version}", host.name);
            let given = [
                (host.variable, program.clone()),
                ("DIDS_STANDALONE_WASM", standalone.clone()),
                ("DIDS_HOST_VERSION", version.clone().into()),
            ];
            let programs = ["contract", "hosts", "rate"];
            suites.run(&title, (backend, *wasi), Some(&programs), &given)?;
        }
    }
    Ok(())
}

/// The spin that is named or on the PATH, and its version.
pub fn spin() -> Result<(PathBuf, String)> {
    let spin = THIRD_PARTY.first().context("no hosts")?;
    spin.find().context(spin.name)
}

impl ThirdParty {
    /// The program to test on and its version: named, on the PATH, or installed.
    fn get(&self, workspace: &Workspace) -> Result<(PathBuf, String)> {
        let install = match (self.find(), self.install) {
            (Ok(found), _) => return Ok(found),
            (Err(why), None) => return Err(why),
            (Err(_), Some(install)) => install,
        };
        let program = install(workspace)?;
        let version = self.check(&program)?;
        Ok((program, version))
    }

    /// The one that is named or on the PATH.
    fn find(&self) -> Result<(PathBuf, String)> {
        let named = std::env::var_os(self.variable).map(std::path::absolute);
        let program = named.transpose()?.or_else(|| find(self.program));
        let program = program.context("there is none on the PATH")?;
        let version = self.check(&program)?;
        Ok((program, version))
    }

    /// The program's version, if it is new enough.
    fn check(&self, program: &PathBuf) -> Result<String> {
        let line = ask(Command::new(program).arg("--version")).unwrap_or_default();
        let [_, needed] = self.needed;
        if self.version(&line).is_none_or(|it| it < needed) {
            let (major, minor) = needed;
            bail!(
                "it takes {} {major}.{minor}, and {} is `{}`",
                self.name,
                program.display(),
                line.trim()
            );
        }
        let version = line.trim_start_matches(self.prefix).split_whitespace();
        Ok(version.take(1).collect())
    }

    /// Whether this version of it, as [`Self::check`] gives it, serves such components.
    fn serves(&self, version: &str, wasi: Wasi) -> bool {
        let [needed03, needed02] = self.needed;
        let needed = if wasi == Wasi::P3 { needed03 } else { needed02 };
        numbers(version).is_some_and(|it| it >= needed)
    }

    /// Major and minor number from a line like `spin 4.1.0-pre0 (94a8fc8 2026-08-21)`.
    /// Another well-known program is called spin; its line looks different.
    fn version(&self, line: &str) -> Option<(u32, u32)> {
        numbers(line.strip_prefix(self.prefix)?)
    }
}

/// Major and minor number of a version.
fn numbers(version: &str) -> Option<(u32, u32)> {
    let mut numbers = version.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

fn wasmtime_file(workspace: &Workspace) -> PathBuf {
    let name = format!(
        "hosts/wasmtime/bin/wasmtime{}",
        std::env::consts::EXE_SUFFIX
    );
    workspace.target.join(name)
}

/// Builds wasmtime's own program. The newest that the workspace's Rust compiles.
fn wasmtime(workspace: &Workspace) -> Result<PathBuf> {
    let program = wasmtime_file(workspace);
    if !program.is_file() {
        step("Building wasmtime (some minutes)");
        let mut install = crate::process::cargo();
        install.args(["install", "wasmtime-cli", "--version=48.0.8", "--locked"]);
        install.args(["--no-default-features", "--features"]);
        install.arg(
            "run,serve,component-model,component-model-async,cranelift,pooling-allocator,cache",
        );
        run(install
            .arg("--root")
            .arg(workspace.target.join("hosts/wasmtime")))?;
    }
    Ok(program)
}

/// Installs jco from npm, which [`crate::tools::for_tests`] has seen to.
fn jco(workspace: &Workspace) -> Result<PathBuf> {
    let folder = workspace.target.join("hosts/jco");
    let program = folder.join("node_modules/.bin/jco");
    if !program.exists() {
        step("Installing jco");
        std::fs::create_dir_all(&folder)?;
        let mut npm = Command::new("npm");
        npm.args(["install", "--silent", "--prefix"]).arg(&folder);
        run(npm.arg("@bytecodealliance/jco@1.35.0"))?;
    }
    Ok(program)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_recognised_by_their_versions() {
        for (line, version) in [
            ("spin 4.1.0-pre0 (94a8fc8 2026-08-21)\n", Some((4, 1))),
            ("spin 3.6.2 (0123456 2026-01-01)\n", Some((3, 6))),
            ("Spin Version 6.5.2 -- 6 December 2019\n", None),
            ("wasmtime 48.0.8\n", Some((48, 0))),
            ("1.35.0\n", Some((1, 35))),
            ("wash 2.7.0\n", Some((2, 7))),
        ] {
            let mut versions = THIRD_PARTY.iter().map(|host| host.version(line));
            let found = versions.find(Option::is_some).flatten();
            assert_eq!(found, version, "{line}");
        }
    }

    #[test]
    fn older_spins_serve_the_build_for_wasi_02() {
        let spin = THIRD_PARTY.first().unwrap();
        for (version, served) in [
            ("3.5.1", [false, false]),
            ("3.6.3", [false, true]),
            ("4.0.2", [false, true]),
            ("4.1.0-pre0", [true, true]),
        ] {
            let found = [Wasi::P3, Wasi::P2].map(|wasi| spin.serves(version, wasi));
            assert_eq!(found, served, "{version}");
        }
    }
}
