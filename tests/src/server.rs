//! A private MariaDB or MySQL server: its own folder and port, gone when the tests are.
//! `DIDS_BACKEND` says which of them the tests use, [`Kind`] how each is started.
//!
//! One server is started when it is first asked for, and shared by the tests of
//! a process; each gets a database of its own. Tests that kill a server or need
//! other settings start one for themselves.
//!
//! Beside each server stands a shell that waits for the end of a pipe from this
//! process. However this process ends, by a panic or a signal too, the pipe ends
//! with it, and the shell kills the server and removes the folder.

mod database;
mod kind;
mod session;

use std::collections::HashSet;
use std::fs;
use std::io::Write as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

pub use database::Database;
pub use kind::Kind;
pub use session::Session;

/// The user the component is given: it may read what operators are told to grant.
pub const READER: (&str, &str) = ("dids", "reader-s_password");

/// How long a server may take to start.
const PATIENCE: Duration = Duration::from_secs(60);
/// Kilobytes that a memory file system must have free to be used.
const ROOM: u64 = 2 << 20;
/// Ports to choose from: below those that systems give to clients, so that a
/// server that is down for a moment finds its own port free.
const PORTS: std::ops::Range<u16> = 13_000..32_000;

/// Its arguments: the server's folder, the server's program, its options.
const GUARD: &str = r#"
folder=$1; shift
"$@" </dev/null >>"$folder/log" 2>&1 &
read -r order
case $order in stop) kill -TERM $! ;; *) kill -KILL $! ;; esac
wait
[ -n "$order" ] || rm -rf "$folder"
"#;

/// A server of one's own.
pub struct DatabaseServer {
    kind: Kind,
    folder: TempDir,
    port: u16,
    zone: String,
    options: Vec<String>,
    guard: Mutex<Option<Child>>,
    /// Names of databases that [`READER`] may read.
    granted: Mutex<HashSet<String>>,
}

/// How a server ends.
#[derive(Clone, Copy)]
enum End {
    /// At once, as in a crash.
    Killed,
    /// In good order.
    Stopped,
}

impl DatabaseServer {
    /// The server that the tests of this process share, of the kind that is chosen.
    pub fn shared() -> Arc<Self> {
        Self::shared_of(Kind::chosen())
    }

    /// The server of a kind that the tests of this process share.
    pub fn shared_of(kind: Kind) -> Arc<Self> {
        static SHARED: [OnceLock<Arc<DatabaseServer>>; 2] = [OnceLock::new(), OnceLock::new()];
        let start = || Arc::new(Self::start_of(kind, "UTC", &[]));
        Arc::clone(SHARED[kind as usize].get_or_init(start))
    }

    /// Starts a server in this time zone, with more options.
    pub fn start(zone: &str, options: &[&str]) -> Self {
        Self::start_of(Kind::chosen(), zone, options)
    }

    /// The same, of a kind.
    pub fn start_of(kind: Kind, zone: &str, options: &[&str]) -> Self {
        let folder = TempDir::new_in(fastest_place()).expect("a folder for the server");
        fs::create_dir(folder.path().join("tmp")).expect("a folder for tables");
        kind.install(folder.path());
        let mut server = DatabaseServer {
            kind,
            folder,
            port: 0,
            zone: zone.to_owned(),
            options: options.iter().map(|option| (*option).to_owned()).collect(),
            guard: Mutex::new(None),
            granted: Mutex::default(),
        };
        // Another program may take the port between the look and the start.
        let started = (0..5).any(|_| {
            server.port = free_port();
            server.try_launch()
        });
        assert!(started, "{}", server.complaint());
        let (user, password) = READER;
        server.session("").run(&format!(
            "CREATE USER '{user}'@'%' IDENTIFIED BY '{password}'"
        ));
        server
    }

    /// Which it is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The value of the component's variable `database`, for one of the server's.
    pub fn url(&self, database: &str) -> String {
        self.url_of(READER, database)
    }

    /// The same, for another user.
    pub fn url_of(&self, (user, password): (&str, &str), database: &str) -> String {
        let port = self.port;
        format!("mysql://{user}:{password}@127.0.0.1:{port}/{database}")
    }

    /// A session as root, in a database or in none.
    pub fn session(&self, database: &str) -> Session {
        let url = self.url_of(("root", ""), database);
        Session::open(&url).expect("the server takes a session")
    }

    /// Kills it, as a crash does.
    pub fn kill(&self) {
        self.end(End::Killed);
    }

    /// Stops it in good order.
    pub fn stop(&self) {
        self.end(End::Stopped);
    }

    /// Starts it again, on the same port and with the same data.
    pub fn launch(&self) {
        assert!(self.try_launch(), "{}", self.complaint());
    }

    fn end(&self, how: End) {
        let Some(mut guard) = self.guard().take() else {
            return;
        };
        let order: &[u8] = match how {
            End::Killed => b"kill\n",
            End::Stopped => b"stop\n",
        };
        let mut pipe = guard.stdin.take().expect("the guard has a pipe");
        pipe.write_all(order).expect("the guard listens");
        guard.wait().expect("the guard ends");
    }

    fn try_launch(&self) -> bool {
        let folder = self.folder.path();
        fs::write(self.log_file(), "").expect("a log");
        let mut guard = Command::new("/bin/sh");
        guard.args(["-c", GUARD, "guard"]).arg(folder);
        let server = self.kind.server();
        guard.arg(server.get_program()).args(server.get_args());
        guard.args(self.kind.settings(folder));
        guard.arg(format!("--port={}", self.port));
        guard.arg(kind::in_folder("socket", folder, "socket"));
        guard.args(&self.options).env("TZ", &self.zone);
        // Apart from the terminal, whose Ctrl-C is for the tests.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut guard, 0);
        guard.stdin(Stdio::piped());
        let guard = guard.spawn().expect("the guard starts");
        *self.guard() = Some(guard);
        let began = Instant::now();
        while Session::open(&self.url_of(("root", ""), "")).is_err() {
            if self.log().contains("Aborting") || began.elapsed() > PATIENCE {
                self.kill();
                return false;
            }
            thread::sleep(Duration::from_millis(20));
        }
        true
    }

    fn guard(&self) -> MutexGuard<'_, Option<Child>> {
        self.guard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn log_file(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    fn log(&self) -> String {
        fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    fn complaint(&self) -> String {
        format!("{} does not start:\n{}", self.kind.name(), self.log())
    }
}

impl Drop for DatabaseServer {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Memory, if there is enough of it: making tables takes a hundredth of the time.
fn fastest_place() -> PathBuf {
    let memory = Path::new("/dev/shm");
    let df = Command::new("df").args(["-Pk"]).arg(memory).output();
    let free = df.ok().and_then(|output| {
        let text = String::from_utf8(output.stdout).ok()?;
        let column = text.lines().nth(1)?.split_whitespace().nth(3)?;
        column.parse::<u64>().ok()
    });
    if free.is_some_and(|free| free >= ROOM) {
        return memory.to_owned();
    }
    std::env::temp_dir()
}

fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let span = PORTS.end - PORTS.start;
    let seed = (std::process::id() % u32::from(span)) as u16;
    loop {
        let nth = NEXT.fetch_add(1, Relaxed);
        let port = PORTS.start + (seed.wrapping_add(nth.wrapping_mul(7))) % span;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}
