//! The size of what is shipped.

use crate::report::Line;
use crate::site::Bench;
use anyhow::Result;

/// The component's file, for each WASI it was built for.
pub fn size(bench: &Bench) -> Result<Vec<Line>> {
    let builds = [
        ("0.3", &bench.wasm, 400_000, "≤ 400 kB"),
        ("0.2", &bench.wasm02, 280_000, "≤ 280 kB"),
    ];
    let mut lines = Vec::new();
    for (version, file, most, bar) in builds {
        let bytes = file.metadata()?.len();
        lines.push(Line {
            what: format!("size of the component, WASI {version}"),
            figure: format!("{:.1} kB", bytes as f64 / 1000.0),
            bar,
            reached: bytes <= most,
            ..Line::default()
        });
    }
    Ok(lines)
}
