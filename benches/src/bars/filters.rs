//! Every filter: a row found by it must not cost more than a row of the unfiltered
//! list, however many it leaves.

use super::list::seconds;
use super::{grouped, shown, times};
use crate::check;
use crate::client::{Ask, Client};
use crate::load::{alternate, ms, runtime};
use crate::report::Line;
use crate::site::{Bench, admin, target};
use anyhow::Result;
use std::cell::RefCell;
use std::net::SocketAddr;
use std::time::Instant;

/// Each filter with a value that leaves many rows, and with one that leaves few.
const FILTERS: [&str; 20] = [
    "search_did_number=37063%25",
    "search_did_number=63",
    "search_did_number=%2563__",
    "search_status=free",
    "search_status=closed",
    "search_did_owner=company",
    "search_did_owner=admin",
    "search_dialplan=0",
    "search_dialplan=7",
    "search_user=0",
    "search_user=17",
    "search_device=0",
    "search_provider=7",
    "search_language=en",
    "search_language=lt",
    "search_hide_terminated_dids=1",
    "search_updated_since=2024-03-01T00:00:00Z",
    "search_user=17&search_status=active",
    "search_provider=7&search_language=lt",
    "search_device=0&search_dialplan=0&search_user=0",
];
/// The share of all rows from which a first page is held to the bar.
const SHARE: u64 = 100;

/// What the unfiltered list costs.
struct Plain {
    seconds_a_row: f64,
    first_page: f64,
}

/// The list and the first page of each filter, against the unfiltered ones.
pub fn every(bench: &Bench) -> Result<Vec<Line>> {
    let data = bench.largest()?;
    let component = bench.component(data)?;
    let address = component.address();
    let runtime = runtime()?;
    let client = RefCell::new(runtime.block_on(Client::connect(address))?);
    let first_page = |target: &str| {
        let ask = Ask::get(target);
        let mut time = || Ok(ms(runtime.block_on(client.borrow_mut().ask(&ask))?.whole));
        let [median] = alternate(bench.times(20), [&mut time])?;
        anyhow::Ok(median)
    };
    let page = |parameters: &str| format!("{parameters}&max_results=25");
    let whole = Ask::get(&admin(""));
    let whole = fastest(bench.lists().min(3), || seconds(address, &whole))?;
    let plain = Plain {
        seconds_a_row: whole / data.rows as f64,
        first_page: first_page(&admin("max_results=25"))?,
    };
    let mut lines = Vec::new();
    let filters = FILTERS.map(|filter| (filter, admin(filter)));
    let roles = ["reseller7", "user1500"].map(|who| (who, target(who, "")));
    for (what, target) in filters.into_iter().chain(roles) {
        let list = Ask::get(&target);
        // Counted by the same answer that warms the database up.
        let (rows, once) = counted(address, &list)?;
        if rows < data.rows / SHARE {
            continue;
        }
        // Servers take a minute for all of them.
        let list = match bench.server {
            Some(_) => once,
            None => fastest(3, || seconds(address, &list))?,
        };
        lines.extend(plain.lines(what, rows, list, first_page(&page(&target))?));
    }
    Ok(lines)
}

/// The rows of an answer, and the seconds it took.
fn counted(address: SocketAddr, ask: &Ask) -> Result<(u64, f64)> {
    let start = Instant::now();
    let rows = check::rows(address, ask)?;
    Ok((rows, start.elapsed().as_secs_f64()))
}

/// The least of a few figures: what else the machine does only adds.
fn fastest(rounds: usize, mut figure: impl FnMut() -> Result<f64>) -> Result<f64> {
    let mut least = f64::INFINITY;
    for _ in 0..rounds {
        least = least.min(figure()?);
    }
    Ok(least)
}

impl Plain {
    fn lines(&self, what: &str, rows: u64, seconds: f64, first_page: f64) -> [Line; 2] {
        let plain = self.seconds_a_row * rows as f64;
        let list = Line {
            what: format!("{what}: list of {} DIDs", grouped(rows as f64)),
            figure: format!("{seconds:.2} s"),
            against: format!("{plain:.2} s, as many unfiltered"),
            ratio: times(seconds, plain),
            bar: "≤ 1.5 ×",
            reached: seconds <= 1.5 * plain,
        };
        let page = Line {
            what: format!("{what}: first page of 25"),
            figure: shown(first_page),
            against: format!("{}, unfiltered", shown(self.first_page)),
            ratio: times(first_page, self.first_page),
            bar: "≤ 3 ×",
            reached: first_page <= 3.0 * self.first_page,
        };
        [list, page]
    }
}
