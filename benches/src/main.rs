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
use dids_tests::server::Kind;
use lexopt::prelude::*;
use report::{Line, record, section, titled};
use server::Server;
use site::Bench;
use std::path::PathBuf;
use std::process::ExitCode;

/// What the command line says.
#[derive(Default)]
struct Options {
    root: PathBuf,
    wasm: PathBuf,
    wasm02: PathBuf,
    empty: PathBuf,
    peers: PathBuf,
    quick: bool,
    rows: Option<u64>,
    /// No server.
    sqlite: bool,
    only: Option<String>,
}

fn main() -> ExitCode {
    // The other process of the bar that has one.
    let mut arguments = std::env::args_os().skip(1);
    let result = match (arguments.next(), arguments.next()) {
        (Some(command), Some(file)) if command == bars::WRITER => bars::write(&PathBuf::from(file)),
        _ => run(),
    };
    match result {
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
    let sizes = [10_000, 100_000, 1_000_000]
        .into_iter()
        .filter(|size| *size < largest);
    let sizes: Vec<u64> = sizes.chain([largest]).collect();
    let chosen = |name: &str| {
        let only = options.only.as_deref();
        only.is_none_or(|only| name.contains(only))
    };
    let mut bench = Bench {
        wasm: options.wasm,
        wasm02: options.wasm02,
        empty: options.empty,
        data: Vec::new(),
        quick: options.quick,
        folder,
        schema,
        server: None,
        peers: options.peers,
    };
    bench.fill(&sizes)?;
    let bars = BARS.iter().filter(|(name, ..)| chosen(name));
    let bars: Vec<_> = bars.filter(|(_, on, _)| *on != On::Server).collect();
    let title = format!("SQLite {}", rusqlite::version());
    let mut tables = titled(&title, &measure(&bench, &bars)?);

    let bars = BARS.iter().filter(|(name, ..)| chosen(name));
    let bars: Vec<_> = bars.filter(|(_, on, _)| *on != On::Sqlite).collect();
    for kind in [Kind::Mariadb, Kind::Mysql] {
        if bars.is_empty() || options.sqlite {
            break;
        }
        if !kind.is_there() {
            let name = kind.name();
            let note = format!("There is no {name} here: nothing was measured on it.");
            eprintln!("==> {note}");
            tables += &format!("\n### {name}\n\n{note}\n");
            continue;
        }
        let server = Server::start(kind);
        let title = format!("{} {}", kind.name(), server.version()?);
        bench.server = Some(server);
        bench.fill(&sizes)?;
        tables += &format!("\n{}", titled(&title, &measure(&bench, &bars)?));
        bench.server = None;
    }
    println!("\n{tables}");
    if options.quick || options.sqlite || options.only.is_some() {
        println!("A short run: nothing is recorded.");
        return Ok(());
    }
    let mut command = "cargo xtask bench".to_owned();
    if let Some(rows) = options.rows {
        command += &format!(" --rows {rows}");
    }
    let file = options.root.join("benches/RESULTS.md");
    let section = section(&options.root, &command, &tables);
    record(&file, &section)?;
    println!("Written to benches/RESULTS.md:\n\n{section}");
    Ok(())
}

/// The lines of these bars.
fn measure(bench: &Bench, bars: &[&Bar]) -> Result<Vec<Line>> {
    let mut lines = Vec::new();
    for (name, _, bar) in bars {
        let on = bench.server.as_ref().map(Server::name);
        let on = on.map_or(String::new(), |name| format!(", on {name}"));
        let start = std::time::Instant::now();
        eprintln!("==> {name}{on}");
        let found = bar(bench).with_context(|| format!("{name}{on}"))?;
        for line in &found {
            eprintln!("    {}: {} {}", line.what, line.figure, line.ratio);
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
            Long("wasm") => options.wasm = parser.value()?.into(),
            Long("wasm02") => options.wasm02 = parser.value()?.into(),
            Long("empty") => options.empty = parser.value()?.into(),
            Long("peers") => options.peers = parser.value()?.into(),
            Long("sqlite") => options.sqlite = true,
            Long("quick") => options.quick = true,
            Long("rows") => options.rows = Some(parser.value()?.parse()?),
            Long("only") => options.only = Some(parser.value()?.string()?),
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(options)
}
