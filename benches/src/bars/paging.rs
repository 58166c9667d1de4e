//! The caller's own paging, by `from` and `max_results` or by cursor.

use super::list::seconds;
use super::{grouped, shown, times};
use crate::check;
use crate::client::{Ask, Client};
use crate::cost;
use crate::load::{alternate, median, ms, runtime};
use crate::report::Line;
use crate::site::{Bench, admin};
use anyhow::{Context, Result, ensure};
use std::time::Instant;

const PAGE: u64 = 100;
const STEP: u64 = 500;
/// A document without rows.
const EMPTY: &str =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<page>\n  <dids>\n  </dids>\n</page>\n";

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
        ..Line::default()
    }])
}

/// The whole list page by page, each from the cursor of the one before, against all of
/// it at once.
pub fn walk(bench: &Bench) -> Result<Vec<Line>> {
    let data = bench.largest()?;
    let component = bench.component(data)?;
    let walk = || {
        runtime()?.block_on(async {
            let mut client = Client::connect(component.address()).await?;
            let start = Instant::now();
            let (mut bytes, mut pages) = (0, 1);
            let mut ask = Ask::get(&admin(&format!("max_results={STEP}")));
            loop {
                bytes += client.ask(&ask).await?.bytes;
                let Some(cursor) = client.header("x-next-cursor") else {
                    break;
                };
                let target = admin(&format!("max_results={STEP}&cursor={cursor}"));
                ask = Ask::get(&target);
                pages += 1;
            }
            anyhow::Ok((start.elapsed().as_secs_f64(), bytes, pages))
        })
    };
    let at_once = Ask::get(&admin(""));
    let mut sizes = Vec::new();
    let (mut of_pages, mut of_whole) = (Vec::new(), Vec::new());
    let [pages, whole] = alternate(
        // Thousands of answers each: seldom is enough.
        bench.lists().min(3),
        [
            &mut || {
                let before = cost::of_servers()?;
                let (seconds, bytes, pages) = walk()?;
                of_pages.push(cost::of_servers()? - before);
                sizes.push((bytes, pages));
                Ok(seconds)
            },
            &mut || {
                let before = cost::of_servers()?;
                let seconds = seconds(component.address(), &at_once)?;
                of_whole.push(cost::of_servers()? - before);
                Ok(seconds)
            },
        ],
    )?;
    // Every page has the head and the tail of a document, and nothing else more.
    let reply = runtime()?.block_on(async {
        let mut client = Client::connect(component.address()).await?;
        client.ask(&at_once).await
    })?;
    for (bytes, pages) in sizes {
        let more = EMPTY.len() as u64 * (pages - 1);
        ensure!(
            pages == data.rows.div_ceil(STEP) && bytes == reply.bytes + more,
            "{pages} pages with {bytes} bytes, {} at once",
            reply.bytes
        );
    }
    let of_pages = median(of_pages).context("no rounds")?;
    let of_whole = median(of_whole).context("no rounds")?;
    let walk = Line {
        what: format!(
            "{} DIDs by cursor, pages of {STEP}",
            grouped(data.rows as f64)
        ),
        figure: format!("{pages:.1} s"),
        against: format!("{whole:.1} s, in one answer"),
        ratio: times(pages, whole),
        bar: "≤ 1.5 ×",
        reached: pages <= 1.5 * whole,
    };
    // A list in one answer is written and read at the same time, and pages in turn.
    let cost = Line {
        what: "its processor time".to_owned(),
        figure: shown(of_pages),
        against: format!("{}, in one answer", shown(of_whole)),
        ratio: times(of_pages, of_whole),
        ..Line::default()
    };
    Ok(vec![walk, cost])
}
