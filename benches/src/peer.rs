//! What others would write: a script of the obvious kind, served by PHP's own server over
//! the same SQLite file.

use anyhow::{Context, Result, ensure};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How long it may take to listen.
const PATIENCE: Duration = Duration::from_secs(20);
/// What serves at the same time.
const WORKERS: &str = "4";

/// The running server; dropping it ends it with its workers.
pub struct Php {
    /// Where it listens.
    pub address: SocketAddr,
    child: Child,
}

impl Php {
    /// Serves the script beside this program's sources.
    pub fn start(database: &Path) -> Result<Self> {
        let modules = Command::new("php").arg("-m").output();
        let modules = modules.context("there is no php here")?.stdout;
        let modules = String::from_utf8_lossy(&modules).into_owned();
        ensure!(modules.contains("pdo_sqlite"), "php has no pdo_sqlite here");
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = port.local_addr()?;
        drop(port);
        let mut command = Command::new("php");
        command.args(["-d", "opcache.enable_cli=1", "-S", &address.to_string()]);
        command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/peers/dids.php"));
        command.env("PHP_CLI_SERVER_WORKERS", WORKERS);
        command.env("DATABASE", database);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.process_group(0).spawn()?;
        let php = Self { address, child };
        let start = Instant::now();
        while TcpStream::connect(address).is_err() {
            ensure!(start.elapsed() < PATIENCE, "it does not listen");
            sleep(Duration::from_millis(20));
        }
        Ok(php)
    }

    /// The group of its processes.
    pub fn group(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Php {
    fn drop(&mut self) {
        let group = format!("-{}", self.child.id());
        let _ = Command::new("kill").args(["-TERM", "--", &group]).status();
        let _ = self.child.wait();
    }
}
