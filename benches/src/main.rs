//! The benchmarks: every figure the component is held to, measured in one run on
//! the loopback, each against something that runs beside it. `cargo xtask bench`
//! builds what it needs and starts it.
//!
//! | step | module |
//! |---|---|
//! | databases of 10,000 to 1,000,000 DIDs | [`data`], [`server`] |
//! | the component, the empty component, the native twin | [`site`], [`twin`] |
//! | what others would use instead | [`peer`] |
//! | is the answer right at all? | [`check`] |
//! | load, its percentiles, its processor time | [`load`], [`client`], [`cost`] |
//! | the bars, one function each | [`bars`] |
//! | the table, and RESULTS.md | [`report`] |

mod bars;
mod check;
mod client;
mod cost;
mod data;
mod load;
mod peer;
mod report;
mod server;
mod site;
mod twin;

use anyhow::{Context, Result};
use bars::{BARS, Bar, On};
use dids_tests::harness::{component, component02};
use dids_tests::server::Kind;
use lexopt::prelude::*;
use report::{Line, record, section, table};
use server::Server;
use site::Bench;
use std::path::PathBuf;
use std::process::ExitCode;

/// What the command line says.
#[derive(Default)]
struct Options {
    root: PathBuf,
    /// What Spin calls itself, if it serves.
    spin: Option<String>,
    quick: bool,
    rows: Option<u64>,
    /// No server.
    sqlite: bool,
    only: Option<String>,
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let options = options()?;
    let folder = options.root.join(".data/bench");
    let schema = std::fs::read_to_string(options.root.join("db/schema.sql"))?;
    let largest = options
        .rows
        .unwrap_or(if options.quick { 100_000 } else { 1_000_000 });
    let sizes = [10_000.min(largest), largest];
    let wasm = component();
    let mut bench = Bench {
        empty: wasm.with_file_name("dids_bench_empty.wasm"),
        wasm,
        wasm02: component02(),
        data: Vec::new(),
        quick: options.quick,
        folder,
        schema,
        server: None,
        on_spin: options.spin.is_some(),
    };
    let host = options.spin.as_deref();
    let host = host.map_or("The local host".to_owned(), |version| {
        format!("Spin {version}")
    });
    let chosen = |but: On| {
        let only = |name: &str| {
            options
                .only
                .as_deref()
                .is_none_or(|only| name.contains(only))
        };
        let bars = BARS
            .iter()
            .filter(move |(name, on, _)| *on != but && only(name));
        bars.collect::<Vec<_>>()
    };
    bench.fill(&sizes)?;
    let title = format!("SQLite {}", rusqlite::version());
    let mut lines = measure(&bench, &chosen(On::Server), &format!("{host}, {title}"))?;
    let mut tables = table(&title, &lines);

    let bars = chosen(On::Sqlite);
    for kind in [Kind::Mariadb, Kind::Mysql] {
        if bars.is_empty() || options.sqlite {
            break;
        }
        let server = Server::start(kind);
        let title = format!("{} {}", kind.name(), server.version()?);
        bench.server = Some(server);
        bench.fill(&sizes)?;
        let more = measure(&bench, &bars, &format!("{host}, {title}"))?;
        tables += &format!("\n{}", table(&title, &more));
        lines.extend(more);
        bench.server = None;
    }
    let flag = options.spin.as_ref().map_or("", |_| " --host=spin");
    let rows = options
        .rows
        .map_or(String::new(), |rows| format!(" --rows {rows}"));
    let command = format!("cargo xtask bench{flag}{rows}");
    let section = section(&options.root, &host, &command, &tables);
    println!("\n{section}");
    let missed = lines.iter().filter(|line| !line.is_reached()).count();
    println!("{missed} bars are missed.");
    if options.quick || options.sqlite || options.only.is_some() {
        println!("A short run: nothing is recorded.");
        return Ok(());
    }
    record(&options.root.join("benches/RESULTS.md"), &section)?;
    println!("Written to benches/RESULTS.md.");
    Ok(())
}

/// The lines of these bars, on this host and database.
fn measure(bench: &Bench, bars: &[&Bar], on: &str) -> Result<Vec<Line>> {
    let mut lines = Vec::new();
    for (name, _, bar) in bars {
        let start = std::time::Instant::now();
        eprintln!("==> {name}, on {on}");
        let found = bar(bench).with_context(|| format!("{name}, on {on}"))?;
        for line in &found {
            eprintln!("    {}: {}, {:.2} ×", line.what, line.figure, line.ratio);
        }
        eprintln!("    ({:.0} s)", start.elapsed().as_secs_f64());
        lines.extend(found);
    }
    Ok(lines)
}

fn options() -> Result<Options> {
    let mut options = Options::default();
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("root") => options.root = parser.value()?.into(),
            Long("spin") => options.spin = Some(parser.value()?.string()?),
            Long("sqlite") => options.sqlite = true,
            Long("quick") => options.quick = true,
            Long("rows") => options.rows = Some(parser.value()?.parse()?),
            Long("only") => options.only = Some(parser.value()?.string()?),
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(options)
}
