//! What is looked up by number, in a database of a million.

use super::{grouped, shown};
use crate::check;
use crate::client::{Ask, Client};
use crate::load::{alternate, ms, runtime};
use crate::report::{Bar, Line};
use crate::site::{Bench, admin};
use anyhow::{Result, ensure};
use rusqlite::Connection;
use std::cell::RefCell;

const ROWS: u64 = 100;

/// A hundred exact numbers in one call against a page of a hundred.
pub fn numbers(bench: &Bench) -> Result<Vec<Line>> {
    let data = bench.largest()?;
    let (component, twin) = (bench.component(data)?, bench.twin(data)?);
    // Spread over the list, so that they are not neighbours.
    let step = data.rows / ROWS;
    let file = Connection::open(&data.file)?;
    let sql = format!("SELECT did FROM dids WHERE id % {step} = 1 LIMIT {ROWS}");
    let mut select = file.prepare(&sql)?;
    let found = select.query_map([], |row| row.get(0))?;
    let found: Vec<String> = found.collect::<Result<_, _>>()?;
    ensure!(found.len() as u64 == ROWS, "{} numbers", found.len());
    let asked = |numbers: &[String], rows: u64| {
        let target = admin(&format!("search_did_exact={}", numbers.join(",")));
        check::same(component.address(), twin.address, &target, rows)
    };
    let hits = asked(&found, ROWS)?;
    let missing = found.iter().map(|number| format!("{number}0000"));
    let misses = asked(&missing.collect::<Vec<_>>(), 0)?;
    let page = admin(&format!("max_results={ROWS}"));
    let page = check::same(component.address(), twin.address, &page, ROWS)?;

    let runtime = runtime()?;
    let client = RefCell::new(runtime.block_on(Client::connect(component.address()))?);
    let time = |ask: &Ask| Ok(ms(runtime.block_on(client.borrow_mut().ask(ask))?.whole));
    let [hits, misses, page] = alternate(
        bench.times(200),
        [&mut || time(&hits), &mut || time(&misses), &mut || {
            time(&page)
        }],
    )?;
    let dids = grouped(data.rows as f64);
    let line = |what: &str, figure: f64| Line {
        what: format!("{ROWS} exact numbers, {what}, of {dids} DIDs"),
        figure: shown(figure),
        against: format!("{}, page of {ROWS}", shown(page)),
        ratio: figure / page,
        bar: Bar::AtMost(2.0),
    };
    Ok(vec![line("all there", hits), line("none there", misses)])
}
