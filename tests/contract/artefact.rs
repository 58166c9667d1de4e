//! The file itself.

use dids_tests::harness::component;

/// It is fetched by every node that serves it: 400 kB at the most.
#[test]
fn the_component_is_small() {
    let size = std::fs::metadata(component()).expect("a file").len();
    assert!((100_000..=400_000).contains(&size), "{size} bytes");
}
