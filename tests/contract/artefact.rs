//! The file itself: that which is served on the host of this run.

use std::collections::BTreeSet;
use std::path::Path;

use dids_tests::harness::component;
use wasmparser::{Parser, Payload};

/// The file, and whether it is a standalone one: with the provider in it.
fn file() -> (Vec<u8>, bool) {
    let standalone = std::env::var_os("DIDS_STANDALONE_WASM");
    let is_standalone = standalone.is_some();
    let path = standalone.map_or_else(component, Into::into);
    let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    (bytes, is_standalone)
}

fn holds(bytes: &[u8], text: &str) -> bool {
    let mut parts = bytes.windows(text.len());
    parts.any(|part| part == text.as_bytes())
}

/// It is fetched by every node that serves it: 400 kB at the most; where each
/// request makes a new instance of it, 280 kB. SQLite and TLS take the rest.
#[test]
fn the_component_is_small() {
    let (bytes, is_standalone) = file();
    let is_02 = holds(&bytes, "wasi:http/incoming-handler@0.2");
    let most = match (is_standalone, is_02) {
        (true, _) => 5_000_000,
        (false, true) => 280_000,
        (false, false) => 400_000,
    };
    let size = bytes.len();
    assert!((100_000..=most).contains(&size), "{size} bytes");
}

/// Messages of panics name files of source. They are the same on every machine:
/// where it was built is nobody's business, and would change the bytes.
#[test]
fn no_path_of_the_machine_that_built_it_is_inside() {
    let (bytes, _) = file();
    assert!(
        holds(&bytes, "/crates/hex-"),
        "`cargo xtask build` makes it"
    );
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = here.parent().and_then(Path::to_str).expect("a folder");
    let home = std::env::var("HOME").map(|home| format!("{home}/"));
    for path in ["/.cargo/", "/registry/", "/toolchains/", "/home/", root] {
        assert!(!holds(&bytes, path), "{path}");
    }
    assert!(home.is_ok_and(|home| !holds(&bytes, &home)));
}

/// What either build asks of its host, beside HTTP. The standard library's part
/// is there because it is linked, not because anything is read from it.
const ALLOWED: [&str; 20] = [
    // The component's own: its databases and the variable that names one.
    "fermyon:spin/mysql@2.0",
    "fermyon:spin/rdbms-types@2.0",
    "fermyon:spin/variables@2.0",
    "spin:sqlite/sqlite@3.0",
    // The standard library's: the log, the time a request took.
    "wasi:cli/environment@0.2",
    "wasi:cli/exit@0.2",
    "wasi:cli/stderr@0.2",
    "wasi:cli/stdin@0.2",
    "wasi:cli/stdout@0.2",
    "wasi:cli/terminal-input@0.2",
    "wasi:cli/terminal-output@0.2",
    "wasi:cli/terminal-stderr@0.2",
    "wasi:cli/terminal-stdin@0.2",
    "wasi:cli/terminal-stdout@0.2",
    "wasi:clocks/monotonic-clock@0.2",
    "wasi:clocks/wall-clock@0.2",
    "wasi:io/error@0.2",
    "wasi:io/poll@0.2",
    "wasi:io/streams@0.2",
    // Ids of requests.
    "wasi:random/random@0.2",
];

/// The interfaces that the component imports, without the last number of their
/// versions, which changes with the compiler.
fn imports(bytes: &[u8]) -> BTreeSet<String> {
    let mut imports = BTreeSet::new();
    let mut depth = 0;
    for payload in Parser::new(0).parse_all(bytes) {
        match payload.expect("a component") {
            // What parts of it import of each other is its own business.
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth -= 1,
            Payload::ComponentImportSection(section) if depth == 0 => {
                for import in section {
                    let name = import.expect("an import").name.name;
                    let cut = name.rsplit_once('.').map_or(name, |(cut, _)| cut);
                    imports.insert(cut.to_owned());
                }
            }
            _ => {}
        }
    }
    imports
}

/// What the provider asks of its host in the place of Spin's interfaces: files for
/// SQLite, sockets for MySQL, random bytes for TLS.
const OF_PROVIDER: [&str; 10] = [
    "wasi:filesystem/preopens@0.2",
    "wasi:filesystem/types@0.2",
    "wasi:random/random@0.2",
    "wasi:sockets/instance-network@0.2",
    "wasi:sockets/ip-name-lookup@0.2",
    "wasi:sockets/network@0.2",
    "wasi:sockets/tcp-create-socket@0.2",
    "wasi:sockets/tcp@0.2",
    "wasi:sockets/udp-create-socket@0.2",
    "wasi:sockets/udp@0.2",
];

/// No files, no sockets, no outgoing requests: what it does not import it cannot
/// do, whatever a caller makes of it. The provider has files and sockets, and as
/// much of them as the host grants.
#[test]
fn the_component_imports_only_what_is_documented() {
    let (bytes, is_standalone) = file();
    let imports = imports(&bytes);
    let http = match imports.contains("wasi:http/types@0.3") {
        true => "wasi:http/types@0.3",
        false => "wasi:http/types@0.2",
    };
    let mut allowed = BTreeSet::from([http]);
    allowed.extend(ALLOWED);
    if is_standalone {
        allowed.retain(|name| name.starts_with("wasi:"));
        allowed.extend(OF_PROVIDER);
    }
    let imports: BTreeSet<_> = imports.iter().map(String::as_str).collect();
    assert_eq!(imports, allowed);
}
