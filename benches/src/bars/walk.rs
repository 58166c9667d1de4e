//! The whole list page by page, each from the cursor of the one before, against all of
//! it at once.

use super::grouped;
use super::list::seconds;
use crate::client::{Ask, Client};
use crate::load::{alternate, runtime};
use crate::report::{Bar, Line};
use crate::site::{Bench, admin};
use anyhow::{Result, ensure};
use std::time::Instant;

const STEP: u64 = 500;
/// A document without rows: what every page has more than its rows.
const EMPTY: &str =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<page>\n  <dids>\n  </dids>\n</page>\n";

/// Both, in turn.
pub fn by_cursor(bench: &Bench) -> Result<Vec<Line>> {
    let data = bench.largest()?;
    let component = bench.component(data)?;
    let whole = Ask::get(&admin(""));
    let bytes = runtime()?.block_on(async {
        let mut client = Client::connect(component.address()).await?;
        anyhow::Ok(client.ask(&whole).await?.bytes)
    })?;
    let count = data.rows.div_ceil(STEP);
    let mut walk = || {
        runtime()?.block_on(async {
            let mut client = Client::connect(component.address()).await?;
            let start = Instant::now();
            let first = admin(&format!("max_results={STEP}"));
            let (mut target, mut found, mut pages) = (first.clone(), 0, 0);
            loop {
                let reply = client.ask(&Ask::get(&target)).await?;
                found += reply.bytes;
                pages += 1;
                match reply.cursor {
                    Some(cursor) => target = format!("{first}&cursor={cursor}"),
                    None => break,
                }
            }
            let time = start.elapsed().as_secs_f64();
            let more = EMPTY.len() as u64 * (count - 1);
            ensure!(
                pages == count && found == bytes + more,
                "{pages} pages with {found} bytes, {bytes} at once"
            );
            Ok(time)
        })
    };
    let [pages, at_once] = alternate(
        // Thousands of answers each: seldom is enough.
        bench.lists().min(3),
        [&mut walk, &mut || seconds(component.address(), &whole)],
    )?;
    let dids = grouped(data.rows as f64);
    Ok(vec![Line {
        what: format!("{dids} DIDs by cursor, pages of {STEP}"),
        figure: format!("{pages:.1} s"),
        against: format!("{at_once:.1} s, in one answer"),
        ratio: pages / at_once,
        bar: Bar::AtMost(1.5),
    }])
}
