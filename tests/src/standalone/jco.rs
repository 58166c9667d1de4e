//! `jco serve`, in its two halves.
//!
//! It compiles the component to JavaScript, with a script that serves it, and
//! runs the script on Node.js. The first takes seconds, so it is done once for
//! all tests of a process; the second is done for each of them. What runs is
//! byte for byte what jco wrote.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use super::{FOLDER, named};

/// Names the folder to grant to the module below.
const GRANTED: &str = "DIDS_GRANTED";

/// The module for `--jco-import`: jco grants no folder but by one. It also says
/// which port the system chose, which jco does not.
const MODULE: &str = r"
import { _addPreopen } from '@bytecodealliance/preview2-shim/filesystem';
import { HTTPServer } from '@bytecodealliance/preview2-shim/http';
if (process.env.@GRANTED@) _addPreopen('@FOLDER@', process.env.@GRANTED@);
const { listen } = HTTPServer.prototype;
HTTPServer.prototype.listen = function (port, host) {
  listen.call(this, port, host);
  console.error(`Serving HTTP on http://${host}:${this.address().port}/`);
};
";

/// What serves the component.
pub(super) fn command(wasm: &Path, folder: Option<&Path>) -> Command {
    let mut command = Command::new("node");
    command.arg(script(wasm));
    command.envs(folder.map(|folder| (GRANTED, folder)));
    command
}

/// jco's script, which is made when it is first asked for. The lock keeps other
/// processes from making theirs in the same place.
fn script(wasm: &Path) -> &'static Path {
    static SCRIPT: OnceLock<(PathBuf, File)> = OnceLock::new();
    let (script, _lock) = SCRIPT.get_or_init(|| {
        let lock = File::create(wasm.with_extension("jco.lock")).expect("a lock");
        lock.lock().expect("the lock is had");
        (make_script(wasm, &wasm.with_extension("jco")), lock)
    });
    script
}

fn make_script(wasm: &Path, folder: &Path) -> PathBuf {
    // What another jco left there would be taken for this one's.
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => panic!("{error}"),
        _ => fs::create_dir(folder).expect("a folder for jco"),
    }
    // Beside what jco writes, where it finds jco's own parts.
    let module = folder.join("site.mjs");
    let text = MODULE.replace("@GRANTED@", GRANTED);
    fs::write(&module, text.replace("@FOLDER@", FOLDER)).expect("the module is written");
    let mut jco = Command::new(named("DIDS_JCO"));
    jco.args(["serve", "--host=127.0.0.1", "--port=0", "--jco-dir"]);
    jco.arg(folder).arg("--jco-import").arg(module).arg(wasm);
    // jco's own variable: what to run in place of Node.js.
    jco.env("JCO_RUN_PATH", "true");
    let made = jco.stdin(Stdio::null()).output().expect("jco starts");
    let log = String::from_utf8_lossy(&made.stderr);
    assert!(made.status.success(), "jco: {}\n{log}", made.status);
    folder.join("_run.js")
}
