//! The plans of SQLite: by which index a page's rows are found, and that none sorts
//! what an index orders (docs/plans.md has the table). Also what only SQLite's
//! untyped columns can hold: times and numbers in forms of their own.

use dids_get::db::filter::{Filter, Pattern, Scope};
use dids_get::db::page::{PageQuery, Place};
use dids_get::db::plan::Plan;
use dids_get::db::schema::{Dialect, Schema};
use dids_get::db::statement::Statement;
use rusqlite::{Connection, params_from_iter};

use crate::native::bound;

/// Tables with our indexes.
fn ours() -> Connection {
    let database = Connection::open_in_memory().unwrap();
    let tables = include_str!("../../db/schema.sql");
    database.execute_batch(tables).unwrap();
    database
}

/// Tables with indexes on single columns, as MOR has them.
fn mors() -> Connection {
    let database = ours();
    for name in [
        "reseller", "user", "device", "dialplan", "provider", "status", "language", "updated",
    ] {
        let drop = format!("DROP INDEX dids_{name}");
        database.execute_batch(&drop).unwrap();
    }
    let indexes = "CREATE INDEX by_user ON dids (user_id); CREATE INDEX by_device ON dids \
                   (device_id); CREATE INDEX by_status ON dids (status)";
    database.execute_batch(indexes).unwrap();
    database
}

fn schema(database: &Connection) -> Schema {
    let question = Schema::question(Dialect::Sqlite);
    let answer = database.query_row(&question.text, [], |row| row.get::<_, Vec<u8>>(0));
    Schema::read(Dialect::Sqlite, Some(&answer.unwrap())).unwrap()
}

/// The statement of a page in the middle of a list.
fn page(database: &Connection, scope: Scope, filters: &[Filter], plan: &Plan) -> Statement {
    let place = Place {
        number: Some(b"37060000500".to_vec()),
        is_bytes: false,
        id: 500,
    };
    let page = PageQuery {
        after: Some(&place),
        plan,
        limit: 1_000,
        ..PageQuery::every(scope, filters)
    };
    page.statement(&schema(database))
}

/// How the database goes about a statement, a line for each step.
fn plan(database: &Connection, statement: &Statement) -> String {
    let text = format!("EXPLAIN QUERY PLAN {}", statement.text);
    let mut prepared = database.prepare(&text).unwrap();
    let rows = prepared.query_map(params_from_iter(bound(statement)), |row| {
        row.get::<_, String>(3)
    });
    rows.unwrap().map(|row| row.unwrap() + "\n").collect()
}

const SORTS: &str = "TEMP B-TREE";

/// Every filter that leaves many rows, and the index that leads: ours and MOR's.
fn filters() -> Vec<(Filter, &'static str)> {
    let pattern = Pattern::new("12");
    let since = Filter::UpdatedSince("2026-05-27 07:35:57".into());
    vec![
        (Filter::Number(pattern.clone()), "dids_did"),
        (Filter::Owner(pattern), "dids_did"),
        (Filter::Status("free".into()), "dids_status"),
        (Filter::Language("fr".into()), "dids_language"),
        (Filter::NoLanguage, "dids_did"),
        (Filter::DialPlan(7), "dids_dialplan"),
        (Filter::DialPlan(0), "dids_dialplan"),
        (Filter::Holder(17), "dids_user"),
        (Filter::Holder(17), "dids_reseller"),
        (Filter::Holder(0), "dids_user"),
        (Filter::Device(7), "dids_device"),
        (Filter::Device(0), "dids_device"),
        (Filter::Provider(7), "dids_provider"),
        (Filter::Provider(0), "dids_provider"),
        (Filter::NotTerminated, "dids_did"),
        (since, "dids_did"),
    ]
}

