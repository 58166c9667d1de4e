//! D34: changes since a moment, with an index on `updated_at`, in zones on both sides
//! of UTC, where an hour occurs twice, and beyond MySQL's own conversion.

use std::sync::Arc;

use dids_tests::data::{Data, many_dids};
use dids_tests::harness::Site;
use dids_tests::model::mysql::Flavour;
use dids_tests::server::{Database, DatabaseServer};

use crate::asking::Asking as _;
use crate::times::{PLAIN, vilnius};
use crate::town::town;

/// A site whose DIDs have these times, in turn, and an index on them.
fn changed(server: &Arc<DatabaseServer>, flavour: &Flavour, set_up: &str, stored: &[&str]) -> Site {
    let tables = many_dids(town(), stored.len() as i64);
    let mut script = format!("{set_up}; CREATE INDEX changed ON dids (updated_at);");
    for (at, stored) in stored.iter().enumerate() {
        let id = at + 1;
        script += &format!("UPDATE dids SET updated_at = {stored} WHERE id = {id};");
    }
    let database = Database::create(server, &[&tables.to_mysql(flavour), &script]);
    Site::on_local_host(Data::Server(database), |_| ())
}

/// The ids of what changed since a moment in UTC.
fn since(site: &Site, moment: &str) -> Vec<i64> {
    site.ids("admin", &format!("search_updated_since={moment}Z"))
}

#[test]
fn d34_changes_are_those_shown_in_every_zone() {
    let stored = ["'2026-07-15 09:00:00'", "'2026-07-15 12:00:00'", "NULL"];
    for (zone, first, second) in [
        ("+00:00", "2026-07-15T09:00:00", "2026-07-15T12:00:00"),
        ("+13:00", "2026-07-14T20:00:00", "2026-07-14T23:00:00"),
        ("-12:00", "2026-07-15T21:00:00", "2026-07-16T00:00:00"),
    ] {
        let option = format!("--default-time-zone={zone}");
        let server = Arc::new(DatabaseServer::start("Europe/Vilnius", &[&option]));
        let site = changed(&server, &Flavour::default(), PLAIN, &stored);
        assert_eq!(since(&site, first), [1, 2], "{zone}");
        assert_eq!(since(&site, &first.replace(":00:00", ":00:01")), [2]);
        assert_eq!(since(&site, second), [2], "{zone}");
        assert_eq!(since(&site, &second.replace(":00:00", ":00:01")), [0; 0]);
    }
}

#[test]
fn d34_no_change_is_lost_where_an_hour_occurs_twice() {
    let stored = [
        "'2026-10-25 02:59:59'",
        "'2026-10-25 03:30:00'",
        "'2026-10-25 04:00:00'",
        "'2026-03-29 02:59:59'",
        "'2026-03-29 04:00:00'",
        "'2040-07-15 12:00:00'",
        "'2040-01-15 12:00:00'",
    ];
    let site = changed(&vilnius(), &Flavour::default(), PLAIN, &stored);
    for (moment, ids) in [
        ("2026-03-29T00:59:59", &[1, 2, 3, 4, 5, 6, 7][..]),
        ("2026-03-29T01:00:00", &[1, 2, 3, 5, 6, 7]),
        ("2026-10-24T23:59:59", &[1, 2, 3, 6, 7]),
        // 3:30 is 0:30 and 1:30 in UTC: found as long as either may be meant.
        ("2026-10-25T00:30:00", &[2, 3, 6, 7]),
        ("2026-10-25T01:30:00", &[2, 3, 6, 7]),
        ("2026-10-25T01:30:01", &[3, 6, 7]),
        ("2026-10-25T02:00:01", &[6, 7]),
        ("2040-01-15T10:00:00", &[6, 7]),
        ("2040-01-15T10:00:01", &[6]),
        ("2040-07-15T09:00:00", &[6]),
        ("2040-07-15T09:00:01", &[]),
    ] {
        assert_eq!(since(&site, moment), ids, "{moment}");
    }
}

#[test]
fn d34_a_timestamp_is_compared_as_the_moment_it_is() {
    let flavour = Flavour::default().with("dids.updated_at", "TIMESTAMP NULL");
    let utc = "SET time_zone = '+00:00'";
    let stored = ["'2026-07-15 09:00:00'", "'2026-01-15 10:00:00'", "NULL"];
    let site = changed(&vilnius(), &flavour, utc, &stored);
    assert_eq!(since(&site, "2026-01-15T10:00:00"), [1, 2]);
    assert_eq!(since(&site, "2026-01-15T10:00:01"), [1]);
    assert_eq!(since(&site, "2026-07-15T09:00:01"), [0; 0]);
}

#[test]
fn d34_zero_and_unreadable_dates_do_not_match() {
    let stored = [
        "'0000-00-00 00:00:00'",
        "'2026-00-10 07:35:57'",
        "'2026-02-31 07:35:57'",
        "NULL",
        "'2026-07-15 12:00:00'",
        "'0001-01-01 12:00:00'",
    ];
    let lenient = "SET sql_mode = 'ALLOW_INVALID_DATES'";
    for server in [vilnius(), DatabaseServer::shared()] {
        let site = changed(&server, &Flavour::default(), lenient, &stored);
        assert_eq!(since(&site, "0001-01-01T00:00:00"), [5, 6]);
        assert_eq!(since(&site, "2026-01-01T00:00:00"), [5]);
    }
}
