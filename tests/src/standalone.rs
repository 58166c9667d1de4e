//! The standalone component on third-party hosts, each in a process of its own.

mod jco;
mod wash;

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;

use tempfile::TempDir;

pub use wash::{outward, reachable};

/// Where the component sees the folder that it is given.
const FOLDER: &str = "/data";
/// The SQLite file in it.
const FILE: &str = "dids.db";

/// The host to run it on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ThirdParty {
    /// `wasmtime serve`, which serves either WASI.
    Wasmtime,
    /// `jco serve`, on Node.js, which serves WASI 0.2.
    Jco,
    /// `wash dev` of wasmCloud, which serves either WASI.
    Wash,
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

/// A running host, for one test at a time.
pub struct Standalone {
    process: Option<Process>,
    /// What the next test can have it for, if any can.
    kept: Option<wash::Kept>,
}

/// The program of a host.
struct Process {
    child: Child,
    address: SocketAddr,
    project: Option<TempDir>,
}

impl ThirdParty {
    /// The one that `DIDS_BACKEND` names, if it does.
    pub fn chosen() -> Option<Self> {
        let backend = std::env::var("DIDS_BACKEND").unwrap_or_default();
        match backend.split_once('-')?.0 {
            "wasmtime" => Some(ThirdParty::Wasmtime),
            "jco" => Some(ThirdParty::Jco),
            "wash" => Some(ThirdParty::Wash),
            _ => None,
        }
    }
}

impl Standalone {
    /// Starts the host that is chosen, or takes one that runs, and waits until it serves.
    pub fn start(host: ThirdParty, given: &Given) -> Self {
        let is_plain = |folder: &Path| folder.join(FILE).is_file();
        if host == ThirdParty::Wash
            && given.environment.is_empty()
            && given.folder.is_none_or(is_plain)
        {
            return wash::in_turn(given);
        }
        Standalone {
            process: Some(Process::start(host, given)),
            kept: None,
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.process.as_ref().expect("it runs").address
    }
}

impl Drop for Standalone {
    fn drop(&mut self) {
        if let (Some(process), Some(kept)) = (self.process.take(), self.kept.take()) {
            wash::give_back(process, kept);
        }
    }
}

impl Process {
    /// Starts it and waits until it says where it listens.
    fn start(host: ThirdParty, given: &Given) -> Self {
        let wasm = named("DIDS_STANDALONE_WASM");
        let database = format!("{FOLDER}/{FILE}");
        let mut environment = vec![
            ("SPIN_VARIABLE_DATABASE", given.database.as_str()),
            ("SQLITE_DEFAULT", &database),
        ];
        environment.extend_from_slice(given.environment);
        let (mut command, project) = match host {
            ThirdParty::Wasmtime => (wasmtime(&wasm, given, &environment), None),
            ThirdParty::Jco => (jco::command(&wasm, given.folder), None),
            ThirdParty::Wash => {
                let (command, project) = wash::command(&wasm, given, &environment);
                (command, Some(project))
            }
        };
        command.envs(environment);
        // The end of this pipe is the end of this process, however it comes.
        command.stdin(Stdio::piped()).stdout(Stdio::null());
        command.stderr(Stdio::piped());
        let mut child = command.spawn().expect("the host starts");
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut log = String::new();
        let mut address = None;
        while address.is_none() || !is_ready(host, &log) {
            let line = lines.next();
            let line = line.unwrap_or_else(|| panic!("the host does not serve:\n{log}"));
            let line = line.expect("the host writes text");
            address = address.or_else(|| listening(&line));
            log += &format!("{line}\n");
        }
        let address = address.expect("it was said");
        // The host must not be stopped by a full pipe.
        thread::spawn(move || lines.for_each(drop));
        Process {
            child,
            address,
            project,
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        // One with a project has a shell around it, which kills it at that sign.
        if self.project.is_none() {
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
    }
}

/// The address in a line that tells where a host listens.
fn listening(line: &str) -> Option<SocketAddr> {
    let signs = ["Serving HTTP on http://", "HTTP server listening addr="];
    let address = signs.iter().find_map(|sign| line.split_once(sign))?.1;
    let address = address.split([' ', '/']).next().unwrap_or_default();
    Some(address.parse().expect("an address"))
}

/// Whether it serves the component by then: `wash dev` listens before it has compiled it.
fn is_ready(host: ThirdParty, log: &str) -> bool {
    host != ThirdParty::Wash || log.contains("listening for HTTP requests")
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
