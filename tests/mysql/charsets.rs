//! Character sets and collations: whatever the tables have, answers are UTF-8,
//! and filters do not mind the case of ASCII letters.

use std::sync::Arc;

use dids_tests::harness::Site;
use dids_tests::model::Tables;
use dids_tests::model::mysql::Flavour;
use dids_tests::server::{DatabaseServer, Kind};

use crate::asking::Asking as _;
use crate::town::*;
use crate::{is_right, serve, serve_shared};

/// Character sets and collations a MOR database may have on either server.
const FLAVOURS: [(&str, &str); 14] = [
    ("latin1", "latin1_swedish_ci"),
    ("latin1", "latin1_general_ci"),
    ("latin1", "latin1_bin"),
    ("latin1", "latin1_general_cs"),
    ("cp1257", "cp1257_general_ci"),
    ("ascii", "ascii_general_ci"),
    ("utf8mb3", "utf8mb3_general_ci"),
    ("utf8mb3", "utf8mb3_unicode_ci"),
    ("utf8mb3", "utf8mb3_bin"),
    ("utf8mb4", "utf8mb4_general_ci"),
    ("utf8mb4", "utf8mb4_unicode_ci"),
    ("utf8mb4", "utf8mb4_unicode_520_ci"),
    ("utf8mb4", "utf8mb4_lithuanian_ci"),
    ("utf8mb4", "utf8mb4_bin"),
];
/// Those that one of them has.
const MARIADB: [(&str, &str); 2] = [
    ("utf8mb4", "utf8mb4_general_nopad_ci"),
    ("utf8mb4", "utf8mb4_nopad_bin"),
];
const MYSQL: [(&str, &str); 5] = [
    ("utf8mb4", "utf8mb4_0900_ai_ci"),
    ("utf8mb4", "utf8mb4_0900_as_ci"),
    ("utf8mb4", "utf8mb4_0900_as_cs"),
    ("utf8mb4", "utf8mb4_0900_bin"),
    ("utf8mb4", "utf8mb4_lt_0900_ai_ci"),
];

fn flavours() -> impl Iterator<Item = (&'static str, &'static str)> {
    let own: &[_] = match Kind::chosen() {
        Kind::Mariadb => &MARIADB,
        Kind::Mysql => &MYSQL,
    };
    FLAVOURS.iter().chain(own).copied()
}

/// What is asked of each: filters in another case than the data, and names that
/// would be others' if they were taken for patterns.
const QUERIES: [(&str, &str); 18] = [
    ("admin", ""),
    ("ADMIN", "search_status=FREE"),
    ("clerk", "search_hide_terminated_dids=1"),
    ("admin", "search_did_number=%2500002"),
    ("admin", "search_did_number=AbC"),
    ("admin", "search_did_number=_________01"),
    ("admin", "search_did_owner=ANNA+SMITH"),
    ("clerk", "search_did_owner=_ONES"),
    ("admin", "search_language=EN"),
    ("admin", "search_language="),
    ("shop", "search_status=Closed"),
    ("ANNA", ""),
    ("Ben", "test=0&max_results=1"),
    ("admin", "search_did_owner=test+reseller"),
    ("ann_", ""),
    ("an%25", ""),
    ("admin", "search_status=fre_"),
    ("admin", "search_language=e%25"),
];

fn lettered() -> Tables {
    let mut tables = town();
    did(&mut tables, SPARE).did = text("xABCx");
    did(&mut tables, OLD).status = text("Terminated");
    tables
}

#[test]
fn every_charset_and_collation_answers_as_the_model() {
    for (charset, collation) in flavours() {
        let tables = lettered();
        let site = serve_shared(&tables, &Flavour::of(charset, collation));
        for (caller, query) in QUERIES {
            println!("{collation}: {caller} asks {query}");
            is_right(&site, &tables, caller, query);
        }
    }
}

/// Whether the answer shows the text wherever a text is shown, and finds it.
fn shows(site: &Site, tables: &Tables, shown: &str) {
    is_right(site, tables, "admin", "");
    let reply = site.list("admin", "max_results=1");
    for element in ["comment", "provider", "owner", "dial_plan", "device"] {
        assert!(reply.elements(element)[0].contains(shown), "{element}");
    }
    let term: String = shown.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let first = reply.ids();
    assert_eq!(
        site.ids("admin", &format!("search_did_owner={term}"))[..1],
        first
    );
}

