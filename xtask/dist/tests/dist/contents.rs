//! What the lists say is in the components.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use dids_dist::links::targets;
use dids_tests::harness::component;
use dids_tests::manifest::{files, read};
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

#[test]
fn every_link_of_a_document_leads_to_a_file() {
    let folder = &Release::shared().folder;
    let mut links = 0;
    for document in files(folder) {
        if document.extension().is_none_or(|it| it != "md") {
            continue;
        }
        let path = document.strip_prefix(folder).unwrap();
        for target in targets(&read(&document), path.to_str().unwrap()) {
            assert!(folder.join(&target).exists(), "{path:?}: {target}");
            links += 1;
        }
    }
    assert!(links > 50, "{links} links");
    let readme = read(&folder.join("README.md"));
    assert!(
        readme.contains("CONTRIBUTING.md, ARCHITECTURE.md"),
        "{readme}"
    );
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

/// Whether a crate is in the component, the standalone file and the program.
#[test]
fn each_list_is_of_its_file() {
    let lists = LISTS.map(|name| crates(&list(name)));
    for (name, is_in) in [
        ("quick-xml", [true; 3]),
        ("rusqlite", [false, true, true]),
        ("ring", [false, true, false]),
        ("wasmtime", [false; 3]),
        ("serde_derive", [false; 3]),
        ("dids-tests", [false; 3]),
    ] {
        let found = lists.each_ref().map(|list| list.contains_key(name));
        assert_eq!(found, is_in, "{name}");
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
