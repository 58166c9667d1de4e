//! The file itself.

use dids_tests::harness::component;

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
