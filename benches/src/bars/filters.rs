//! Every filter: a row found by it must not cost more than a row of the unfiltered
//! list, however many it leaves.

use super::list::seconds;
use super::{grouped, shown};
use crate::check;
use crate::client::{Ask, Client};
use crate::load::{alternate, ms, runtime};
use crate::report::{Bar, Line};
use crate::site::{Bench, admin, target};
use anyhow::{Result, ensure};
use dids_get::dids::parameters::{MAX_LIST, PARAMETERS};
use std::cell::RefCell;

/// A text that is in none: a search for it passes every row.
const NOWHERE: &str = "zzz";
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
    let mut lines = Vec::new();
    let mut measure = |what: &str, target: &str, pass: Option<f64>| {
        let rows = check::rows(address, &Ask::get(target))?;
        ensure!(rows >= data.rows / SHARE, "{what} finds {rows} rows only");
        let others = (data.rows - rows) as f64 / data.rows as f64;
        let found = Found {
            rows,
            seconds: list(target)?,
            pass: pass.map(|whole| whole * others),
            first_page: first_page(&page(target))?,
        };
        lines.extend(plain.lines(what, &found));
        anyhow::Ok(())
    };
    // The two lists never find a hundredth of the rows; the bar `exact` measures them.
    let filters = PARAMETERS
        .iter()
        .filter(|parameter| parameter.is_filter() && parameter.most_bytes < MAX_LIST);
    for parameter in filters {
        let name = parameter.name;
        let what = format!("{name}={}", parameter.example);
        // No index serves a part of a text: the whole list costs one pass over all rows besides.
        let is_text = parameter.most_characters.is_some();
        let pass = is_text.then(|| list(&admin(&format!("{name}={NOWHERE}"))));
        measure(&what, &admin(&what), pass.transpose()?)?;
    }
    measure("reseller7", &target("reseller7", ""), None)?;
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
            ratio: seconds / with_pass,
            bar: Bar::AtMost(1.5),
        };
        let page = Line {
            what: format!("{what}: first page of 25"),
            figure: shown(first_page),
            against: format!("{}, unfiltered", shown(self.first_page)),
            ratio: first_page / self.first_page,
            bar: Bar::AtMost(3.0),
        };
        [list, page]
    }
}
