//! The caller's own paging, by `from` and `max_results`.

use super::list::seconds;
use super::{grouped, shown, times};
use crate::check;
use crate::client::{Ask, Client};
use crate::load::{alternate, ms, runtime};
use crate::report::Line;
use crate::site::{Bench, admin};
use anyhow::{Result, ensure};
use std::time::Instant;

const PAGE: u64 = 100;
const STEP: u64 = 500;

/// A page at 90 % of the list against the first one.
pub fn far_down(bench: &Bench) -> Result<Vec<Line>> {
    let data = bench.largest()?;
    let (component, twin) = (bench.component(data)?, bench.twin(data)?);
    let place = data.rows / 10 * 9;
    let page = |from: u64| {
        let target = admin(&format!("from={from}&max_results={PAGE}"));
        check::same(component.address(), twin.address, &target, PAGE)
    };
    let (first, far) = (page(1)?, page(place)?);
    let runtime = runtime()?;
    let client = runtime.block_on(Client::connect(component.address()))?;
    let client = std::cell::RefCell::new(client);
    let time = |ask: &Ask| {
        let reply = runtime.block_on(client.borrow_mut().ask(ask))?;
        Ok(ms(reply.whole))
    };
    let [far, first] = alternate(bench.times(50), [&mut || time(&far), &mut || time(&first)])?;
    Ok(vec![Line {
        what: format!("page of {PAGE} at from={place}"),
        figure: shown(far),
        against: format!("{}, at from=1", shown(first)),
        ratio: format!("+ {}", shown(far - first)),
        bar: "≤ 40 ms more",
        reached: far - first <= 40.0,
    }])
}

/// The whole list page by page against all of it at once.
pub fn walk(bench: &Bench) -> Result<Vec<Line>> {
    let data = bench.largest()?;
    let component = bench.component(data)?;
    let walk = || {
        runtime()?.block_on(async {
            let mut client = Client::connect(component.address()).await?;
            let start = Instant::now();
            let mut bytes = 0;
            for from in (1..=data.rows).step_by(STEP as usize) {
                let target = admin(&format!("from={from}&max_results={STEP}"));
                bytes += client.ask(&Ask::get(&target)).await?.bytes;
            }
            anyhow::Ok((start.elapsed().as_secs_f64(), bytes))
        })
    };
    let at_once = Ask::get(&admin(""));
    let mut sizes = Vec::new();
    let [pages, whole] = alternate(
        // Minutes, of thousands of answers each: once is enough.
        1,
        [
            &mut || {
                let (seconds, bytes) = walk()?;
                sizes.push(bytes);
                Ok(seconds)
            },
            &mut || seconds(component.address(), &at_once),
        ],
    )?;
    // Every page has the head and the tail of a document, and nothing else more.
    ensure!(
        sizes.iter().all(|bytes| *bytes > data.rows * 300),
        "pages are missing"
    );
    Ok(vec![Line {
        what: format!("{} DIDs in pages of {STEP}", grouped(data.rows as f64)),
        figure: format!("{pages:.1} s"),
        against: format!("{whole:.1} s, in one answer"),
        ratio: times(pages, whole),
        bar: "≤ 5 ×",
        reached: pages <= 5.0 * whole,
    }])
}
