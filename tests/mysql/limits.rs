//! What a server hands over at most: a value that was cut is never answered.

use std::sync::Arc;

use dids_tests::data::Data;
use dids_tests::harness::Site;
use dids_tests::model::Tables;
use dids_tests::model::mysql::Flavour;
use dids_tests::server::{Database, DatabaseServer};

use crate::asking::Asking as _;
use crate::town::*;
use crate::{is_right, is_right_or_none, is_unavailable, long_list, serve, wanted};

/// DIDs whose comments have so many bytes.
fn with_comments(count: i64, bytes: usize) -> Tables {
    let mut tables = long_list(count);
    for did in &mut tables.dids {
        let pattern = format!("{} & <ąžuolas> \"\\\n", did.id);
        let comment: String = pattern.chars().cycle().take(bytes).collect();
        did.comment = text(&comment);
        did.reseller_comment = text(&comment);
    }
    tables
}

fn long_comments() -> Flavour {
    Flavour::default()
        .with("dids.comment", "LONGTEXT")
        .with("dids.reseller_comment", "LONGTEXT")
}

/// Fills a database while the server still takes long statements, then has it
/// take packets of so many bytes at most.
fn with_small_packets(tables: &Tables, packet: usize) -> Site {
    let server = Arc::new(DatabaseServer::start("UTC", &["--max-allowed-packet=64M"]));
    let database = Database::create(&server, &[&tables.to_mysql(&long_comments())]);
    let mut session = database.session();
    session.run(&format!("SET GLOBAL max_allowed_packet = {packet}"));
    Site::on_local_host(Data::Server(database), |_| ())
}

#[test]
fn long_comments_through_small_packets() {
    let tables = with_comments(120, 60_000);
    let site = with_small_packets(&tables, 1 << 20);
    is_right(&site, &tables, "admin", "");
    is_right(&site, &tables, "admin", "max_results=100");
    is_right(&site, &tables, "clerk", "from=50&max_results=7");
}

#[test]
fn a_row_that_fills_a_packet_nearly_whole() {
    let tables = with_comments(3, 150_000);
    let site = with_small_packets(&tables, 1 << 20);
    is_right(&site, &tables, "admin", "");
}

#[test]
fn a_row_that_no_packet_holds_is_never_left_out() {
    let mut tables = with_comments(10, 10);
    did(&mut tables, 7).comment = text(&"x".repeat(1_500_000));
    let site = with_small_packets(&tables, 1 << 20);
    // Pages without that row are answered, after one with it too.
    is_right(&site, &tables, "admin", "max_results=6");
    is_unavailable(&site.list("admin", "from=7&max_results=1"));
    is_right(&site, &tables, "admin", "from=8");
    let wanted = wanted(&tables, "admin", "");
    let reply = site.list("admin", "");
    assert!(!is_right_or_none(&reply, &wanted, "one row is too long"));
}

#[test]
fn the_smallest_packets_there_are() {
    let tables = with_comments(40, 100);
    for packet in [1_024, 2_048, 3_072, 4_096, 8_192, 16_384, 65_536] {
        let site = with_small_packets(&tables, packet);
        for query in ["", "max_results=20", "search_status=active"] {
            let wanted = wanted(&tables, "admin", query);
            let about = format!("{packet}: {query}");
            let right = is_right_or_none(&site.list("admin", query), &wanted, &about);
            println!("{about}: {}", if right { "right" } else { "none" });
            assert!(right || packet < 65_536, "{about}\n{}", site.server().log());
        }
    }
}

#[test]
fn a_server_that_limits_group_concat() {
    // The component asks for more, and is given as much as the server allows.
    let mut tables = with_comments(350, 100);
    user(&mut tables, "anna").api_restricted = Some(1);
    user(&mut tables, "anna").api_permission_group_id = Some(3);
    for most in [
        4, 100, 600, 1_024, 1_400, 1_800, 2_200, 2_600, 3_000, 3_500, 4_096, 20_000,
    ] {
        let option = format!("--maximum-group-concat-max-len={most}");
        let server = Arc::new(DatabaseServer::start("UTC", &[&option]));
        let site = serve(&server, &tables, &Flavour::default());
        for (caller, query) in [("admin", ""), ("anna", ""), ("clerk", "max_results=30")] {
            let wanted = wanted(&tables, caller, query);
            let about = format!("{most}: {caller} asks {query}");
            let right = is_right_or_none(&site.list(caller, query), &wanted, &about);
            println!("{about}: {}", if right { "right" } else { "none" });
            assert!(right || most < 20_000, "{about}\n{}", site.server().log());
        }
    }
}

#[test]
fn results_beyond_the_servers_temporary_tables() {
    let tables = with_comments(400, 5_000);
    let options = ["--tmp-table-size=1024", "--max-heap-table-size=16384"];
    let server = Arc::new(DatabaseServer::start("UTC", &options));
    let site = serve(&server, &tables, &long_comments());
    is_right(&site, &tables, "admin", "");
}
