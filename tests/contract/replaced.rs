//! D37 and D38: a file that is put in another one's place counts within 30 seconds, and
//! no list goes on in it for a caller whom it does not let in.

use std::thread;
use std::time::{Duration, Instant};

use dids_host::{Action, Call};
use dids_tests::client::{Connection, written};
use dids_tests::data::Data;
use dids_tests::harness::Site;
use dids_tests::model::Tables;

use crate::asking::*;
use crate::town::*;

/// Puts a database in the place of a site's own, as an import does.
fn replace(site: &Site, tables: &Tables) -> Data {
    let other = Data::sqlite(tables, "");
    std::fs::rename(other.file(), site.database()).unwrap();
    other
}

/// The town with another key for the admin.
fn with_another_key(mut tables: Tables) -> Tables {
    set(&mut tables, "API_Secret_Key", "another", 0);
    tables
}

#[test]
fn d37_a_key_of_a_replaced_file_lasts_30_seconds() {
    let site = Site::on_local_host(Data::sqlite(&town(), ""), |_| ()).in_turn();
    assert_eq!(site.ids("admin", ""), ALL);
    let _other = replace(&site, &with_another_key(town()));
    let began = Instant::now();
    while !site.list("admin", "").text().contains("Incorrect hash") {
        // A busy machine may take a while for one call.
        assert!(
            began.elapsed() < Duration::from_secs(40),
            "the old key counts on"
        );
        thread::sleep(Duration::from_millis(500));
    }
}

/// Numbers for a list of several pages, more than a connection holds on its way.
const MANY: &str = "WITH RECURSIVE n (i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n \
    WHERE i < 60000) INSERT INTO dids (id, did) SELECT i, '37060' || i FROM n";

/// Whether a list comes to its end whose connection is lost in its middle, when the file
/// is another one.
fn goes_on(then: &Tables) -> bool {
    let other = Data::sqlite(then, MANY);
    let site = Site::on_local_host(Data::sqlite(&town(), MANY), |_| ());
    let mut connection = Connection::open(site.address());
    let list = ask("POST", &signed("admin", ""));
    connection.write(&written(&list, &[]));
    assert_eq!(connection.read_head().status, 200);
    std::fs::rename(other.file(), site.database()).unwrap();
    site.server().faults().set(|call: &Call| match call.index {
        0 => Action::Fail("disk I/O error".into()),
        _ => Action::Pass,
    });
    connection.finds(b"\r\n0\r\n\r\n", Duration::from_secs(60))
}

#[test]
fn d38_a_list_goes_on_where_its_caller_is_let_in() {
    assert!(goes_on(&town()), "with the same role");
    let mut other_role = town();
    user(&mut other_role, "admin").usertype = text("accountant");
    for other in [with_another_key(town()), other_role] {
        assert!(!goes_on(&other));
    }
}
