//! One page, as an integrator asks for it, under load.

use super::{grouped, percent};
use crate::check;
use crate::client::Ask;
use crate::load::{alternate, closed};
use crate::report::Line;
use crate::site::{Bench, admin, empty_target};
use anyhow::Result;

const CLIENTS: usize = 16;
const ROWS: u64 = 25;

/// A page of 25 rows against the empty component with as many bytes, and the twin.
pub fn one_page(bench: &Bench) -> Result<Vec<Line>> {
    let data = bench.largest()?;
    let (component, empty, twin) = (bench.component(data)?, bench.empty()?, bench.twin(data)?);
    let target = admin(&format!("max_results={ROWS}"));
    let page = check::same(component.address(), twin.address, &target, ROWS)?;
    let bytes = page.bytes.unwrap_or_default();
    let mut nothing = Ask::get(&empty_target(bytes));
    nothing.bytes = Some(bytes);

    let rate = |address, ask: &Ask| {
        let asks = [ask.clone()];
        move || Ok(closed(address, &asks, CLIENTS, bench.round())?.per_second)
    };
    let [ours, host, native] = alternate(
        bench.times(5),
        [
            &mut rate(component.address(), &page),
            &mut rate(empty.address(), &nothing),
            &mut rate(twin.address, &page),
        ],
    )?;
    let line = Line {
        what: format!("page of {ROWS} rows ({bytes} bytes), {CLIENTS} clients"),
        figure: format!("{} requests/s", grouped(ours)),
        ..Line::default()
    };
    Ok(vec![
        Line {
            against: format!("{} requests/s, the empty component", grouped(host)),
            ratio: percent(ours, host),
            ..line.clone()
        },
        Line {
            against: format!("{} requests/s, the native twin", grouped(native)),
            ratio: percent(ours, native),
            bar: "≥ 75 %",
            reached: ours >= 0.75 * native,
            ..line
        },
    ])
}
