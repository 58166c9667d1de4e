//! The version stands in `Cargo.toml`; what has to repeat it says the same.

use dids_tests::manifest::{files, in_repository, read};

/// That of the workspace, which is that of the tests as well.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What stands before a version in manifests.
const BEFORE: [&str; 3] = ["\nversion = \"", "/dids-get:", "/dids-get-standalone:"];

#[test]
fn manifests_name_the_version() {
    let mut named = 0;
    let mut paths = files(&in_repository("deploy"));
    paths.push(in_repository("spin.toml"));
    for path in paths {
        let text = read(&path);
        for before in BEFORE {
            for (_, after) in text.match_indices(before).map(|(at, _)| text.split_at(at)) {
                let version = &after[before.len()..];
                let end = version.find(|letter: char| !letter.is_ascii_digit() && letter != '.');
                assert_eq!(
                    &version[..end.unwrap_or(version.len())],
                    VERSION,
                    "{path:?}"
                );
                named += 1;
            }
        }
    }
    assert_eq!(
        named, 6,
        "two manifests, two images, each pushed and pulled"
    );
}

#[test]
fn the_changelog_begins_with_the_version() {
    let text = read(&in_repository("CHANGELOG.md"));
    let newest = text.lines().find_map(|line| line.strip_prefix("## ["));
    let (version, date) = newest
        .and_then(|line| line.split_once("] - "))
        .expect("a release");
    assert_eq!(version, VERSION);
    let is_date = date.len() == 10 && date.chars().all(|c| c.is_ascii_digit() || c == '-');
    assert!(date == "unreleased" || is_date, "{date}");
}
