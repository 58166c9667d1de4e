//! D15: stored times are in the server's zone, and shown in UTC.

use std::sync::{Arc, OnceLock};

use dids_tests::data::{Data, many_dids};
use dids_tests::harness::Site;
use dids_tests::model::mysql::Flavour;
use dids_tests::server::{Database, DatabaseServer};

use crate::asking::Asking as _;
use crate::town::{did, text, town};

/// A server in Lithuania, which has no time-zone tables.
pub fn vilnius() -> Arc<DatabaseServer> {
    static SERVER: OnceLock<Arc<DatabaseServer>> = OnceLock::new();
    let start = || Arc::new(DatabaseServer::start("Europe/Vilnius", &[]));
    Arc::clone(SERVER.get_or_init(start))
}

/// Stores a time in both columns of one DID and says what is shown: of each
/// column, or of none when they differ.
fn shown(
    server: &Arc<DatabaseServer>,
    flavour: &Flavour,
    set_up: &str,
    stored: &str,
) -> Option<String> {
    let mut tables = town();
    tables.dids.truncate(1);
    let id = tables.dids[0].id;
    did(&mut tables, id).status = text("closed");
    let script = tables.to_mysql(flavour);
    let update = format!("{set_up}; UPDATE dids SET closed_till = {stored}, updated_at = {stored}");
    let database = Database::create(server, &[&script, &update]);
    let site = Site::on_local_host(Data::Server(database), |_| ());
    let reply = site.list("admin", "");
    assert_eq!(reply.ids(), [id], "{stored}\n{}", site.server().log());
    let [updated, reserved] = ["updated_at", "reserved_for_user_till"]
        .map(|name| reply.elements(name).first().map(|time| (*time).to_owned()));
    assert_eq!(updated, reserved, "{stored}");
    updated
}

/// Sets nothing up: what a server's sessions have by default.
pub const PLAIN: &str = "SET time_zone = DEFAULT";

#[test]
fn d15_the_servers_zone_with_daylight_saving() {
    let server = vilnius();
    let mut session = server.session("");
    let tables = session.rows("SELECT COUNT(*) FROM mysql.time_zone_name");
    assert_eq!(tables, [["0"]], "there are no time-zone tables");
    let zone = session.rows("SELECT @@session.time_zone, @@system_time_zone");
    assert_eq!(zone[0][0], "SYSTEM");
    let has_zone = zone[0][1].starts_with("EE");
    assert!(has_zone, "{zone:?}: zones come with Debian's tzdata");
    for (stored, utc) in [
        ("2026-01-15 12:00:00", "2026-01-15T10:00:00Z"),
        ("2026-07-15 12:00:00", "2026-07-15T09:00:00Z"),
        ("2006-01-01 00:00:00", "2005-12-31T22:00:00Z"),
        // The hours around both changes.
        ("2026-03-29 02:59:59", "2026-03-29T00:59:59Z"),
        ("2026-03-29 04:00:00", "2026-03-29T01:00:00Z"),
        ("2026-10-25 02:59:59", "2026-10-24T23:59:59Z"),
        ("2026-10-25 04:00:00", "2026-10-25T02:00:00Z"),
        // Beyond what MySQL's own conversion covers.
        ("2037-12-31 23:59:59", "2037-12-31T21:59:59Z"),
        ("2038-01-19 05:14:07", "2038-01-19T03:14:07Z"),
        ("2038-01-19 05:14:08", "2038-01-19T03:14:08Z"),
        ("2040-01-15 12:00:00", "2040-01-15T10:00:00Z"),
        ("2040-07-15 12:00:00", "2040-07-15T09:00:00Z"),
        ("2064-02-29 12:00:00", "2064-02-29T10:00:00Z"),
        ("2099-12-31 23:59:59", "2099-12-31T21:59:59Z"),
        ("2100-03-01 01:00:00", "2100-02-28T23:00:00Z"),
        ("9999-12-31 23:59:59", "9999-12-31T21:59:59Z"),
        ("1970-01-02 00:00:00", "1970-01-01T21:00:00Z"),
    ] {
        let time = shown(&server, &Flavour::default(), PLAIN, &format!("'{stored}'"));
        assert_eq!(time.as_deref(), Some(utc), "{stored}");
    }
}

