//! The size of what is shipped.

use crate::report::{Bar, Line};
use crate::site::Bench;
use anyhow::Result;

/// The component's file, for each WASI it was built for.
pub fn size(bench: &Bench) -> Result<Vec<Line>> {
    let builds = [
        ("0.3", &bench.wasm, 400_000.0),
        ("0.2", &bench.wasm02, 280_000.0),
    ];
    let mut lines = Vec::new();
    for (version, file, most) in builds {
        let bytes = file.metadata()?.len() as f64;
        let shown = |bytes: f64| format!("{:.1} kB", bytes / 1000.0);
        lines.push(Line {
            what: format!("size of the component, WASI {version}"),
            figure: shown(bytes),
            against: format!("{}, the most", shown(most)),
            ratio: bytes / most,
            bar: Bar::AtMost(1.0),
        });
    }
    Ok(lines)
}
