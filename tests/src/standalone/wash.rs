//! `wash dev` of wasmCloud, in a project folder of its own, with a configuration as
//! deploy/wasmcloud has it.

use std::fs;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::thread;

use tempfile::TempDir;

use super::{FILE, FOLDER, Given, Process, Standalone, ThirdParty, named};

/// Its arguments: `wash dev`. It ends with the shell's input, and so with the process
/// that holds the other end, whatever becomes of that.
const GUARD: &str = r#""$@" & cat >/dev/null; kill -KILL $!"#;

/// Those that wait for the next test of their database. It takes many seconds to compile
/// the component; it then opens the database anew for each request.
static FREE: Mutex<Vec<(Process, Kept)>> = Mutex::new(Vec::new());

/// What one that waits can be used for again.
pub(super) struct Kept {
    /// The value of the component's variable `database`.
    database: String,
    /// The folder that the component sees, if it is a file.
    folder: Option<TempDir>,
}

/// One that serves this database.
pub(super) fn in_turn(given: &Given) -> Standalone {
    let waiting = {
        let mut free = FREE.lock().expect("no test failed here");
        let at = free
            .iter()
            .position(|(_, kept)| kept.database == given.database);
        at.map(|at| free.swap_remove(at))
    };
    let (process, kept) = waiting.unwrap_or_else(|| {
        let folder = given
            .folder
            .map(|_| TempDir::new().expect("a folder to share"));
        let given = Given {
            database: given.database.clone(),
            folder: folder.as_ref().map(TempDir::path),
            environment: &[],
        };
        let process = Process::start(ThirdParty::Wash, &given);
        let database = given.database;
        (process, Kept { database, folder })
    });
    if let (Some(folder), Some(seen)) = (given.folder, &kept.folder) {
        let seen = seen.path().join(FILE);
        let _ = fs::remove_file(&seen);
        fs::hard_link(folder.join(FILE), seen).expect("a name for the file");
    }
    Standalone {
        process: Some(process),
        kept: Some(kept),
    }
}

/// For the next test.
pub(super) fn give_back(process: Process, kept: Kept) {
    let mut free = FREE.lock().expect("no test failed here");
    free.push((process, kept));
}

/// What `wash dev` needs, and the command that starts it. The folder must be kept as
/// long as it runs.
pub(super) fn command(
    wasm: &Path,
    given: &Given,
    environment: &[(&str, &str)],
) -> (Command, TempDir) {
    let project = TempDir::new().expect("a folder for the project");
    let here = |name: &str| project.path().join(name);
    symlink(wasm, here("component.wasm")).expect("a link to the component");
    fs::create_dir(here(".wash")).expect("a folder for the configuration");
    let mut environment: Vec<_> = environment.to_vec();
    let reached = reachable(&given.database);
    if let Some((url, _)) = &reached {
        environment.push(("SPIN_VARIABLE_DATABASE", url));
    }
    let server = reached.as_ref().map(|(_, address)| *address);
    let text = configuration(given.folder, &environment, server);
    fs::write(here(".wash/config.yaml"), text).expect("the configuration is written");
    let mut command = Command::new("sh");
    command.args(["-c", GUARD, "guard"]).arg(named("DIDS_WASH"));
    command.arg("dev").current_dir(project.path());
    (command, project)
}

/// JSON is YAML, and its texts need no care.
fn configuration(
    folder: Option<&Path>,
    environment: &[(&str, &str)],
    server: Option<SocketAddr>,
) -> String {
    let pairs = environment
        .iter()
        .map(|(name, value)| ((*name).to_owned(), serde_json::json!(value)));
    let volumes =
        folder.map(|folder| serde_json::json!({"host_path": folder, "guest_path": FOLDER}));
    let hosts = server.map(|address| address.to_string());
    let configuration = serde_json::json!({
        "build": {"command": "true", "component_path": "component.wasm"},
        "dev": {"address": "127.0.0.1:0", "volumes": Vec::from_iter(volumes)},
        "workload": {
            "environment": {"config": serde_json::Map::from_iter(pairs)},
            "allowedHosts": Vec::from_iter(hosts),
        },
    });
    configuration.to_string()
}

/// A way to the server of a URL from another address of this machine, and the URL with
/// that: in a component on wasmCloud 127.0.0.1 means the component's own network.
pub fn reachable(url: &str) -> Option<(String, SocketAddr)> {
    let (_, rest) = url.strip_prefix("mysql://")?.rsplit_once('@')?;
    let server: SocketAddr = rest.split('/').next()?.parse().expect("an address");
    let listener = TcpListener::bind((outward(), 0)).expect("a port");
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            // A client that the server does not take sees an end, as without this.
            if let Ok(server) = TcpStream::connect(server) {
                join(&client, &server).expect("both can be shared");
            }
        }
    });
    let url = url.replacen(&format!("@{server}"), &format!("@{address}"), 1);
    Some((url, address))
}

/// The address by which this machine is seen from outside; if it has none, its own.
pub fn outward() -> IpAddr {
    // Nothing is sent: a socket only learns which way it would go out.
    let socket = UdpSocket::bind("0.0.0.0:0").expect("a socket");
    match socket.connect("192.0.2.254:9") {
        Ok(()) => socket.local_addr().expect("an address").ip(),
        Err(_) => Ipv4Addr::LOCALHOST.into(),
    }
}

/// Carries both ways what comes, until it ends.
fn join(client: &TcpStream, server: &TcpStream) -> io::Result<()> {
    for (mut from, mut to) in [
        (client.try_clone()?, server.try_clone()?),
        (server.try_clone()?, client.try_clone()?),
    ] {
        from.set_nodelay(true)?;
        thread::spawn(move || {
            let _ = io::copy(&mut from, &mut to);
            let _ = to.shutdown(Shutdown::Write);
        });
    }
    Ok(())
}
