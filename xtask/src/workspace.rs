//! The workspace: where it is, and the programs that cargo builds in it.

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
    pub target: PathBuf,
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

    /// Makes sure that cargo has a command that others wrote.
    pub fn extend_cargo(&self, command: &str) -> Result<()> {
        if ask(self.cargo().args([command, "--version"])).is_none() {
            let package = format!("cargo-{command}");
            step(&format!("Installing {package} (some minutes)"));
            run(self.cargo().args(["install", "--locked", &package]))?;
        }
        Ok(())
    }

    /// Builds the local host and gives its path.
    pub fn host(&self) -> Result<PathBuf> {
        step("Building the local host (the first time takes some minutes)");
        self.program("dids-host")
    }

    /// Builds a program and gives its path. The whole workspace takes part in
    /// choosing the features of shared crates, as it does in `test`: both then use
    /// the same build of them.
    pub fn program(&self, name: &str) -> Result<PathBuf> {
        run(self
            .cargo()
            .args(["build", "--profile=host", "--workspace", "--bin", name]))?;
        let program = format!("{name}{}", std::env::consts::EXE_SUFFIX);
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

/// The compiler that cargo takes.
pub fn rustc() -> Command {
    Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
}

fn modified(path: &Path) -> Option<SystemTime> {
    path.metadata()
        .and_then(|metadata| metadata.modified())
        .ok()
}

/// The file that a build was to make.
pub fn existing(path: PathBuf) -> Result<PathBuf> {
    if !path.is_file() {
        bail!("the build succeeded but did not make {}", path.display());
    }
    Ok(path)
}
