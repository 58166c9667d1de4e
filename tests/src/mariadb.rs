//! A private MariaDB server: its own folder and port, gone when the tests are.
//!
//! One server is started when it is first asked for, and shared by the tests of
//! a process; each gets a database of its own. Tests that kill a server or need
//! other settings start one for themselves.
//!
//! Beside each server stands a shell that waits for the end of a pipe from this
//! process. However this process ends, by a panic or a signal too, the pipe ends
//! with it, and the shell kills the server and removes the folder.

mod database;
mod session;

use std::fs::{self, File};
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
pub use session::Session;

/// The user the component is given: it may read databases of tests.
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
pub struct Mariadb {
    folder: TempDir,
    port: u16,
    zone: String,
    options: Vec<String>,
    guard: Mutex<Option<Child>>,
}

/// How a server ends.
#[derive(Clone, Copy)]
enum End {
    /// At once, as in a crash.
    Killed,
    /// In good order.
    Stopped,
}

impl Mariadb {
    /// The server that the tests of this process share.
    pub fn shared() -> Arc<Self> {
        static SHARED: OnceLock<Arc<Mariadb>> = OnceLock::new();
        let start = || Arc::new(Self::start("UTC", &[]));
        Arc::clone(SHARED.get_or_init(start))
    }

    /// Starts a server in this time zone, with more options.
    pub fn start(zone: &str, options: &[&str]) -> Self {
        let folder = TempDir::new_in(fastest_place()).expect("a folder for the server");
        fs::create_dir(folder.path().join("tmp")).expect("a folder for tables");
        install(folder.path());
        let mut server = Mariadb {
            folder,
            port: 0,
            zone: zone.to_owned(),
            options: options.iter().map(|option| (*option).to_owned()).collect(),
            guard: Mutex::new(None),
        };
        // Another program may take the port between the look and the start.
        let started = (0..5).any(|_| {
            server.port = free_port();
            server.try_launch()
        });
        assert!(started, "mariadbd does not start:\n{}", server.log());
        let (user, password) = READER;
        server.session("").run(&format!(
            "CREATE USER '{user}'@'%' IDENTIFIED BY '{password}'; \
             GRANT SELECT ON `site\\_%`.* TO '{user}'@'%'"
        ));
        server
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
        assert!(
            self.try_launch(),
            "mariadbd does not start:\n{}",
            self.log()
        );
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
        guard.arg(program("mariadbd")).args(settings(folder));
        guard.arg(format!("--port={}", self.port));
        guard.arg(in_folder("socket", folder, "socket"));
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
}

impl Drop for Mariadb {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Makes the server's own tables.
fn install(folder: &Path) {
    let log = File::create(folder.join("log")).expect("a log");
    let mut command = Command::new(program("mariadb-install-db"));
    command.args(settings(folder));
    command.args(["--auth-root-authentication-method=normal", "--skip-test-db"]);
    command.stderr(log.try_clone().unwrap()).stdout(log);
    let status = command.status().expect("mariadb-install-db starts");
    let log = fs::read_to_string(folder.join("log")).unwrap_or_default();
    assert!(status.success(), "mariadb-install-db: {status}\n{log}");
}

/// Options that make it fast and keep it to itself. Nothing survives a crash of
/// the machine, and nothing needs to.
fn settings(folder: &Path) -> Vec<String> {
    let mut options = vec!["--no-defaults".to_owned()];
    #[cfg(unix)]
    if fs::metadata(folder).is_ok_and(|it| std::os::unix::fs::MetadataExt::uid(&it) == 0) {
        options.push("--user=root".into());
    }
    options.push(in_folder("datadir", folder, "data"));
    options.push(in_folder("pid-file", folder, "pid"));
    // A server that starts removes what another one has in a folder they share.
    options.push(in_folder("tmpdir", folder, "tmp"));
    let constant = [
        "--bind-address=127.0.0.1",
        "--character-set-server=utf8mb4",
        "--collation-server=utf8mb4_general_ci",
        "--debug-no-sync",
        "--innodb-buffer-pool-size=64M",
        "--innodb-doublewrite=0",
        "--innodb-file-per-table=0",
        "--innodb-flush-log-at-trx-commit=0",
        "--innodb-log-file-size=16M",
        "--performance-schema=0",
        "--skip-log-bin",
        "--skip-name-resolve",
        "--sync-frm=0",
    ];
    options.extend(constant.map(str::to_owned));
    options
}

fn in_folder(option: &str, folder: &Path, name: &str) -> String {
    format!("--{option}={}", folder.join(name).display())
}

/// Debian keeps the server where only root's path leads.
fn program(name: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut places: Vec<PathBuf> = std::env::split_paths(&path).collect();
    places.extend(["/usr/sbin", "/usr/local/sbin"].map(PathBuf::from));
    let found = places.iter().map(|place| place.join(name));
    let mut found = found.filter(|file| file.is_file());
    found.next().unwrap_or_else(|| {
        panic!("there is no {name}: `cargo xtask test` installs Debian's mariadb-server")
    })
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
