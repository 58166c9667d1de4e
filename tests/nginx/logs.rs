//! nginx's log: who called, joined with the component's log, without the hash; and
//! what fail2ban reads in it.

use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use dids_host::Action;
use dids_tests::data::many_dids;
use dids_tests::harness::Site;
use dids_tests::manifest::in_repository;
use dids_tests::secrets;

use crate::asking::*;
use crate::proxy::{PATIENCE, Proxy};
use crate::town::town;
use dids_tests::upstream::Upstream;

const NEEDED: &str = "`cargo xtask test` installs it. By hand: apt-get install fail2ban";

#[test]
fn a_line_names_the_caller_and_the_id() {
    let site = Site::inside(&town());
    let proxy = Proxy::start(site.address(), Upstream::named("mor").address);
    proxy.send(&ask("GET", &signed("admin", "")), &[]);
    let log = proxy.access_log(1);
    let words: Vec<_> = log.trim_end().split(' ').collect();
    let value = |name: &str| {
        let mut values = words.iter().filter_map(|word| word.strip_prefix(name));
        values
            .next()
            .unwrap_or_else(|| panic!("no {name} in {log}"))
    };
    assert_eq!(value("client="), "127.0.0.1");
    assert_eq!(value("method="), "GET");
    assert_eq!(value("path="), "\"/billing/api/dids_get\"");
    assert_eq!(value("status="), "200");
    // The component's line may be written after nginx's.
    let id = format!("id={} ", value("id="));
    let began = Instant::now();
    while !site.server().log().contains(&id) {
        let component = site.server().log();
        assert!(began.elapsed() < PATIENCE, "{id}: {component}");
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn d7_no_log_of_nginx_has_a_hash() {
    let site = Site::inside(&many_dids(town(), 20_000));
    let mor = Upstream::named("mor");
    let proxy = Proxy::start(site.address(), mor.address);
    let query = signed("admin", "");
    let mut asked = 0;
    let mut send = |target: &str| {
        asked += 1;
        proxy.send(
            &at("GET", target),
            &[("Referer", &format!("http://x/?{query}"))],
        )
    };
    let target = format!("/billing/api/dids_get?{query}");
    send(&target);
    // Each of these is an error to nginx: an aborted list, a server that is away.
    site.server().faults().set(|call| match call.index < 8 {
        true => Action::Pass,
        false => Action::Fail("disk I/O error".to_owned()),
    });
    assert!(!send(&target).whole);
    send(&format!("/billing/api?action=user_details_get&{query}"));
    send(&format!("/-/dids_get?{query}"));
    drop(site);
    assert_eq!(send(&target).status, 503);
    let log = proxy.access_log(asked) + &proxy.error_logs();
    secrets::assert_not_in_log(&log);
    assert!(!log.contains("hash="), "{log}");
}

/// What fail2ban finds in a log by the shipped filter.
fn found_by_fail2ban(proxy: &Proxy) -> Vec<String> {
    let mut program = Command::new("fail2ban-regex");
    program.args(["--print-all-matched", "--out", "<ip> <outcome>"]);
    program.arg(proxy.file("dids-get.access.log"));
    program.arg(in_repository("deploy/fail2ban/filter.conf"));
    let output = program.output();
    let output = output.unwrap_or_else(|error| panic!("fail2ban-regex: {error}. {NEEDED}"));
    let text = String::from_utf8(output.stdout).expect("text");
    text.lines().map(str::to_owned).collect()
}

/// A component whose outcome is what the query says.
fn outcomes() -> Upstream {
    Upstream::start(false, |seen| {
        let (_, outcome) = seen.target.split_once("u=").expect("an outcome");
        format!("HTTP/1.1 200 OK\r\nX-Dids-Outcome: {outcome}\r\nContent-Length: 2\r\n\r\nok")
            .into_bytes()
    })
}

#[test]
fn fail2ban_finds_who_tries_hashes() {
    let (component, mor) = (outcomes(), Upstream::named("mor"));
    let proxy = Proxy::start(component.address, mor.address);
    let outcomes = ["ok", "incorrect_hash", "no_dids_found", "access_denied"];
    for outcome in outcomes {
        let reply = proxy.send(&ask("POST", &format!("u={outcome}")), &[]);
        // The header is nginx's alone.
        assert_eq!(reply.header("x-dids-outcome"), None);
    }
    // Nobody writes such a line by what it asks for, nor for another's address.
    for path in [
        "/x%22%20status=200%20id=1%20outcome=incorrect_hash",
        "/x%0Atime=2026-11-25T10:00:00+00:00%20client=192.0.2.9%20outcome=incorrect_hash",
        "/billing/api/x%20outcome=incorrect_hash",
    ] {
        proxy.send(&at("POST", path), &[]);
    }
    let log = proxy.access_log(outcomes.len() + 3);
    assert_eq!(log.lines().count(), outcomes.len() + 3, "{log}");
    let found = found_by_fail2ban(&proxy);
    let found: Vec<_> = found.iter().filter(|it| it.contains("127.0.0.1")).collect();
    assert_eq!(found.len(), 2, "{found:?} in {log}");
}

#[test]
fn fail2ban_finds_what_the_component_refuses() {
    let site = Site::inside(&town());
    let proxy = Proxy::start(site.address(), Upstream::named("mor").address);
    let wrong = format!("u=admin&hash={}", sha1("wrong"));
    let refused = [wrong.clone(), wrong + "&test=1", "u=nobody".into()];
    let served = [signed("admin", ""), signed("anna", "search_status=none")];
    for query in refused.iter().chain(&served) {
        let reply = proxy.send(&ask("POST", query), &[]);
        assert_eq!(reply.header("x-dids-outcome"), None);
    }
    proxy.access_log(refused.len() + served.len());
    let found = found_by_fail2ban(&proxy);
    let found = found.iter().filter(|it| it.contains("127.0.0.1"));
    assert_eq!(found.count(), refused.len());
}
