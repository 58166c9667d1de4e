//! A release as somebody sees it who has the archive alone.

#![allow(
    clippy::expect_used,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod contents;
mod template;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use dids_dist::{COMPONENTS, Machine, PROGRAM, STANDALONE, VERSION, pack};
use dids_host::{Server, Settings, create_database};
use dids_tests::client::{self, Reply};
use dids_tests::harness::component;
use dids_tests::manifest::{Manifest, files, in_repository, read};
use dids_tests::model::Ask;
use tempfile::TempDir;

/// The SHA-1 of the demo data's key for the admin.
const HASH: &str = "e5e9fa1ba31ecd1ae84f75caaa474f3a663f05f4";

/// A release made of the component under test, and where it was unpacked. The
/// other files are only carried, so the same one stands in for them.
struct Release {
    folder: PathBuf,
    _place: TempDir,
}

impl Release {
    fn make() -> Self {
        let place = TempDir::new().unwrap();
        let built = place.path().join("built");
        fs::create_dir(&built).unwrap();
        for name in COMPONENTS.iter().chain(&STANDALONE).chain([&PROGRAM]) {
            fs::copy(component(), built.join(name)).unwrap();
        }
        let output = place.path().join("dist");
        // The machine that tests need not compile C for WASI.
        let machine = Machine::with("clang".into(), in_repository("LICENSE")).unwrap();
        let archive = pack(&in_repository(""), &built, &output, &machine).unwrap();
        let away = place.path().join("away");
        fs::create_dir(&away).unwrap();
        run(Command::new("tar")
            .arg("-xzf")
            .arg(&archive)
            .arg("-C")
            .arg(&away));
        let folder = away.join(format!("dids-get-{VERSION}"));
        Release {
            folder,
            _place: place,
        }
    }

    /// The one that tests share.
    fn shared() -> &'static Self {
        static SHARED: OnceLock<Release> = OnceLock::new();
        SHARED.get_or_init(Self::make)
    }
}

/// Runs a program that has to succeed.
fn run(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Serves an application as its manifest says, with its demo data, and asks for
/// two DIDs below a path.
fn served(folder: &Path, manifest: &Manifest, path: &str) -> Reply {
    let table = manifest.table("component.dids-get");
    let mut settings = Settings::new(folder.join(table.text("source")));
    let place = TempDir::new().unwrap();
    let database = place.path().join("demo.db");
    let scripts = ["db/schema.sql", "db/demo.sql"].map(|script| read(&folder.join(script)));
    create_database(&database, &scripts.each_ref().map(String::as_str)).unwrap();
    for label in table.texts("sqlite_databases") {
        settings.sqlite.insert(label.to_owned(), database.clone());
    }
    for (name, value) in manifest.table("component.dids-get.variables").iter() {
        let value = manifest.resolved(value.trim_matches('"'));
        settings.variables.insert(name.to_owned(), value);
    }
    let server = Server::start(settings).unwrap();
    let ask = Ask {
        method: "GET".into(),
        target: format!("{path}/billing/api?action=dids_get&u=admin&hash={HASH}&max_results=2"),
        ..Ask::default()
    };
    // As Spin tells what is below a route.
    client::send(
        server.address(),
        &ask,
        &[("spin-path-info", "/billing/api")],
    )
}

#[test]
fn checksums_cover_every_file_and_are_right() {
    let folder = &Release::shared().folder;
    let mut check = Command::new("sha256sum");
    run(check
        .args(["--check", "--strict", "SHA256SUMS"])
        .current_dir(folder));
    let sums = read(&folder.join("SHA256SUMS"));
    let summed = sums.lines().map(|line| folder.join(&line[66..]));
    let mut summed: Vec<PathBuf> = summed.chain([folder.join("SHA256SUMS")]).collect();
    let mut there = files(folder);
    summed.sort();
    there.sort();
    assert_eq!(summed, there);
}

#[test]
fn the_program_alone_can_be_started() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = &Release::shared().folder;
    for path in files(folder) {
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        let is_program = path == folder.join(PROGRAM);
        assert_eq!(mode & 0o111 != 0, is_program, "{path:?}: {mode:o}");
    }
}

#[test]
fn the_manifest_serves_the_demo_without_building() {
    let folder = &Release::shared().folder;
    let path = folder.join("spin.toml");
    let manifest = Manifest::read(&path);
    let reply = served(folder, &manifest, "");
    assert_eq!(reply.ids().len(), 2, "{}", reply.text());
    assert_eq!(manifest.table("application").text("version"), VERSION);
    for path in [path, folder.join("deploy/tenants/spin.toml")] {
        let text = read(&path);
        assert!(
            !text.contains("cargo") && !text.contains("target/"),
            "{text}"
        );
        for (at, _) in text.match_indices("source = \"") {
            let source = text[at..].split('"').nth(1).unwrap();
            assert!(path.with_file_name(source).is_file(), "{source}");
        }
    }
}

#[test]
fn nothing_tells_of_the_machine_it_was_packed_on() {
    let here = in_repository("").canonicalize().unwrap();
    for path in files(&Release::shared().folder) {
        let bytes = fs::read(&path).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains(here.to_str().unwrap()), "{path:?}");
        assert!(!text.contains("/.cargo/registry"), "{path:?}");
    }
}
