//! The commands of the README and of docs/, run as they stand there.
//!
//! Only addresses and names of databases are exchanged for those of the test. A
//! command that no test runs fails `every_command_is_run_by_a_test`.

mod documents;
mod running;

use std::process::Command;

use dids_tests::data::Data;
use dids_tests::model::Tables;
use dids_tests::model::mysql::Flavour;
use dids_tests::model::tables::Did;
use dids_tests::readme::{README, all_blocks, script};
use running::{Running, shell};

/// Where the README's examples are served.
const THERE: &str = "127.0.0.1:3000";

/// The first line of a shell block that is not a comment, and by what it is run.
/// Where a test's name says more than this file, it is that of the test.
#[rustfmt::skip]
const RUN: &[(&str, &str)] = &[
    ("cargo xtask up ", "the_first_command_serves_the_calls_that_it_prints"),
    ("curl ", "tests/written"),
    ("export DIDS=", "tests/written"),
    ("cursor=", "documents::d32_a_cursor_leads_through_the_whole_list"),
    ("journalctl ", "documents::alerts_are_found_in_the_log"),
    ("mysql ", "tests/mysql/grants.rs runs the file"),
    ("sha256sum ", "xtask/dist/tests, and a Spin on the PATH"),
    ("export DIDS_URL=", "a_client_lists_every_did"),
    ("export SPIN_VARIABLE_DATABASE=", "a_live_server_is_copied"),
    ("cargo xtask hash ", "the_hash_is_the_one_shown"),
    ("cargo xtask up --database ", "a_live_server_is_served"),
    ("spin up ", "a Spin on the PATH: xtask/src/hosts.rs"),
    ("SPIN_VARIABLE_DATABASE=", "a Spin on the PATH: xtask/src/hosts.rs"),
    ("cargo xtask standalone ", "cargo xtask test --hosts, which builds them"),
    ("wasmtime serve ", "tests/hosts/readme.rs"),
    ("mkdir served ", "tests/hosts/readme.rs"),
    ("cd deploy/wasmcloud/", "by hand: docs/hosts.md says what was run"),
    ("cp target/wasm32-wasip2/release/", "tests/nginx/containers.rs, but for the engine"),
];

#[test]
fn every_command_is_run_by_a_test() {
    let scripts = all_blocks().filter(|block| block.language == "sh");
    let lines = scripts.map(|block| block.text.lines().next().expect("a command"));
    let mut unknown: Vec<_> = lines.collect();
    assert!(unknown.len() > 5, "the documents have commands");
    unknown.retain(|line| !RUN.iter().any(|(start, _)| line.starts_with(start)));
    assert!(
        unknown.is_empty(),
        "no test runs {unknown:?}: add one, and a line to RUN"
    );
}

fn up() -> Running {
    Running::start("cargo xtask up", &[])
}

#[test]
fn the_first_command_serves_the_calls_that_it_prints() {
    assert!(README.contains("\ncargo xtask up "));
    let up = up();
    let printed = up.printed();
    let calls = printed
        .lines()
        .filter(|line| line.trim_start().starts_with("curl "));
    let here = up.address();
    let calls: Vec<_> = calls
        .map(|line| line.replace("127.0.0.1:PORT", here))
        .collect();
    assert!(calls.len() >= 5, "{printed}");
    for call in calls {
        let answer = shell(&call);
        let is_refusal = call.contains("u=bookkeeper");
        assert_eq!(answer.contains("<error>"), is_refusal, "{call}\n{answer}");
        assert!(answer.ends_with("</page>\n"), "{call}\n{answer}");
    }
    assert!(printed.starts_with("\nIn a browser: http://"), "{printed}");
    assert!(shell(&format!("curl -s http://{here}/")).contains("Demo account"));
}

#[test]
fn the_hash_is_the_one_shown() {
    let (command, hash) = script("cargo xtask hash ")
        .split_once('#')
        .expect("the hash as a comment");
    assert_eq!(shell(command).trim(), hash.trim());
}

#[test]
fn a_live_server_is_served() {
    let command = script("cargo xtask up --database '");
    let shown = command.split('\'').nth(1).unwrap();
    assert!(shown.starts_with("mysql://"), "{shown}");
    let Data::Server(database) = Data::on_server(&Tables::default(), &Flavour::default()) else {
        unreachable!("it is on a server")
    };
    let running = Running::start("cargo xtask up", &["--database", &database.url()]);
    let url = format!("http://{}/readyz", running.address());
    let ready = Command::new("curl")
        .args(["-s", &url])
        .output()
        .expect("curl");
    assert_eq!(ready.stdout, b"ok");
    // Other accounts than the demo's.
    let page = shell(&format!("curl -s http://{}/", running.address()));
    assert!(page.contains("API secret key") && !page.contains("Demo account"));
}

#[test]
fn a_client_lists_every_did() {
    let up = up();
    let list = shell(&script("export DIDS_URL=").replace(THERE, up.address()));
    assert_eq!(list.lines().count(), 5_000);
    let one = list.lines().find(|line| line.contains("12125550100"));
    assert!(
        one.is_some_and(|line| line.contains("Petras Jankauskas")),
        "{one:?}"
    );
}

#[test]
fn a_live_server_is_copied() {
    let mut tables = Tables::default();
    let did = Some(b"37060000001".to_vec());
    tables.dids.push(Did {
        id: 1,
        did,
        ..Did::default()
    });
    let data = Data::on_server(&tables, &Flavour::default());
    let folder = tempfile::tempdir().unwrap();
    let here = |name: &str| folder.path().join(name);
    let script = script("export SPIN_VARIABLE_DATABASE=");
    let (_, shown) = script.split_once('\'').unwrap();
    let (shown, _) = shown.split_once('\'').unwrap();
    let mut script = script.replace(shown, &data.url());
    for name in ["mor.db", "demo.db"] {
        assert!(script.contains(name), "{script}");
        script = script.replace(name, &here(name).display().to_string());
    }
    shell(&script);
    for name in ["mor.db", "demo.db"] {
        let copy = rusqlite::Connection::open(here(name)).unwrap();
        let number: String = copy
            .query_row("SELECT did FROM dids", [], |row| row.get(0))
            .unwrap();
        assert_eq!(number, "37060000001", "{name}");
    }
}
