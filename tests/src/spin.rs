//! The component on Spin, in a process of its own.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::{fs, thread};

use tempfile::TempDir;

use crate::data::Data;
use crate::harness::component;

/// A running `spin up`.
pub struct Spin {
    process: Child,
    address: SocketAddr,
    /// For what Spin needs to have written down.
    _folder: TempDir,
}

impl Spin {
    /// Serves the component with this database.
    pub fn start(data: &Data) -> Self {
        let program = std::env::var_os("DIDS_SPIN").expect("DIDS_SPIN names the spin to test on");
        let folder = TempDir::new().unwrap();
        let manifest = folder.path().join("spin.toml");
        let config = folder.path().join("runtime-config.toml");
        fs::write(&manifest, self::manifest(data)).unwrap();
        let text = if data.is_file() {
            let path = data.file();
            let path = path.display();
            format!("[sqlite_database.default]\ntype = \"spin\"\npath = \"{path}\"\n")
        } else {
            String::new()
        };
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

    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Spin {
    /// `spin up` starts a process in its turn, so the whole group is ended.
    fn drop(&mut self) {
        let group = format!("-{}", self.process.id());
        let _ = Command::new("kill").args(["-TERM", "--", &group]).status();
        let _ = self.process.wait();
    }
}

fn manifest(data: &Data) -> String {
    let component = component();
    let source = component.display();
    let mut database = data.variable();
    let granted = if data.is_file() {
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
