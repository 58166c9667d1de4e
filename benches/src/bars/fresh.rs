//! The first answer of an instance that was just made: what a caller waits for
//! after a quiet second.

use super::shown;
use crate::client::{Ask, Client};
use crate::load::{median, ms, runtime};
use crate::report::{Bar, Line};
use crate::site::{Bench, Served, admin};
use anyhow::{Context, Result, ensure};
use std::thread::sleep;
use std::time::Duration;

/// Servers that wait for their instances' end at the same time.
const SERVERS: usize = 4;
const ROUNDS: usize = 6;
/// On every host an instance that is asked nothing ends after a second.
const QUIET: Duration = Duration::from_millis(1500);
/// After it an instance has put away its answer, and is given the next request.
const BREATH: Duration = Duration::from_millis(20);

/// What a start adds to a page of 25, which an instance in use answers as well, against
/// the first answer of the empty component.
pub fn first_answer(bench: &Bench) -> Result<Vec<Line>> {
    let data = bench.smallest()?;
    let page = Ask::get(&admin("max_results=25"));
    let mut ours = Asked::of(&page, || bench.component(data))?;
    let bytes = ours.bytes;
    let mut empty = Asked::of(&Ask::get(&format!("/?bytes={bytes}")), || bench.empty())?;
    ensure!(empty.bytes == bytes, "{} bytes of nothing", empty.bytes);
    for _ in 0..bench.times(ROUNDS) {
        sleep(QUIET);
        ours.round()?;
        empty.round()?;
    }
    let [first, next, nothing] = [ours.first, ours.next, empty.first].map(median);
    let (first, next) = (first.context("no figure")?, next.context("no figure")?);
    let nothing = nothing.context("no figure")?;
    Ok(vec![Line {
        what: format!(
            "what a fresh instance's page takes more, {} in all",
            shown(first)
        ),
        figure: shown(first - next),
        against: format!("{}, the empty component's first answer", shown(nothing)),
        ratio: (first - next) / nothing,
        bar: Bar::AtMost(2.0),
    }])
}

/// Who is asked what, and how long the first and the next answer took.
struct Asked {
    runtime: tokio::runtime::Runtime,
    ask: Ask,
    bytes: u64,
    servers: Vec<(Served, Client)>,
    first: Vec<f64>,
    next: Vec<f64>,
}

impl Asked {
    /// Starts the servers and warms them up.
    fn of(ask: &Ask, start: impl Fn() -> Result<Served>) -> Result<Self> {
        let runtime = runtime()?;
        let (mut servers, mut bytes) = (Vec::new(), 0);
        for _ in 0..SERVERS {
            let server = start()?;
            let mut client = runtime.block_on(Client::connect(server.address()))?;
            bytes = runtime.block_on(client.ask(ask))?.bytes;
            servers.push((server, client));
        }
        let mut ask = ask.clone();
        ask.bytes = Some(bytes);
        Ok(Self {
            runtime,
            ask,
            bytes,
            servers,
            first: Vec::new(),
            next: Vec::new(),
        })
    }

    /// Asks each server twice, when it has no instance left.
    fn round(&mut self) -> Result<()> {
        for (server, client) in &mut self.servers {
            let before = server.instances();
            let first = self.runtime.block_on(client.ask(&self.ask))?;
            let is_fresh = server.instances().is_none_or(|now| Some(now) != before);
            ensure!(is_fresh, "no fresh instance");
            sleep(BREATH);
            let next = self.runtime.block_on(client.ask(&self.ask))?;
            self.first.push(ms(first.whole));
            self.next.push(ms(next.whole));
        }
        Ok(())
    }
}
