//! What several commands need before they can start.

use crate::process::{ask, cargo, run, step};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

/// What the component is compiled for.
pub const TARGET: &str = "wasm32-wasip2";

/// Where things are.
pub struct Workspace {
    pub root: PathBuf,
    target: PathBuf,
}

impl Workspace {
    /// Asks cargo, which knows of every way to move its target directory.
    pub fn find() -> Result<Self> {
        let metadata = ask(cargo().args(["metadata", "--no-deps", "--format-version=1"]))
            .context("cargo metadata failed")?;
        let metadata: serde_json::Value = serde_json::from_str(&metadata)?;
        let path = |name| {
            let value = metadata.get(name).and_then(serde_json::Value::as_str);
            value
                .map(PathBuf::from)
                .with_context(|| format!("cargo metadata names no {name}"))
        };
        Ok(Self {
            root: path("workspace_root")?,
            target: path("target_directory")?,
        })
    }

    /// Cargo in the workspace's root: without further choice it works on the
    /// root package, which is the component.
    pub fn cargo(&self) -> Command {
        let mut command = cargo();
        command.current_dir(&self.root);
        command
    }

    /// Builds the component and gives its path.
    pub fn component(&self) -> Result<PathBuf> {
        wasm_target()?;
        step("Building the component");
        run(self
            .cargo()
            .args(["build", "--release", "--target", TARGET]))?;
        existing(self.target.join(TARGET).join("release/dids_get.wasm"))
    }

    /// Makes sure that there is a MariaDB server to start for tests: Debian's,
    /// installed where this may be done without asking.
    pub fn mariadb() -> Result<()> {
        let has = |program: &str| {
            let path = std::env::var_os("PATH").unwrap_or_default();
            let mut places: Vec<PathBuf> = std::env::split_paths(&path).collect();
            places.push("/usr/sbin".into());
            places.iter().any(|place| place.join(program).is_file())
        };
        if has("mariadbd") {
            return Ok(());
        }
        let is_root = ask(Command::new("id").arg("-u")).is_some_and(|id| id.trim() == "0");
        let sudo: &[&str] = if is_root { &[] } else { &["sudo", "-n"] };
        if !has("apt-get") || !(is_root || ask(Command::new("sudo").args(["-n", "true"])).is_some())
        {
            bail!("the tests start a MariaDB server of their own: install mariadb-server");
        }
        step("Installing mariadb-server");
        for arguments in [
            &["update", "-qq"][..],
            &["install", "-y", "-qq", "mariadb-server", "tzdata"],
        ] {
            let apt = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"];
            let mut words = sudo.iter().chain(&apt).chain(arguments);
            let program = words.next().context("no program")?;
            run(Command::new(program).args(words))?;
        }
        Ok(())
    }

    /// Builds the local host and gives its path. The whole workspace takes
    /// part in choosing the features of shared crates, as it does in `test`:
    /// both then use the same build of them.
    pub fn host(&self) -> Result<PathBuf> {
        step("Building the local host (the first time takes some minutes)");
        run(self
            .cargo()
            .args(["build", "--profile=host", "--workspace", "--bin=dids-host"]))?;
        let program = format!("dids-host{}", std::env::consts::EXE_SUFFIX);
        existing(self.target.join("host").join(program))
    }

    /// Creates the demo database, unless it is there and newer than its
    /// scripts, and gives its path.
    pub fn demo_database(&self, host: &Path) -> Result<PathBuf> {
        let scripts = [
            self.root.join("db/schema.sql"),
            self.root.join("db/demo.sql"),
        ];
        let database = self.root.join(".data/demo.db");
        let written = modified(&database);
        if written.is_none() || scripts.iter().any(|script| modified(script) > written) {
            step("Creating the demo database");
            std::fs::create_dir_all(self.root.join(".data"))?;
            run(Command::new(host)
                .arg("create")
                .arg(&database)
                .args(scripts))?;
        }
        Ok(database)
    }
}

/// Makes sure that the component's target is installed. Toolchains that did
/// not come from rustup may have it as well.
pub fn wasm_target() -> Result<()> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let libraries = ask(Command::new(rustc).args(["--print=target-libdir", "--target", TARGET]));
    if libraries.is_some_and(|path| Path::new(path.trim()).is_dir()) {
        return Ok(());
    }
    step(&format!("Adding the target {TARGET}"));
    rustup(&["target", "add", TARGET])
}

/// Runs rustup, or says what is missing without it.
pub fn rustup(arguments: &[&str]) -> Result<()> {
    if ask(Command::new("rustup").arg("--version")).is_none() {
        bail!(
            "this needs `rustup {}`, but there is no rustup here.\n\
             Get it from https://rustup.rs, or install this part of Rust the way you installed Rust.",
            arguments.join(" ")
        );
    }
    run(Command::new("rustup").args(arguments))
}

fn modified(path: &Path) -> Option<SystemTime> {
    path.metadata()
        .and_then(|metadata| metadata.modified())
        .ok()
}

fn existing(path: PathBuf) -> Result<PathBuf> {
    if !path.is_file() {
        bail!("the build succeeded but did not make {}", path.display());
    }
    Ok(path)
}