#[test]
fn d15_an_hour_that_occurs_twice_or_never() {
    let twice = "'2026-10-25 03:30:00'";
    let time = shown(&vilnius(), &Flavour::default(), PLAIN, twice);
    let both = ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"];
    assert!(both.contains(&time.as_deref().unwrap()), "{time:?}");
    let never = "'2026-03-29 03:30:00'";
    let time = shown(&vilnius(), &Flavour::default(), PLAIN, never);
    let near = [
        "2026-03-29T00:30:00Z",
        "2026-03-29T01:00:00Z",
        "2026-03-29T01:30:00Z",
    ];
    assert!(near.contains(&time.as_deref().unwrap()), "{time:?}");
}

#[test]
fn d15_a_session_zone_that_is_an_offset() {
    for (zone, utc) in [
        ("+03:00", "2026-07-15T09:00:00Z"),
        ("-05:30", "2026-07-15T17:30:00Z"),
        ("+00:00", "2026-07-15T12:00:00Z"),
    ] {
        let option = format!("--default-time-zone={zone}");
        let server = Arc::new(DatabaseServer::start("Europe/Vilnius", &[&option]));
        let session = server.session("").rows("SELECT @@session.time_zone");
        assert_eq!(session, [[zone]]);
        let stored = "'2026-07-15 12:00:00'";
        let time = shown(&server, &Flavour::default(), PLAIN, stored);
        assert_eq!(time.as_deref(), Some(utc), "{zone}");
    }
}

#[test]
fn d15_a_timestamp_is_a_moment_in_whatever_zone() {
    let flavour = Flavour::default()
        .with("dids.closed_till", "TIMESTAMP NULL")
        .with("dids.updated_at", "TIMESTAMP NULL");
    let moment = "SET time_zone = '+00:00'";
    for (stored, utc) in [
        ("'2026-07-15 09:00:00'", Some("2026-07-15T09:00:00Z")),
        ("'2026-01-15 10:00:00'", Some("2026-01-15T10:00:00Z")),
        ("'2038-01-19 03:14:07'", Some("2038-01-19T03:14:07Z")),
        ("NULL", None),
    ] {
        let time = shown(&vilnius(), &flavour, moment, stored);
        assert_eq!(time.as_deref(), utc, "{stored}");
    }
}

#[test]
fn d15_fractions_are_cut_and_other_types_are_read() {
    let as_type = |kind, stored| {
        let flavour = Flavour::default();
        let flavour = flavour
            .with("dids.closed_till", kind)
            .with("dids.updated_at", kind);
        shown(&vilnius(), &flavour, "SET sql_mode = ''", stored)
    };
    let summer = Some("2026-07-15T09:00:00Z".to_owned());
    assert_eq!(
        as_type("DATETIME(6)", "'2026-07-15 12:00:00.999999'"),
        summer
    );
    assert_eq!(as_type("VARCHAR(30)", "'2026-07-15 12:00:00'"), summer);
    assert_eq!(as_type("VARCHAR(30)", "'soon'"), None);
    assert_eq!(as_type("VARCHAR(30)", "''"), None);
    let day = as_type("DATE", "'2026-07-15'");
    assert!(
        [None, Some("2026-07-14T21:00:00Z".to_owned())].contains(&day),
        "{day:?}"
    );
}

#[test]
fn d15_zero_dates_count_as_not_set() {
    let lenient = "SET sql_mode = 'ALLOW_INVALID_DATES'";
    for server in [vilnius(), DatabaseServer::shared()] {
        for stored in [
            "'0000-00-00 00:00:00'",
            "'2026-00-10 07:35:57'",
            "'2026-05-00 07:35:57'",
            "'2026-00-00 07:35:57'",
            "'0000-05-27 07:35:57'",
            "'2026-02-31 07:35:57'",
            "NULL",
        ] {
            let time = shown(&server, &Flavour::default(), lenient, stored);
            assert_eq!(time, None, "{stored}");
        }
    }
}

