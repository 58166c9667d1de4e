//! What a page costs as the list grows.

use super::{grouped, shown};
use crate::check;
use crate::client::Client;
use crate::load::{alternate, ms, runtime};
use crate::report::Line;
use crate::site::{Bench, admin, target};
use anyhow::Result;

/// Pages whose cost should not depend on how many DIDs there are.
fn targets() -> [(&'static str, String); 4] {
    [
        ("admin's first page of 25", admin("max_results=25")),
        (
            "reseller's first page of 25",
            target("reseller7", "max_results=25"),
        ),
        (
            "page of 25 of what is free",
            admin("search_status=free&max_results=25"),
        ),
        (
            "page of 25 by exact number's start",
            admin("search_did_number=370%25&max_results=25"),
        ),
    ]
}

/// The time of a page, one client, for each size.
pub fn pages(bench: &Bench) -> Result<Vec<Line>> {
    let runtime = runtime()?;
    let mut lines = Vec::new();
    for (what, target) in targets() {
        let mut figures = Vec::new();
        for data in &bench.data {
            let (component, twin) = (bench.component(data)?, bench.twin(data)?);
            let ask = check::same(component.address(), twin.address, &target, 25)?;
            let mut client = runtime.block_on(Client::connect(component.address()))?;
            let [median] = alternate(
                bench.times(400),
                [&mut || Ok(ms(runtime.block_on(client.ask(&ask))?.whole))],
            )?;
            figures.push((data.rows, median));
        }
        let (Some((_, small)), Some((rows, large))) = (figures.first(), figures.last()) else {
            continue;
        };
        let others: Vec<String> = figures
            .iter()
            .rev()
            .skip(1)
            .rev()
            .map(|(rows, ms)| format!("{} of {}", shown(*ms), grouped(*rows as f64)))
            .collect();
        lines.push(Line {
            what: format!("{what}, of {} DIDs", grouped(*rows as f64)),
            figure: shown(*large),
            against: others.join(", "),
            ratio: super::times(*large, *small),
            ..Line::default()
        });
    }
    Ok(lines)
}