fn with_text(shown: &str) -> Tables {
    let mut tables = town();
    let anna = did(&mut tables, ANNA);
    anna.comment = text(shown);
    anna.dialplan_id = Some(1);
    tables.providers[0].name = text(shown);
    tables.dialplans[0].name = text(shown);
    tables.devices[0].name = text(shown);
    user(&mut tables, "anna").first_name = text(shown);
    tables
}

#[test]
fn letters_beyond_ascii_arrive_from_every_charset() {
    for (charset, collation, shown) in [
        ("latin1", "latin1_swedish_ci", "Žeimys café €"),
        ("latin1", "latin1_bin", "Žeimys café €"),
        ("cp1257", "cp1257_general_ci", "ąžuolas ėjo €"),
        ("utf8mb3", "utf8mb3_general_ci", "ąžuolas жук 中文"),
        ("utf8mb4", "utf8mb4_general_ci", "ąžuolas жук 中文 😀"),
        ("utf8mb4", "utf8mb4_bin", "ąžuolas жук 中文 😀"),
        ("ucs2", "ucs2_general_ci", "ąžuolas жук 中文"),
        ("utf16", "utf16_general_ci", "ąžuolas жук 中文 😀"),
    ] {
        let tables = with_text(shown);
        let site = serve_shared(&tables, &Flavour::of(charset, collation));
        println!("{collation}");
        shows(&site, &tables, shown);
    }
}

#[test]
fn what_a_charset_cannot_hold_can_be_asked_for() {
    for (charset, collation) in flavours() {
        let site = serve_shared(&town(), &Flavour::of(charset, collation));
        for name in [
            "search_did_number",
            "search_did_owner",
            "search_status",
            "search_language",
        ] {
            for term in ["%F0%9F%98%80", "%E4%B8%AD", "%C4%85%C5%BE", "%C2%80"] {
                let ids = site.ids("admin", &format!("{name}={term}"));
                assert_eq!(ids, [0; 0], "{collation}: {name}={term}");
            }
        }
        let reply = site.post("u=%F0%9F%98%80&hash=0");
        assert_eq!(reply.error(), "Access Denied", "{collation}");
    }
}

#[test]
fn charsets_of_tables_and_columns_may_differ() {
    let flavour = Flavour::of("latin1", "latin1_swedish_ci")
        .with(
            "users.first_name",
            "VARCHAR(50) CHARSET utf8mb3 COLLATE utf8mb3_unicode_ci",
        )
        .with(
            "users.last_name",
            "VARCHAR(50) CHARSET utf8mb3 COLLATE utf8mb3_bin",
        )
        .with(
            "users.username",
            "VARCHAR(30) CHARSET utf8mb4 COLLATE utf8mb4_bin",
        )
        .with("dids.did", "VARCHAR(50) CHARSET ascii")
        .with("dids.status", "VARCHAR(50) CHARSET cp1257")
        .with(
            "dids.language",
            "VARCHAR(50) CHARSET utf8mb4 COLLATE utf8mb4_bin",
        )
        .with(
            "conflines.name",
            "VARCHAR(50) CHARSET utf8mb4 COLLATE utf8mb4_bin",
        )
        .with("devices.device_type", "VARCHAR(20) CHARSET binary");
    let tables = lettered();
    let site = serve_shared(&tables, &flavour);
    for (caller, query) in QUERIES {
        println!("{caller} asks {query}");
        is_right(&site, &tables, caller, query);
    }
}

#[test]
fn a_servers_init_connect_does_not_matter() {
    let tables = with_text("ąžuolas 😀");
    for told in [
        "SET NAMES latin1",
        "SET NAMES utf8mb3",
        "SET collation_connection = utf8mb4_bin",
    ] {
        // Told to all but root.
        let option = format!("--init-connect={told}");
        let server = Arc::new(DatabaseServer::start("UTC", &[&option]));
        println!("{told}");
        shows(
            &serve(&server, &tables, &Flavour::default()),
            &tables,
            "ąžuolas 😀",
        );
    }
}
