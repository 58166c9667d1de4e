//! Load, and what it took: clients that ask again as soon as they are answered,
//! or requests at a fixed rate whoever is late.

use crate::client::{Ask, Client};
use anyhow::{Context, Result, anyhow};
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Runtime};

/// What a round of load gave.
#[derive(Debug, Default)]
pub struct Load {
    /// Answers a second.
    pub per_second: f64,
    /// How long each took, shortest first.
    latencies: Vec<Duration>,
}

impl Load {
    fn new(mut latencies: Vec<Duration>, time: Duration) -> Self {
        latencies.sort_unstable();
        let per_second = latencies.len() as f64 / time.as_secs_f64();
        Self {
            per_second,
            latencies,
        }
    }

    /// How many answers there were.
    pub fn answers(&self) -> f64 {
        self.latencies.len() as f64
    }

    /// The latency that this share of the answers did not exceed, in ms.
    pub fn percentile(&self, share: f64) -> f64 {
        let last = self.latencies.len().saturating_sub(1);
        let nth = (last as f64 * share).round() as usize;
        ms(self.latencies.get(nth).copied().unwrap_or_default())
    }
}

/// A runtime of one thread, so that the load takes no more cores than it needs.
pub fn runtime() -> Result<Runtime> {
    Ok(Builder::new_current_thread().enable_all().build()?)
}

/// Closed loop: each client asks again when it is answered. The clients take the
/// requests in turn, each beginning at another one.
pub fn closed(address: SocketAddr, asks: &[Ask], clients: usize, time: Duration) -> Result<Load> {
    runtime()?.block_on(async {
        let mut tasks = Vec::new();
        // Nobody starts before everybody is connected.
        let mut connections = Vec::new();
        for _ in 0..clients {
            connections.push(Client::connect(address).await?);
        }
        let start = Instant::now();
        for (nth, mut client) in connections.into_iter().enumerate() {
            let asks: Vec<Ask> = asks
                .iter()
                .cycle()
                .skip(nth)
                .take(asks.len())
                .cloned()
                .collect();
            tasks.push(tokio::spawn(async move {
                let mut latencies = Vec::new();
                for ask in asks.iter().cycle() {
                    if start.elapsed() >= time {
                        break;
                    }
                    latencies.push(client.ask(ask).await?.whole);
                }
                anyhow::Ok(latencies)
            }));
        }
        let mut latencies = Vec::new();
        for task in tasks {
            latencies.extend(task.await??);
        }
        Ok(Load::new(latencies, start.elapsed()))
    })
}

/// Open loop: so many requests a second over so many connections, each timed
/// from the moment it should have been sent, so that waiting counts.
///
/// A thread for each connection: a timer that is right to a millisecond would be
/// the larger part of what is measured.
pub fn open(
    address: SocketAddr,
    asks: &[Ask],
    clients: usize,
    rate: f64,
    time: Duration,
) -> Result<Load> {
    let start = Instant::now() + Duration::from_millis(50);
    let gap = Duration::from_secs_f64(clients as f64 / rate);
    let latencies = std::thread::scope(|threads| {
        let mut running = Vec::new();
        for nth in 0..clients {
            let first = start + gap.mul_f64(nth as f64 / clients as f64);
            running.push(threads.spawn(move || {
                runtime()?.block_on(async {
                    let mut client = Client::connect(address).await?;
                    let mut latencies = Vec::new();
                    let mut due = first;
                    for ask in asks.iter().cycle().skip(nth) {
                        if due >= start + time {
                            break;
                        }
                        std::thread::sleep(due.saturating_duration_since(Instant::now()));
                        client.ask(ask).await?;
                        latencies.push(due.elapsed());
                        due += gap;
                    }
                    anyhow::Ok(latencies)
                })
            }));
        }
        let mut all = Vec::new();
        for thread in running {
            all.extend(thread.join().map_err(|_| anyhow!("a client panicked"))??);
        }
        anyhow::Ok(all)
    })?;
    Ok(Load::new(latencies, time))
}

/// Runs each of the functions so often, alternately, so that what else the
/// machine does meets all of them. Gives the median of each.
pub fn alternate<const N: usize>(
    rounds: usize,
    mut functions: [&mut dyn FnMut() -> Result<f64>; N],
) -> Result<[f64; N]> {
    let mut figures = [const { Vec::new() }; N];
    for round in 0..rounds {
        let mut turns: Vec<_> = functions.iter_mut().zip(&mut figures).collect();
        // Who goes first is never always the same.
        if round % 2 == 1 {
            turns.reverse();
        }
        for (function, figures) in turns {
            figures.push(function()?);
        }
    }
    let mut medians = [0.0; N];
    for (place, figures) in medians.iter_mut().zip(figures) {
        *place = median(figures).context("no rounds")?;
    }
    Ok(medians)
}

/// The middle one.
pub fn median(mut figures: Vec<f64>) -> Option<f64> {
    figures.sort_unstable_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied()
}

/// In milliseconds.
pub fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
