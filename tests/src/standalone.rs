//! The standalone component on third-party hosts, each in a process of its own.

mod jco;

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;

/// Where the component sees the folder that it is given.
const FOLDER: &str = "/data";

/// The host to run it on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ThirdParty {
    /// `wasmtime serve`, which serves either WASI.
    Wasmtime,
    /// `jco serve`, on Node.js, which serves WASI 0.2.
    Jco,
}

/// What the component is given.
pub struct Given<'g> {
    /// The value of its variable `database`.
    pub database: String,
    /// A folder that it sees as `/data`; an SQLite file in it is `dids.db`.
    pub folder: Option<&'g Path>,
    /// More of its environment.
    pub environment: &'g [(&'g str, &'g str)],
}

/// A running host.
pub struct Standalone {
    process: Child,
    address: SocketAddr,
}

impl ThirdParty {
    /// The one that `DIDS_BACKEND` names, if it does.
    pub fn chosen() -> Option<Self> {
        let backend = std::env::var("DIDS_BACKEND").unwrap_or_default();
        match backend.split_once('-')?.0 {
            "wasmtime" => Some(ThirdParty::Wasmtime),
            "jco" => Some(ThirdParty::Jco),
            _ => None,
        }
    }
}

impl Standalone {
    /// Starts the host that is chosen and waits until it says where it listens.
    pub fn start(host: ThirdParty, given: &Given) -> Self {
        let wasm = named("DIDS_STANDALONE_WASM");
        let database = format!("{FOLDER}/dids.db");
        let mut environment = vec![
            ("SPIN_VARIABLE_DATABASE", given.database.as_str()),
            ("SQLITE_DEFAULT", &database),
        ];
        environment.extend_from_slice(given.environment);
        let mut command = match host {
            ThirdParty::Wasmtime => wasmtime(&wasm, given, &environment),
            ThirdParty::Jco => jco::command(&wasm, given.folder),
        };
        command.envs(environment);
        command.stdin(Stdio::null()).stdout(Stdio::null());
        command.stderr(Stdio::piped());
        let mut process = command.spawn().expect("the host starts");
        let mut lines = BufReader::new(process.stderr.take().unwrap()).lines();
        let mut log = String::new();
        let address = loop {
            let line = lines.next();
            let line = line.unwrap_or_else(|| panic!("the host does not serve:\n{log}"));
            let line = line.expect("the host writes text");
            if let Some(address) = line.strip_prefix("Serving HTTP on http://") {
                break address.trim_end_matches('/').parse().expect("an address");
            }
            log += &format!("{line}\n");
        };
        // The host must not be stopped by a full pipe.
        thread::spawn(move || lines.for_each(drop));
        Standalone { process, address }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Standalone {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn wasmtime(wasm: &Path, given: &Given, environment: &[(&str, &str)]) -> Command {
    let mut command = Command::new(named("DIDS_WASMTIME"));
    command.args(["serve", "-Scli", "--addr=127.0.0.1:0"]);
    if given.database.starts_with("mysql:") {
        command.args(["-Sinherit-network", "-Sallow-ip-name-lookup"]);
    }
    if let Some(folder) = given.folder {
        command.arg(format!("--dir={}::{FOLDER}", folder.display()));
    }
    // Named only, so that a password stays out of the list of processes.
    let names = environment.iter().map(|(name, _)| format!("--env={name}"));
    command.args(names).arg(wasm);
    command
}

/// The program or file that a variable names.
pub fn named(variable: &str) -> PathBuf {
    let named = std::env::var_os(variable);
    named
        .unwrap_or_else(|| panic!("{variable} is not set: `cargo xtask test --hosts` sets it"))
        .into()
}
