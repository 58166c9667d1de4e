//! `clients/sync.py`, which keeps a copy in step (D32 and D34), against a database that
//! changes between its runs and during them.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use dids_host::Action;
use dids_tests::data::many_dids;
use dids_tests::harness::Site;
use dids_tests::manifest::in_repository;
use serde_json::Value;

use crate::asking::*;
use crate::faults::fail_from_page;
use crate::town::*;

/// Runs it once.
fn run(site: &Site, file: &Path, caller: &str, how: &str) -> Output {
    let mut python = Command::new("python3");
    python
        .arg(in_repository("clients/sync.py"))
        .arg(file)
        .arg(how);
    python.env("DIDS_URL", format!("http://{}/billing/api", site.address()));
    python
        .env("DIDS_USER", caller)
        .env("DIDS_KEY", key_of(caller));
    python.env("NO_PROXY", "*").stdin(Stdio::null());
    python.output().expect("Python")
}

/// The same, successfully; what it says.
fn synced(site: &Site, file: &Path, caller: &str, how: &str) -> String {
    let output = run(site, file, caller, how);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    String::from_utf8(output.stdout)
        .expect("UTF-8")
        .trim_end()
        .to_owned()
}

/// The copy, by id.
fn copy(file: &Path) -> BTreeMap<i64, Value> {
    let copy = rusqlite::Connection::open(file).expect("a copy");
    let mut rows = copy.prepare("SELECT id, value FROM dids").expect("a table");
    let row = |row: &rusqlite::Row| Ok((row.get(0)?, row.get::<_, String>(1)?));
    let rows = rows.query_map([], row).expect("rows");
    let parsed = rows
        .map(|row| row.expect("a row"))
        .map(|(id, text)| (id, serde_json::from_str(&text).expect("JSON")));
    parsed.collect()
}

/// What the copy has to be.
fn listed(site: &Site, caller: &str) -> BTreeMap<i64, Value> {
    let ask = ask("POST", &signed(caller, "")).with("Accept", "application/json");
    let page: Value = serde_json::from_slice(&site.send(&ask).body).expect("JSON");
    let dids = page["dids"].as_array().expect("a list").iter();
    dids.map(|did| (did["id"].as_i64().expect("an id"), did.clone()))
        .collect()
}

/// So many DIDs, each changed at a time of its own.
fn site() -> Site {
    Site::inside(&many_dids(town(), 2_500))
}

#[test]
fn d34_a_copy_follows_the_changes() {
    let (site, folder) = (site(), tempfile::tempdir().expect("a folder"));
    let file = folder.path().join("copy.db");
    assert_eq!(
        synced(&site, &file, "admin", ""),
        "2500 DIDs, 2500 new or changed, 0 gone"
    );
    assert_eq!(copy(&file), listed(&site, "admin"));
    for (at, sql) in [
        "UPDATE dids SET comment = 'changed', updated_at = '2026-06-01 10:00:00' WHERE id IN (5, 2400)",
        // In the same second as what is known, and number and holder too.
        "UPDATE dids SET did = '1', user_id = 0, updated_at = '2026-06-01 10:00:00' WHERE id = 7",
        "INSERT INTO dids (id, did, status, updated_at) VALUES (9000, '5', 'free', '2026-06-01 10:00:01')",
        // Written late: the time is a little older than the newest known.
        "UPDATE dids SET status = 'free', updated_at = '2026-06-01 09:51:00' WHERE id = 9",
        // In the second of two hours that the server's zone repeats.
        "UPDATE dids SET status = 'free', updated_at = '2026-06-01 09:00:02' WHERE id = 8",
        "SELECT 1",
    ]
    .into_iter()
    .enumerate()
    {
        site.run_sql(sql);
        synced(&site, &file, "admin", "");
        assert_eq!(copy(&file), listed(&site, "admin"), "step {at}");
    }
}

#[test]
fn d34_what_is_gone_shows_in_the_whole_list() {
    let (site, folder) = (site(), tempfile::tempdir().expect("a folder"));
    let file = folder.path().join("copy.db");
    synced(&site, &file, "admin", "");
    site.run_sql("DELETE FROM dids WHERE id IN (3, 1200, 2500)");
    assert_eq!(
        synced(&site, &file, "admin", ""),
        "2500 DIDs, 0 new or changed, 0 gone"
    );
    assert_eq!(
        synced(&site, &file, "admin", "full"),
        "2497 DIDs, 0 new or changed, 3 gone"
    );
    assert_eq!(copy(&file), listed(&site, "admin"));
    // A day later it asks for it by itself.
    site.run_sql("DELETE FROM dids WHERE id = 4");
    let kept = rusqlite::Connection::open(&file).expect("a copy");
    kept.execute("UPDATE full_lists SET at = at - 86400", [])
        .expect("a day");
    drop(kept);
    assert_eq!(
        synced(&site, &file, "admin", ""),
        "2496 DIDs, 0 new or changed, 1 gone"
    );
}

#[test]
fn d32_a_copy_of_rows_that_change_during_the_walk() {
    let (site, folder) = (site(), tempfile::tempdir().expect("a folder"));
    let file = folder.path().join("copy.db");
    synced(&site, &file, "admin", "");
    let write = site.writer();
    site.server().faults().set(move |call| {
        // A number that moves to where the walk has been; one that goes, one that comes.
        let nth = 2_000 + call.index;
        write(&format!(
            "UPDATE dids SET did = '1{nth}', updated_at = '2026-06-01 10:00:00' WHERE id = {nth}; \
             DELETE FROM dids WHERE id = {nth} - 500; \
             INSERT INTO dids (id, did, status, updated_at) VALUES ({nth} + 5000, '2', 'free', '2026-06-01 10:00:00')"
        ));
        Action::Pass
    });
    synced(&site, &file, "admin", "full");
    site.server().faults().clear();
    let (kept, now) = (copy(&file), listed(&site, "admin"));
    // What went during the walk may still be there; nothing that stays is missing.
    assert!(
        now.keys().all(|id| kept.contains_key(id) || *id > 7_000),
        "none is lost"
    );
    assert!(
        now.len() < 2_600 && !now.contains_key(&1_502),
        "rows came and went"
    );
    synced(&site, &file, "admin", "full");
    assert_eq!(copy(&file), now);
}

#[test]
fn d11_a_run_that_fails_leaves_the_copy() {
    let (site, folder) = (site(), tempfile::tempdir().expect("a folder"));
    let file = folder.path().join("copy.db");
    synced(&site, &file, "shop", "");
    assert_eq!(copy(&file), listed(&site, "shop"));
    synced(&site, &file, "admin", "full");
    let before = copy(&file);
    assert_eq!(before.len(), 2_500);
    site.run_sql("UPDATE dids SET comment = 'changed'");
    let output = Command::new("python3")
        .arg(in_repository("clients/sync.py"))
        .arg(&file)
        .arg("full")
        .env("DIDS_URL", format!("http://{}/billing/api", site.address()))
        .env("DIDS_USER", "admin")
        .env("DIDS_KEY", "wrong")
        .output()
        .expect("Python");
    assert!(!output.status.success());
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "error: Incorrect hash\n"
    );
    assert_eq!(copy(&file), before);
    // The second page cannot be read: nothing of the first stays.
    fail_from_page(&site, 1);
    let output = run(&site, &file, "admin", "full");
    site.server().faults().clear();
    assert!(!output.status.success());
    assert_eq!(copy(&file), before);
}
