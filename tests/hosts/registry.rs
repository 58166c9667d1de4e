//! The application as a release pushes it to a registry, pulled and served by Spin: with the
//! workflow's own lines and the document's own command. The registry is Debian's
//! `docker-registry`.

use std::fs;
use std::net::{SocketAddr, TcpStream};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use dids_tests::client;
use dids_tests::harness::{component, component02};
use dids_tests::manifest::{in_repository, read};
use dids_tests::readme::script;
use dids_tests::standalone::named;
use tempfile::TempDir;

use crate::asking::{ask, at, signed};
use crate::readme::{PATIENCE, free_address, shell};

/// Of this workspace, which the workflow takes from the tag.
const VERSION: &str = env!("CARGO_PKG_VERSION");

struct Registry(Child);

impl Registry {
    fn start(folder: &Path, address: SocketAddr) -> Self {
        let config = folder.join("registry.yml");
        let place = folder.join("registry");
        let text = format!(
            "version: 0.1\nlog:\n  level: error\nhttp:\n  addr: {address}\n\
             storage:\n  filesystem:\n    rootdirectory: {}\n",
            place.display()
        );
        fs::write(&config, text).unwrap();
        let mut registry = Command::new("docker-registry");
        registry.arg("serve").arg(config);
        registry.stdout(Stdio::null()).stderr(Stdio::null());
        let registry = Self(registry.spawn().expect("Debian's docker-registry"));
        wait(|| TcpStream::connect(address).is_ok());
        registry
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn wait(is_there: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_there() {
        assert!(began.elapsed() < PATIENCE, "nothing serves");
        thread::sleep(Duration::from_millis(100));
    }
}

/// What the workflow does with the application, in the folder of a release.
fn pushed() -> String {
    let workflow = read(&in_repository(".github/workflows/release.yml"));
    let lines = workflow.lines().map(str::trim).filter(|line| {
        let starts = ["spin registry push ", "sed --in-place ", "grep --quiet "];
        starts.iter().any(|start| line.starts_with(start)) && line.contains("spin")
    });
    let lines: Vec<&str> = lines.collect();
    assert_eq!(lines.len(), 4, "{lines:?}");
    lines.join("\n").replace("push ", "push --insecure ")
}

#[test]
fn a_pulled_application_serves() {
    let folder = TempDir::new().unwrap();
    let here = |name: &str| folder.path().join(name);
    fs::copy(component(), here("dids_get.wasm")).unwrap();
    fs::copy(component02(), here("dids_get.p2.wasm")).unwrap();
    let manifest = read(&in_repository("spin.toml"));
    let manifest = manifest.replace("target/wasm32-wasip2/release/", "");
    fs::write(here("spin.toml"), manifest).unwrap();
    symlink(in_repository("db"), here("db")).unwrap();
    symlink(named("DIDS_SPIN"), here("spin")).unwrap();
    let [registry, address] = [free_address(), free_address()];
    let _registry = Registry::start(folder.path(), registry);
    let home = "set -eu; export HOME=$PWD/home XDG_CACHE_HOME=$PWD/home XDG_DATA_HOME=$PWD/home";
    let image = format!("{registry}/owner/repository");

    let push = format!("{home} version={VERSION} image={image}\n{}", pushed());
    let mut pushing = shell(&push, folder.path());
    assert!(pushing.0.wait().unwrap().success(), "{push}");

    let is_02 = component() == component02();
    let name = if is_02 { "spin" } else { "spin-4.1" };
    let command = script("spin up --from REGISTRY/")
        .replace(
            "REGISTRY/OWNER/REPOSITORY/spin:VERSION",
            &format!("{image}/{name}:{VERSION}"),
        )
        .replace(
            "spin up ",
            &format!("spin up --insecure --listen {address} "),
        );
    let _spin = shell(&format!("{home}\n{command}"), folder.path());
    wait(|| {
        TcpStream::connect(address).is_ok()
            && client::send(address, &at("GET", "/healthz"), &[]).status == 200
    });
    let reply = client::send(
        address,
        &ask("POST", &signed("admin", "max_results=2")),
        &[],
    );
    assert_eq!(reply.ids().len(), 2, "{}", reply.text());
}
