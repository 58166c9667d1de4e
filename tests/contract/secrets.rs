//! The address of the database is a secret, whoever repeats it: Spin in what it does
//! not permit, client libraries in what they cannot read, servers whom they refuse.

use dids_host::{not_permitted, repeating};
use dids_tests::harness::Site;

use crate::asking::Asking as _;
use crate::town::town;

/// Addresses, each with the words that no log may have; well formed, and with
/// characters in the password that end an address early.
const ADDRESSES: [(&str, &[&str]); 7] = [
    ("mysql://caller:S3cret@127.0.0.1:1/mor", &["S3cret"]),
    (
        "mysql://caller:12%3FS3cret%3D1@127.0.0.1:1/mor",
        &["S3cret", "12?", "12%3"],
    ),
    (
        "mysql://caller:12?S3cret=1@127.0.0.1:1/mor",
        &["S3cret", "12?"],
    ),
    (
        "mysql://caller:12/S3cret@127.0.0.1:1/mor",
        &["S3cret", "12/"],
    ),
    (
        "mysql://caller:S3#tercret@127.0.0.1:1/mor",
        &["tercret", "S3#"],
    ),
    (
        "mysql://caller:S3@tercret@127.0.0.1:1/mor",
        &["tercret", "S3@"],
    ),
    (
        "mysql://caller:S3%tercret@127.0.0.1:1/mor",
        &["tercret", "S3%"],
    ),
];

fn site_at(address: &str) -> Site {
    Site::inside_with(&town(), |settings| {
        settings.variables.insert("database".into(), address.into());
    })
}

/// Asks, and looks through what was logged.
fn refused(site: &Site, words: &[&str]) -> String {
    assert_eq!(site.list("admin", "").status, 503);
    let log = site.server().take_log();
    for word in words {
        assert!(!log.contains(word), "{word}: {log}");
    }
    log
}

#[test]
fn an_address_that_spin_does_not_permit() {
    for (address, words) in ADDRESSES {
        let site = site_at(address);
        site.server().faults().set(not_permitted);
        let log = refused(&site, words);
        // What ends an address early must not get as far as the host, which would log
        // the piece of the password that it took for a port.
        let is_cut_short = address.contains(['?', '#']) || address.matches('/').count() > 3;
        let what_to_do = if is_cut_short {
            "percent-encode"
        } else {
            "mysql_host"
        };
        assert!(log.contains(what_to_do), "{address}: {log}");
    }
}

#[test]
fn an_address_that_a_library_or_server_repeats() {
    for (address, words) in ADDRESSES {
        let site = site_at(address);
        site.server().faults().set(repeating(address));
        for _ in 0..12 {
            refused(&site, words);
        }
    }
}

#[test]
fn an_address_where_nobody_listens() {
    for (address, words) in ADDRESSES {
        refused(&site_at(address), words);
    }
}
