//! Every filter: a row found by it must not cost more than a row of the unfiltered
//! list, however many it leaves.

use super::list::seconds;
use super::{grouped, shown, times};
use crate::check;
use crate::client::{Ask, Client};
use crate::load::{alternate, ms, runtime};
use crate::report::Line;
use crate::site::{Bench, admin, target};
use anyhow::{Result, ensure};
use dids_get::dids::parameters::PARAMETERS;
use std::cell::RefCell;

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
/// Filters that never leave more than a hundred rows; the bar `exact` measures them.
const LISTS: [&str; 2] = ["search_did_exact", "search_did_id"];
/// Filters that no index serves: the whole list costs one pass over all numbers besides,
/// which is measured by a value that finds none.
const WALKS: [(&str, &str); 2] = [
    ("search_did_number=", "search_did_number=zzz"),
    ("search_did_owner=", "search_did_owner=zzz"),
];
/// The share of all rows from which a first page is held to the bar.
const SHARE: u64 = 100;

/// What the unfiltered list costs.
struct Plain {
    seconds_a_row: f64,
    first_page: f64,
}

/// What a filter found, and how long it took.
struct Found {
    rows: u64,
    seconds: f64,
    /// What it takes to pass the rows that are not found, where they are met.
    pass: Option<f64>,
    first_page: f64,
}

/// The list and the first page of each filter, against the unfiltered ones.
pub fn every(bench: &Bench) -> Result<Vec<Line>> {
    for parameter in PARAMETERS.iter().filter(|parameter| parameter.is_filter()) {
        let is_measured = FILTERS.iter().any(|filter| filter.contains(parameter.name));
        ensure!(
            is_measured || LISTS.contains(&parameter.name),
            "measure {}",
            parameter.name
        );
    }
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
    let rounds = if bench.server.is_some() { 2 } else { 3 };
    let list = |target: &str| {
        let list = Ask::get(target);
        fastest(rounds, || seconds(address, &list))
    };
    let mut passes = Vec::new();
    for (walks, finds_none) in WALKS {
        passes.push((walks, list(&admin(finds_none))?));
    }
    let mut lines = Vec::new();
    let filters = FILTERS.map(|filter| (filter, admin(filter)));
    let roles = ["reseller7", "user1500"].map(|who| (who, target(who, "")));
    for (what, target) in filters.into_iter().chain(roles) {
        let rows = check::rows(address, &Ask::get(&target))?;
        if rows < data.rows / SHARE {
            continue;
        }
        let pass = passes.iter().find(|(walks, _)| what.starts_with(walks));
        let others = (data.rows - rows) as f64 / data.rows as f64;
        let found = Found {
            rows,
            seconds: list(&target)?,
            pass: pass.map(|(_, whole)| whole * others),
            first_page: first_page(&page(&target))?,
        };
        lines.extend(plain.lines(what, &found));
    }
    Ok(lines)
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
    fn lines(&self, what: &str, found: &Found) -> [Line; 2] {
        let Found {
            rows,
            seconds,
            pass,
            first_page,
        } = *found;
        let plain = self.seconds_a_row * rows as f64;
        let with_pass = plain + pass.unwrap_or_default();
        let pass = pass.map(|pass| format!(", and {pass:.2} s to pass the others"));
        let list = Line {
            what: format!("{what}: list of {} DIDs", grouped(rows as f64)),
            figure: format!("{seconds:.2} s"),
            against: format!(
                "{plain:.2} s, as many unfiltered{}",
                pass.unwrap_or_default()
            ),
            ratio: times(seconds, with_pass),
            bar: "≤ 1.5 ×",
            reached: seconds <= 1.5 * with_pass,
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
