//! Micro-benchmarks of the core: what each step of a request costs natively.
//!
//!     cargo bench --package dids-benches --profile host
//!
//! The profile is that of the benchmarks' program, whose dependencies are then
//! built already.

use anyhow::{Context, Result, ensure};
use criterion::{BatchSize, Criterion, Throughput};
use dids_get::api::caller::Role;
use dids_get::api::gate::CallerFacts;
use dids_get::api::parameters::Parameters;
use dids_get::api::route::{Head, Method, Route};
use dids_get::api::signature;
use dids_get::db::column::Columns;
use dids_get::db::filter::Scope;
use dids_get::db::gate::gate as gate_statement;
use dids_get::db::page::PageQuery;
use dids_get::db::page::Place;
use dids_get::db::plan::Plan;
use dids_get::db::schema::{Dialect, Schema};
use dids_get::db::statement::Statement;
use dids_get::db::statement::Value;
use dids_get::dids::elements::Shown;
use dids_get::dids::row::RowSet as Rows;
use dids_get::dids::row::{Did, needed_by};
use dids_get::dids::search::Asked;
use dids_get::render::Render;
use dids_get::render::csv::Csv;
use dids_get::render::html::{About, Html};
use dids_get::render::json::Json;
use dids_get::render::xml::{self, Xml};
use rusqlite::types::Value as Bound;
use rusqlite::{Connection, params_from_iter};
use std::hint::black_box;

const TARGET: &str = "/billing/api/dids_get?u=admin&hash=e5e9fa1ba31ecd1ae84f75caaa474f3a663f05f4\
    &search_did_number=370&search_status=free&from=1&max_results=25";
const FORM: &[u8] = b"u=admin&hash=e5e9fa1ba31ecd1ae84f75caaa474f3a663f05f4&max_results=25";
/// Rows of a page inside a long list.
const ROWS: u64 = 1000;

fn main() -> Result<()> {
    let database = Connection::open_in_memory()?;
    database.execute_batch(include_str!("../../db/schema.sql"))?;
    database.execute_batch(include_str!("../src/data.sql"))?;
    database.execute(include_str!("../src/block.sql"), [1, ROWS.cast_signed()])?;
    let columns = ask(&database, &Schema::question(Dialect::Sqlite))?;
    let schema = Schema::read(Dialect::Sqlite, Some(&columns))?;

    let mut criterion = Criterion::default().configure_from_args();
    parse(&mut criterion)?;
    gate(
        &mut criterion,
        &ask(&database, &gate_statement(&schema, "admin"))?,
    )?;
    statements(&mut criterion, &schema);
    rows(
        &mut criterion,
        &ask(&database, &page(None).statement(&schema))?,
        page(None).present(&schema),
    )?;
    criterion.final_summary();
    Ok(())
}

/// The one value of an answer.
fn ask(database: &Connection, statement: &Statement) -> Result<Vec<u8>> {
    let values = statement.values.iter().map(|value| match value {
        Value::Integer(number) => Bound::Integer(*number),
        Value::Text(text) => Bound::Text(text.clone()),
        Value::Bytes(bytes) => Bound::Blob(bytes.clone()),
    });
    let value = database.query_row(&statement.text, params_from_iter(values), |row| row.get(0))?;
    Ok(value)
}

fn page(after: Option<&Place>) -> PageQuery<'_> {
    PageQuery {
        scope: Scope::All,
        wanted: needed_by(Role::Admin),
        filters: &[],
        plan: &Plan::NONE,
        after,
        offset: 0,
        limit: ROWS,
        sorted: false,
    }
}

fn parameters(target: &str, body: &[u8]) -> Option<Parameters> {
    let head = Head {
        target,
        content_types: "application/x-www-form-urlencoded",
        ..Head::default()
    };
    match Route::parse(Method::Post, &head) {
        Ok(Route::Api(call)) => {
            let asked = call.decode(body).and_then(Asked::parse);
            asked.ok().map(|asked| asked.parameters().clone())
        }
        _ => None,
    }
}

