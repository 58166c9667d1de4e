//! A search that no index serves.

use super::{grouped, shown, times};
use crate::check;
use crate::client::Client;
use crate::load::{alternate, ms, runtime};
use crate::report::Line;
use crate::site::{Bench, admin};
use crate::twin::connection::Connection;
use anyhow::Result;
use std::time::Instant;

/// In the middle of a few numbers of every size.
const TERM: &str = "07919012";

/// The search by a part of the number against the bare scan.
pub fn contains(bench: &Bench) -> Result<Vec<Line>> {
    let data = bench.largest()?;
    let (component, native) = (bench.component(data)?, bench.twin(data)?);
    let mut connection = Connection::open(&data.place)?;
    let sql = format!("SELECT id FROM dids WHERE did LIKE '%{TERM}%'");
    let mut scan = || {
        let start = Instant::now();
        let ids = connection.ids(&sql)?;
        anyhow::Ok((ids.len(), ms(start.elapsed())))
    };
    let (rows, _) = scan()?;
    let target = admin(&format!("search_did_number={TERM}"));
    let search = check::same(component.address(), native.address, &target, rows as u64)?;
    let runtime = runtime()?;
    let mut client = runtime.block_on(Client::connect(component.address()))?;
    let [ours, bare] = alternate(
        bench.times(30),
        [
            &mut || Ok(ms(runtime.block_on(client.ask(&search))?.whole)),
            &mut || Ok(scan()?.1),
        ],
    )?;
    Ok(vec![Line {
        what: format!(
            "contains-search over {} DIDs, {rows} found",
            grouped(data.rows as f64)
        ),
        figure: shown(ours),
        against: format!("{}, the bare scan", shown(bare)),
        ratio: times(ours, bare),
        bar: "≤ 1.3 ×",
        reached: ours <= 1.3 * bare,
    }])
}
