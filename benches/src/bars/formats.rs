//! The other forms of the list, JSON and CSV, against the XML.

use super::list::seconds;
use super::{grouped, percent};
use crate::check::{self, CSV, JSON, XML};
use crate::load::alternate;
use crate::report::Line;
use crate::site::{Bench, admin};
use anyhow::Result;

/// Enough rows that nothing counts but the row.
const ROWS: u64 = 100_000;

/// Lists of as many rows in each form.
pub fn lists(bench: &Bench) -> Result<Vec<Line>> {
    let data = bench.largest()?;
    let rows = ROWS.min(data.rows);
    let (component, twin) = (bench.component(data)?, bench.twin(data)?);
    let target = admin(&format!("max_results={rows}"));
    let ask = |accept: &str, mark| {
        let line = format!("Accept: {accept}");
        let addresses = (component.address(), twin.address);
        check::same_as(addresses.0, addresses.1, (&target, &line), mark)
    };
    let xml = ask("text/xml", (XML, rows))?;
    let json = ask("application/json", (JSON, rows))?;
    // Its head is a line, too.
    let csv = ask("text/csv", (CSV, rows + 1))?;
    let address = component.address();
    let [xml, json, csv] = alternate(
        bench.times(5),
        [
            &mut || seconds(address, &xml),
            &mut || seconds(address, &json),
            &mut || seconds(address, &csv),
        ],
    )?;
    let rate = |seconds: f64| format!("{} DIDs/s", grouped(rows as f64 / seconds));
    let line = |form: &str, seconds: f64| Line {
        what: format!("list of {} DIDs as {form}", grouped(rows as f64)),
        figure: rate(seconds),
        against: format!("{}, as XML", rate(xml)),
        ratio: percent(xml, seconds),
        bar: "≥ 90 %",
        reached: xml >= 0.9 * seconds,
    };
    Ok(vec![line("JSON", json), line("CSV", csv)])
}
