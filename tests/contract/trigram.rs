//! The optional index of db/trigram.sql: quicker searches, the same answers.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use dids_host::Action;
use dids_tests::data::Data;
use dids_tests::harness::Site;

use crate::asking::*;
use crate::town::*;

const INDEX: &str = include_str!("../../db/trigram.sql");

/// Numbers of every kind a column can hold, some put in before the index is made.
const ODD: &str = r#"
INSERT INTO dids (id, did, status) VALUES
    (201, 'abcDEF-ghi', 'free'), (202, 'ABCdef', 'free'), (203, '100%_x!y', 'free'),
    (204, 'say "hi" now', 'free'), (205, 'žolė-ŽOLĖ', 'free'), (206, '😀😀😀', 'free'),
    (207, x'3132330034353600', 'free'), (208, CAST(x'313233ff343536' AS TEXT), 'free'),
    (209, 370600777, 'free'), (210, NULL, 'free'), (211, '', 'free'), (212, '12', 'free'),
    (213, 'ab' || char(0) || 'cdefg', 'free'), (214, 'K' || char(8490) || 'k1', 'free');
"#;

/// What changes afterwards, by the triggers.
const CHANGES: &str = "
INSERT INTO dids (id, did, status) VALUES (215, 'later-370600', 'free');
UPDATE dids SET did = 'moved-' || did WHERE id = 202;
UPDATE dids SET id = 216 WHERE id = 203;
DELETE FROM dids WHERE id IN (201, 2);
";

const TERMS: [&str; 26] = [
    "370",
    "3706",
    "060000000",
    "abc",
    "ABC",
    "cdef",
    "f-g",
    "%25def%25",
    "a_cD%25",
    "100%25",
    "_x!",
    "!y",
    "x!y",
    "\"hi",
    "y%20\"h",
    "%C5%BDOL",
    "ol%C4%97-",
    "%F0%9F%98%80%F0%9F%98%80%F0%9F%98%80",
    "123",
    "456",
    "23%25456",
    "777",
    "12",
    "moved-A",
    "k1",
    "kk1",
];

fn site(index: &str) -> Site {
    let sql = [ODD, index, CHANGES].concat();
    Site::on_local_host(Data::sqlite(&town(), &sql), |_| ())
}

#[test]
fn d17_answers_are_the_same_with_the_index() {
    let (with, without) = (site(INDEX), site(""));
    let mut found = 0;
    for term in TERMS {
        for more in [
            "",
            "&from=2&max_results=2",
            "&search_status=free",
            "&test=1",
        ] {
            for user in ["admin", "shop"] {
                let query = format!("search_did_number={term}{more}");
                let [ours, theirs] = [&with, &without].map(|site| site.list(user, &query));
                assert_eq!(ours.text(), theirs.text(), "{query}");
                found += ours.ids().len();
            }
        }
    }
    assert!(found > 50, "{found}");
}

/// How many statements used the index during this search.
fn uses(site: &Site, term: &str) -> usize {
    let query = format!("search_did_number={term}");
    statements(site, "AND d.id IN (SELECT rowid FROM dids_trigram", &query)
}

/// How many statements had this part during this search.
fn statements(site: &Site, part: &'static str, query: &str) -> usize {
    let uses = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&uses);
    site.server().faults().set(move |call| {
        let is_use = call.statement.contains(part);
        counter.fetch_add(usize::from(is_use), Ordering::Relaxed);
        Action::Pass
    });
    site.list("admin", query);
    uses.load(Ordering::Relaxed)
}

#[test]
fn the_index_is_used_for_long_rare_terms() {
    let many = "INSERT INTO dids (id, did) WITH RECURSIVE n (i) AS \
        (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < 7000) SELECT i, '555' || i FROM n;";
    let sql = [many, INDEX].concat();
    let with = Site::on_local_host(Data::sqlite(&town(), &sql), |_| ());
    assert_eq!(uses(&with, "5551234"), 1);
    assert_eq!(uses(&with, "%25551%2534"), 1);
    for term in ["555", "55", "5_5_5", ""] {
        assert_eq!(uses(&with, term), 0, "{term}");
    }
    let without = Site::on_local_host(Data::sqlite(&town(), many), |_| ());
    assert_eq!(uses(&without, "5551234"), 0);
}

#[test]
fn d34_of_frequent_parts_time_finds_what_changed() {
    let many = "INSERT INTO dids (id, did, updated_at) WITH RECURSIVE n (i) AS \
        (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < 7000) \
        SELECT i, '555' || i, '2020-01-01 00:00:00' FROM n; \
        CREATE INDEX changed ON dids (updated_at); \
        INSERT INTO dids (id, did, updated_at) VALUES (7100, '5557100', '2030-01-01 00:00:00');";
    let site = Site::on_local_host(Data::sqlite(&town(), &[many, INDEX].concat()), |_| ());
    let query = "search_did_number=555&search_updated_since=2029-01-01T00:00:00Z";
    assert_eq!(site.ids("admin", query), [7100]);
    assert_eq!(statements(&site, "ORDER BY +d.did", query), 1);
}

#[test]
fn making_the_index_again_changes_nothing() {
    let twice = Site::on_local_host(Data::sqlite(&town(), &[INDEX, INDEX].concat()), |_| ());
    assert_eq!(twice.ids("admin", "search_did_number=00000"), ALL);
}

#[test]
fn an_index_without_its_triggers_is_not_used() {
    // They go with the table, and the index does not: it knows no new number.
    let tables = include_str!("../../db/schema.sql");
    let new = "INSERT INTO dids (id, did, status) VALUES (301, '370600301', 'free');";
    let sql = [INDEX, "DROP TABLE dids;", tables, new].concat();
    let site = Site::on_local_host(Data::sqlite(&town(), &sql), |_| ());
    assert_eq!(site.ids("admin", "search_did_number=0600301"), [301]);
    assert_eq!(uses(&site, "0600301"), 0);
}
