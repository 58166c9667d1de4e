//! Who answers: the component its method, MOR everything else.

use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use dids_tests::harness::Site;
use dids_tests::manifest::{in_repository, read};

use crate::asking::*;
use crate::proxy::{PATIENCE, Proxy};
use crate::town::{ALL, town};
use dids_tests::upstream::Upstream;

/// nginx before two upstreams that answer with their names.
fn before_two() -> (Proxy, Upstream, Upstream) {
    let (component, mor) = (Upstream::named("component"), Upstream::named("mor"));
    let proxy = Proxy::start(component.address, mor.address);
    (proxy, component, mor)
}

#[test]
fn dids_get_goes_to_the_component_in_every_form() {
    let (proxy, component, mor) = before_two();
    // What is asked, and what the component is then asked.
    for (target, asked) in [
        ("/billing/api/dids_get?u=a", "/billing/api/dids_get?u=a"),
        ("/billing/api/dids_get/?u=a", "/billing/api/dids_get?u=a"),
        ("/billing/api/dids_get", "/billing/api/dids_get"),
        ("/api/dids_get?u=a", "/billing/api/dids_get?u=a"),
        ("//billing//api///dids_get?u=a", "/billing/api/dids_get?u=a"),
        (
            "/billing/api/dids_get?action=x",
            "/billing/api/dids_get?action=x",
        ),
        (
            "/billing/api?action=dids_get&u=a",
            "/billing/api?action=dids_get&u=a",
        ),
        (
            "/billing/api/?u=a&action=dids_get",
            "/billing/api?u=a&action=dids_get",
        ),
        (
            "//billing/api/?action=dids_get",
            "/billing/api?action=dids_get",
        ),
        (
            "/api?action=dids_get&u=%26%2F",
            "/billing/api?action=dids_get&u=%26%2F",
        ),
        (
            "/api/dids_get?u=a//b%20+c&u=",
            "/billing/api/dids_get?u=a//b%20+c&u=",
        ),
    ] {
        for method in ["GET", "POST", "PUT"] {
            let reply = proxy.send(&at(method, target), &[]);
            assert_eq!(reply.text(), "component", "{method} {target}");
            let seen = component.seen().pop().expect("a request");
            assert_eq!((&*seen.method, &*seen.target), (method, asked));
        }
    }
    assert!(mor.seen().is_empty());
}

#[test]
fn everything_else_goes_to_mor_as_it_was_sent() {
    let (proxy, component, mor) = before_two();
    for target in [
        "/",
        "/billing/api",
        "/billing/api/",
        "/billing/api?action=user_details_get&x=dids_get",
        "/billing/api?action=dids_get_x",
        "/billing/api?action=dids_get;x=1",
        "/billing/api?action=DIDS_GET",
        "/billing/api/user_details_get?action=dids_get",
        "/billing/api/dids_get_all",
        "/billing/api/dids_get/x?action=dids_get",
        "/other/billing/api/dids_get",
        "/x?y=/billing/api/dids_get",
        "/billing//callc/login?x=%2f//",
        "/-/dids_get?u=a",
        "/readyz",
        "/healthz",
    ] {
        let reply = proxy.send(&at("POST", target), &[("X-Forwarded-For", "192.0.2.1")]);
        let is_internal = target.starts_with("/-/");
        if is_internal {
            assert_eq!(reply.status, 404, "{target}");
            continue;
        }
        assert_eq!(reply.text(), "mor", "{target}");
        let seen = mor.seen().pop().expect("a request");
        assert_eq!(seen.target, target);
        assert_eq!(seen.header("host"), Some("dids.test"));
        assert_eq!(seen.header("x-forwarded-for"), Some("192.0.2.1, 127.0.0.1"));
    }
    assert!(component.seen().is_empty());
}

/// A proxy decides before it has the body; docs/nginx.md says what to do.
#[test]
fn an_action_in_a_body_goes_to_mor() {
    let (proxy, component, mor) = before_two();
    let mut ask = ask_by_body("application/x-www-form-urlencoded", "action=dids_get&u=a");
    ask.target = "/billing/api".into();
    assert_eq!(proxy.send(&ask, &[]).text(), "mor");
    assert_eq!(mor.seen().pop().expect("a request").body, ask.body);
    // What to do: name the method in the path, or in the query.
    for target in ["/billing/api/dids_get", "/billing/api?action=dids_get"] {
        ask.target = target.into();
        assert_eq!(proxy.send(&ask, &[]).text(), "component", "{target}");
        assert_eq!(component.seen().pop().expect("a request").body, ask.body);
    }
}

#[test]
fn the_component_is_asked_over_one_kept_connection() {
    let (proxy, component, _mor) = before_two();
    for _ in 0..10 {
        assert_eq!(proxy.send(&ask("POST", "u=a"), &[]).text(), "component");
    }
    let seen = component.seen();
    assert!(seen.iter().all(|it| it.header("connection").is_none()));
    assert_eq!((seen.len(), component.connections()), (10, 1));
}

#[test]
fn a_kept_connection_that_was_closed_is_no_error() {
    let mor = Upstream::named("mor");
    let component = Upstream::start(true, |_| dids_tests::upstream::answer("text/plain", "ok"));
    let proxy = Proxy::start(component.address, mor.address);
    for _ in 0..5 {
        assert_eq!(proxy.send(&ask("POST", "u=a"), &[]).text(), "ok");
    }
    assert_eq!(component.connections(), 5);
}

