//! One page, as an integrator asks for it, under load: against the native twin and the
//! obvious script, and its slowest answers.

use super::{grouped, shown};
use crate::check;
use crate::client::Ask;
use crate::cost;
use crate::load::{alternate, closed, median};
use crate::peer::Php;
use crate::report::{Bar, Line};
use crate::site::{Bench, admin};
use anyhow::{Context, Result, ensure};
use std::net::SocketAddr;

const CLIENTS: usize = 16;
const ROWS: u64 = 25;

/// What the rounds of one server gave.
#[derive(Default)]
struct Rounds {
    costs: Vec<f64>,
    medians: Vec<f64>,
    slowest: Vec<f64>,
}

impl Rounds {
    /// One round of load on a server, whose processes are in the group, if it has its own.
    fn add(
        &mut self,
        bench: &Bench,
        (to, group): (SocketAddr, Option<u32>),
        ask: &Ask,
    ) -> Result<f64> {
        let so_far = || cost::so_far(group.as_slice());
        let before = so_far()?;
        let load = closed(to, std::slice::from_ref(ask), CLIENTS, bench.round())?;
        self.costs.push((so_far()? - before) / load.answers());
        self.medians.push(load.percentile(0.5));
        self.slowest.push(load.percentile(0.99));
        Ok(load.per_second)
    }

    fn cost(self) -> Result<f64> {
        median(self.costs).context("no rounds")
    }
}

/// A page of 25 rows: its rate, its processor time, its slowest answers.
pub fn one_page(bench: &Bench) -> Result<Vec<Line>> {
    let data = bench.largest()?;
    let (component, twin) = (bench.component(data)?, bench.twin(data)?);
    let address = component.address();
    let target = admin(&format!("max_results={ROWS}"));
    let page = check::same(address, twin.address, &target, ROWS)?;
    let text = check::text(address, &page)?;
    // The script reads files alone.
    let script = match &bench.server {
        Some(_) => None,
        None => Some(Php::start(&data.file).and_then(|php| {
            let theirs = check::text(php.address, &page)?;
            ensure!(theirs == text, "the script answers otherwise");
            Ok(php)
        })),
    };
    let (mut ours, mut native, mut theirs) =
        (Rounds::default(), Rounds::default(), Rounds::default());
    let php = script.as_ref().and_then(|script| script.as_ref().ok());
    let [our_rate, native_rate, their_rate] = alternate(
        bench.times(5),
        [
            &mut || ours.add(bench, (address, component.group()), &page),
            &mut || native.add(bench, (twin.address, None), &page),
            &mut || match php {
                Some(php) => theirs.add(bench, (php.address, Some(php.group())), &page),
                None => Ok(0.0),
            },
        ],
    )?;
    let slowest = median(std::mem::take(&mut ours.slowest)).context("no rounds")?;
    let middle = median(std::mem::take(&mut ours.medians)).context("no rounds")?;
    let our_cost = ours.cost()?;
    let rate = |rate: f64| format!("{} requests/s", grouped(rate));
    let time = |ms: f64| format!("{:.0} µs", 1000.0 * ms);
    let what = format!("page of {ROWS} rows, {CLIENTS} clients");
    let against = |who: &str, other_rate: f64, other_cost: f64, bar: Bar| {
        let faster = Line {
            what: what.clone(),
            figure: rate(our_rate),
            against: format!("{}, {who}", rate(other_rate)),
            ratio: our_rate / other_rate,
            bar,
        };
        let cheaper = Line {
            what: "its processor time".to_owned(),
            figure: time(our_cost),
            against: format!("{}, {who}", time(other_cost)),
            ratio: our_cost / other_cost,
            bar: Bar::None,
        };
        [faster, cheaper]
    };
    let mut lines = Vec::new();
    lines.extend(against(
        "the native twin",
        native_rate,
        native.cost()?,
        Bar::AtLeast(0.75),
    ));
    match script {
        Some(Ok(_)) => {
            let bar = Bar::AtLeast(2.5);
            lines.extend(against(
                "a PHP script, 4 workers",
                their_rate,
                theirs.cost()?,
                bar,
            ));
        }
        Some(Err(why)) => lines.push(Line::left_out(&what, format!("{why:#}"))),
        None => {}
    }
    lines.push(Line {
        what: format!("p99 of that page, {CLIENTS} clients"),
        figure: shown(slowest),
        against: format!("{}, the median", shown(middle)),
        ratio: slowest / middle,
        bar: Bar::AtMost(4.0),
    });
    Ok(lines)
}
