//! Processor time: what an answer takes of a machine, whatever else that does. The
//! system counts it in hundredths of a second, so it is for rounds of many answers.

use anyhow::{Context, Result};
use std::fs;

/// Milliseconds of the system's unit, which Linux has on every machine.
const TICK: f64 = 10.0;

/// The processor time of this process but for this thread, in ms: what the servers took,
/// while a client runs on this thread.
///
/// # Errors
/// The system has no such files.
pub fn of_servers() -> Result<f64> {
    let own = fs::read_to_string("/proc/thread-self/schedstat")?;
    let own = own.split(' ').next().context("no time")?;
    let own = own.parse::<f64>()? / 1e6;
    let (_, all) = time(&fs::read_to_string("/proc/self/stat")?)?;
    Ok(all - own)
}

/// The processor time of the processes of a group, in ms.
///
/// # Errors
/// The system has no such files.
pub fn of_group(group: u32) -> Result<f64> {
    let mut all = 0.0;
    for entry in fs::read_dir("/proc")? {
        // Whatever is no process, or is one no more.
        let Ok(stat) = fs::read_to_string(entry?.path().join("stat")) else {
            continue;
        };
        if let Ok((of, time)) = time(&stat)
            && of == group
        {
            all += time;
        }
    }
    Ok(all)
}

/// The group of a process, and its time.
fn time(stat: &str) -> Result<(u32, f64)> {
    // The name may hold anything.
    let (_, rest) = stat.rsplit_once(") ").context("no process")?;
    let fields: Vec<&str> = rest.split(' ').collect();
    let field = |nth: usize| fields.get(nth).copied().context("a field is missing");
    let ticks = field(11)?.parse::<f64>()? + field(12)?.parse::<f64>()?;
    Ok((field(2)?.parse()?, ticks * TICK))
}

/// As it is told: of one answer, in µs.
pub fn shown(ms: f64) -> String {
    format!("{:.0} µs", 1000.0 * ms)
}
