//! The same page from every host and build that is there.

use super::{grouped, percent, shown};
use crate::check;
use crate::client::Ask;
use crate::data::Place;
use crate::load::{alternate, closed};
use crate::report::Line;
use crate::site::{Bench, admin};
use anyhow::{Context, Result};
use dids_tests::data::Data as Tables;
use dids_tests::standalone::Standalone;
use std::net::SocketAddr;

const CLIENTS: usize = 16;
const ROWS: u64 = 25;

/// Requests a second of the local host and, where it is installed, of wasmtime
/// with the standalone files, each with the builds for WASI 0.3 and 0.2.
pub fn page(bench: &Bench) -> Result<Vec<Line>> {
    let data = bench.smallest()?;
    let Place::Sqlite(file) = &data.place else {
        return Ok(Vec::new());
    };
    let twin = bench.twin(data)?;
    let local = bench.component(data)?;
    let local02 = bench.serve(&bench.wasm02, data)?;
    let mut sites = vec![
        ("local host, WASI 0.3".to_owned(), local.address()),
        ("local host, WASI 0.2".to_owned(), local02.address()),
    ];
    let mut others = Vec::new();
    if let Some([wasm, wasm02]) = &bench.standalone {
        // In no mode that needs shared memory, which WASI lacks.
        let folder = tempfile::tempdir()?;
        let copy = folder.path().join("dids.db");
        let connection = rusqlite::Connection::open(file)?;
        connection.execute("VACUUM INTO ?1", [copy.to_str().context("a path")?])?;
        let copy = Tables::Sqlite(folder);
        for (name, wasm) in [("WASI 0.3", wasm), ("WASI 0.2", wasm02)] {
            let host = Standalone::on_wasmtime(&copy, wasm);
            sites.push((format!("wasmtime, {name}, standalone"), host.address()));
            others.push(host);
        }
    } else {
        eprintln!("    without wasmtime, which cargo xtask test --hosts=wasmtime installs");
    }
    lines(bench, twin.address, &sites)
}

fn lines(bench: &Bench, twin: SocketAddr, sites: &[(String, SocketAddr)]) -> Result<Vec<Line>> {
    let target = admin(&format!("max_results={ROWS}"));
    let mut found: Vec<Line> = Vec::new();
    let mut first = None;
    for (name, address) in sites {
        let page: Ask = check::same(*address, twin, &target, ROWS)?;
        let mut latency = 0.0;
        let [rate] = alternate(
            bench.times(3),
            [&mut || {
                let load = closed(
                    *address,
                    std::slice::from_ref(&page),
                    CLIENTS,
                    bench.round(),
                )?;
                latency = load.percentile(0.99);
                Ok(load.per_second)
            }],
        )?;
        let first = *first.get_or_insert(rate);
        found.push(Line {
            what: format!("page of {ROWS}, {CLIENTS} clients: {name}"),
            figure: format!("{} requests/s, p99 {}", grouped(rate), shown(latency)),
            against: "the local host, WASI 0.3".to_owned(),
            ratio: percent(rate, first),
            ..Line::default()
        });
    }
    Ok(found)
}
