//! The commands of docs/hosts.md for third-party hosts, as they stand there: only
//! programs, files, addresses and the database are those of the test.

use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::symlink;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use dids_tests::client;
use dids_tests::data::Data;
use dids_tests::manifest::{in_repository, read};
use dids_tests::model::answer;
use dids_tests::readme::script;
use dids_tests::standalone::{ThirdParty, named, reachable};
use tempfile::TempDir;

use crate::asking::{ask, at, signed};
use crate::town::town;

/// jco compiles the component before it serves.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// What the document says for a host, with an SQLite file or with a server.
fn command(host: ThirdParty, is_file: bool) -> &'static str {
    match host {
        ThirdParty::Wasmtime => {
            let (file, server) = script("wasmtime serve ").split_once("SPIN_").unwrap();
            if is_file { file } else { server }
        }
        ThirdParty::Jco => script("mkdir served "),
        ThirdParty::Wash => script("cd deploy/wasmcloud/sqlite"),
    }
}

/// The configuration that the command for `wash` finds in its folder, with the file or
/// the server of the test; gives the server's URL as the component is to see it.
fn configure_wash(folder: &Path, data: &Data, address: SocketAddr) -> Option<String> {
    let kind = if data.is_file() { "sqlite" } else { "mysql" };
    let way = reachable(&data.variable());
    let shipped = format!("deploy/wasmcloud/{kind}/.wash/config.yaml");
    let shipped = read(&in_repository(&shipped));
    let mut text = shipped.replace("/srv/mor", &folder.display().to_string());
    text = text.replace("127.0.0.1:8000", &address.to_string());
    if let Some((_, address)) = &way {
        text = text.replace("10.0.0.10:3306", &address.to_string());
    }
    // The document's command names the folder of the one for a file.
    let project = folder.join("deploy/wasmcloud/sqlite/.wash");
    fs::create_dir_all(&project).unwrap();
    fs::write(project.join("config.yaml"), text).unwrap();
    let built = folder.join("target/wasm32-wasip2/release");
    fs::create_dir_all(&built).unwrap();
    symlink(
        named("DIDS_STANDALONE_WASM"),
        built.join("dids_get.standalone.p2.wasm"),
    )
    .unwrap();
    way.map(|(url, _)| url)
}

/// A shell and what it started.
pub struct Shell(pub Child);

impl Drop for Shell {
    fn drop(&mut self) {
        let group = format!("-{}", self.0.id());
        let mut kill = Command::new("kill");
        kill.args(["-KILL", "--", &group]).stderr(Stdio::null());
        let _ = kill.status();
        let _ = self.0.wait();
    }
}

/// Types a script in a folder, with the programs there first on the PATH.
pub fn shell(script: &str, folder: &Path) -> Shell {
    let path = std::env::var("PATH").unwrap();
    let mut shell = Command::new("sh");
    shell.args(["-c", script]).current_dir(folder);
    shell.env("PATH", format!("{}:{path}", folder.display()));
    shell.process_group(0).stdin(Stdio::null());
    shell.stdout(Stdio::null()).stderr(Stdio::null());
    Shell(shell.spawn().expect("a shell"))
}

pub fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().unwrap()
}

#[test]
fn the_documents_command_serves() {
    let Some(host) = ThirdParty::chosen() else {
        // The local host's own command is typed by tests/readme.
        assert!(command(ThirdParty::Jco, true).contains("jco serve"));
        return;
    };
    let tables = town();
    let data = Data::of(&tables, "");
    if host == ThirdParty::Jco && !data.is_file() {
        assert!(
            !command(host, false).contains("mysql://"),
            "the document has no such command"
        );
        return;
    }
    let folder = TempDir::new().unwrap();
    let here = |name: &str| folder.path().join(name);
    symlink(
        named("DIDS_STANDALONE_WASM"),
        here("dids_get.standalone.wasm"),
    )
    .unwrap();
    symlink(
        named("DIDS_STANDALONE_WASM"),
        here("dids_get.standalone.p2.wasm"),
    )
    .unwrap();
    match host {
        ThirdParty::Wasmtime => symlink(named("DIDS_WASMTIME"), here("wasmtime")).unwrap(),
        ThirdParty::Jco => symlink(named("DIDS_JCO"), here("jco")).unwrap(),
        ThirdParty::Wash => symlink(named("DIDS_WASH"), here("wash")).unwrap(),
    }
    let address = free_address();
    let mut script = command(host, data.is_file()).replace("3000", &address.port().to_string());
    if host == ThirdParty::Wash
        && let Some(url) = configure_wash(folder.path(), &data, address)
    {
        script = format!("export SPIN_VARIABLE_DATABASE='{url}'; {script}");
    }
    if data.is_file() {
        fs::copy(data.file(), here("mor.db")).unwrap();
        script = script.replace("/srv/mor", &folder.path().display().to_string());
    } else if host != ThirdParty::Wash {
        let shown = script
            .split('\'')
            .nth(1)
            .expect("a URL in quotes")
            .to_owned();
        script = format!("SPIN_{script}").replace(&shown, &data.url());
    }
    let _shell = shell(&script, folder.path());
    let began = Instant::now();
    // `wash` listens before it has compiled the component.
    let is_up = || {
        TcpStream::connect(address).is_ok()
            && client::send(address, &at("GET", "/healthz"), &[]).status == 200
    };
    while !is_up() {
        assert!(began.elapsed() < PATIENCE, "nothing serves:\n{script}");
        thread::sleep(Duration::from_millis(100));
    }
    let ask = ask("GET", &signed("admin", ""));
    let wanted = answer(&tables, &ask).body.expect("a list");
    assert_eq!(client::send(address, &ask, &[]).body, wanted, "{script}");
}
