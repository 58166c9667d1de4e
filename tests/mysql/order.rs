//! D20 and D21: the order is the column's own, and pages tile, whatever the
//! collation makes of numbers.

use dids_tests::client::{Connection, written};
use dids_tests::data::Data;
use dids_tests::harness::Site;
use dids_tests::model::mysql::Flavour;
use dids_tests::model::tables::Did;
use dids_tests::server::{Database, DatabaseServer, Kind};

use crate::asking::{Asking as _, ask, signed};
use crate::town::*;

/// Numbers that collations take for equal, for empty, or for out of order.
const NUMBERS: [&str; 32] = [
    "", " ", "a", "A", "á", "Á", "ä", "a ", "A  ", "a\t", "b", "ß", "ss", "SS", "æ", "ae", "_",
    "[", "~", "10", "9", "1 0", "1-0", "+1", "þ", "ÿ", "y", "ñ", "n", "\u{1}", "\u{ad}", "é1",
];

/// So many DIDs, each number many times, some without.
fn site(flavour: &Flavour, count: i64) -> (Site, Vec<i64>) {
    let mut tables = town();
    tables.dids = (1..=count)
        .map(|id| Did {
            id,
            did: match id * 7_919 % 33 {
                32 => None,
                place => text(NUMBERS[place as usize]),
            },
            status: text("free"),
            ..Did::default()
        })
        .collect();
    let script = tables.to_mysql(flavour);
    let database = Database::create(&DatabaseServer::shared(), &[&script]);
    let rows = database
        .session()
        .rows("SELECT id FROM dids ORDER BY did, id");
    let order = rows.iter().map(|row| row[0].parse().unwrap()).collect();
    (Site::on_local_host(Data::Server(database), |_| ()), order)
}

fn flavours() -> Vec<Flavour> {
    let of = Flavour::of;
    let own = match Kind::chosen() {
        Kind::Mariadb => vec![
            of("utf8mb4", "utf8mb4_general_nopad_ci"),
            of("utf8mb4", "utf8mb4_unicode_520_nopad_ci"),
        ],
        Kind::Mysql => vec![
            of("utf8mb4", "utf8mb4_0900_ai_ci"),
            of("utf8mb4", "utf8mb4_0900_as_cs"),
            of("utf8mb4", "utf8mb4_0900_bin"),
            of("utf8mb4", "utf8mb4_ja_0900_as_cs_ks"),
        ],
    };
    let both = vec![
        of("latin1", "latin1_swedish_ci"),
        of("latin1", "latin1_german2_ci"),
        of("latin1", "latin1_bin"),
        of("cp1257", "cp1257_lithuanian_ci"),
        of("utf8mb3", "utf8mb3_general_ci"),
        of("utf8mb4", "utf8mb4_general_ci"),
        of("utf8mb4", "utf8mb4_unicode_ci"),
        of("utf8mb4", "utf8mb4_bin"),
        of("utf8mb4", "utf8mb4_general_ci").with("dids.did", "VARBINARY(50)"),
        of("utf8mb4", "utf8mb4_general_ci").with("dids.did", "CHAR(50)"),
        of("utf8mb4", "utf8mb4_general_ci").with("dids.did", "TEXT"),
        of("ucs2", "ucs2_general_ci"),
        of("utf16", "utf16_unicode_ci"),
    ];
    both.into_iter().chain(own).collect()
}

#[test]
fn d20_a_list_of_many_pages_is_in_the_columns_order() {
    for flavour in flavours() {
        let (site, order) = site(&flavour, 3_000);
        let reply = site.list("admin", "");
        let log = || format!("{flavour:?}\n{}", site.server().log());
        assert!(reply.whole && reply.status == 200, "{}", log());
        assert!(
            reply.ids() == order,
            "{}",
            differs(&reply.ids(), &order, &flavour)
        );
    }
}

fn differs(ids: &[i64], order: &[i64], flavour: &Flavour) -> String {
    let place = ids.iter().zip(order).position(|(is, wanted)| is != wanted);
    let counts = (ids.len(), order.len());
    format!("{flavour:?}: first at {place:?}, {counts:?} rows")
}

#[test]
fn d21_pages_tile_in_every_collation() {
    for flavour in flavours() {
        let (site, order) = site(&flavour, 400);
        for size in [7, 64, 399] {
            let mut joined = Vec::new();
            for from in (1..=order.len()).step_by(size) {
                let query = format!("from={from}&max_results={size}");
                joined.extend(site.ids("admin", &query));
            }
            assert!(
                joined == order,
                "pages of {size}, {}",
                differs(&joined, &order, &flavour)
            );
        }
    }
}

#[test]
fn a_binary_number_that_is_no_text_loses_no_did() {
    // Read as text it is another number, which must not end or repeat a list.
    let flavour = Flavour::default().with("dids.did", "VARBINARY(50)");
    let (site, _) = site(&flavour, 3_000);
    site.run_sql("UPDATE dids SET did = CONCAT(x'FF', did) WHERE id % 2 = 0");
    let mut reader = Connection::open(site.address());
    reader.write(&written(
        &ask("POST", &signed("admin", "")),
        &[("Connection", "close")],
    ));
    let head = reader.read_head();
    // A list that repeats itself never ends, so no more is read than a few of them.
    let body = String::from_utf8_lossy(&reader.read_some(20 << 20)).into_owned();
    assert!(body.len() < 20 << 20, "the list repeats itself");
    if head.status == 503 || !body.ends_with("\r\n0\r\n\r\n") {
        println!("such numbers are not listed: {}", site.server().log());
        return;
    }
    let mut ids: Vec<&str> = body.split("      <id>").skip(1).collect();
    assert_eq!(ids.len(), 3_000);
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 3_000);
}
