//! The commands of the container's image, as they stand in its Dockerfile: only
//! programs, files, addresses and the database are those of the test. There is no
//! engine here to build the image with.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use dids_tests::client;
use dids_tests::data::Data;
use dids_tests::model::answer;
use dids_tests::standalone::named;
use tempfile::TempDir;

use crate::asking::{ask, signed};
use crate::readme::{PATIENCE, Shell, free_address};
use crate::town::town;

const DOCKERFILE: &str = include_str!("../../deploy/container/Dockerfile");

/// The rest of an instruction that occurs once.
fn instruction(name: &str) -> String {
    let joined = DOCKERFILE.replace("\\\n", "");
    let mut found = joined.lines().filter_map(|line| line.strip_prefix(name));
    let rest = found.next_back().expect("the instruction is there");
    assert!(found.next().is_none(), "{name} occurs twice");
    rest.trim().to_owned()
}

/// A command as a list of words, which stands at the end of an instruction.
fn command(name: &str) -> Vec<String> {
    let text = instruction(name);
    let list = text.find('[').expect("a list of words");
    serde_json::from_str(&text[list..]).unwrap()
}

#[test]
fn the_image_serves_is_healthy_and_stops() {
    let tables = town();
    let data = Data::of(&tables, "");
    let folder = TempDir::new().unwrap();
    let variables = instruction("ENV ");
    let pairs = variables
        .split(' ')
        .map(|pair| pair.split_once('=').unwrap());
    let mut variables: BTreeMap<&str, String> = pairs
        .map(|(name, value)| (name, value.to_owned()))
        .collect();
    if data.is_file() {
        fs::copy(data.file(), folder.path().join("mor.db")).unwrap();
    } else {
        variables.insert("SPIN_VARIABLE_DATABASE", data.url());
    }
    let address = free_address();
    let granted = format!("--dir={}::/data", folder.path().display());
    let file = named("DIDS_STANDALONE_WASM").display().to_string();
    let here = |word: &String| {
        word.replace("0.0.0.0:8080", &address.to_string())
            .replace("/8080 ", &format!("/{} ", address.port()))
            .replace("--dir=/data", &granted)
            .replace("/usr/local/lib/dids-get/dids_get.standalone.wasm", &file)
    };
    let run = |program, words: &[String]| {
        let mut run = Command::new(program);
        run.args(words.iter().map(here)).envs(&variables);
        run.stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        run
    };
    let [server, health] = ["ENTRYPOINT ", "HEALTHCHECK "].map(command);
    assert_eq!((&*server[0], &*health[0]), ("wasmtime", "bash"));
    let is_healthy = || run("bash".into(), &health[1..]).status().unwrap().success();
    let mut serve = run(named("DIDS_WASMTIME"), &server[1..]);
    let mut serving = Shell(serve.process_group(0).spawn().unwrap());
    let began = Instant::now();
    while !is_healthy() {
        assert!(began.elapsed() < PATIENCE, "nothing serves: {server:?}");
        thread::sleep(Duration::from_millis(100));
    }
    let ask = ask("GET", &signed("admin", ""));
    let wanted = answer(&tables, &ask).body.expect("a list");
    assert_eq!(client::send(address, &ask, &[]).body, wanted);

    let id = serving.0.id().to_string();
    let signal = instruction("STOPSIGNAL SIG");
    let sent = Command::new("kill").args(["-s", &signal, &id]).status();
    assert!(sent.unwrap().success() && serving.0.wait().unwrap().success());
    assert!(!is_healthy(), "what does not serve is healthy");
}
