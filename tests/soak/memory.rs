//! Nothing grows: not the guests, not what they hold, not the host.

use std::thread;
use std::time::{Duration, Instant};

use dids_host::Stats;
use dids_tests::client::Reply;
use dids_tests::harness::Site;

use crate::{CALLERS, Known, ask_all, known, requests, tables};

/// By how much the host may have grown at last: allocators keep what threads
/// used once. A leak of 100 bytes for each of 500,000 requests is more.
const GROWTH: u64 = 32 << 20;

fn is_right(known: &Known, reply: &Reply) {
    let is_right = reply.whole && reply.body == known.body;
    assert!(is_right, "{:?}", known.ask);
}

/// The counters once instances that wait for a request have ended.
fn at_rest(site: &Site) -> Stats {
    let began = Instant::now();
    loop {
        let stats = site.server().stats();
        if stats.instances_live == 0 {
            return stats;
        }
        assert!(began.elapsed() < Duration::from_secs(60), "{stats:?}");
        thread::sleep(Duration::from_millis(50));
    }
}

/// Memory of this process in use, in bytes; none where nothing tells.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes * 1_024)
}

#[test]
fn memory_stays_flat() {
    let tables = tables();
    let site = Site::inside_and_ending(&tables, "");
    let known = known(&site, &tables);
    // One caller alone first: what an instance takes then depends on nothing but what is
    // asked. How many meet in one when several call is up to the machine.
    ask_all(&site, &known, 1, (requests() / 16).max(500), is_right);
    let alone = at_rest(&site);
    ask_all(&site, &known, 1, (requests() / 4).max(2_000), is_right);
    let still_alone = at_rest(&site);
    assert!(still_alone.guest_memory_peak * 10 <= alone.guest_memory_peak * 11);
    // What is kept for good is kept by then.
    ask_all(
        &site,
        &known,
        CALLERS,
        (requests() / 4).max(2_000),
        is_right,
    );
    let (early, early_resident) = (at_rest(&site), resident());
    ask_all(&site, &known, CALLERS, requests(), is_right);
    let (late, late_resident) = (at_rest(&site), resident());
    println!("{still_alone:#?}\n{early:#?}\n{late:#?}");
    println!("resident: {early_resident:?}, {late_resident:?} bytes");
    // As if all of them always met.
    assert!(late.guest_memory_peak <= 8 << 20);
    assert!(late.guest_memory_peak <= CALLERS * still_alone.guest_memory_peak);
    assert_eq!((late.instances_live, late.database_handles_live), (0, 0));
    if let (Some(early), Some(late)) = (early_resident, late_resident) {
        assert!(late <= early + GROWTH, "{early} bytes, then {late}");
    }
}
