//! A private nginx with the shipped files.

use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::client::{self, Reply};
use crate::manifest::{in_repository, read};
use crate::model::Ask;

const NEEDED: &str = "`cargo xtask test` installs it. By hand: apt-get install nginx";
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A running nginx.
pub struct Proxy {
    process: Child,
    folder: TempDir,
    /// The server for callers, without TLS.
    pub plain: SocketAddr,
    /// The same with TLS, as it is shipped.
    pub tls: SocketAddr,
    /// The server that only sends callers on to TLS.
    pub redirect: SocketAddr,
}

impl Proxy {
    /// Starts nginx before the component and MOR.
    pub fn start(component: SocketAddr, mor: SocketAddr) -> Self {
        Self::changed(component, mor, &[])
    }

    /// The same with other texts in the files.
    pub fn changed(component: SocketAddr, mor: SocketAddr, more: &[(&str, &str)]) -> Self {
        let folder = TempDir::with_prefix("dids-nginx-").expect("a folder");
        certificate(folder.path());
        // A port may be taken between its choice and its use.
        for _ in 0..5 {
            let [plain, tls, redirect] = free_addresses();
            configure(folder.path(), &[plain, tls, redirect, component, mor], more);
            if let Some(process) = started(folder.path(), plain) {
                return Self {
                    process,
                    folder,
                    plain,
                    tls,
                    redirect,
                };
            }
        }
        panic!("nginx does not start: {}", log(folder.path(), "start.log"));
    }

    /// Sends a request.
    pub fn send(&self, ask: &Ask, headers: &[(&str, &str)]) -> Reply {
        client::send(self.plain, ask, headers)
    }

    /// The lines of the access log, once there are so many.
    pub fn access_log(&self, lines: usize) -> String {
        let began = Instant::now();
        loop {
            let text = log(self.folder.path(), "dids-get.access.log");
            if text.lines().count() >= lines {
                return text;
            }
            assert!(began.elapsed() < PATIENCE, "{lines} lines: {text}");
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// All that nginx has written besides.
    pub fn error_logs(&self) -> String {
        let folder = self.folder.path();
        log(folder, "dids-get.error.log") + &log(folder, "start.log")
    }

    /// Sends new requests to another host, as `systemctl reload nginx` does after a change of
    /// dids-get.conf, and waits until those under way at the old one have ended.
    pub fn turn(&self, from: SocketAddr, to: SocketAddr) {
        let old = self.worker().expect("a worker process");
        let file = self.file("dids-get.conf");
        let text = read(&file).replace(&from.to_string(), &to.to_string());
        fs::write(&file, text).expect("a file");
        self.signal("-HUP");
        let began = Instant::now();
        while self.worker().is_none_or(|worker| worker == old) {
            assert!(began.elapsed() < PATIENCE, "the old worker process stays");
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// The worker process, if there is only one.
    fn worker(&self) -> Option<String> {
        let master = self.process.id();
        let children = format!("/proc/{master}/task/{master}/children");
        let children = fs::read_to_string(children).ok()?;
        let mut children = children.split_whitespace();
        let worker = children.next()?;
        children.next().is_none().then(|| worker.to_owned())
    }

    fn signal(&self, signal: &str) {
        let id = self.process.id().to_string();
        let _ = Command::new("kill").args([signal, &id]).status();
    }

    /// A file in its folder.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.signal("-TERM");
        let _ = self.process.wait();
    }
}

fn log(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap_or_default()
}

fn free_addresses() -> [SocketAddr; 3] {
    let listeners = [(); 3].map(|()| TcpListener::bind("127.0.0.1:0").expect("a port"));
    listeners.map(|listener| listener.local_addr().expect("an address"))
}

/// A certificate of its own signing.
fn certificate(folder: &Path) {
    let mut openssl = Command::new("openssl");
    openssl.args(["req", "-x509", "-newkey", "ec", "-pkeyopt"]);
    openssl.args(["ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]);
    openssl.args(["-subj", "/CN=mor.example.com", "-addext"]);
    openssl.args(["subjectAltName=DNS:mor.example.com", "-out"]);
    openssl
        .arg(folder.join("mor.example.com.pem"))
        .arg("-keyout");
    openssl.arg(folder.join("mor.example.com.key"));
    let made = openssl.output().expect("openssl");
    assert!(made.status.success(), "{made:?}");
}

/// Writes the shipped files with addresses, ports and paths of this test.
fn configure(folder: &Path, addresses: &[SocketAddr; 5], more: &[(&str, &str)]) {
    let [plain, tls, redirect, component, mor] = addresses;
    let place = folder.display();
    let replaced = [
        ("listen 80;", format!("listen {redirect};")),
        // Tests speak plain HTTP with the same server.
        (
            "listen 443 ssl;",
            format!("listen {tls} ssl; listen {plain};"),
        ),
        ("server 127.0.0.1:8080;", format!("server {component};")),
        ("server 127.0.0.1:8081;", format!("server {mor};")),
        ("/var/log/nginx/", format!("{place}/")),
        ("/etc/ssl/certs/", format!("{place}/")),
        ("/etc/ssl/private/", format!("{place}/")),
    ];
    let more = more.iter().map(|(old, new)| (*old, (*new).to_owned()));
    let replaced: Vec<_> = replaced.into_iter().chain(more).collect();
    let mut files = ["dids-get.conf", "site.conf"].map(|name| {
        let text = read(&in_repository("deploy/nginx").join(name));
        (name, text)
    });
    for (old, new) in &replaced {
        let found = files.iter().any(|(_, text)| text.contains(old));
        assert!(found, "{old} is not in deploy/nginx/");
        for (_, text) in &mut files {
            *text = text.replace(old, new);
        }
    }
    for (name, text) in files {
        fs::write(folder.join(name), text).expect("a file");
    }
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|name| format!("    {name}_temp_path {place}/{name};\n"))
        .concat();
    let main = format!(
        "daemon off;\nuser root;\npid {place}/pid;\nerror_log {place}/start.log crit;\n\
         events {{ worker_connections 2048; }}\nhttp {{\n{temporary}    \
         include {place}/dids-get.conf;\n    include {place}/site.conf;\n}}\n"
    );
    fs::write(folder.join("nginx.conf"), main).expect("a file");
}

/// Starts nginx; none when it ends before it listens.
fn started(folder: &Path, address: SocketAddr) -> Option<Child> {
    let output = fs::File::create(folder.join("start.log")).expect("a file");
    let mut nginx = Command::new("nginx");
    nginx.arg("-c").arg(folder.join("nginx.conf"));
    nginx
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(output);
    let process = nginx.spawn();
    let mut process = process.unwrap_or_else(|error| panic!("nginx: {error}. {NEEDED}"));
    let began = Instant::now();
    while TcpStream::connect(address).is_err() {
        if process.try_wait().expect("its state").is_some() || began.elapsed() > PATIENCE {
            let _ = process.kill();
            let _ = process.wait();
            return None;
        }
        thread::sleep(Duration::from_millis(10));
    }
    Some(process)
}
