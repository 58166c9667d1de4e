//! Many clients of every role, and one among them that reads the whole list
//! slowly: the others should not notice.

use super::{grouped, shown};
use crate::check;
use crate::client::{Ask, Client, piece};
use crate::load::{alternate, closed, open, runtime};
use crate::report::{Bar, Line};
use crate::site::{Bench, admin, target};
use anyhow::{Result, anyhow};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

const CLIENTS: usize = 64;
/// What the slow one waits after each piece it read.
const PAUSE: Duration = Duration::from_millis(20);
/// The share of what can be served that is asked for.
const SHARE: f64 = 0.4;

/// The others' 99th percentile with a slow reader, against without.
pub fn slow_reader(bench: &Bench) -> Result<Vec<Line>> {
    let data = bench.largest()?;
    let (component, twin) = (bench.component(data)?, bench.twin(data)?);
    let targets = [
        admin("max_results=25"),
        target("reseller7", "max_results=25"),
        target("accountant", "search_status=free&max_results=25"),
        target("user1500", "max_results=1"),
        target("user3500", "max_results=1"),
    ];
    let mut asks = Vec::new();
    for target in targets {
        let rows = if target.ends_with("=25") { 25 } else { 1 };
        asks.push(check::same(
            component.address(),
            twin.address,
            &target,
            rows,
        )?);
    }
    let address = component.address();
    let most = closed(address, &asks, CLIENTS, bench.round())?.per_second;
    let rate = (most * SHARE).round();
    let others = || {
        let load = open(address, &asks, CLIENTS - 1, rate, bench.round())?;
        Ok(load.percentile(0.99))
    };
    let [with, without] = alternate(
        bench.times(5),
        [&mut || beside_slow_reader(address, others), &mut { others }],
    )?;
    Ok(vec![Line {
        what: format!(
            "p99 of {} beside a slow reader, {} of {} requests/s",
            CLIENTS - 1,
            grouped(rate),
            grouped(most)
        ),
        figure: shown(with),
        against: format!("{}, without it", shown(without)),
        ratio: with / without,
        bar: Bar::AtMost(2.0),
    }])
}

/// Does the work while another client reads the whole list slowly.
fn beside_slow_reader<T>(address: SocketAddr, work: impl FnOnce() -> Result<T>) -> Result<T> {
    let done = AtomicBool::new(false);
    std::thread::scope(|threads| {
        let reader = threads.spawn(|| {
            runtime()?.block_on(async {
                let mut client = Client::connect(address).await?;
                let response = client.begin(&Ask::get(&admin(""))).await?;
                let mut body = response.into_body();
                while !done.load(Ordering::Acquire) && piece(&mut body).await?.is_some() {
                    std::thread::sleep(PAUSE);
                }
                anyhow::Ok(())
            })
        });
        let result = work();
        done.store(true, Ordering::Release);
        reader
            .join()
            .map_err(|_| anyhow!("the slow reader panicked"))??;
        result
    })
}
