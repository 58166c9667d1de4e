//! The plans of MySQL and MariaDB: by which index a page's rows are found, and that
//! none sorts many rows that an index orders (docs/plans.md has the table).

use std::sync::OnceLock;

use dids_get::db::filter::{Filter, Pattern, Scope};
use dids_get::db::page::{PageQuery, Place};
use dids_get::db::plan::Plan;
use dids_get::db::schema::{Dialect, Schema};
use dids_get::db::statement::{Statement, Value};
use dids_tests::server::{Database, DatabaseServer};

/// 20,000 DIDs: half of them nobody's, of ten providers, most without a device.
const ROWS: &str = "INSERT INTO dids (id, did, status, user_id, device_id, reseller_id, \
    dialplan_id, provider_id, language, updated_at) SELECT n, 37060000000 + n, \
    ELT(1 + n % 3, 'free', 'active', 'closed'), IF(n % 2, 0, n % 300), IF(n % 9, 0, n), \
    IF(n % 5, 0, n % 40), IF(n % 7, 0, n % 20), n % 10, ELT(1 + n % 2, '', 'en'), \
    '2026-01-01' + INTERVAL n MINUTE FROM (SELECT 1 + a.d + 10 * b.d + 100 * c.d + 1000 * e.d \
    + 10000 * f.d AS n FROM digits a, digits b, digits c, digits e, digits f WHERE f.d < 2) all_n; \
    ANALYZE TABLE dids";

/// With our indexes.
fn database() -> &'static Database {
    static DATABASE: OnceLock<Database> = OnceLock::new();
    DATABASE.get_or_init(|| {
        let digits = "CREATE TABLE digits (d INT); \
                      INSERT INTO digits VALUES (0),(1),(2),(3),(4),(5),(6),(7),(8),(9)";
        let tables = include_str!("../../db/mysql.sql");
        Database::create(&DatabaseServer::shared(), &[tables, digits, ROWS])
    })
}

/// A statement whose values are written in it.
fn written(statement: &Statement) -> String {
    let mut values = statement.values.iter();
    let mut text = String::new();
    for (at, piece) in statement.text.split('?').enumerate() {
        if at > 0 {
            match values.next().unwrap() {
                Value::Integer(number) => text += &number.to_string(),
                Value::Text(value) => text += &format!("'{value}'"),
                Value::Bytes(_) => unreachable!("MySQL is asked by texts"),
            }
        }
        text += piece;
    }
    text
}

/// How the server finds the rows of a page in the middle of the list: the place and
/// what else it says of each step that reads `dids` for it.
fn plan(scope: Scope, filters: &[Filter], plan: &Plan) -> Vec<String> {
    let mut session = database().session();
    session.run(dids_mysql::session::SESSION);
    let question = Schema::question(Dialect::Mysql);
    let answer = session.rows(&question.text).remove(0).remove(0);
    let schema = Schema::read(Dialect::Mysql, Some(answer.as_bytes())).unwrap();
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
    let text = written(&page.statement(&schema));
    // id, type, table, partitions (MySQL), type, keys, key, ...
    let rows = session.rows(&format!("EXPLAIN FORMAT=TRADITIONAL {text}"));
    let reads = |row: &&Vec<String>| row.contains(&"d".into()) && !row.contains(&"eq_ref".into());
    rows.iter().filter(reads).map(|row| row.join(" ")).collect()
}

fn since(moment: &str) -> Filter {
    Filter::UpdatedSince(moment.into())
}

#[test]
fn each_filter_alone_has_the_lists_order() {
    let pattern = Pattern::new("12");
    for (filter, indexes) in [
        (Filter::Number(pattern.clone()), &["dids_did"][..]),
        (Filter::Owner(pattern), &["dids_did"]),
        (Filter::Language("en".into()), &["dids_language"]),
        (Filter::NoLanguage, &["dids_did"]),
        (Filter::DialPlan(7), &["dids_dialplan"]),
        (Filter::DialPlan(0), &["dids_dialplan"]),
        (Filter::Holder(16), &["dids_user", "dids_reseller"]),
        (Filter::Holder(0), &["dids_user"]),
        (Filter::Device(900), &["dids_device"]),
        (Filter::Device(0), &["dids_device"]),
        (Filter::Provider(7), &["dids_provider"]),
        (Filter::Provider(0), &["dids_provider"]),
        (Filter::NotTerminated, &["dids_did"]),
        (since("2026-01-01 00:00:00"), &["dids_did"]),
    ] {
        let filters = [filter];
        let steps = plan(Scope::All, &filters, &Plan::NONE);
        assert!(!steps.is_empty());
        for step in &steps {
            let is_found = indexes.iter().any(|index| step.contains(index));
            assert!(is_found, "{filters:?}: {steps:#?}");
            assert!(!step.contains("filesort"), "{filters:?}: {steps:#?}");
        }
    }
}

#[test]
fn pairs_of_each_caller_have_the_lists_order() {
    for (scope, filters) in [
        (Scope::Reseller(15), vec![Filter::Status("free".into())]),
        (Scope::Reseller(15), vec![Filter::NotTerminated]),
        (Scope::User(16), vec![Filter::Language("en".into())]),
        (Scope::All, vec![Filter::Holder(0), Filter::Device(0)]),
        (Scope::All, vec![Filter::Provider(3), Filter::NoLanguage]),
        (Scope::All, vec![Filter::DialPlan(0), Filter::NotTerminated]),
    ] {
        let steps = plan(scope, &filters, &Plan::NONE);
        assert!(!steps.is_empty());
        for step in &steps {
            assert!(!step.contains("filesort"), "{filters:?}: {steps:#?}");
        }
    }
}

#[test]
fn d34_d35_few_rows_are_found_by_index() {
    let numbers = ["37060000501", "370"].map(str::to_owned).to_vec();
    for (filter, index) in [
        (Filter::Numbers(numbers), "dids_did"),
        (Filter::Ids(vec![501, 502, 999_999]), "PRIMARY"),
        (since("2026-01-14 20:00:00"), "dids_updated"),
    ] {
        let filters = [filter];
        let steps = plan(Scope::All, &filters, &Plan::best(&filters));
        assert!(!steps.is_empty());
        for step in &steps {
            let is_range = step.contains(" range ") && step.contains(index);
            assert!(is_range, "{filters:?}: {steps:#?}");
        }
    }
}
