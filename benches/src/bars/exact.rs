//! What is looked up by number, and what is counted, in a database of a million.

use super::{grouped, shown, times};
use crate::check::{self, XML};
use crate::client::{Ask, Client};
use crate::load::{alternate, ms, runtime};
use crate::report::Line;
use crate::site::{Bench, admin};
use crate::twin::connection::Connection;
use anyhow::{Context, Result, ensure};
use std::cell::RefCell;
use std::time::Instant;

const ROWS: u64 = 100;

/// A hundred exact numbers in one call against a page of a hundred.
pub fn numbers(bench: &Bench) -> Result<Vec<Line>> {
    let data = bench.largest()?;
    let (component, twin) = (bench.component(data)?, bench.twin(data)?);
    // Spread over the list, so that they are not neighbours.
    let step = data.rows / ROWS;
    let mut connection = Connection::open(&data.place)?;
    let sql = format!("SELECT CAST(did AS SIGNED) FROM dids WHERE id % {step} = 1 LIMIT {ROWS}");
    let found = connection.ids(&sql)?;
    ensure!(found.len() as u64 == ROWS, "{} numbers", found.len());
    let items = |numbers: &mut dyn Iterator<Item = String>| {
        let numbers: Vec<_> = numbers.collect();
        admin(&format!("search_did_exact={}", numbers.join(",")))
    };
    let hits = items(&mut found.iter().map(i64::to_string));
    let misses = items(&mut found.iter().map(|number| format!("{number}0000")));
    let addresses = (component.address(), twin.address);
    let hits = check::same(addresses.0, addresses.1, &hits, ROWS)?;
    let misses = check::same(addresses.0, addresses.1, &misses, 0)?;
    let page = admin(&format!("max_results={ROWS}"));
    let page = check::same(addresses.0, addresses.1, &page, ROWS)?;

    let runtime = runtime()?;
    let client = RefCell::new(runtime.block_on(Client::connect(component.address()))?);
    let time = |ask: &Ask| Ok(ms(runtime.block_on(client.borrow_mut().ask(ask))?.whole));
    let [hits, misses, page] = alternate(
        bench.times(200),
        [&mut || time(&hits), &mut || time(&misses), &mut || {
            time(&page)
        }],
    )?;
    let line = |what: &str, figure: f64| Line {
        what: format!(
            "{ROWS} exact numbers, {what}, of {} DIDs",
            grouped(data.rows as f64)
        ),
        figure: shown(figure),
        against: format!("{}, page of {ROWS}", shown(page)),
        ratio: times(figure, page),
        bar: "≤ 2 ×",
        reached: figure <= 2.0 * page,
    };
    Ok(vec![line("all there", hits), line("none there", misses)])
}

/// A page with the number of all rows against the bare count.
pub fn total(bench: &Bench) -> Result<Vec<Line>> {
    let data = bench.largest()?;
    let (component, twin) = (bench.component(data)?, bench.twin(data)?);
    let target = admin("search_hide_terminated_dids=1&max_results=25");
    let ask = check::same_as(
        component.address(),
        twin.address,
        (&target, "Prefer: count=exact"),
        (XML, 25),
    )?;
    let mut connection = Connection::open(&data.place)?;
    let sql =
        "SELECT COUNT(*) FROM dids d WHERE NOT (COALESCE(d.status, '') = 'terminated')".to_owned();
    let mut count = || {
        let start = Instant::now();
        let counts = connection.ids(&sql)?;
        let count = counts.first().copied().context("no count")?;
        anyhow::Ok((count, ms(start.elapsed())))
    };
    let runtime = runtime()?;
    let mut client = runtime.block_on(Client::connect(component.address()))?;
    runtime.block_on(client.ask(&ask))?;
    let told = client.header("x-total-count").context("no total")?;
    let (counted, _) = count()?;
    ensure!(
        told == counted.to_string(),
        "{told} rows instead of {counted}"
    );
    let [ours, bare] = alternate(
        bench.times(20),
        [
            &mut || Ok(ms(runtime.block_on(client.ask(&ask))?.whole)),
            &mut || Ok(count()?.1),
        ],
    )?;
    Ok(vec![Line {
        what: format!(
            "page of 25 with the total, {} rows",
            grouped(counted as f64)
        ),
        figure: shown(ours),
        against: format!("{}, the bare count", shown(bare)),
        ratio: times(ours, bare),
        ..Line::default()
    }])
}
