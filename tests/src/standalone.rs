//! The standalone component on hosts of others, each in a process of its own.

use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::{fs, thread};

use dids_host::Settings;

use crate::data::Data;

/// A running host.
pub struct Standalone {
    process: Child,
    address: SocketAddr,
}

impl Standalone {
    /// `wasmtime serve`, which serves either WASI.
    pub fn on_wasmtime(data: &Data, wasm: &Path) -> Self {
        let mut command = Command::new(named("DIDS_WASMTIME"));
        command.args(["serve", "-Scli", "--addr=127.0.0.1:0"]);
        // Named only, so that a password stays out of the list of processes.
        command.arg("--env=SPIN_VARIABLE_DATABASE");
        if let Data::Sqlite(folder) = data {
            let folder = folder.path().display();
            command.arg(format!("--dir={folder}::/data"));
            command.arg("--env=SQLITE_DEFAULT=/data/dids.db");
        } else {
            command.args(["-Sinherit-network", "-Sallow-ip-name-lookup"]);
        }
        command.arg(wasm);
        Self::start(command, data, |line| {
            let address = line.strip_prefix("Serving HTTP on http://")?;
            address.trim_end_matches('/').parse().ok()
        })
    }

    /// `jco serve`, on Node.js, which serves WASI 0.2.
    pub fn on_jco(data: &Data, wasm: &Path) -> Self {
        // It grants no folder by itself, but lets a module of ours do so. The
        // module stands in jco's folder, where it finds jco's own parts.
        let folder = data.folder().join("jco");
        fs::create_dir(&folder).unwrap();
        let grant = folder.join("grant.mjs");
        let script = format!(
            "import {{ _addPreopen }} from '@bytecodealliance/preview2-shim/filesystem';\n\
             _addPreopen('/data', '{}');\n",
            data.folder().display()
        );
        fs::write(&grant, script).unwrap();
        let address = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr());
        let address = address.expect("a free port");
        let mut command = Command::new(named("DIDS_JCO"));
        command.args(["serve", "--host=127.0.0.1", "--port"]);
        command.arg(address.port().to_string());
        command.arg("--jco-dir").arg(folder);
        command.arg("--jco-import").arg(grant);
        command.arg(wasm);
        command.env("SQLITE_DEFAULT", "/data/dids.db");
        Self::start(command, data, |line| {
            line.starts_with("Server listening").then_some(address)
        })
    }

    /// Starts a host and waits for the line that tells its address.
    fn start(
        mut command: Command,
        data: &Data,
        address: impl Fn(&str) -> Option<SocketAddr>,
    ) -> Self {
        let mut settings = Settings::new("");
        data.give(&mut settings);
        let variable = |(name, value): (&String, &String)| {
            (
                format!("SPIN_VARIABLE_{}", name.to_uppercase()),
                value.clone(),
            )
        };
        command.envs(settings.variables.iter().map(variable));
        command.stdin(Stdio::null()).stdout(Stdio::null());
        command.stderr(Stdio::piped());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut process = command.spawn().expect("the host starts");
        let mut lines = BufReader::new(process.stderr.take().unwrap()).lines();
        let address = loop {
            let line = lines.next().expect("the host serves").unwrap();
            if let Some(address) = address(&line) {
                break address;
            }
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
    /// `jco serve` starts a process in its turn, so the whole group is ended.
    fn drop(&mut self) {
        let group = format!("-{}", self.process.id());
        let _ = Command::new("kill").args(["-TERM", "--", &group]).status();
        let _ = self.process.wait();
    }
}

/// The program or file that a variable names.
pub fn named(variable: &str) -> PathBuf {
    let named = std::env::var_os(variable);
    named
        .unwrap_or_else(|| panic!("{variable} is not set"))
        .into()
}