#[test]
fn each_filter_alone_has_the_lists_order() {
    let (ours, mors) = (ours(), mors());
    for (filter, index) in filters() {
        let filters = [filter];
        let statement = page(&ours, Scope::All, &filters, &Plan::NONE);
        let found = plan(&ours, &statement);
        assert!(!found.contains(SORTS), "{filters:?}\n{found}");
        assert!(
            found.contains(&format!("{index} (")),
            "{filters:?}\n{found}"
        );
        // No index of one column has the order: all numbers are walked.
        let statement = page(&mors, Scope::All, &filters, &Plan::NONE);
        let found = plan(&mors, &statement);
        assert!(!found.contains(SORTS), "{filters:?}\n{found}");
        assert!(found.contains("dids_did (did>?)"), "{filters:?}\n{found}");
    }
}

#[test]
fn each_pair_of_each_caller_has_the_lists_order() {
    for database in [ours(), mors()] {
        for scope in [Scope::All, Scope::Reseller(17), Scope::User(1_500)] {
            let all = filters();
            for (first, _) in &all {
                for (second, _) in &all {
                    let filters = [first.clone(), second.clone()];
                    let statement = page(&database, scope, &filters, &Plan::NONE);
                    let found = plan(&database, &statement);
                    assert!(!found.contains(SORTS), "{scope:?} {filters:?}\n{found}");
                }
            }
        }
    }
}

#[test]
fn d34_d35_few_rows_are_found_by_index() {
    let ours = ours();
    let numbers = |number: &str| Filter::Numbers(vec![number.into(), "+1".into()]);
    let since = Filter::UpdatedSince("2026-05-27 07:35:57".into());
    for (filter, index) in [
        (numbers("37060000001"), "dids_did (did=?)"),
        (numbers("37a"), "dids_did (did=?)"),
        (Filter::Ids(vec![7, 8]), "INTEGER PRIMARY KEY (rowid=?)"),
        (since, "dids_updated (updated_at>?)"),
    ] {
        for scope in [Scope::All, Scope::Reseller(17), Scope::User(1_500)] {
            let filters = [filter.clone(), Filter::Status("free".into())];
            let best = Plan::best(&filters);
            let found = plan(&ours, &page(&ours, scope, &filters, &best));
            assert!(found.contains(index), "{filters:?}\n{found}");
            assert!(!found.contains("SCAN d"), "{filters:?}\n{found}");
        }
    }
}

/// How the rows of a list are counted.
fn count(database: &Connection, scope: Scope, filters: &[Filter], by: &Plan) -> String {
    let list = PageQuery {
        plan: by,
        ..PageQuery::every(scope, filters)
    };
    plan(database, &list.total(&schema(database)))
}

#[test]
fn d33_few_rows_are_counted_by_the_lists_index() {
    let ours = ours();
    let trigram = include_str!("../../db/trigram.sql");
    ours.execute_batch(trigram).unwrap();
    for (filter, index) in [
        (
            Filter::Number(Pattern::new("791")),
            "dids_trigram VIRTUAL TABLE INDEX",
        ),
        (
            Filter::UpdatedSince("2026-05-27 07:35:57".into()),
            "dids_updated (updated_at>?)",
        ),
        (Filter::Numbers(vec!["370".into()]), "dids_did (did=?)"),
        (Filter::Ids(vec![7, 8]), "INTEGER PRIMARY KEY (rowid=?)"),
    ] {
        for scope in [Scope::All, Scope::Reseller(17), Scope::User(1_500)] {
            let filters = [filter.clone(), Filter::Status("free".into())];
            let found = count(&ours, scope, &filters, &Plan::best(&filters));
            assert!(found.contains(index), "{filters:?}\n{found}");
            assert!(!found.contains("SCAN d\n"), "{filters:?}\n{found}");
        }
    }
}

#[test]
fn d33_the_rows_of_a_value_are_counted_by_its_index() {
    let ours = ours();
    for (filter, index) in filters() {
        let filters = [filter];
        let found = count(&ours, Scope::All, &filters, &Plan::NONE);
        // What is walked for a page has no index to be counted by.
        if index != "dids_did" {
            let index = format!("{index} (");
            assert!(found.contains(&index), "{filters:?}\n{found}");
            assert!(!found.contains("SCAN d"), "{filters:?}\n{found}");
        }
    }
    // One of a single column serves as well.
    let status = [Filter::Status("free".into())];
    let found = count(&mors(), Scope::All, &status, &Plan::NONE);
    assert!(found.contains("by_status (status=?)"), "{found}");
}

