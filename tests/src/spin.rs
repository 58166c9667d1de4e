//! The component on Spin, in a process of its own.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::{fs, thread};

use crate::data::SQLITE;
use crate::harness::component;

/// A running `spin up`.
pub struct Spin {
    process: Child,
    address: SocketAddr,
}

impl Spin {
    /// Serves the component with this SQLite file. The folder is for what Spin
    /// needs to have written down.
    pub fn start(folder: &Path, database: &Path) -> Self {
        let program = std::env::var_os("DIDS_SPIN").expect("DIDS_SPIN names the spin to test on");
        let manifest = folder.join("spin.toml");
        let config = folder.join("runtime-config.toml");
        fs::write(&manifest, self::manifest()).unwrap();
        let path = database.display();
        let text = format!("[sqlite_database.default]\ntype = \"spin\"\npath = \"{path}\"\n");
        fs::write(&config, text).unwrap();

        let mut command = Command::new(program);
        command
            .args(["up", "--listen", "127.0.0.1:0", "--quiet", "--from"])
            .arg(&manifest)
            .arg("--runtime-config-file")
            .arg(&config)
            .current_dir(folder)
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
        Spin { process, address }
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

fn manifest() -> String {
    let component = component();
    let source = component.display();
    format!(
        "spin_manifest_version = 2\n\
         [application]\nname = \"dids-get\"\n\
         [[trigger.http]]\nroute = \"/...\"\ncomponent = \"dids-get\"\n\
         [component.dids-get]\nsource = \"{source}\"\nsqlite_databases = [\"default\"]\n\
         [component.dids-get.variables]\ndatabase = \"{SQLITE}\"\n"
    )
}
