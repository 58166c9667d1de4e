//! Two hosts on one database, behind nginx with its shipped files: calls and lists that a dying
//! host loses, a change of version, and a revoked key. docs/scaling.md has the figures.

use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use dids_tests::client::{self, Connection, written};
use dids_tests::proxy::Proxy;

use crate::asking::{ask, sha1, signed};
use crate::serve;

const CLIENTS: usize = 8;
/// More DIDs than the buffers on the way hold.
const MANY: i64 = 20_000;
const WHILE: Duration = Duration::from_secs(3);

/// nginx before these hosts. One address may make all the calls, and of a list it keeps no more
/// than fits its buffers, as with a list that is longer than its file.
fn before(hosts: &[SocketAddr]) -> Proxy {
    let more: String = hosts[1..]
        .iter()
        .map(|host| format!("server {host}; "))
        .collect();
    // The zone lets nginx's workers share whose turn it is.
    let upstream = format!("zone turns 64k; {more}keepalive 8;");
    let changes = [
        ("keepalive 8;", &*upstream),
        ("rate=20r/s", "rate=100000r/s"),
        ("proxy_max_temp_file_size 64m", "proxy_max_temp_file_size 0"),
    ];
    Proxy::changed(hosts[0], hosts[0], &changes)
}

/// A reader who has seen the beginning of a long list.
fn list(address: SocketAddr) -> Connection {
    let mut reader = Connection::open(address);
    let close = [("Connection", "close")];
    reader.write(&written(&ask("POST", &signed("admin", "")), &close));
    assert_eq!(reader.read_head().status, 200);
    reader.read_some(10_000);
    reader
}

/// Whether the rest of a list comes to its announced end.
fn is_complete(mut reader: Connection) -> bool {
    reader.read_all().ends_with(b"</page>\n\r\n0\r\n\r\n")
}

/// What became of the clients' calls.
#[derive(Default)]
struct Calls {
    answered: AtomicUsize,
    lost: AtomicUsize,
    end: AtomicBool,
}

impl Calls {
    /// Does this while clients ask for a page, each as soon as it is answered.
    fn during(&self, proxy: &Proxy, work: impl FnOnce()) {
        let ask = ask("POST", &signed("admin", "max_results=25"));
        let wanted = client::send(proxy.plain, &ask, &[]);
        assert_eq!(wanted.ids().len(), 25);
        let client = || {
            while !self.end.load(Relaxed) {
                let reply = client::send(proxy.plain, &ask, &[]);
                let is_right = reply.status == 200 && reply.whole && reply.body == wanted.body;
                let count = if is_right { &self.answered } else { &self.lost };
                count.fetch_add(1, Relaxed);
            }
        };
        thread::scope(|scope| {
            for _ in 0..CLIENTS {
                scope.spawn(client);
            }
            // A failure must not leave the clients asking.
            let done = catch_unwind(AssertUnwindSafe(work));
            self.end.store(true, Relaxed);
            done.unwrap_or_else(|failure| resume_unwind(failure));
        });
    }

    /// How many were answered a second from now on.
    fn rate(&self) -> f64 {
        let before = self.answered.load(Relaxed);
        thread::sleep(WHILE);
        let answered = self.answered.load(Relaxed) - before;
        answered as f64 / WHILE.as_secs_f64()
    }
}

#[test]
fn a_dying_host_loses_what_it_had_begun() {
    let site = serve(MANY);
    let other = site.beside();
    let proxy = before(&[site.address(), other.address()]);
    // nginx takes the hosts in turn.
    let lists = [(); 2].map(|()| list(proxy.plain));
    let calls = Calls::default();
    calls.during(&proxy, || {
        let two = calls.rate();
        assert_eq!(calls.lost.load(Relaxed), 0, "with both");
        drop(other);
        thread::sleep(Duration::from_millis(200));
        let lost = calls.lost.load(Relaxed);
        let one = calls.rate();
        println!("{two:.0} requests/s of two hosts, {one:.0} of one; {lost} calls lost");
        assert!(lost <= CLIENTS, "{lost} lost");
        assert_eq!(calls.lost.load(Relaxed), lost, "later");
    });
    let complete = lists.map(is_complete);
    assert_eq!(complete.iter().filter(|it| **it).count(), 1, "{complete:?}");
}

#[test]
fn a_change_of_version_loses_no_call() {
    let site = serve(MANY);
    let new = site.beside();
    let old = site.beside();
    let proxy = before(&[old.address()]);
    let begun = list(proxy.plain);
    let calls = Calls::default();
    calls.during(&proxy, || {
        calls.rate();
        let (from, to) = (old.address(), new.address());
        thread::scope(|scope| {
            let rest = scope.spawn(|| is_complete(begun));
            // Comes back when nothing is under way at the old one.
            proxy.turn(from, to);
            assert!(rest.join().unwrap(), "the list under way");
        });
        drop(old);
        let rate = calls.rate();
        println!("{rate:.0} requests/s of the new host");
    });
    assert_eq!(calls.lost.load(Relaxed), 0);
}

#[test]
fn d22_a_revoked_key_is_refused_by_both_at_once() {
    let site = serve(25);
    let other = site.beside();
    let proxy = before(&[site.address(), other.address()]);
    let hosts = [site.address(), other.address()];
    let is_refused = |host, key: &str| {
        let ask = ask("POST", &format!("u=shop&hash={}", sha1(key)));
        client::send(host, &ask, &[]).error() == "Incorrect hash"
    };
    let calls = Calls::default();
    calls.during(&proxy, || {
        let mut key = "shopkey".to_owned();
        for nth in 0..20 {
            for host in hosts {
                assert!(!is_refused(host, &key), "{key} at {host}");
            }
            let revoked = std::mem::replace(&mut key, format!("key{nth}"));
            site.run_sql(&format!(
                "UPDATE conflines SET value = '{key}' \
                 WHERE name = 'API_Secret_Key' AND owner_id = 2"
            ));
            for host in hosts {
                assert!(is_refused(host, &revoked), "{revoked} at {host}");
            }
        }
    });
    assert_eq!(calls.lost.load(Relaxed), 0);
}
