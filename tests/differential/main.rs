//! The same data in SQLite, in MariaDB, in MySQL, and in the copies that `dids-import`
//! makes of the latter two; the same requests to all, and to the builds for WASI 0.3 and
//! 0.2: the same bytes, and those of the model.
//!
//! `DIDS_DIFFERENTIAL` says how many requests are tried; 1,000 where it is not
//! set. The tables are random, and so is their character set and collation.
//!
//! # Where answers cannot be equal
//!
//! The data is random, but for what a server's collation decides by itself. The
//! contract leaves that to the collation (D20, and "Case" in section 5), so there
//! is no right answer to compare with. Each restriction is made in [`tame`], under
//! its number, and is as narrow as its reason:
//!
//! 1. *A text holds only what its column can hold.* MySQL stores no ill-formed
//!    UTF-8, `utf8mb3` nothing beyond U+FFFF, `latin1` nothing beyond its 256
//!    characters. SQLite stores any bytes.
//! 2. *Compared texts have no letters beyond ASCII.* `_ci` collations find `é`
//!    where `e` is searched, SQLite does not. Other characters beyond ASCII (`€`,
//!    `😀`) stay. Texts that are only shown keep everything.
//! 3. *Compared texts have no U+FFFD.* `utf8mb4_general_ci` takes it and all
//!    characters beyond U+FFFF for equal.
//! 4. *Numbers do not end in blanks and have no control characters*, unless the
//!    collation is NO PAD: a PAD SPACE collation takes `1` and `1 ` for equal and
//!    puts `1\t` before both, SQLite puts them in the order `1`, `1\t`, `1 `.
//! 5. *Numbers have either letters or one of ``[\]^_` ``*, not both in one database.
//!    These characters stand between `Z` and `a`: `_ci` collations compare capitals,
//!    so they come after all letters; SQLite compares small letters, so they come
//!    before. Names, statuses and languages, which are not sorted, have both.
//! 6. *With a `_bin` or `_cs` collation the letters of numbers are small.* The one puts
//!    all capitals before all small letters, the other of equal ones the small before
//!    the capital. Filters are not restricted: they are not case-sensitive there either.
//! 7. *With MySQL's `_0900_` collations compared texts have no control characters, and
//!    beyond ASCII one character only; numbers have letters and digits only.* Unicode's
//!    table ignores the former, takes a wide blank for a blank, and has its own order of
//!    signs.
//!
//! Times need no restriction, but a column of MySQL's holds only times: what SQLite
//! shows as no time is stored there as the zero date or NULL.

mod tame;

use std::cell::Cell;
use std::path::PathBuf;

use dids_tests::client::{Connection, Reply, written};
use dids_tests::data::Data;
use dids_tests::harness::{Site, component, component02};
use dids_tests::model::{Ask, Tables, answer, arbitrary};
use dids_tests::server::Kind;
use proptest::collection::vec;
use proptest::prelude::{Strategy, any};
use proptest::test_runner::{Config, TestCaseError, TestError, TestRunner};
use tame::Taming;

/// Requests tried where nothing else is said.
const REQUESTS: u32 = 1_000;
/// Requests to each database.
const ASKS: u32 = 50;
/// Random bytes a request is made from.
const DICE: usize = 96;

/// Tables, how servers have them, and requests.
fn scenario() -> impl Strategy<Value = (Taming, Tables, Vec<Ask>)> {
    let dice = vec(vec(any::<u8>(), DICE), ASKS as usize);
    (any::<[u8; 2]>(), arbitrary::tables(), dice).prop_map(|(choice, tables, dice)| {
        let taming = Taming::choose(choice);
        let tables = taming.tables(tables);
        let ask = |dice: &Vec<u8>| tame::ask(arbitrary::ask(&tables, dice));
        let asks = dice.iter().map(ask).collect();
        (taming, tables, asks)
    })
}

fn site(data: Data, wasm: PathBuf) -> Site {
    Site::on_local_host(data, |settings| settings.wasm = wasm)
}

fn send(site: &Site, ask: &Ask) -> Reply {
    // A refused body may close the connection, so each has its own.
    let mut connection = Connection::open(site.address());
    connection.write(&[&written(ask, &[]), &ask.body[..]].concat());
    connection.read(&ask.method)
}

/// What of a reply has to be equal.
fn essence(reply: &Reply) -> (u16, Option<&str>, bool, &[u8]) {
    let kind = reply.header("content-type");
    (reply.status, kind, reply.whole, &reply.body)
}