/// The ids that a filter leaves, with and without what an index finds.
fn ids(database: &Connection, filter: Filter) -> Vec<i64> {
    let filters = [filter];
    let listed = |plan: &Plan| -> Vec<i64> {
        let page = PageQuery {
            plan,
            limit: 1_000,
            ..PageQuery::every(Scope::All, &filters)
        };
        let statement = page.statement(&schema(database));
        let values = params_from_iter(bound(&statement));
        let answer = database.query_row(&statement.text, values, |row| row.get::<_, Vec<u8>>(0));
        let answer = String::from_utf8(answer.unwrap()).unwrap();
        let rows = answer.split('[').skip(1);
        let mut ids: Vec<i64> = rows
            .map(|row| row.split(',').next().unwrap().parse().unwrap())
            .collect();
        ids.sort_unstable();
        ids
    };
    let walked = listed(&Plan::NONE);
    assert_eq!(listed(&Plan::best(&filters)), walked, "{filters:?}");
    walked
}

#[test]
fn d34_sqlite_reads_times_as_they_are_shown() {
    let database = ours();
    for (id, stored) in [
        (1, "'2026-06-09 12:00:00'"),
        (2, "'2026-06-09T12:00:00'"),
        (3, "'2026-06-09T12:00:00.5Z'"),
        (4, "CAST('2026-06-09 12:00:00' AS BLOB)"),
        (5, "'2026-06-09T11:59:59.999Z'"),
        (6, "'9999-12-31 23:59:59'"),
        // None of these is a time.
        (7, "NULL"),
        (8, "''"),
        (9, "'soon'"),
        (10, "'2026-06-31 12:00:00'"),
        (11, "'2026-00-09 12:00:00'"),
        (12, "'2026-06-09 24:00:00'"),
        (13, "'2026-06-09 12:00:00+02:00'"),
        (14, "'2026-06-09 12:00:00.'"),
        (15, "'2026-06-09'"),
        (16, "20260609120000"),
    ] {
        let insert = format!("INSERT INTO dids (id, did, updated_at) VALUES ({id}, 'x', {stored})");
        database.execute_batch(&insert).unwrap();
    }
    let since = |moment: &str| ids(&database, Filter::UpdatedSince(moment.into()));
    assert_eq!(since("0001-01-01 00:00:00"), [1, 2, 3, 4, 5, 6]);
    assert_eq!(since("2026-06-09 11:59:59"), [1, 2, 3, 4, 5, 6]);
    assert_eq!(since("2026-06-09 12:00:00"), [1, 2, 3, 4, 6]);
    assert_eq!(since("2026-06-09 12:00:01"), [6]);
}

#[test]
fn d35_sqlite_finds_texts_bytes_and_capitals() {
    let database = ours();
    for (id, stored) in [
        (1, "'370'"),
        (2, "CAST('370' AS BLOB)"),
        (3, "'37a'"),
        (4, "'37A'"),
        (5, "CAST('37A' AS BLOB)"),
        (6, "'370 '"),
        (7, "NULL"),
        (8, "''"),
        (9, "'É'"),
        (10, "'é'"),
    ] {
        let insert = format!("INSERT INTO dids (id, did) VALUES ({id}, {stored})");
        database.execute_batch(&insert).unwrap();
    }
    let numbers = |numbers: &[&str]| {
        let numbers = numbers.iter().map(|number| (*number).to_owned());
        ids(&database, Filter::Numbers(numbers.collect()))
    };
    assert_eq!(numbers(&["370"]), [1, 2]);
    assert_eq!(numbers(&["370", "37A"]), [1, 2, 3, 4, 5]);
    assert_eq!(numbers(&["370 "]), [6]);
    assert_eq!(numbers(&["é", "x"]), [10]);
    assert_eq!(numbers(&["371"]), [0i64; 0]);
}
