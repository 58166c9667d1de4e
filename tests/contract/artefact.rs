//! The file itself.

use std::collections::BTreeSet;

use dids_tests::harness::component;
use wasmparser::{Parser, Payload};

/// It is fetched by every node that serves it: 400 kB at the most; where each
/// request makes a new instance of it, 250 kB.
#[test]
fn the_component_is_small() {
    let bytes = std::fs::read(component()).expect("a file");
    let exported = b"wasi:http/incoming-handler@0.2";
    let is_02 = bytes.windows(exported.len()).any(|part| part == exported);
    let most = if is_02 { 250_000 } else { 400_000 };
    let size = bytes.len();
    assert!((100_000..=most).contains(&size), "{size} bytes");
}

/// What either build asks of its host, beside HTTP. The standard library's part
/// is there because it is linked, not because anything is read from it.
const ALLOWED: [&str; 20] = [
    // The component's own: its databases and the variable that names one.
    "fermyon:spin/mysql@2.0",
    "fermyon:spin/rdbms-types@2.0",
    "fermyon:spin/variables@2.0",
    "spin:sqlite/sqlite@3.0",
    // The standard library's: the log, the time a request took, seeds of maps.
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
    "wasi:random/insecure-seed@0.2",
];

/// The interfaces that the component imports, without the last number of their
/// versions, which changes with the compiler.
fn imports() -> BTreeSet<String> {
    let bytes = std::fs::read(component()).expect("a file");
    let mut imports = BTreeSet::new();
    let mut depth = 0;
    for payload in Parser::new(0).parse_all(&bytes) {
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

/// No files, no sockets, no outgoing requests: what it does not import it cannot
/// do, whatever a caller makes of it.
#[test]
fn the_component_imports_what_it_is_known_to_and_nothing_else() {
    let imports = imports();
    let mut allowed: BTreeSet<String> = ALLOWED.map(str::to_owned).into();
    let of_build: &[&str] = if imports.contains("wasi:http/types@0.3") {
        &["wasi:http/types@0.3"]
    } else {
        &["wasi:http/types@0.2"]
    };
    allowed.extend(of_build.iter().map(|name| (*name).to_owned()));
    assert_eq!(imports, allowed);
}