fn parse(criterion: &mut Criterion) -> Result<()> {
    for (target, body) in [(TARGET, &[][..]), ("/api/dids_get", FORM)] {
        let parameters = parameters(target, body).context("no parameters")?;
        ensure!(parameters.get("u") == Some("admin"));
    }
    let mut group = criterion.benchmark_group("parse");
    group.bench_function("query", |bench| {
        bench.iter(|| parameters(black_box(TARGET), &[]));
    });
    group.bench_function("form", |bench| {
        bench.iter(|| parameters("/api/dids_get", black_box(FORM)));
    });
    group.finish();
    Ok(())
}

fn gate(criterion: &mut Criterion, facts: &[u8]) -> Result<()> {
    let mut group = criterion.benchmark_group("gate");
    let keys: [&[u8]; 2] = [b"secret", b"secret"];
    let hash = signature::sign(&[], "secret");
    let listed = format!("{TARGET}&number=1&u5=2");
    for (name, target) in [
        ("signature", TARGET),
        ("signature, listed parameters", &listed),
    ] {
        let parameters = parameters(target, &[]).context("no parameters")?;
        ensure!(signature::verify(&hash, &parameters, &keys));
        group.bench_function(name, |bench| {
            bench.iter(|| signature::verify(black_box(&hash), &parameters, &keys));
        });
    }
    let known = parameters(TARGET, &[]).context("no parameters")?;
    let admitted = CallerFacts::decode(facts).map(|facts| facts.admit(Method::Get, &known));
    ensure!(matches!(admitted, Ok(Ok(caller)) if caller.role == Role::Admin));
    group.bench_function("facts", |bench| {
        bench.iter(|| CallerFacts::decode(black_box(facts)))
    });
    group.finish();
    Ok(())
}

fn statements(criterion: &mut Criterion, schema: &Schema) {
    let mut group = criterion.benchmark_group("sql");
    let place = Place {
        number: Some(b"37007919042".to_vec()),
        is_bytes: false,
        id: 4711,
    };
    let page = page(Some(&place));
    group.bench_function("gate", |bench| {
        bench.iter(|| gate_statement(black_box(schema), "admin"));
    });
    group.bench_function("page", |bench| {
        bench.iter(|| page.statement(black_box(schema)))
    });
    group.finish();
}

/// Calls `each` with every row, and gives their number.
fn decode(value: &[u8], columns: Columns, mut each: impl FnMut(&Did<'_>)) -> u64 {
    let Ok(page) = Rows::read(Some(value)) else {
        return 0;
    };
    let mut rows = 0;
    for did in page.rows(columns).map_while(Result::ok) {
        each(&did);
        rows += 1;
    }
    rows
}

fn rows(criterion: &mut Criterion, value: &[u8], columns: Columns) -> Result<()> {
    ensure!(decode(value, columns, |_| ()) == ROWS);
    let mut group = criterion.benchmark_group(format!("{ROWS} rows"));
    group.throughput(Throughput::Elements(ROWS));
    group.bench_function("decode", |bench| {
        bench.iter(|| {
            decode(black_box(value), columns, |did| {
                black_box(did.id);
            })
        });
    });
    let shown = Shown::to(Role::Admin);
    let xml = || Xml::new(&shown.markup, xml::CONTENT_TYPE);
    let forms: [(&str, Box<dyn Render>); 4] = [
        ("decode and render, XML", Box::new(xml())),
        (
            "decode and render, JSON",
            Box::new(Json::new(shown.names())),
        ),
        (
            "decode and render, CSV",
            Box::new(Csv::new(shown.names_on(columns))),
        ),
        (
            "decode and render, HTML table",
            Box::new(Html::new(About::default(), shown.names(), xml())),
        ),
    ];
    for (name, mut render) in forms {
        group.bench_function(name, |bench| {
            bench.iter_batched_ref(
                || Vec::with_capacity(value.len() * 4),
                |out| {
                    decode(black_box(value), columns, |did| {
                        shown.with_values(did, Role::Admin, |values| render.row(out, values));
                    })
                },
                BatchSize::LargeInput,
            );
        });
    }
    group.finish();
    Ok(())
}