#[test]
fn d15_zero_dates_under_the_strictest_mode() {
    let mode = "--sql-mode=STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ANSI_QUOTES,\
                NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT,ERROR_FOR_DIVISION_BY_ZERO,ONLY_FULL_GROUP_BY";
    let server = Arc::new(DatabaseServer::start("Europe/Vilnius", &[mode]));
    let lenient = "SET sql_mode = ''";
    let zero = "'0000-00-00 00:00:00'";
    assert_eq!(shown(&server, &Flavour::default(), lenient, zero), None);
    let summer = "'2026-07-15 12:00:00'";
    let time = shown(&server, &Flavour::default(), lenient, summer);
    assert_eq!(time.as_deref(), Some("2026-07-15T09:00:00Z"));
}

/// Around both changes of the clock, and where MySQL's own conversion ends.
const STORED: [&str; 16] = [
    "1970-01-02 00:00:00",
    "2006-01-01 00:00:00",
    "2026-03-29 02:59:59",
    "2026-03-29 03:30:00",
    "2026-03-29 04:00:00",
    "2026-07-15 12:00:00",
    "2026-10-25 02:59:59",
    "2026-10-25 03:00:00",
    "2026-10-25 03:30:00",
    "2026-10-25 03:59:59",
    "2026-10-25 04:00:00",
    "2026-10-25 04:00:01",
    "2037-12-31 23:59:59",
    "2038-01-19 05:14:07",
    "2040-07-15 12:00:00",
    "2099-12-31 23:59:59",
];

/// A site whose DIDs have these times, the ids from 1, and one more that has none.
fn dated(flavour: &Flavour, stored: &[&str]) -> Site {
    let mut tables = many_dids(town(), stored.len() as i64 + 1);
    for did in &mut tables.dids {
        did.updated_at = None;
    }
    let mut sql = "SET sql_mode = ''".to_owned();
    for (id, stored) in (1..).zip(stored) {
        sql += &format!("; UPDATE dids SET updated_at = '{stored}' WHERE id = {id}");
    }
    let database = Database::create(&vilnius(), &[&tables.to_mysql(flavour), &sql]);
    Site::on_local_host(Data::Server(database), |_| ())
}

#[test]
fn d34_a_moment_is_compared_with_what_is_shown() {
    for kind in ["DATETIME", "DATETIME(6)", "TIMESTAMP NULL", "VARCHAR(30)"] {
        let flavour = Flavour::default().with("dids.updated_at", kind);
        let stored = match kind {
            // It holds no hour that never was, and nothing after 2038.
            "TIMESTAMP NULL" => [&STORED[..3], &STORED[4..13]].concat(),
            _ => STORED.to_vec(),
        };
        let site = dated(&flavour, &stored);
        let list = site.list("admin", "");
        let shown: Vec<String> = list
            .elements("updated_at")
            .iter()
            .map(|time| (*time).to_owned())
            .collect();
        assert_eq!(shown.len(), stored.len(), "{kind}");
        let next = |time: &String| {
            let (before, second) = time.trim_end_matches('Z').rsplit_once(':').expect("a time");
            let second: u8 = second.parse().expect("a number");
            // Those that end with 59 have none within the minute.
            format!("{before}:{:02}Z", (second + 1).min(59))
        };
        for time in &shown {
            for since in [time.clone(), next(time)] {
                let ids = site.ids("admin", &format!("search_updated_since={since}"));
                let later = |(_, shown): &(i64, &String)| **shown >= since;
                let wanted: Vec<i64> = (1..).zip(&shown).filter(later).map(|(id, _)| id).collect();
                assert_eq!(ids, wanted, "{kind}: since {since}");
            }
        }
        for (since, count) in [
            ("0001-01-01T00:00:00Z", stored.len()),
            ("9999-12-31T23:59:59Z", 0),
            ("0001-01-01T00:00:00%2B23:59", stored.len()),
            ("9999-12-31T23:59:59-23:59", 0),
        ] {
            let ids = site.ids("admin", &format!("search_updated_since={since}"));
            assert_eq!(ids.len(), count, "{kind}: since {since}");
        }
    }
}

#[test]
fn d34_what_is_no_time_does_not_match() {
    let stored = [
        "0000-00-00 00:00:00",
        "2026-00-10 07:35:57",
        "2026-07-15 12:00:00",
    ];
    let site = dated(&Flavour::default(), &stored);
    for since in ["0001-01-01T00:00:00Z", "2026-07-15T09:00:00Z"] {
        assert_eq!(
            site.ids("admin", &format!("search_updated_since={since}")),
            [3],
            "{since}"
        );
    }
}
