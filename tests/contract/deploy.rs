//! The files in `deploy/`: what they set exists, what they probe answers.

use std::path::Path;

use dids_tests::harness::Site;
use dids_tests::manifest::{Manifest, files, in_repository, read};

use crate::asking::ask;
use crate::town::town;

/// How hosts hand variables to a component.
const PREFIX: &str = "SPIN_VARIABLE_";

fn texts() -> Vec<(String, String)> {
    let folder = in_repository("deploy");
    let texts = files(&folder).into_iter().map(|file| {
        let name = file.strip_prefix(&folder).expect("a file of the folder");
        (shown(name), read(&file))
    });
    texts.collect()
}

/// A path as it is written on every system.
fn shown(path: &Path) -> String {
    let parts = path.iter().map(|part| part.to_str().expect("a name"));
    parts.collect::<Vec<_>>().join("/")
}

/// The variables that a text hands on by environment variables.
fn in_environment(text: &str) -> Vec<String> {
    let names = text.split(PREFIX).skip(1).map(|rest| {
        let end = rest.find(|letter: char| !letter.is_ascii_uppercase() && letter != '_');
        rest[..end.unwrap_or(rest.len())].to_ascii_lowercase()
    });
    names.collect()
}

/// The variables that a `SpinApp` sets: the names in its list `variables`.
fn in_spin_app(text: &str) -> Vec<String> {
    let depth = |line: &str| line.len() - line.trim_start().len();
    let mut lines = text.lines().skip_while(|line| line.trim() != "variables:");
    let Some(head) = lines.next() else {
        return Vec::new();
    };
    let list = lines.take_while(|line| depth(line) > depth(head));
    let names = list.filter_map(|line| line.trim_start().strip_prefix("- name: "));
    names.map(str::to_owned).collect()
}

#[test]
fn every_variable_that_is_set_exists() {
    let (one, two) = (
        Manifest::read("spin.toml"),
        Manifest::read("deploy/tenants/spin.toml"),
    );
    for (file, text) in texts() {
        let manifest = match file.starts_with("tenants/") {
            true => &two,
            false => &one,
        };
        let known = manifest.variables();
        for name in in_environment(&text).iter().chain(&in_spin_app(&text)) {
            let found = known.iter().any(|(known, _)| known == name);
            assert!(found, "{file} sets {name}");
        }
    }
}

#[test]
fn every_host_is_told_of_the_database() {
    let told = |wanted: &str, names: fn(&str) -> Vec<String>| {
        let texts = texts();
        let (_, text) = texts.iter().find(|(file, _)| file == wanted).expect(wanted);
        names(text).iter().any(|name| name == "database")
    };
    assert!(told("spinkube/spinapp.yaml", in_spin_app));
    for file in [
        "wasmcloud/workload.yaml",
        "systemd/dids-get.service",
        "systemd/dids-get.env",
    ] {
        assert!(told(file, in_environment), "{file}");
    }
}

#[test]
fn every_probe_is_answered() {
    let site = Site::open(&town());
    let mut probes = 0;
    for (file, text) in texts() {
        let lines = text.lines().map(str::trim);
        for path in lines.filter_map(|line| line.strip_prefix("path: /")) {
            let mut probe = ask("GET", "");
            probe.target = format!("/{path}");
            let reply = site.send(&probe);
            assert_eq!((reply.status, reply.text()), (200, "ok"), "{file}: /{path}");
            probes += 1;
        }
    }
    assert_eq!(probes, 2, "liveness and readiness");
}
