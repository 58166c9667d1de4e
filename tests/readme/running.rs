//! A command of the README that serves until it is ended.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::thread;

/// The repository's folder, where commands are typed.
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// Lets this test program report as JSON (`xtask/src/programs.rs`); cargo would take it
/// for another compiler and build everything anew.
const HARNESS: &str = "RUSTC_BOOTSTRAP";

/// A server that a command started.
pub struct Running {
    process: Child,
    address: String,
    printed: String,
}

impl Running {
    /// Starts it on a free port, with more arguments, and waits until it serves.
    pub fn start(command: &str, more: &[&str]) -> Self {
        let mut words = command.split(' ');
        let mut command = Command::new(words.next().unwrap());
        command
            .args(words)
            .args(["--listen", "127.0.0.1:0"])
            .args(more);
        command.current_dir(ROOT).stdin(Stdio::null());
        command.env_remove(HARNESS);
        let folder = tempfile::tempdir().unwrap();
        let printed = folder.path().join("printed");
        let mut process = command
            .stdout(File::create(&printed).unwrap())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the command starts");
        let mut lines = BufReader::new(process.stderr.take().unwrap()).lines();
        let address = loop {
            let line = lines.next().expect("it serves in the end").unwrap();
            if let Some((_, rest)) = line.split_once("serving http://") {
                break rest.split(' ').next().unwrap().to_owned();
            }
        };
        // The server must not be stopped by a full pipe.
        thread::spawn(move || lines.for_each(drop));
        let printed = std::fs::read_to_string(printed).unwrap();
        Self {
            process,
            address,
            printed,
        }
    }

    /// Host and port that it listens on.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// What it printed before it served.
    pub fn printed(&self) -> &str {
        &self.printed
    }
}

impl Drop for Running {
    /// Cargo and xtask give their place to what they start, so this is the server.
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Types a command and gives what it printed.
pub fn shell(command: &str) -> String {
    let mut shell = Command::new("sh");
    shell.current_dir(ROOT).env_remove(HARNESS);
    let output = shell.args(["-c", command]).output();
    let output = output.expect("there is a shell");
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command}\n{error}");
    String::from_utf8(output.stdout).expect("UTF-8")
}
