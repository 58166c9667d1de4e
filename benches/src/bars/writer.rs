//! Another process writes to the same SQLite file meanwhile, as MOR would: a page
//! must show one state, and readers must go on.

use super::{grouped, percent, shown};
use crate::check;
use crate::client::{Ask, Client};
use crate::data::{Data, Place};
use crate::load::{Load, closed, runtime};
use crate::report::Line;
use crate::site::{Bench, admin};
use crate::twin::connection;
use anyhow::{Context, Result, bail, ensure};
use std::collections::BTreeSet;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, TryRecvError};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// The name under which this program starts itself as the writer.
pub const COMMAND: &str = "write";
/// What the writer sets as the comment of a page's rows, with a number.
const MARK: &str = "written ";
const ROWS: u64 = 25;
const CLIENTS: usize = 16;
/// Between two transactions.
const PAUSE: Duration = Duration::from_millis(2);

/// Pages read while they are written.
pub fn consistent(bench: &Bench) -> Result<Vec<Line>> {
    let original = bench.smallest()?;
    let Place::Sqlite(file) = &original.place else {
        bail!("it is a file that another process writes to");
    };
    let file = copy(file)?;
    let data = Data {
        rows: original.rows,
        place: Place::Sqlite(file.clone()),
    };
    let (component, native) = (bench.component(&data)?, bench.twin(&data)?);
    let target = admin(&format!("max_results={ROWS}"));
    let page = check::same(component.address(), native.address, &target, ROWS)?;
    let quiet = closed(component.address(), &[page], CLIENTS, bench.round())?;

    let writer = Writer::start(&file)?;
    // Written pages have another length.
    let page = Ask::get(&target);
    let states = states(&component, &page, bench.round())?;
    let busy = closed(component.address(), &[page], CLIENTS, bench.round())?;
    writer.stop()?;
    let whole = check::same(component.address(), native.address, &admin(""), data.rows);
    whole.context("the list after the writes")?;

    let shown = |load: &Load| {
        let p99 = shown(load.percentile(0.99));
        format!("{} requests/s, p99 {p99}", grouped(load.per_second))
    };
    Ok(vec![Line {
        what: format!("page of {ROWS} while it is written, {states} states seen, none mixed"),
        figure: shown(&busy),
        against: format!("{}, nobody writes", shown(&quiet)),
        ratio: percent(busy.per_second, quiet.per_second),
        bar: "rows consistent",
        // A mixed page would have been an error.
        reached: states > 1,
    }])
}

/// A copy to write to.
fn copy(original: &Path) -> Result<PathBuf> {
    let file = original.with_extension("written");
    for ending in ["-wal", "-shm"] {
        let mut name = file.as_os_str().to_owned();
        name.push(ending);
        let _ = fs::remove_file(name);
    }
    fs::copy(original, &file)?;
    Ok(file)
}

/// Reads the page for a while; each must show one state of all its rows. Gives
/// how many states were seen.
fn states(component: &dids_host::Server, page: &Ask, time: Duration) -> Result<usize> {
    runtime()?.block_on(async {
        let mut client = Client::connect(component.address()).await?;
        let mark = format!("<comment>{MARK}");
        let mut seen = BTreeSet::new();
        let start = Instant::now();
        while start.elapsed() < time {
            let mut body = Vec::new();
            client
                .ask_into(page, |piece| body.extend_from_slice(piece))
                .await?;
            let body = String::from_utf8(body)?;
            let marks = body.split(&mark).skip(1);
            let marks: Vec<&str> = marks.filter_map(|rest| rest.split('<').next()).collect();
            ensure!(marks.len() as u64 == ROWS, "{} written rows", marks.len());
            ensure!(
                marks.windows(2).all(|two| two.first() == two.last()),
                "a page of two states"
            );
            seen.extend(marks.first().map(|&mark| mark.to_owned()));
        }
        Ok(seen.len())
    })
}

/// The other process.
struct Writer(Child);

impl Writer {
    /// Starts it and waits for its first transaction.
    fn start(file: &Path) -> Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg(COMMAND)
            .arg(file)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut output = child.stdout.take().context("the writer has no output")?;
        output
            .read_exact(&mut [0])
            .context("the writer did not begin")?;
        Ok(Self(child))
    }

    /// The end of its input is its end.
    fn stop(mut self) -> Result<()> {
        drop(self.0.stdin.take());
        ensure!(self.0.wait()?.success(), "the writer failed");
        Ok(())
    }
}

/// The writer: rewrites the first page, one transaction after the other, until
/// its input ends.
pub fn write(file: &Path) -> Result<()> {
    let connection = connection::open(file)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    let sql = format!(
        "UPDATE dids SET comment = '{MARK}' || ?1 WHERE id IN (SELECT id FROM dids ORDER BY did, id LIMIT {ROWS})"
    );
    let mut update = connection.prepare(&sql)?;
    let (end, ended) = mpsc::channel::<()>();
    std::thread::spawn(move || {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        drop(end);
    });
    for nth in 1_i64.. {
        update.execute([nth])?;
        if nth == 1 {
            std::io::stdout().write_all(b".")?;
            std::io::stdout().flush()?;
        }
        if let Err(TryRecvError::Disconnected) = ended.try_recv() {
            break;
        }
        sleep(PAUSE);
    }
    Ok(())
}
