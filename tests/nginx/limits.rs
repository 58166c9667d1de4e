//! What nginx refuses itself, each time as the API says it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use dids_tests::client::{Connection, Reply, written};
use dids_tests::harness::Site;

use crate::asking::*;
use crate::proxy::Proxy;
use crate::town::{ALL, town};
use dids_tests::upstream::{Upstream, answer};

/// The connections that `deploy/nginx/site.conf` allows an address.
const CONNECTIONS: usize = 16;
/// The calls that may wait for their turn.
const BURST: usize = 100;
const FORM: &str = "application/x-www-form-urlencoded";

/// A refusal as the API words it.
fn is_refusal(reply: &Reply, status: u16, error: &str, retry_after: Option<&str>) {
    assert_eq!((reply.status, reply.error()), (status, error));
    assert_eq!(reply.header("retry-after"), retry_after);
    for (name, value) in [
        ("content-type", "text/xml; charset=utf-8"),
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
    ] {
        assert_eq!(reply.header(name), Some(value));
    }
    assert!(reply.header("x-request-id").is_some());
}

#[test]
fn a_body_of_64_kib_is_the_longest() {
    let site = Site::inside(&town());
    let mor = Upstream::named("mor");
    let proxy = Proxy::start(site.address(), mor.address);
    let signed = signed("admin", "");
    let body = |length: usize| {
        let values = "&x=".to_owned() + &"y".repeat(1_000);
        let text = signed.clone() + &values.repeat(70);
        ask_by_body(FORM, text.as_bytes()[..length].to_vec())
    };
    assert_eq!(proxy.send(&body(65_536), &[]).ids(), ALL);
    let refused = proxy.send(&body(65_537), &[]);
    is_refusal(
        &refused,
        413,
        "Request body is larger than 65536 bytes",
        None,
    );
    // In the words of the component itself.
    assert_eq!(refused.body, site.send(&body(65_537)).body);
    // The component is not even asked.
    let told = Upstream::named("component");
    let proxy = Proxy::start(told.address, mor.address);
    assert_eq!(proxy.send(&body(65_537), &[]).status, 413);
    assert!(told.seen().is_empty());
    // MOR has limits of its own.
    let mut upload = body(65_537);
    upload.target = "/billing/tariffs/import_csv".into();
    assert_eq!(proxy.send(&upload, &[]).text(), "mor");
}

#[test]
fn a_component_that_is_away_is_503_with_a_time() {
    let mor = Upstream::named("mor");
    let gone = Site::inside(&town()).address();
    let proxy = Proxy::start(gone, mor.address);
    let reply = proxy.send(&ask("POST", "u=a"), &[("X-Request-Id", "shop-1")]);
    let unavailable = "Service temporarily unavailable";
    is_refusal(&reply, 503, unavailable, Some("5"));
    assert_eq!(reply.header("x-request-id"), Some("shop-1"));
    // MOR's other methods are served.
    assert_eq!(proxy.send(&at("GET", "/billing/api"), &[]).text(), "mor");
}

#[test]
fn the_allow_list_of_the_example() {
    let (component, mor) = (Upstream::named("component"), Upstream::named("mor"));
    for (address, is_allowed) in [("192.0.2.10", false), ("127.0.0.1", true)] {
        let lines = format!("allow {address}; allow 198.51.100.0/24; deny all;");
        let example = "#allow 192.0.2.10; allow 198.51.100.0/24; deny all;";
        let proxy = Proxy::changed(component.address, mor.address, &[(example, &lines)]);
        let reply = proxy.send(&ask("POST", "u=a"), &[]);
        match is_allowed {
            true => assert_eq!(reply.text(), "component"),
            false => is_refusal(&reply, 403, "Calls from this address are not allowed", None),
        }
        // It is about this method alone.
        assert_eq!(proxy.send(&at("GET", "/billing/api"), &[]).text(), "mor");
    }
    assert_eq!(component.seen().len(), 1);
}

#[test]
fn an_address_has_16_calls_at_once() {
    let go_on = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&go_on);
    let component = Upstream::start(false, move |_| {
        let began = Instant::now();
        while !flag.load(Relaxed) && began.elapsed() < Duration::from_secs(60) {
            thread::sleep(Duration::from_millis(5));
        }
        answer("text/plain", "served")
    });
    let proxy = Proxy::start(component.address, component.address);
    let request = written(&ask("POST", "u=a"), &[]);
    let mut busy: Vec<_> = (0..CONNECTIONS)
        .map(|_| {
            let mut connection = Connection::open(proxy.plain);
            connection.write(&request);
            connection
        })
        .collect();
    let began = Instant::now();
    while component.seen().len() < CONNECTIONS {
        assert!(began.elapsed() < Duration::from_secs(30), "not all came");
        thread::sleep(Duration::from_millis(5));
    }
    let refused = proxy.send(&ask("POST", "u=a"), &[]);
    is_refusal(&refused, 429, "Too many requests", Some("5"));
    go_on.store(true, Relaxed);
    for connection in &mut busy {
        assert_eq!(connection.read("POST").text(), "served");
    }
    assert_eq!(proxy.send(&ask("POST", "u=a"), &[]).text(), "served");
}

#[test]
fn calls_beyond_the_rate_wait_and_then_are_refused() {
    let component = Upstream::named("served");
    let proxy = Proxy::start(component.address, component.address);
    let request = written(&ask("POST", "u=a"), &[]);
    // So many at once that the allowed rate of some seconds does not let all pass.
    let mut callers: Vec<_> = (0..4 * BURST)
        .map(|_| {
            let mut connection = Connection::open(proxy.plain);
            connection.write(&request);
            connection
        })
        .collect();
    let statuses = callers.iter_mut().map(|caller| caller.read("POST").status);
    let statuses: Vec<_> = statuses.collect();
    let served = statuses.iter().filter(|status| **status == 200).count();
    let refused = statuses.iter().filter(|status| **status == 429).count();
    assert_eq!(served + refused, 4 * BURST, "{statuses:?}");
    assert!(served > BURST && refused > 0, "{served} of {}", 4 * BURST);
}
