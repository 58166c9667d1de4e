//! Long lists and compression: the same bytes, as they are made, and an aborted list
//! seen as aborted.

use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use dids_host::Action;
use dids_tests::client::{Connection, Reply, written};
use dids_tests::data::many_dids;
use dids_tests::harness::Site;
use flate2::write::GzDecoder;

use crate::asking::*;
use crate::proxy::Proxy;
use crate::town::town;
use dids_tests::upstream::{Upstream, answer};

/// Asks for gzip.
const GZIP: (&str, &str) = ("Accept-Encoding", "gzip");
/// Enough DIDs for some twenty questions to the database.
const MANY: i64 = 20_000;
/// The question at which something happens: rows came before, more would follow.
const MIDDLE: u64 = 8;

fn long() -> Site {
    Site::inside(&many_dids(town(), MANY))
}

fn before(site: &Site, more: &[(&str, &str)]) -> Proxy {
    Proxy::changed(site.address(), Upstream::named("mor").address, more)
}

/// The bytes that gzip made these of, as far as they came.
fn decompressed(bytes: &[u8]) -> Vec<u8> {
    let mut decoder = GzDecoder::new(Vec::new());
    decoder.write_all(bytes).expect("gzip");
    decoder.flush().expect("gzip");
    decoder.get_ref().clone()
}

/// The admin's list through nginx.
fn list(proxy: &Proxy, headers: &[(&str, &str)]) -> Reply {
    proxy.send(&ask("POST", &signed("admin", "")), headers)
}

#[test]
fn gzip_gives_the_same_bytes() {
    let site = long();
    let proxy = before(&site, &[]);
    let right = site.list("admin", "").body;
    let plain = list(&proxy, &[]);
    assert!(plain.whole && plain.body == right);
    assert_eq!(plain.header("content-encoding"), None);
    let packed = list(&proxy, &[GZIP]);
    assert!(packed.whole && packed.body.len() * 5 < right.len());
    assert_eq!(packed.header("content-encoding"), Some("gzip"));
    // Else a cache would hand it to those who cannot read it.
    let varies = packed.headers.iter().filter(|(name, _)| name == "vary");
    assert!(varies.clone().any(|(_, value)| value == "Accept-Encoding"));
    let mut whole = GzDecoder::new(Vec::new());
    whole.write_all(&packed.body).expect("gzip");
    assert!(whole.finish().expect("a whole gzip file") == right);
}

#[test]
fn xml_json_csv_and_html_are_compressed() {
    let large = "0123456789,".repeat(500);
    for kind in ["text/xml", "text/html", "application/json", "text/csv"] {
        let kind = format!("{kind}; charset=utf-8");
        let body = large.clone();
        let component = Upstream::start(false, move |_| answer(&kind, &body));
        let proxy = Proxy::start(component.address, component.address);
        let reply = proxy.send(&ask("GET", "u=a"), &[GZIP]);
        assert_eq!(reply.header("content-encoding"), Some("gzip"));
        assert_eq!(decompressed(&reply.body), large.as_bytes());
    }
}

#[test]
fn a_short_answer_is_left_as_it_is() {
    let site = Site::inside(&town());
    let proxy = before(&site, &[]);
    let reply = proxy.send(&ask("POST", &signed("admin", "from=99")), &[GZIP]);
    assert_eq!(reply.error(), "No DIDs found");
    assert_eq!(reply.header("content-encoding"), None);
}

/// Waits until it is let go on, for a minute at most.
fn wait_for(flag: &AtomicBool) {
    let began = Instant::now();
    while !flag.load(Relaxed) && began.elapsed() < Duration::from_secs(60) {
        thread::sleep(Duration::from_millis(5));
    }
}

/// The data of the next chunk of an answer.
fn chunk(connection: &mut Connection) -> Vec<u8> {
    let line = String::from_utf8(connection.read_until(b"\r\n")).expect("a size");
    let size = u64::from_str_radix(line.trim_end(), 16).expect("a size");
    let data = connection.read_some(size);
    connection.read_until(b"\r\n");
    data
}

#[test]
fn the_first_byte_comes_before_the_last_is_made() {
    let site = long();
    let proxy = before(&site, &[]);
    for headers in [&[][..], &[GZIP]] {
        let go_on = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&go_on);
        site.server().faults().set(move |call| {
            if call.index >= MIDDLE {
                wait_for(&flag);
            }
            Action::Pass
        });
        let mut reader = Connection::open(proxy.plain);
        reader.write(&written(&ask("POST", &signed("admin", "")), headers));
        assert_eq!(reader.read_head().status, 200);
        let mut came = Vec::new();
        let shown = |came: &[u8]| match headers.is_empty() {
            true => came.to_vec(),
            false => decompressed(came),
        };
        while !String::from_utf8_lossy(&shown(&came)).contains("</did>\n") {
            came.extend(chunk(&mut reader));
        }
        assert!(!go_on.swap(true, Relaxed), "the list was still being made");
        loop {
            let next = chunk(&mut reader);
            if next.is_empty() {
                break;
            }
            came.extend(next);
        }
        site.server().faults().clear();
        assert!(shown(&came) == site.list("admin", "").body);
    }
}

/// From the middle of a list on, the database fails.
fn fail(site: &Site) {
    site.server()
        .faults()
        .set(|call| match call.index < MIDDLE {
            true => Action::Pass,
            false => Action::Fail("disk I/O error".to_owned()),
        });
}

#[test]
fn d11_an_aborted_list_is_seen_as_aborted() {
    let site = long();
    let proxy = before(&site, &[]);
    let right = site.list("admin", "").body;
    for headers in [&[][..], &[GZIP]] {
        fail(&site);
        let reply = list(&proxy, headers);
        site.server().faults().clear();
        assert_eq!(reply.status, 200);
        assert!(!reply.whole, "{headers:?}: it ends like a whole one");
        let came = match headers.is_empty() {
            true => reply.body,
            false => decompressed(&reply.body),
        };
        assert!(!came.is_empty() && came.len() < right.len());
        assert!(right.starts_with(&came), "{headers:?}: wrong rows");
        // The next call is answered.
        assert!(list(&proxy, &[]).body == right);
    }
}

/// Why the shipped file asks by HTTP/1.1: this is what it keeps away.
#[test]
fn with_http_1_0_an_aborted_list_looks_whole() {
    let site = long();
    let old = [("proxy_http_version 1.1;", "proxy_http_version 1.0;")];
    let proxy = before(&site, &old);
    let right = site.list("admin", "").body;
    fail(&site);
    let reply = list(&proxy, &[]);
    site.server().faults().clear();
    assert!(reply.whole, "nginx sees it now: put docs/nginx.md right");
    assert!(reply.body.len() < right.len() && right.starts_with(&reply.body));
}

#[test]
fn the_components_own_503_is_handed_on() {
    let site = Site::inside(&town());
    let proxy = before(&site, &[]);
    let failure = Action::Fail("disk I/O error".to_owned());
    site.server().faults().set(move |_| failure.clone());
    let reply = list(&proxy, &[]);
    assert_eq!(reply.status, 503);
    assert_eq!(reply.error(), "Service temporarily unavailable");
    assert_eq!(reply.header("retry-after"), Some("5"));
}
