//! Programs that others would use instead, started over the same SQLite file: a script
//! of the obvious kind, and Datasette. What cannot be had is left out, and said.

use crate::cost;
use anyhow::{Context, Result, bail, ensure};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How long one may take to listen.
const PATIENCE: Duration = Duration::from_secs(20);
/// What serves at the same time, as with the workers of the script's server.
const WORKERS: &str = "4";

/// A running program; dropping it ends it with all that it started.
pub struct Peer {
    /// Where it listens.
    pub address: SocketAddr,
    child: Child,
}

impl Peer {
    /// PHP's own server with the script beside this program's sources.
    pub fn php(database: &Path) -> Result<Self> {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/peers/dids.php");
        let has_sqlite = Command::new("php").arg("-m").output();
        let modules = has_sqlite.context("there is no php here")?.stdout;
        let modules = String::from_utf8_lossy(&modules).into_owned();
        ensure!(modules.contains("pdo_sqlite"), "php has no pdo_sqlite here");
        Self::start(|port| {
            let mut command = Command::new("php");
            command.args(["-d", "opcache.enable_cli=1", "-S"]);
            command.arg(format!("127.0.0.1:{port}")).arg(script);
            command.env("PHP_CLI_SERVER_WORKERS", WORKERS);
            command.env("DATABASE", database);
            command
        })
    }

    /// Datasette from a folder of its own, below that of the peers.
    pub fn datasette(peers: &Path, database: &Path) -> Result<Self> {
        let program = peers.join("datasette/bin/datasette");
        if !program.is_file() {
            bail!("there is no {}", program.display());
        }
        Self::start(|port| {
            let mut command = Command::new(&program);
            command.arg("serve").arg(database);
            command.args(["--setting", "num_sql_threads", WORKERS]);
            command.args(["--port", &port.to_string()]);
            command
        })
    }

    /// The processor time that it took so far, in ms.
    pub fn processor_time(&self) -> Result<f64> {
        cost::of_group(self.child.id())
    }

    fn start(command: impl FnOnce(u16) -> Command) -> Result<Self> {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
            .local_addr()?
            .port();
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let mut command = command(port);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.process_group(0).spawn()?;
        let peer = Self { address, child };
        let start = Instant::now();
        while TcpStream::connect(address).is_err() {
            ensure!(start.elapsed() < PATIENCE, "it does not listen");
            sleep(Duration::from_millis(20));
        }
        Ok(peer)
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // Its workers are in its group.
        let group = format!("-{}", self.child.id());
        let _ = Command::new("kill").args(["-TERM", "--", &group]).status();
        let _ = self.child.wait();
    }
}
