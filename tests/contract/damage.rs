//! D11: files that are damaged, values no column should hold, and a guest that
//! runs out of memory.

use std::fs;

use dids_tests::client::Reply;
use dids_tests::data::Data;
use dids_tests::harness::Site;

use crate::asking::*;
use crate::broken::{Outcome, lose_connection, outcome};
use crate::faults::is_unavailable;
use crate::streaming::{city, dids_up_to};
use crate::town::*;

/// A page of an SQLite file.
const PAGE: usize = 4_096;
/// The most that the host hands over at once, and some more.
const HUGE: usize = 20_000_000;

/// A comment of so many letters, for these DIDs.
fn comment(length: usize, which: &str) -> String {
    format!("UPDATE dids SET comment = printf('%.*c', {length}, '&') WHERE {which};")
}

#[test]
fn d11_a_damaged_file_is_never_a_clean_wrong_answer() {
    let site = Site::inside(&city());
    let right = site.list("admin", "");
    let file = site.database();
    let sound = fs::read(&file).unwrap();
    assert_eq!(sound.len() % PAGE, 0);
    let mut found = Vec::new();
    for page in (0..sound.len() / PAGE).step_by(3) {
        for (start, end, byte) in [(0, PAGE, 0xAA), (0, PAGE, 0), (0, 8, 0xFF)] {
            let mut damaged = sound.clone();
            damaged[page * PAGE + start..page * PAGE + end].fill(byte);
            // Another file of this name, for whoever opens it next.
            let beside = file.with_extension("damaged");
            fs::write(&beside, damaged).unwrap();
            fs::rename(&beside, &file).unwrap();
            lose_connection(&site);
            let reply = site.list("admin", "");
            found.push(outcome(&reply, &right, &format!("page {page}, {byte}")));
        }
    }
    for wanted in [Outcome::Unavailable, Outcome::Broken, Outcome::Whole] {
        assert!(
            found.contains(&wanted),
            "no {wanted:?} among {}",
            found.len()
        );
    }
    fs::write(&file, sound).unwrap();
    lose_connection(&site);
    assert!(site.list("admin", "").body == right.body, "mended");
}

#[test]
fn a_text_of_twenty_million_letters() {
    let site = Site::inside_with_sql(&town(), &comment(HUGE, "id = 13"));
    for (query, escaped) in [("", "&amp;"), ("search_status=closed", "&amp;")] {
        let reply = site.list("admin", query);
        assert!(reply.whole && reply.status == 200, "{query}");
        let comments = reply.elements("comment");
        let longest = comments.iter().map(|comment| comment.len()).max();
        assert_eq!(longest, Some(HUGE * escaped.len()), "{query}");
    }
    let page = site.list("admin", "test=1&search_status=closed");
    assert!(page.whole && page.body.len() > 2 * HUGE, "{}", page.status);
    assert_eq!(site.ids("anna", ""), [ANNA]);
}

#[test]
fn rows_that_are_too_much_for_the_host_together() {
    let site = Site::inside_with_sql(&town(), &comment(HUGE, "1 = 1"));
    // Not a short list; in pages that the host can hand over, everything.
    is_unavailable(&site.list("admin", ""));
    for (place, id) in (1..).zip(ALL) {
        let ids = site.ids("admin", &format!("from={place}&max_results=1"));
        assert_eq!(ids, [id]);
    }
}

/// Whether the host answers for a component that failed, or aborts for it.
fn is_trapped(reply: &Reply) -> bool {
    let host = reply.whole && reply.status == 500 && reply.text().starts_with("The component");
    host || (!reply.whole && [0, 200].contains(&reply.status))
}

#[test]
fn d11_a_guest_that_traps_is_never_a_clean_answer() {
    let last = "did = (SELECT max(did) FROM dids WHERE did LIKE '370%')";
    // On the only page, and on the last of many.
    for (more, which) in [
        ("", "id = 11".to_owned()),
        (&*dids_up_to(5_000), last.to_owned()),
    ] {
        let sql = format!("{more};{}", comment(HUGE, &which));
        let site = Site::on_local_host(Data::sqlite(&town(), &sql), |settings| {
            settings.guest_memory = 8 << 20;
        });
        let reply = site.list("admin", "");
        assert!(
            is_trapped(&reply),
            "{}, whole: {}",
            reply.status,
            reply.whole
        );
        assert!(!reply.body.ends_with(b"</page>\n"));
        // The next request is served, by another instance.
        assert_eq!(site.ids("admin", "search_status=closed"), [BEN]);
        let log = site.server().log();
        assert!(log.contains("the component failed"), "{log}");
        assert!(
            !log.contains(&sha1("secret")) && !log.contains("&&&"),
            "no data"
        );
    }
}
