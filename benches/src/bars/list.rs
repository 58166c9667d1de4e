//! The whole list in one answer: how fast, how flat, how soon.

use super::{grouped, percent, shown, times};
use crate::check;
use crate::client::{Ask, Client};
use crate::data::Data;
use crate::load::{alternate, median, ms, runtime};
use crate::report::Line;
use crate::site::{Bench, admin};
use anyhow::{Context, Result};
use std::net::SocketAddr;
use std::thread::sleep;
use std::time::Duration;

/// A page to compare the list's first byte with.
const PAGE: u64 = 100;
/// A list to compare the memory of the whole one with.
const SHORT: u64 = 1000;
/// The most guest memory, in bytes.
const MOST: f64 = 8.0 * 1024.0 * 1024.0;
/// Enough for a server to notice that a client is gone.
const PAUSE: Duration = Duration::from_millis(20);

/// Seconds until the last byte.
pub fn seconds(address: SocketAddr, ask: &Ask) -> Result<f64> {
    let reply = runtime()?.block_on(async { Client::connect(address).await?.ask(ask).await })?;
    Ok(reply.whole.as_secs_f64())
}

/// The whole list against the native twin's.
pub fn whole_list(bench: &Bench) -> Result<Vec<Line>> {
    let data = bench.largest()?;
    let (component, twin) = (bench.component(data)?, bench.twin(data)?);
    let list = check::same(component.address(), twin.address, &admin(""), data.rows)?;
    let [ours, native] = alternate(
        bench.lists(),
        [&mut || seconds(component.address(), &list), &mut || {
            seconds(twin.address, &list)
        }],
    )?;
    let rate = |seconds: f64| format!("{} DIDs/s", grouped(data.rows as f64 / seconds));
    let megabytes = list.bytes.unwrap_or_default() as f64 / 1e6;
    Ok(vec![Line {
        what: format!(
            "list of {} DIDs, {megabytes:.0} MB",
            grouped(data.rows as f64)
        ),
        figure: rate(ours),
        against: format!("{}, the native twin", rate(native)),
        ratio: percent(native, ours),
        bar: "≥ 80 %",
        reached: native >= 0.8 * ours,
    }])
}

/// The largest guest memory with the whole list, against a short list and a long
/// page.
pub fn memory(bench: &Bench) -> Result<Vec<Line>> {
    let data = bench.largest()?;
    let peak = |data: &Data, parameters: &str| {
        let component = bench.component(data)?;
        seconds(component.address(), &Ask::get(&admin(parameters)))?;
        anyhow::Ok(component.stats().guest_memory_peak as f64)
    };
    let whole = peak(data, "")?;
    let list = peak(&bench.data(SHORT)?, "")?;
    let page = peak(data, &format!("max_results={SHORT}"))?;
    let shown = |bytes: f64| format!("{:.2} MiB", bytes / 1024.0 / 1024.0);
    let line = |short: f64, what: &str| Line {
        what: format!("guest memory, list of {}", grouped(data.rows as f64)),
        figure: shown(whole),
        against: format!("{}, {what} of {}", shown(short), grouped(SHORT as f64)),
        ratio: times(whole, short),
        bar: "± 10 %, ≤ 8 MiB",
        reached: (0.9..=1.1).contains(&(whole / short)) && whole.max(short) <= MOST,
    };
    Ok(vec![line(list, "list"), line(page, "page")])
}

/// The first byte of the whole list against that of a page.
pub fn first_byte(bench: &Bench) -> Result<Vec<Line>> {
    let data = bench.largest()?;
    let component = bench.component(data)?;
    let first = |parameters: &str| {
        let ask = Ask::get(&admin(parameters));
        runtime()?.block_on(async {
            let client = Client::connect(component.address()).await?;
            anyhow::Ok(ms(client.first_byte(&ask).await?))
        })
    };
    let page = format!("max_results={PAGE}");
    let (mut lists, mut pages) = (Vec::new(), Vec::new());
    for _ in 0..bench.times(200) {
        lists.push(first("")?);
        // The list that nobody reads any more is given up.
        sleep(PAUSE);
        pages.push(first(&page)?);
    }
    let list = median(lists).context("no list")?;
    let page = median(pages).context("no page")?;
    Ok(vec![Line {
        what: format!("first byte, list of {} DIDs", grouped(data.rows as f64)),
        figure: shown(list),
        against: format!("{}, page of {PAGE}", shown(page)),
        ratio: times(list, page),
        bar: "≤ 3 ×",
        reached: list <= 3.0 * page,
    }])
}
