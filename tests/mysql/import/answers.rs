//! The component answers from a copy as it does from the server.

use std::sync::Arc;

use dids_tests::data::Data;
use dids_tests::harness::Site;
use dids_tests::model::Tables;
use dids_tests::model::mysql::Flavour;
use dids_tests::model::tables::Did;
use dids_tests::server::{Database, DatabaseServer};

use super::{database, serve_copy};
use crate::asking::Asking as _;
use crate::is_right;
use crate::town::*;
use crate::types::{QUERIES, TYPES};
use crate::views::TABLES;

/// Whether the copy of a database answers as the model.
fn is_copied(database: &Database, tables: &Tables, about: &str) {
    println!("{about}");
    let site = serve_copy(&database.url());
    for (caller, query) in QUERIES {
        is_right(&site, tables, caller, query);
    }
}

#[test]
fn columns_of_other_types() {
    for nth in 0..4 {
        let mut flavour = Flavour::default();
        for (column, types) in TYPES {
            flavour = flavour.with(column, types[nth % types.len()]);
        }
        let script = town().to_mysql(&flavour);
        let database = Database::create(&DatabaseServer::shared(), &[&script]);
        is_copied(&database, &town(), &format!("types {nth}"));
    }
}

#[test]
fn texts_of_every_character_set_become_utf8() {
    for (charset, collation, shown) in [
        ("latin1", "latin1_swedish_ci", "Žeimys café €"),
        ("cp1257", "cp1257_general_ci", "ąžuolas ėjo €"),
        ("utf8mb3", "utf8mb3_bin", "ąžuolas жук 中文"),
        ("utf16", "utf16_general_ci", "ąžuolas жук 中文 😀"),
    ] {
        let mut tables = town();
        did(&mut tables, ANNA).comment = text(shown);
        user(&mut tables, "anna").last_name = text(shown);
        tables.providers[0].name = text(shown);
        let script = tables.to_mysql(&Flavour::of(charset, collation));
        let database = Database::create(&DatabaseServer::shared(), &[&script]);
        is_copied(&database, &tables, collation);
    }
}

#[test]
fn servers_without_the_newer_columns() {
    let lack: [fn(&mut Tables); 5] = [
        |tables| tables.columns.ai_agent_compatible = false,
        |tables| tables.columns.routes_to_openai_project_id = false,
        |tables| tables.columns.updated_at = false,
        |tables| tables.columns.api_restricted = false,
        |tables| tables.api_permissions = None,
    ];
    for mut missing in lack.map(|it| vec![it]).into_iter().chain([lack.to_vec()]) {
        let mut tables = town();
        let anna = user(&mut tables, "anna");
        (anna.api_restricted, anna.api_permission_group_id) = (Some(1), Some(1));
        missing
            .drain(..)
            .for_each(|take_away| take_away(&mut tables));
        let about = format!("{:?}, {}", tables.columns, tables.api_permissions.is_some());
        is_copied(&database(&tables, ""), &tables, &about);
    }
}

#[test]
fn views_in_the_place_of_tables() {
    let mut sql = String::new();
    for table in TABLES {
        sql += &format!(
            "RENAME TABLE {table} TO t_{table}; CREATE VIEW {table} AS SELECT * FROM t_{table};"
        );
    }
    is_copied(&database(&town(), &sql), &town(), "views");
}

#[test]
fn rights_are_found_by_the_servers_collation() {
    let mut tables = town();
    tables.acc_rights[0].name = "Manage_DIDs_opt_1 ".into();
    let restriction = tables.api_permissions.as_mut().unwrap();
    restriction[0].method = "DIDS_get".into();
    let anna = user(&mut tables, "anna");
    (anna.api_restricted, anna.api_permission_group_id) = (Some(1), Some(1));
    let server = database(
        &tables,
        "UPDATE conflines SET name = LOWER(name) WHERE owner_id = 5",
    );
    let copy = serve_copy(&server.url());
    let server = Site::on_local_host(Data::Server(server), |_| ());
    for (caller, answered) in [("clerk", true), ("anna", true), ("carrier", false)] {
        let [server, copy] = [&server, &copy].map(|site| site.list(caller, ""));
        assert_eq!(server.text(), copy.text(), "{caller}");
        assert_eq!(!server.ids().is_empty(), answered, "{caller}");
    }
}

#[test]
fn times_of_a_server_in_another_zone() {
    let vilnius = Arc::new(DatabaseServer::start("Europe/Vilnius", &[]));
    let mut tables = town();
    let sample = Did {
        status: text("closed"),
        ..tables.dids[0].clone()
    };
    let stored = [
        "'2026-01-15 12:00:00'",
        "'2026-07-15 12:00:00'",
        "'2026-03-29 02:59:59'",
        "'2026-03-29 03:30:00'",
        "'2026-10-25 03:30:00'",
        "'2038-01-19 05:14:08'",
        "'9999-12-31 23:59:59'",
        "'0000-00-00 00:00:00'",
        "'2026-02-31 07:35:57'",
        "'2026-00-10 07:35:57'",
        "NULL",
    ];
    let mut sql = "SET sql_mode = 'ALLOW_INVALID_DATES'".to_owned();
    tables.dids.clear();
    for (id, time) in (1..).zip(stored) {
        let did = text(&format!("3706000{id:04}"));
        tables.dids.push(Did {
            id,
            did,
            ..sample.clone()
        });
        sql +=
            &format!("; UPDATE dids SET closed_till = {time}, updated_at = {time} WHERE id = {id}");
    }
    let script = tables.to_mysql(&Flavour::default());
    let server = Database::create(&vilnius, &[&script, &sql]);
    let copy = serve_copy(&server.url()).list("admin", "");
    let server = Site::on_local_host(Data::Server(server), |_| ()).list("admin", "");
    assert_eq!(server.text(), copy.text());
    assert_eq!(copy.ids().len(), stored.len());
    assert_eq!(
        copy.elements("updated_at")[..2],
        ["2026-01-15T10:00:00Z", "2026-07-15T09:00:00Z"]
    );
    assert_eq!(copy.elements("updated_at").len(), 7);
}
