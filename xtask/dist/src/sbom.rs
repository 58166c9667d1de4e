//! The list of what is in a component (SBOM), as CycloneDX 1.6 in JSON.
//!
//! `cargo cyclonedx` is not used: it lists the features that the whole workspace
//! chooses, writes beside every manifest, and takes minutes to install. What is
//! needed of the format is a page.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::crates::{Crate, Id};

/// Something linked in that is no crate.
#[derive(Clone, Debug)]
pub struct Native {
    /// Its usual name.
    pub name: &'static str,
    /// None where whoever brings it does not tell.
    pub version: Option<String>,
    /// The licence as an SPDX expression.
    pub licence: &'static str,
    /// Where it comes from.
    pub url: &'static str,
    /// How it got in.
    pub description: String,
}

/// What a list is about.
pub struct Subject<'a> {
    /// The files and the SHA-256 of each, in hex.
    pub files: Vec<(&'a str, String)>,
    /// The packages of this workspace in them; the first is the component.
    pub packages: &'a [&'a str],
    /// The crates in them, those packages included.
    pub crates: &'a BTreeMap<Id, Crate>,
    /// What else is in them.
    pub natives: &'a [Native],
    /// What `rustc --version` prints.
    pub rustc: &'a str,
}

/// The whole document. It tells no time and has no random number, so the same
/// input gives the same bytes.
pub fn document(subject: &Subject<'_>, version: &str) -> Value {
    let own = |id: &Id| subject.packages.contains(&id.0.as_str());
    let others = subject.crates.iter().filter(|(id, _)| !own(id));
    let crates = others.map(|(id, it)| library(id, it));
    let natives = subject.natives.iter().map(native);
    let files = subject.files.iter().map(|(name, sha256)| {
        json!({ "type": "file", "bom-ref": name, "name": name, "hashes": [sha256_of(sha256)] })
    });
    let component = json!({
        "type": "application",
        "bom-ref": "dids-get",
        "name": "dids-get",
        "version": version,
        "description": "MOR's dids_get API method as a WASI HTTP component",
        "licenses": [{ "expression": "Apache-2.0" }],
        "components": files.collect::<Vec<_>>(),
    });
    json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "lifecycles": [{ "phase": "build" }],
            "tools": { "components": [
                { "type": "application", "name": "rustc", "version": subject.rustc },
            ] },
            "component": component,
        },
        "components": crates.chain(natives).collect::<Vec<_>>(),
        "dependencies": dependencies(subject),
    })
}

/// What uses what. The packages of the workspace are one: the component.
fn dependencies(subject: &Subject<'_>) -> Vec<Value> {
    let is_own = |id: &Id| subject.packages.contains(&id.0.as_str());
    let mut whole: Vec<String> = Vec::new();
    let mut rest = Vec::new();
    for (id, it) in subject.crates {
        let uses = it.uses.iter().filter(|id| !is_own(id)).map(purl);
        if is_own(id) {
            whole.extend(uses);
        } else {
            rest.push(json!({ "ref": purl(id), "dependsOn": uses.collect::<Vec<_>>() }));
        }
    }
    whole.extend(subject.natives.iter().map(|native| native.name.to_owned()));
    whole.sort();
    whole.dedup();
    let first = json!({ "ref": "dids-get", "dependsOn": whole });
    std::iter::once(first).chain(rest).collect()
}

fn library(id: &Id, it: &Crate) -> Value {
    let mut library = json!({
        "type": "library",
        "bom-ref": purl(id),
        "name": id.0,
        "version": id.1,
        "purl": purl(id),
        "licenses": [{ "expression": it.licence }],
    });
    let mut set = |name: &str, value: Value| {
        if let Value::Object(fields) = &mut library {
            fields.insert(name.to_owned(), value);
        }
    };
    if let Some(sha256) = &it.checksum {
        set("hashes", json!([sha256_of(sha256)]));
    }
    if let Some(url) = &it.repository {
        set("externalReferences", json!([{ "type": "vcs", "url": url }]));
    }
    library
}

fn native(it: &Native) -> Value {
    let mut library = json!({
        "type": "library",
        "bom-ref": it.name,
        "name": it.name,
        "description": it.description,
        "licenses": [{ "expression": it.licence }],
        "externalReferences": [{ "type": "website", "url": it.url }],
    });
    if let (Some(version), Value::Object(fields)) = (&it.version, &mut library) {
        fields.insert("version".to_owned(), json!(version));
        let purl = format!("pkg:generic/{}@{version}", it.name);
        fields.insert("purl".to_owned(), json!(purl));
    }
    library
}

fn sha256_of(hex: &str) -> Value {
    json!({ "alg": "SHA-256", "content": hex })
}

/// The package's URL, by which scanners know it. A `+` has a meaning of its own there.
fn purl((name, version): &Id) -> String {
    format!("pkg:cargo/{name}@{}", version.replace('+', "%2B"))
}
