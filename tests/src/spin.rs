//! The component on Spin, in a process of its own.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::{fs, thread};

use tempfile::TempDir;

/// A running `spin up`.
pub struct Spin {
    process: Child,
    address: SocketAddr,
    /// For what Spin needs to have written down.
    _folder: TempDir,
}

impl Spin {
    /// Serves a component with this value of its variable `database`, and the file that is
    /// the default of SQLite, unless it is a server's.
    pub fn start(component: &Path, database: &str, file: Option<&Path>) -> Self {
        let program = std::env::var_os("DIDS_SPIN").expect("DIDS_SPIN names the spin to test on");
        let folder = TempDir::new().unwrap();
        let manifest = folder.path().join("spin.toml");
        let config = folder.path().join("runtime-config.toml");
        let text = self::manifest(component, database, file.is_some());
        fs::write(&manifest, text).unwrap();
        let text = file.map_or(String::new(), |path| {
            let path = path.display();
            format!("[sqlite_database.default]\ntype = \"spin\"\npath = \"{path}\"\n")
        });
        fs::write(&config, text).unwrap();

        let mut command = Command::new(program);
        command
            .args(["up", "--listen", "127.0.0.1:0", "--quiet", "--from"])
            .arg(&manifest)
            .arg("--runtime-config-file")
            .arg(&config)
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut process = command.spawn().expect("spin starts");

        // `Serving http://127.0.0.1:PORT`, perhaps in colours.
        let mut output = BufReader::new(process.stdout.take().unwrap()).lines();
        let address = loop {
            let line = output.next().expect("spin serves").unwrap();
            if let Some((_, rest)) = line.split_once("http://") {
                let end = rest.find(|c: char| !(c.is_ascii_digit() || ".:".contains(c)));
                break rest[..end.unwrap_or(rest.len())].parse().unwrap();
            }
        };
        // Spin must not be stopped by a full pipe.
        thread::spawn(move || output.for_each(drop));
        Spin {
            process,
            address,
            _folder: folder,
        }
    }

    /// The group of its processes.
    pub fn group(&self) -> u32 {
        self.process.id()
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Spin {
    /// `spin up` starts a process in its turn, so the whole group is ended.
    fn drop(&mut self) {
        let group = format!("-{}", self.process.id());
        let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
        let _ = self.process.wait();
    }
}

fn manifest(component: &Path, database: &str, is_file: bool) -> String {
    let source = component.display();
    let mut database = database.to_owned();
    let granted = if is_file {
        "sqlite_databases = [\"default\"]".to_owned()
    } else {
        // Spin's client would leave the network for the server's socket.
        database += "?prefer_socket=false";
        let server = database.rsplit_once('@').expect("a user and a server").1;
        let server = server.split('/').next().unwrap_or_default();
        format!("allowed_outbound_hosts = [\"mysql://{server}\"]")
    };
    format!(
        "spin_manifest_version = 2\n\
         [application]\nname = \"dids-get\"\n\
         [[trigger.http]]\nroute = \"/...\"\ncomponent = \"dids-get\"\n\
         [component.dids-get]\nsource = \"{source}\"\n{granted}\n\
         [component.dids-get.variables]\ndatabase = \"{database}\"\n"
    )
}
