//! What is in the file, byte by byte: what the component reads, and anonymised not
//! even all of that.

use std::fs;

use dids_import::{Import, Stop};
use dids_tests::data::Data;
use dids_tests::harness::Site;
use dids_tests::model::{Ask, Tables};
use dids_tests::server::DatabaseServer;
use tempfile::TempDir;

use super::{copy, database};
use crate::asking::{Asking as _, ask, sha1};
use crate::grants::{GRANT, SCHEMA, USER};
use crate::town::*;

/// Whether a file holds this text somewhere.
fn holds(bytes: &[u8], text: &str) -> bool {
    bytes
        .windows(text.len())
        .any(|part| part == text.as_bytes())
}

#[test]
fn what_the_component_does_not_read_is_not_copied() {
    let server = database(
        &town(),
        "ALTER TABLE users ADD COLUMN password VARCHAR(40) DEFAULT 'password-of-a-user'; \
         ALTER TABLE devices ADD COLUMN secret VARCHAR(40) DEFAULT 'secret-of-a-device'; \
         INSERT INTO conflines VALUES (900, 'Email_Password', 'password-of-the-mail', 0); \
         INSERT INTO acc_rights VALUES (900, 'other_right', 'accountant'); \
         INSERT INTO api_permissions VALUES (1, 'other_method', 2)",
    );
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("dids.db");
    copy(&server.url(), &file).unwrap();
    let bytes = fs::read(&file).unwrap();
    assert!(holds(&bytes, "shopkey") && holds(&bytes, "anna-desk"));
    for unread in [
        "password-of",
        "secret-of",
        "Email_Password",
        "other_",
        "Clerks",
        "user_get",
    ] {
        assert!(!holds(&bytes, unread), "{unread}");
    }
}

#[test]
fn the_user_of_the_grant_script_can_copy() {
    let server = DatabaseServer::start("UTC", &[]);
    let mut root = server.session("");
    root.run("CREATE DATABASE mor; USE mor");
    root.run(SCHEMA);
    root.run(GRANT);
    root.run(
        "INSERT INTO users (id, username, usertype) VALUES (0, 'admin', 'admin'); \
         INSERT INTO conflines (name, value) VALUES ('Allow_API', '1'), ('API_Secret_Key', 'secret'); \
         INSERT INTO dids (did) VALUES ('3706')",
    );
    let copy = Data::import(&server.url_of(USER, "mor"));
    let site = Site::on_local_host(copy, |_| ());
    assert_eq!(site.ids("admin", ""), [1]);
}

/// The town with this word in every name, comment, project and key.
fn town_of(word: &str) -> Tables {
    let mut tables = town();
    let say = |part: &str, id: i64| text(&format!("{word} {part} {id}"));
    for did in &mut tables.dids {
        did.comment = say("comment", did.id);
        did.reseller_comment = say("other comment", did.id);
        did.routes_to_openai_project_id = say("project", did.id);
    }
    for user in &mut tables.users {
        user.username = say("user", user.id);
        user.first_name = say("first", user.id);
        user.last_name = say("last", user.id);
    }
    for device in &mut tables.devices {
        device.name = say("device", device.id);
        device.extension = say("extension", device.id);
    }
    for provider in &mut tables.providers {
        provider.name = say("provider", provider.id);
    }
    for plan in &mut tables.dialplans {
        plan.name = say("plan", plan.id);
    }
    for owner in [0, 2, 5] {
        set(&mut tables, "API_Secret_Key", &format!("{word} key"), owner);
    }
    tables
}

#[test]
fn no_name_comment_or_key_is_left_when_anonymised() {
    let server = database(&town_of("geheim"), "");
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("dids.db");
    for anonymize in [false, true] {
        let import = Import::new(&server.url(), &file, anonymize).unwrap();
        import.run(&Stop::default()).unwrap();
        let bytes = fs::read(&file).unwrap();
        assert_eq!(holds(&bytes, "geheim"), !anonymize);
        for kept in ["37060000001", "callingcard", "terminated"] {
            assert!(holds(&bytes, kept), "{kept}");
        }
    }
}

/// A signed request of an anonymised user.
fn signed(user: &str, key: &str, query: &str) -> Ask {
    let hash = sha1(key);
    ask("POST", &format!("u={user}&hash={hash}&{query}"))
}

#[test]
fn an_anonymised_copy_has_the_documented_keys() {
    let server = database(
        &town(),
        "UPDATE conflines SET value = '' WHERE owner_id = 5 AND name LIKE '%Key'",
    );
    let folder = TempDir::new().unwrap();
    let import = Import::new(&server.url(), folder.path().join("dids.db"), true).unwrap();
    import.run(&Stop::default()).unwrap();
    let site = Site::on_local_host(Data::Sqlite(folder), |_| ());
    let admin = site.send(&signed("user0", "secret", ""));
    assert_eq!(admin.ids(), ALL);
    assert_eq!(admin.elements("comment")[0], format!("Comment {ANNA}"));
    assert_eq!(admin.elements("owner")[0], "First3 Last3");
    assert_eq!(admin.elements("device")[0], "SIP/device1");
    assert_eq!(
        admin.elements("routes_to_openai_project_id")[0],
        format!("proj_{ANNA}")
    );
    // Nameless as before, and so shown by the user name.
    assert_eq!(admin.elements("reseller")[2], "user5");
    let shop = site.send(&signed("user2", "secret2", ""));
    assert_eq!(shop.ids(), [BEN, SHOP]);
    assert_eq!(
        shop.elements("comment"),
        [format!("Reseller comment {BEN}")]
    );
    let carrier = site.send(&signed("user5", "secret5", ""));
    assert_eq!(carrier.error(), "API must have Secret Key");
    let found = site.send(&signed("user0", "secret", "search_did_owner=last3"));
    assert_eq!(found.ids(), [ANNA]);
}
