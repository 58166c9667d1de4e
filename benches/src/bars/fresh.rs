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
use tokio::runtime::Runtime;

/// Servers that wait for their instances' end at the same time.
const SERVERS: usize = 5;
const ROUNDS: usize = 4;
/// Of which one must find an instance that answers twice.
const TRIES: usize = 10;
/// An instance that is asked nothing ends after a second.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a fresh instance is asked, each a step further than the one before.
const STEPS: [(&str, &str); 4] = [
    ("nothing of the database", "/healthz"),
    ("and a refusal: connection, schema, gate", "u=nobody"),
    ("and one row", "max_results=1"),
    ("25 rows", "max_results=25"),
];

/// Who is asked what, and how long the first and the next answer took.
struct Asked {
    ask: Ask,
    servers: Vec<(Server, Client)>,
    first: Vec<f64>,
    next: Vec<f64>,
}

/// The first answer of a fresh instance, against the empty component's; and where its
/// time goes.
pub fn first_answer(bench: &Bench) -> Result<Vec<Line>> {
    let data = bench.smallest()?;
    let runtime = runtime()?;
    let mut steps = Vec::new();
    for (_, target) in STEPS {
        let ask = match target {
            "/healthz" => Ask::get(target),
            parameters => Ask::get(&admin(parameters)),
        };
        steps.push(Asked::of(&runtime, ask, || bench.component(data))?);
    }
    // Also opens the connections, which belong to no instance.
    let mut bytes = 0;
    for step in &mut steps {
        for (_, client) in &mut step.servers {
            bytes = runtime.block_on(client.ask(&step.ask))?.bytes;
        }
    }
    let nothing = Ask::get(&empty_target(bytes));
    steps.push(Asked::of(&runtime, nothing, || bench.empty())?);
    // The first round warms the servers up.
    for round in 0..=bench.times(ROUNDS) {
        for step in &mut steps {
            step.round(&runtime, round > 0)?;
        }
    }
    let mut figures = Vec::new();
    for Asked { first, next, .. } in steps {
        let [first, next] = [first, next].map(median);
        figures.push((first.context("no figure")?, next.context("no figure")?));
    }
    let (empty, _) = figures.pop().context("no figure")?;
    let (ours, _) = figures.last().copied().context("no figure")?;
    let mut lines = vec![Line {
        what: "first answer of a fresh instance, 25 rows".to_owned(),
        figure: shown(ours),
        against: format!("{}, the empty component", shown(empty)),
        ratio: times(ours, empty),
        bar: "≤ 2 ×",
        reached: ours <= 2.0 * empty,
    }];
    for ((what, _), (first, next)) in STEPS.iter().zip(figures) {
        lines.push(Line {
            what: format!("of it {what}"),
            figure: shown(first),
            against: format!("{}, its next answer", shown(next)),
            ratio: format!("+ {}", shown(first - next)),
            ..Line::default()
        });
    }
    Ok(lines)
}

impl Asked {
    fn of(runtime: &Runtime, ask: Ask, start: impl Fn() -> Result<Server>) -> Result<Self> {
        let mut servers = Vec::new();
        for _ in 0..SERVERS {
            let server = start()?;
            let client = runtime.block_on(Client::connect(server.address()))?;
            servers.push((server, client));
        }
        Ok(Self {
            ask,
            servers,
            first: Vec::new(),
            next: Vec::new(),
        })
    }

    /// Asks each server twice, once it has no instance left.
    fn round(&mut self, runtime: &Runtime, counts: bool) -> Result<()> {
        for (server, client) in &mut self.servers {
            let mut tries = 0;
            let (first, next) = loop {
                if let Some(pair) = pair(runtime, server, client, &self.ask)? {
                    break pair;
                }
                tries += 1;
                ensure!(tries < TRIES, "no instance answers twice");
            };
            if counts {
                self.first.push(first);
                self.next.push(next);
            }
        }
        Ok(())
    }
}

/// How long an instance's first and second answer took. A request that comes before the
/// instance has put away the one before is given another instance: then there is no second.
fn pair(
    runtime: &Runtime,
    server: &Server,
    client: &mut Client,
    ask: &Ask,
) -> Result<Option<(f64, f64)>> {
    wait(server)?;
    let before = server.stats().instances_created;
    let first = runtime.block_on(client.ask(ask))?;
    let next = runtime.block_on(client.ask(ask))?;
    ensure!(first.bytes == next.bytes, "{} bytes", next.bytes);
    let made = server.stats().instances_created - before;
    ensure!(made > 0, "no fresh instance");
    Ok((made == 1).then(|| (ms(first.whole), ms(next.whole))))
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
