//! The first answer of an instance that was just made: what a caller waits for
//! after a quiet second.

use super::{shown, times};
use crate::client::{Ask, Client};
use crate::load::{median, ms, runtime};
use crate::report::Line;
use crate::site::{Bench, admin, empty_target};
use anyhow::{Context, Result, ensure};
use dids_host::Server;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Servers that wait for their instances' end at the same time.
const SERVERS: usize = 5;
const ROUNDS: usize = 4;
/// An instance that is asked nothing ends after a second.
const PATIENCE: Duration = Duration::from_secs(5);

/// The first answer of a fresh instance, against the empty component's.
pub fn first_answer(bench: &Bench) -> Result<Vec<Line>> {
    let data = bench.smallest()?;
    let runtime = runtime()?;
    let page = Ask::get(&admin("max_results=25"));
    let (mut ours, mut empty) = (Vec::new(), Vec::new());
    for _ in 0..SERVERS {
        let component = bench.component(data)?;
        let client = runtime.block_on(Client::connect(component.address()))?;
        ours.push((component, client));
        let component = bench.empty()?;
        let client = runtime.block_on(Client::connect(component.address()))?;
        empty.push((component, client));
    }
    // Also opens the connections, which belong to no instance.
    let (component, client) = ours.first_mut().context("no server")?;
    let bytes = runtime.block_on(client.ask(&page))?.bytes;
    wait(component)?;
    let nothing = Ask::get(&empty_target(bytes));
    let mut figures = [Vec::new(), Vec::new()];
    // The first round warms the servers up.
    for round in 0..=bench.times(ROUNDS) {
        for (ours, empty) in ours.iter_mut().zip(&mut empty) {
            for ((site, ask), figures) in [(ours, &page), (empty, &nothing)]
                .into_iter()
                .zip(&mut figures)
            {
                let (server, client) = site;
                wait(server)?;
                let made = server.stats().instances_created;
                let reply = runtime.block_on(client.ask(ask))?;
                ensure!(reply.bytes == bytes, "{} bytes", reply.bytes);
                ensure!(
                    server.stats().instances_created == made + 1,
                    "no fresh instance"
                );
                if round > 0 {
                    figures.push(ms(reply.whole));
                }
            }
        }
    }
    let [ours, empty] = figures.map(median);
    let (ours, empty) = (ours.context("no figure")?, empty.context("no figure")?);
    Ok(vec![Line {
        what: "first answer of a fresh instance, 25 rows".to_owned(),
        figure: shown(ours),
        against: format!("{}, the empty component", shown(empty)),
        ratio: times(ours, empty),
        bar: "≤ 2 ×",
        reached: ours <= 2.0 * empty,
    }])
}

/// Waits until there is no instance left.
fn wait(server: &Server) -> Result<()> {
    let start = Instant::now();
    while server.stats().instances_live > 0 {
        ensure!(start.elapsed() < PATIENCE, "an idle instance does not end");
        sleep(Duration::from_millis(20));
    }
    Ok(())
}
