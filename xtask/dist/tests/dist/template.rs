//! `spin new` with the template of a release, by the rules of Spin: what is UTF-8 is
//! a Liquid template, the rest is copied.
//!
//! Of Liquid there is what the template uses, `{{name}}` and `{% raw %}`: its parser
//! would double what the tests depend on.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use dids_tests::manifest::{Manifest, files, read};
use tempfile::TempDir;

use crate::{Release, served};

type Answers = BTreeMap<String, String>;

/// The answers that `--accept-defaults` gives, and the name.
fn defaults(template: &Path) -> Answers {
    let manifest = Manifest::read(template.join("metadata/spin-template.toml"));
    let parameters = manifest.table("parameters").defaults();
    let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    let mut answers: Answers = parameters.into_iter().map(owned).collect();
    assert_eq!(answers.len(), 3);
    answers.insert("project-name".into(), "my-dids".into());
    answers
}

fn rendered(text: &str, answers: &Answers) -> String {
    let filled = |text: &str| {
        let named = answers.iter().fold(text.to_owned(), |text, (name, value)| {
            text.replace(&format!("{{{{{name}}}}}"), value)
        });
        assert!(!named.contains("{{") && !named.contains("{%"), "{named}");
        named
    };
    let mut parts = text.split("{% raw %}");
    let mut whole = filled(parts.next().unwrap());
    for part in parts {
        let (raw, rest) = part.split_once("{% endraw %}").expect("its end");
        whole += raw;
        whole += &filled(rest);
    }
    whole
}

/// Makes an application from the template.
fn new(answers: &Answers, template: &Path) -> TempDir {
    let content = template.join("content");
    let made = TempDir::new().unwrap();
    for path in files(&content) {
        let target = made.path().join(path.strip_prefix(&content).unwrap());
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        let bytes = fs::read(&path).unwrap();
        let bytes = match std::str::from_utf8(&bytes) {
            Ok(text) => rendered(text, answers).into_bytes(),
            Err(_) => bytes,
        };
        fs::write(target, bytes).unwrap();
    }
    made
}

#[test]
fn other_answers_reach_the_manifest() {
    let template = Release::shared().folder.join("templates/dids-get");
    let mut answers = defaults(&template);
    answers.insert("http-path".into(), "/mor/...".into());
    answers.insert("mysql-host".into(), "mysql://db.test:3307".into());
    let made = new(&answers, &template);
    let manifest = Manifest::read(made.path().join("spin.toml"));
    let component = manifest.table("component.dids-get");
    assert_eq!(manifest.table("trigger.http").text("route"), "/mor/...");
    assert_eq!(
        manifest.resolved(component.text("allowed_outbound_hosts")),
        "mysql://db.test:3307"
    );
    assert_eq!(served(made.path(), &manifest, "/mor").ids().len(), 2);
    assert!(read(&made.path().join("README.md")).starts_with("# my-dids\n"));
}
