//! The rooms of the component: arrows between them point downward only, and no two
//! files of different rooms use one another (ARCHITECTURE.md). And names stay short.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use dids_tests::manifest::in_repository;

/// From top to bottom. What is not a folder lies beside them; `elements`, `error`,
/// `json` and `text` are below every room.
const ROOMS: [&str; 10] = [
    "http", "answer", "dids", "api", "render", "db", "elements", "json", "text", "error",
];

/// Every source file but tests, by its path of modules: `db::page`.
fn modules() -> BTreeMap<String, PathBuf> {
    let root = in_repository("src");
    let mut found = BTreeMap::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(&root).unwrap().to_str().unwrap();
            if path.is_dir() {
                folders.push(path);
            } else if let Some(name) = name.strip_suffix(".rs") {
                let is_test = name.ends_with("_tests") || name == "lib";
                let module = name.trim_end_matches("/mod").replace('/', "::");
                found.extend((!is_test).then_some((module, path.clone())));
            }
        }
    }
    found
}

/// What stands before the tests, without comments.
fn code(file: &Path) -> String {
    let text = fs::read_to_string(file).unwrap();
    let text = text.split("#[cfg(test)]").next().unwrap();
    let lines = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// The modules that a file names, from the root or from its own room.
fn uses(module: &str, file: &Path, all: &BTreeMap<String, PathBuf>) -> BTreeSet<String> {
    let code = code(file);
    let room = module.split("::").next().unwrap();
    let known = |path: &str| {
        let mut parts: Vec<&str> = path.split("::").collect();
        while !parts.is_empty() {
            let name = parts.join("::");
            if all.contains_key(&name) {
                return Some(name);
            }
            parts.pop();
        }
        None
    };
    let mut used = BTreeSet::new();
    for (start, prefix) in [("crate::", String::new()), ("super::", format!("{room}::"))] {
        for (at, _) in code.match_indices(start) {
            let rest = &code[at + start.len()..];
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != ':');
            let path = &rest[..end.unwrap_or(rest.len())];
            used.extend(known(&format!("{prefix}{}", path.trim_end_matches(':'))));
        }
    }
    used.remove(module);
    used
}

fn floor(module: &str) -> usize {
    let room = module.split("::").next().unwrap();
    let at = ROOMS.iter().position(|known| *known == room);
    at.unwrap_or_else(|| panic!("{room} is no room: name its floor in this test"))
}

#[test]
fn arrows_between_rooms_point_downward() {
    let all = modules();
    let mut arrows = 0;
    for (module, file) in &all {
        for used in uses(module, file, &all) {
            let (from, to) = (floor(module), floor(&used));
            assert!(from <= to, "{module} uses {used}, which is above it");
            arrows += usize::from(from < to);
        }
    }
    // A test that reads nothing would find nothing wrong.
    assert!(arrows > 50, "{arrows} arrows");
}

#[test]
fn only_http_and_the_spin_port_touch_the_host() {
    for (module, file) in modules() {
        let touches = module.starts_with("http") || module.starts_with("db::spin");
        let code = code(&file);
        for host in ["wit_bindgen", "spin_sdk", "std::env", "eprintln", "std::io"] {
            assert!(touches || !code.contains(host), "{module} has {host}");
        }
    }
}

#[test]
fn every_room_has_a_head_and_files_stay_short() {
    for (module, file) in modules() {
        let text = fs::read_to_string(&file).unwrap();
        assert!(
            text.starts_with("//! "),
            "{module} does not say what it is for"
        );
        let lines = text.lines().count();
        assert!(lines <= 320, "{module} has {lines} lines");
    }
}

/// Every Rust file of the repository.
fn sources() -> Vec<PathBuf> {
    let root = in_repository("");
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = [
        "src", "host", "import", "mysql", "provider", "tests", "xtask",
    ]
    .map(|folder| root.join(folder))
    .into();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") {
                found.push(path);
            }
        }
    }
    found
}

#[test]
fn names_of_tests_stay_short() {
    let mut tests = 0;
    for file in sources() {
        let text = fs::read_to_string(&file).unwrap();
        let marked = text.split("#[test]\n").skip(1);
        for name in marked.filter_map(|rest| rest.split_once("fn ")?.1.split_once('(')) {
            assert!(name.0.len() < 50, "{}: {}", file.display(), name.0);
            tests += 1;
        }
    }
    assert!(tests > 700, "{tests} tests");
}