#[test]
fn what_callers_say_of_themselves_is_not_handed_on() {
    let (proxy, component, _mor) = before_two();
    let odd = "x".repeat(65);
    for (id, is_kept) in [("shop-17.a_B", true), ("two words", false), (&odd, false)] {
        let headers = [
            ("X-Request-Id", id),
            ("Spin-Path-Info", "/billing/api"),
            ("Accept-Encoding", "gzip"),
            ("Accept", "text/csv"),
        ];
        proxy.send(&ask("GET", "u=a"), &headers);
        let seen = component.seen().pop().expect("a request");
        assert_eq!(seen.header("spin-path-info"), None);
        assert_eq!(seen.header("accept-encoding"), None);
        assert_eq!(seen.header("accept"), Some("text/csv"));
        let given = seen.header("x-request-id").expect("an id");
        assert_eq!(given == id, is_kept, "{given}");
        assert!(given.len() <= 64);
    }
}

#[test]
fn without_tls_the_answer_is_308() {
    let (proxy, component, mor) = before_two();
    let target = "/billing/api?action=dids_get&u=a";
    let reply = dids_tests::client::send(proxy.redirect, &at("POST", target), &[]);
    assert_eq!(reply.status, 308);
    let wanted = format!("https://mor.example.com{target}");
    assert_eq!(reply.header("location"), Some(&*wanted));
    assert!(component.seen().is_empty() && mor.seen().is_empty());
}

#[test]
fn the_list_over_tls_as_an_integrator_asks() {
    let site = Site::inside(&town());
    let proxy = Proxy::start(site.address(), Upstream::named("mor").address);
    let name = format!("mor.example.com:{}", proxy.tls.port());
    let mut curl = Command::new("curl");
    curl.args(["--silent", "--show-error", "--noproxy", "*", "--data", "@-"]);
    curl.arg("--cacert").arg(proxy.file("mor.example.com.pem"));
    curl.args(["--resolve", &format!("{name}:127.0.0.1"), "--compressed"]);
    curl.arg(format!("https://{name}/billing/api?action=dids_get"));
    let body = proxy.file("body");
    std::fs::write(&body, signed("admin", "")).expect("a file");
    curl.stdin(std::fs::File::open(&body).expect("a file"));
    let output = curl.output().expect("curl");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    assert!(output.stdout == site.list("admin", "").body);
    assert_eq!(site.ids("admin", ""), ALL);
}

/// The clients name the method in the path, so they reach the component here too.
#[test]
fn the_clients_reach_the_component() {
    let site = Site::inside(&town());
    let mor = Upstream::named("mor");
    let proxy = Proxy::start(site.address(), mor.address);
    for (program, file) in [
        ("bash", "dids.sh"),
        ("python3", "dids.py"),
        ("php", "dids.php"),
    ] {
        let mut client = Command::new(program);
        client
            .arg(in_repository("clients").join(file))
            .arg("stream");
        client.env("DIDS_URL", format!("http://{}/billing/api", proxy.plain));
        client
            .env("DIDS_USER", "admin")
            .env("DIDS_KEY", "secret")
            .env("NO_PROXY", "*");
        let output = client.output().expect(program);
        let printed = String::from_utf8_lossy(&output.stdout);
        assert_eq!(printed.lines().count(), ALL.len(), "{file}: {output:?}");
    }
    assert!(mor.seen().is_empty());
}

/// docs/adopting.md has MOR answer while the component is asked too.
#[test]
fn a_shadow_is_asked_and_never_answers() {
    let page = read(&in_repository("docs/adopting.md"));
    let blocks = page.split("```nginx\n").skip(1);
    let [mirror, location] = blocks
        .map(|it| it.split("```").next().expect("a block"))
        .collect::<Vec<_>>()[..]
    else {
        panic!("two blocks")
    };
    let switch =
        "        if ($dids_get_path) {\n            rewrite ^ /-/dids_get last;\n        }\n";
    let next = "    # What nginx refuses itself, said";
    let place = format!("{location}\n{next}");
    let (component, mor) = (Upstream::named("component"), Upstream::named("mor"));
    let changes = [(switch, mirror), (next, &place)];
    let proxy = Proxy::changed(component.address, mor.address, &changes);
    for (target, asked) in [
        ("/billing/api?action=user_get", None),
        ("/", None),
        (
            "//api/dids_get/?u=a%20b",
            Some("/billing/api/dids_get?u=a%20b"),
        ),
        (
            "/billing/api/?action=dids_get&u=a",
            Some("/billing/api?action=dids_get&u=a"),
        ),
    ] {
        let mut ask = ask_by_body("application/x-www-form-urlencoded", "hash=1");
        ask.target = target.into();
        let (before, began) = (component.seen().len(), Instant::now());
        assert_eq!(proxy.send(&ask, &[]).text(), "mor", "{target}");
        assert_eq!(mor.seen().pop().expect("a request").target, target);
        // nginx asks the shadow at its own time; a call that it must not ask has had some.
        while asked.is_some() && component.seen().len() == before && began.elapsed() < PATIENCE {
            thread::sleep(Duration::from_millis(5));
        }
        let seen = component.seen().split_off(before).pop();
        assert_eq!(seen.as_ref().map(|it| &*it.target), asked);
        assert!(seen.is_none_or(|it| it.body == ask.body));
    }
    assert_eq!(component.seen().len(), 2);
    // One that is down holds up nobody.
    let nobody = std::net::SocketAddr::from(([127, 0, 0, 1], 9));
    let proxy = Proxy::changed(nobody, mor.address, &changes);
    assert_eq!(proxy.send(&at("GET", "/api/dids_get"), &[]).text(), "mor");
}
