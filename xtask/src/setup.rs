//! What several commands need before they can start.

use crate::process::{ask, cargo, run, step};
use crate::remap;
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

/// What the component is compiled for.
pub const TARGET: &str = "wasm32-wasip2";

/// The custom section with the names of a component's parts.
const NAMES: &[u8] = b"component-name";

/// How SQLite is compiled for the provider, which only reads: without what the
/// component never calls, and with everything temporary in memory, since the
/// folder that it is given may be read-only.
#[rustfmt::skip]
const SQLITE_OPTIONS: &[&str] = &[
    "-DSQLITE_TEMP_STORE=3",
    "-DSQLITE_DEFAULT_MEMSTATUS=0",
    "-DSQLITE_DQS=0",
    "-DSQLITE_MAX_ATTACHED=0",
    "-DSQLITE_MAX_MMAP_SIZE=0",
    "-DSQLITE_OMIT_DEPRECATED",
    "-DSQLITE_OMIT_LOAD_EXTENSION",
    "-DSQLITE_OMIT_SHARED_CACHE",
    "-DSQLITE_OMIT_WAL",
    "-USQLITE_ENABLE_API_ARMOR",
    "-USQLITE_ENABLE_COLUMN_METADATA",
    "-USQLITE_ENABLE_DBSTAT_VTAB",
    "-USQLITE_ENABLE_FTS3",
    "-USQLITE_ENABLE_FTS3_PARENTHESIS",
    "-USQLITE_ENABLE_FTS5",
    "-USQLITE_ENABLE_LOAD_EXTENSION",
    "-USQLITE_ENABLE_RTREE",
    "-USQLITE_ENABLE_STAT4",
    "-USQLITE_SOUNDEX",
];

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

    /// Cargo doing something for the component's target.
    fn build(&self, verb: &str, flags: &[&str]) -> Result<Command> {
        wasm_target()?;
        let mut command = self.cargo();
        command.args([verb, "--target", TARGET]);
        command.env("CARGO_ENCODED_RUSTFLAGS", remap::flags(self, flags)?);
        Ok(command)
    }

    /// Builds the component and gives its path.
    pub fn component(&self) -> Result<PathBuf> {
        // LLVM's own bound copies what is not marked for it into every caller: a
        // twentieth of the component.
        let mut build = self.build("build", &["-Cllvm-args=-inline-threshold=60"])?;
        step("Building the component");
        run(build.arg("--release"))?;
        let file = existing(self.target.join(TARGET).join("release/dids_get.wasm"))?;
        without_names(&file, &file)?;
        Ok(file)
    }

    /// Builds the component for hosts with WASI 0.2 and gives its path.
    pub fn component02(&self) -> Result<PathBuf> {
        let mut build = self.build("rustc", &[])?;
        step("Building the component for WASI 0.2");
        run(build
            .args(["--lib", "--crate-type=cdylib"])
            .args(["--profile=wasi02", "--features=wasi02"])
            // Nothing is copied into its callers but what is smaller so: of the standard
            // library too, which is compiled to be fast. Only where all is put
            // together: crates that are compiled so come out larger.
            .args(["--", "-Cllvm-args=-inline-threshold=5"]))?;
        let folder = self.target.join(TARGET);
        let built = existing(folder.join("wasi02/dids_get.wasm"))?;
        let file = folder.join("release/dids_get.p2.wasm");
        without_names(&built, &file)?;
        Ok(file)
    }

    /// Builds the provider of Spin's interfaces and gives its path.
    pub fn provider(&self) -> Result<PathBuf> {
        // tokio's sockets on WASI are not covered by its promises yet.
        let mut build = self.build("build", &["--cfg=tokio_unstable"])?;
        wasi_c()?;
        step("Building the provider (the first time takes some minutes)");
        // In a folder of its own: other flags would build the rest anew.
        let target = self.target.join("provider");
        run(build
            .args(["--release", "--package=dids-provider", "--target-dir"])
            .arg(&target)
            .env("CC_wasm32_wasip2", "clang")
            .env("AR_wasm32_wasip2", "llvm-ar")
            // Debian's clang and C library know WASI by its first name. What
            // they compile is the same for the second: the calls into WASI
            // come from the C library that Rust brings.
            .env(
                "CFLAGS_wasm32_wasip2",
                "--target=wasm32-wasi --sysroot=/usr",
            )
            .env("LIBSQLITE3_FLAGS", SQLITE_OPTIONS.join(" ")))?;
        existing(target.join(TARGET).join("release/dids_provider.wasm"))
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

/// Copies a component without its section of names, 8 kB that only tools would show:
/// `strip` reaches no further than the module inside.
fn without_names(from: &Path, to: &Path) -> Result<()> {
    let component = std::fs::read(from)?;
    let whole = "a component that cannot be read";
    let (head, mut rest) = component.split_at_checked(8).context(whole)?;
    let mut kept = head.to_vec();
    while let Some((id, after)) = rest.split_first() {
        let (length, body) = number(after).context(whole)?;
        let (body, next) = body.split_at_checked(length).context(whole)?;
        let is_names = *id == 0 && number(body).is_some_and(|(_, name)| name.starts_with(NAMES));
        let section = rest.split_at_checked(rest.len() - next.len());
        let (section, _) = section.context(whole)?;
        if !is_names {
            kept.extend_from_slice(section);
        }
        rest = next;
    }
    // A link to cargo's own file would be written through.
    if kept != component || from != to {
        let fresh = to.with_extension("fresh");
        std::fs::write(&fresh, kept)?;
        std::fs::rename(fresh, to)?;
    }
    Ok(())
}

/// A number in LEB128, and what follows it.
fn number(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let length = bytes.iter().take_while(|byte| **byte >= 128).count() + 1;
    let (digits, rest) = bytes.split_at_checked(length)?;
    let digits = digits.iter().rev().map(|byte| usize::from(byte & 127));
    Some((digits.fold(0, |number, digit| number << 7 | digit), rest))
}

/// The compiler that cargo takes.
pub fn rustc() -> Command {
    Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
}

/// Makes sure that the component's target is installed. Toolchains that did
/// not come from rustup may have it as well.
pub fn wasm_target() -> Result<()> {
    let libraries = ask(rustc().args(["--print=target-libdir", "--target", TARGET]));
    if libraries.is_some_and(|path| Path::new(path.trim()).is_dir()) {
        return Ok(());
    }
    step(&format!("Adding the target {TARGET}"));
    rustup(&["target", "add", TARGET])
}

/// Makes sure that C can be compiled for WASI, which SQLite is written in.
fn wasi_c() -> Result<()> {
    let is_there = |path: &str| Path::new(path).is_file();
    if has("clang") && has("llvm-ar") && is_there("/usr/include/wasm32-wasi/stdio.h") {
        return Ok(());
    }
    apt(&["clang", "llvm", "wasi-libc"]).context(
        "SQLite is compiled to WebAssembly: install Debian's or Ubuntu's clang, llvm and wasi-libc",
    )
}

/// Whether there is such a program. Debian keeps some where only root's path
/// leads.
pub fn has(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut places: Vec<PathBuf> = std::env::split_paths(&path).collect();
    places.push("/usr/sbin".into());
    places.iter().any(|place| place.join(program).is_file())
}

/// Installs Debian's packages as root: in a container, on a fresh machine, in CI.
/// Nobody else is helped to more rights, but told the one command.
pub fn apt(packages: &[&str]) -> Result<()> {
    let is_root = ask(Command::new("id").arg("-u")).is_some_and(|id| id.trim() == "0");
    if !has("apt-get") || !is_root {
        let packages = packages.join(" ");
        bail!("as root, run: apt-get install --no-install-recommends {packages}");
    }
    step(&format!("Installing {}", packages.join(", ")));
    let install = ["install", "-y", "-qq", "--no-install-recommends"];
    for arguments in [vec!["update", "-qq"], [&install, packages].concat()] {
        let mut apt = Command::new("apt-get");
        run(apt.env("DEBIAN_FRONTEND", "noninteractive").args(arguments))?;
    }
    Ok(())
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
