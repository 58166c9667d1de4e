//! The whole list in one answer: how fast, how flat, how soon.

use super::{grouped, shown};
use crate::check;
use crate::client::{Ask, Client};
use crate::data::Data;
use crate::load::{alternate, median, ms, runtime};
use crate::report::{Bar, Line};
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
        ratio: native / ours,
        bar: Bar::AtLeast(0.8),
    }])
}

/// The largest guest memory with the whole list, against a short list's, and the most.
pub fn memory(bench: &Bench) -> Result<Vec<Line>> {
    let data = bench.largest()?;
    let peak = |data: &Data| {
        let component = bench.component(data)?;
        seconds(component.address(), &Ask::get(&admin("")))?;
        anyhow::Ok(component.memory().map(|bytes| bytes as f64))
    };
    let what = format!("guest memory, list of {}", grouped(data.rows as f64));
    let (Some(whole), Some(short)) = (peak(data)?, peak(&bench.data(SHORT)?)?) else {
        return Ok(vec![Line::left_out(&what, "this host does not tell")]);
    };
    let shown = |bytes: f64| format!("{:.2} MiB", bytes / 1024.0 / 1024.0);
    let line = |other: f64, who: String, bar: Bar| Line {
        what: what.clone(),
        figure: shown(whole),
        against: format!("{}, {who}", shown(other)),
        ratio: whole / other,
        bar,
    };
    let list = format!("list of {}", grouped(SHORT as f64));
    Ok(vec![
        line(short, list, Bar::AtMost(1.1)),
        line(MOST, "the most".to_owned(), Bar::AtMost(1.0)),
    ])
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
        ratio: list / page,
        bar: Bar::AtMost(3.0),
    }])
}
