//! One page, as an integrator asks for it, under load.

use super::{grouped, percent, times};
use crate::check;
use crate::client::Ask;
use crate::cost;
use crate::load::{alternate, closed, median};
use crate::report::Line;
use crate::site::{Bench, admin, empty_target};
use anyhow::{Context, Result};

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

    let rate = |address, ask: &Ask, costs: &mut Vec<f64>| {
        let asks = std::slice::from_ref(ask);
        let load = closed(address, asks, CLIENTS, bench.round())?;
        costs.push(load.cost);
        Ok(load.per_second)
    };
    // Who says that no body comes spares reading to its end.
    let mut bare = Ask::with(&target, "Content-Length: 0");
    bare.bytes = page.bytes;
    let mut costs = [const { Vec::new() }; 4];
    let [of_ours, of_bare, of_host, of_native] = &mut costs;
    let [ours, _, host, native] = alternate(
        bench.times(5),
        [
            &mut || rate(component.address(), &page, of_ours),
            &mut || rate(component.address(), &bare, of_bare),
            &mut || rate(empty.address(), &nothing, of_host),
            &mut || rate(twin.address, &page, of_native),
        ],
    )?;
    let mut medians = [0.0; 4];
    for (place, costs) in medians.iter_mut().zip(costs) {
        *place = median(costs).context("no rounds")?;
    }
    let [of_ours, of_bare, of_host, of_native] = medians;
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
        Line {
            what: "its processor time".to_owned(),
            figure: cost::shown(of_ours),
            against: format!(
                "{}, the native twin; {}, the empty component",
                cost::shown(of_native),
                cost::shown(of_host)
            ),
            ratio: times(of_ours, of_native),
            ..Line::default()
        },
        Line {
            what: "the same, with Content-Length: 0".to_owned(),
            figure: cost::shown(of_bare),
            against: format!("{}, without it", cost::shown(of_ours)),
            ratio: percent(of_bare, of_ours),
            ..Line::default()
        },
    ])
}
