//! What the lists say is in the components.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use dids_tests::harness::component;
use dids_tests::manifest::{Manifest, in_repository, read};
use serde_json::Value;

use crate::Release;

const LISTS: [&str; 3] = [
    "dids_get.cdx.json",
    "dids_get.standalone.cdx.json",
    "dids-import.cdx.json",
];

fn list(name: &str) -> Value {
    serde_json::from_str(&read(&Release::shared().folder.join(name))).unwrap()
}

/// A list's crates: name to versions.
fn crates(list: &Value) -> BTreeMap<String, BTreeSet<String>> {
    let mut crates: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for library in list["components"].as_array().unwrap() {
        let text = |name: &str| library[name].as_str().unwrap_or_default().to_owned();
        if text("purl").starts_with("pkg:cargo/") {
            crates
                .entry(text("name"))
                .or_default()
                .insert(text("version"));
        }
    }
    crates
}

/// Messages of panics name the crates that they come from: all these must be listed.
#[test]
fn every_crate_that_shows_in_the_file_is_listed() {
    let crates = crates(&list(LISTS[0]));
    let bytes = fs::read(component()).unwrap();
    let text = String::from_utf8_lossy(&bytes);
    let shown: BTreeSet<&str> = text
        .split("/crates/")
        .skip(1)
        .map(|rest| rest.split('/').next().unwrap())
        .collect();
    assert!(shown.len() > 3, "{shown:?}");
    for shown in shown {
        let known = crates.iter().any(|(name, versions)| {
            versions
                .iter()
                .any(|version| shown == format!("{name}-{version}"))
        });
        assert!(known, "{shown}");
    }
}

#[test]
fn the_components_dependencies_alone_are_listed() {
    let manifest = Manifest::read("Cargo.toml");
    let tables = [
        "dependencies",
        "target.'cfg(target_arch = \"wasm32\")'.dependencies",
    ];
    let [component, whole, import] = LISTS.map(|name| crates(&list(name)));
    for table in tables {
        for (name, _) in manifest.table(table).iter() {
            assert!(component.contains_key(name), "{name}");
        }
    }
    for name in component.keys() {
        assert!(whole.contains_key(name), "{name}");
    }
    for name in ["rusqlite", "mysql_async", "rustls", "ring"] {
        assert!(
            whole.contains_key(name) && !component.contains_key(name),
            "{name}"
        );
    }
    for (name, is_in) in [
        ("rusqlite", true),
        ("mysql_async", true),
        ("wasmtime", false),
    ] {
        assert_eq!(import.contains_key(name), is_in, "{name}");
    }
    // What only runs while building or testing is in no component.
    for name in ["wasmtime", "syn", "serde_derive", "proptest", "dids-tests"] {
        assert!(!whole.contains_key(name), "{name}");
    }
}

#[test]
fn every_part_has_version_licence_and_checksum() {
    let lock = read(&in_repository("Cargo.lock"));
    for name in LISTS {
        let list = list(name);
        assert_eq!(list["specVersion"], "1.6");
        for library in list["components"].as_array().unwrap() {
            let purl = library["purl"].as_str().unwrap_or_default();
            let licence = library["licenses"][0]["expression"].as_str().unwrap();
            assert!(!licence.is_empty() && !licence.contains('/'), "{library}");
            if library["name"] == "wasi-libc" {
                continue; // Rust does not tell its version.
            }
            let version = library["version"].as_str().unwrap();
            assert!(
                purl.ends_with(&format!("@{}", version.replace('+', "%2B"))),
                "{library}"
            );
            if purl.starts_with("pkg:cargo/") {
                let checksum = library["hashes"][0]["content"].as_str().unwrap();
                assert_eq!(checksum.len(), 64);
                let name = library["name"].as_str().unwrap();
                let locked = format!("name = \"{name}\"\nversion = \"{version}\"\n");
                let at = lock.find(&locked).expect(name);
                assert!(
                    lock[at..].split("\n\n").next().unwrap().contains(checksum),
                    "{name}"
                );
            }
        }
    }
}

#[test]
fn every_part_is_reached_from_the_component() {
    for name in LISTS {
        let list = list(name);
        let listed = list["components"].as_array().unwrap();
        let listed = listed
            .iter()
            .map(|it| it["bom-ref"].as_str().unwrap().to_owned());
        let mut uses = BTreeMap::new();
        for one in list["dependencies"].as_array().unwrap() {
            let used = one["dependsOn"].as_array().unwrap().iter();
            let used: Vec<_> = used.map(|it| it.as_str().unwrap().to_owned()).collect();
            uses.insert(one["ref"].as_str().unwrap().to_owned(), used);
        }
        let mut reached = BTreeSet::new();
        let mut next = vec!["dids-get".to_owned()];
        while let Some(one) = next.pop() {
            let used = uses.get(&one).into_iter().flatten();
            next.extend(used.filter(|it| reached.insert((*it).clone())).cloned());
        }
        assert_eq!(reached, listed.collect());
    }
}

#[test]
fn every_crate_has_its_licence_with_a_text() {
    let notices = read(&Release::shared().folder.join("licenses/crates.txt"));
    let (list_, texts) = notices.split_once(&"=".repeat(72)).unwrap();
    let [_, mut crates, import] = LISTS.map(|name| crates(&list(name)));
    for (name, versions) in import {
        crates.entry(name).or_default().extend(versions);
    }
    crates.insert(
        "dids-get".into(),
        [env!("CARGO_PKG_VERSION").to_owned()].into(),
    );
    for (name, versions) in crates {
        for version in versions {
            let crate_ = format!("{name} {version}");
            assert!(list_.contains(&format!("{crate_}: ")), "{crate_}");
            assert!(texts.contains(&crate_), "{crate_} has no text");
        }
    }
    for known in ["Apache License", "Permission is hereby granted", "Unicode"] {
        assert!(texts.contains(known), "{known}");
    }
}
