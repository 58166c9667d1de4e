//! What only a MySQL or MariaDB server has: zones, character sets, types of
//! columns, limits, grants, and connections that end.
//!
//! The contract itself is asked of such a server by the suite in `contract/`, with
//! `DIDS_BACKEND=local-mariadb` or `local-mysql`. These tests take MySQL with the
//! latter, and MariaDB with everything else. Where the two differ, a test says so.

mod changes;
mod charsets;
mod connections;
mod crashes;
mod defaults;
mod grants;
mod import;
mod limits;
mod order;
mod plans;
mod slow;
mod times;
mod types;
mod views;

use std::net::SocketAddr;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use dids_tests::client::{self, Reply};
use dids_tests::data::{Data, many_dids};
use dids_tests::harness::Site;
use dids_tests::model::mysql::Flavour;
use dids_tests::model::{Tables, answer};
use dids_tests::server::{Database, DatabaseServer};
use dids_tests::{asking, town};

use asking::{Asking as _, ask, signed};

/// Serves tables from a database of this server.
fn serve(server: &Arc<DatabaseServer>, tables: &Tables, flavour: &Flavour) -> Site {
    let database = Database::create(server, &[&tables.to_mysql(flavour)]);
    Site::on_local_host(Data::Server(database), |_| ())
}

/// Serves tables from the shared server.
fn serve_shared(tables: &Tables, flavour: &Flavour) -> Site {
    serve(&DatabaseServer::shared(), tables, flavour)
}

/// Whether a caller is answered what the model says.
fn is_right(site: &Site, tables: &Tables, caller: &str, query: &str) {
    let wanted = wanted(tables, caller, query);
    let reply = site.list(caller, query);
    let log = || {
        // A call's line comes after its answer.
        thread::sleep(Duration::from_secs(1));
        site.server().log()
    };
    assert_eq!(reply.status, 200, "{caller} asks {query}:\n{}", log());
    assert!(reply.whole, "{caller} asks {query}:\n{}", log());
    assert_eq!(reply.text(), wanted, "{caller} asks {query}");
}

/// A caller's list, asked for from another thread than the site's own.
fn list_at(address: SocketAddr, caller: &str, query: &str) -> Reply {
    client::send(address, &ask("POST", &signed(caller, query)), &[])
}

/// The model's answer.
fn wanted(tables: &Tables, caller: &str, query: &str) -> String {
    let expected = answer(tables, &ask("POST", &signed(caller, query)));
    String::from_utf8(expected.body.unwrap()).unwrap()
}

/// Whether the answer is that of a database that cannot be used.
fn is_unavailable(reply: &Reply) {
    assert_eq!(reply.status, 503, "{}", reply.text());
    assert_eq!(reply.error(), "Service temporarily unavailable");
}

/// Whether the log says this of a request that was answered just now: its line is
/// written when the answer has gone out.
fn is_logged(site: &Site, text: &str) {
    let began = Instant::now();
    while !site.server().log().contains(text) {
        let log = site.server().log();
        assert!(
            began.elapsed() < Duration::from_secs(60),
            "{text} in\n{log}"
        );
        thread::sleep(Duration::from_millis(10));
    }
}

/// What may come while the database is failing: the right answer, one that is
/// visibly aborted, or 503. Says whether it was the right one.
fn is_right_or_none(reply: &Reply, wanted: &str, about: &str) -> bool {
    if reply.status == 503 {
        is_unavailable(reply);
        return false;
    }
    if reply.whole {
        assert!(
            reply.text() == wanted,
            "{about}: a clean answer that is wrong"
        );
    }
    // Status 0: not even the head came.
    assert!([0, 200].contains(&reply.status), "{about}");
    assert!(wanted.as_bytes().starts_with(&reply.body), "{about}");
    reply.whole
}

/// The town with so many DIDs of anna's kind, in the order of their ids.
fn long_list(count: i64) -> Tables {
    many_dids(town::town(), count)
}
