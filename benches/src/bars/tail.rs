//! The slowest answers where the host leaves Nagle's algorithm on and asks SQLite on
//! another thread, as Spin does: a piece that is written after another waits for the
//! client's delayed acknowledgement, some 40 ms.

use super::{shown, times};
use crate::check;
use crate::client::Ask;
use crate::load::closed;
use crate::report::Line;
use crate::site::{Bench, admin, target};
use anyhow::{Context, Result};
use dids_host::Server;
use std::net::SocketAddr;

const CLIENTS: [usize; 3] = [4, 16, 64];

/// The 99th percentile of whole answers against the median.
pub fn whole_answers(bench: &Bench) -> Result<Vec<Line>> {
    let data = bench.largest()?;
    let twin = bench.twin(data)?;
    let mut settings = bench.settings(data);
    settings.as_spin = true;
    let component = Server::start(settings)?;
    let pages = [("one DID", 1), ("page of 25", 25), ("page of 300", 300)];
    let mut asks = vec![("a refusal", refusal())];
    for (what, rows) in pages {
        let target = admin(&format!("max_results={rows}"));
        let ask = check::same(component.address(), twin.address, &target, rows)?;
        asks.push((what, ask));
    }
    let address = component.address();
    let lines = asks
        .iter()
        .map(|(what, ask)| line(bench, address, what, ask));
    lines.collect()
}

/// The widest of the three distances, whichever number of clients shows it.
fn line(bench: &Bench, address: SocketAddr, what: &str, ask: &Ask) -> Result<Line> {
    let mut worst: Option<(f64, f64, usize)> = None;
    for clients in CLIENTS {
        let load = closed(address, std::slice::from_ref(ask), clients, bench.round())?;
        let (p99, median) = (load.percentile(0.99), load.percentile(0.5));
        if worst.is_none_or(|(high, low, _)| p99 / median > high / low) {
            worst = Some((p99, median, clients));
        }
    }
    let (p99, median, clients) = worst.context("no clients")?;
    Ok(Line {
        what: format!("p99 of {what} without TCP_NODELAY, worst at {clients} of 4, 16, 64 clients"),
        figure: shown(p99),
        against: format!("{}, the median", shown(median)),
        ratio: times(p99, median),
        bar: "≤ 4 ×",
        reached: p99 <= 4.0 * median,
    })
}

/// A wrong hash.
fn refusal() -> Ask {
    Ask::get(&target("admin", "hash=0000&max_results=25"))
}