/// Says in what an answer differs from the one of SQLite and WASI 0.3.
fn compare(
    tables: &Tables,
    ask: &Ask,
    sqlite: &Reply,
    (name, other): (&str, &Reply),
) -> Result<(), String> {
    let expected = answer(tables, ask);
    let body = expected.body.filter(|_| ask.method != "HEAD");
    let by_model = body.is_none_or(|body| body == sqlite.body);
    if essence(sqlite) == essence(other) && by_model && sqlite.status == expected.status {
        return Ok(());
    }
    let shown = |reply: &Reply| String::from_utf8_lossy(&reply.body).into_owned();
    let (left, right) = (shown(sqlite), shown(other));
    let place = left.lines().zip(right.lines()).position(|(l, r)| l != r);
    let line = |text: &str| text.lines().nth(place.unwrap_or(0)).map(str::to_owned);
    let ask: String = format!("{ask:?}").chars().take(3_000).collect();
    Err(format!(
        "{ask}\nSQLite: {} {:?}\n{name}: {} {:?}\nmodel: {}, as SQLite: {by_model}\n\
         lengths {} and {}",
        sqlite.status,
        line(&left),
        other.status,
        line(&right),
        expected.status,
        left.len(),
        right.len(),
    ))
}

/// The same tables on everything that is compared, SQLite and WASI 0.3 first.
fn sites(taming: &Taming, tables: &Tables) -> Vec<(String, Site)> {
    let sqlite = |wasm| site(Data::sqlite(tables, ""), wasm);
    let mut sites = vec![
        ("SQLite".to_owned(), sqlite(component())),
        ("SQLite, WASI 0.2".to_owned(), sqlite(component02())),
    ];
    for kind in [Kind::Mariadb, Kind::Mysql] {
        let name = kind.name();
        let on_server = || Data::on_server_of(kind, tables, &taming.flavour(kind));
        let copied = on_server();
        let copy = Data::import(&copied.url());
        sites.push((name.to_owned(), site(copied, component())));
        sites.push((
            format!("{name}, WASI 0.2"),
            site(on_server(), component02()),
        ));
        sites.push((format!("the copy of {name}"), site(copy, component())));
    }
    sites
}

/// Whether an answer lists DIDs, in whatever format.
fn lists_dids(reply: &Reply) -> bool {
    let text = String::from_utf8_lossy(&reply.body);
    match reply.header("content-type").unwrap_or_default() {
        kind if kind.starts_with("text/csv") => text.lines().count() > 1,
        kind if kind.starts_with("application/json") => text.contains("\"did_number\":"),
        _ => text.contains("  <did>"),
    }
}

#[test]
fn all_databases_and_both_builds_give_the_same_bytes() {
    let requests = std::env::var("DIDS_DIFFERENTIAL").ok();
    let requests = requests.map_or(REQUESTS, |requests| requests.parse().expect("a number"));
    let config = Config {
        cases: requests.div_ceil(ASKS),
        failure_persistence: None,
        max_shrink_iters: 2_000,
        max_shrink_time: 60_000,
        ..Config::default()
    };
    let (asked, lists) = (Cell::new(0), Cell::new(0));
    let tried = TestRunner::new(config).run(&scenario(), |(taming, tables, asks)| {
        let sites = sites(&taming, &tables);
        for ask in &asks {
            let replies = sites.iter().map(|(name, site)| (name, send(site, ask)));
            let replies: Vec<_> = replies.collect();
            let ((_, sqlite), others) = replies.split_first().expect("there is SQLite");
            for (name, other) in others {
                compare(&tables, ask, sqlite, (name, other)).map_err(TestCaseError::fail)?;
            }
            asked.set(asked.get() + 1);
            let is_list = lists_dids(sqlite);
            lists.set(lists.get() + u32::from(is_list));
        }
        Ok(())
    });
    match tried {
        Ok(()) => {}
        Err(TestError::Fail(reason, (taming, tables, _))) => {
            panic!("{reason}\n{taming:?}\n{tables:?}")
        }
        Err(TestError::Abort(reason)) => panic!("{reason}"),
    }
    let (asked, lists) = (asked.get(), lists.get());
    println!("{asked} requests to each without a difference, {lists} of them lists");
    assert!(lists * 3 > asked, "most requests list DIDs");
}
