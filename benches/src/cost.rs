//! Processor time: what an answer takes of a machine, whatever else that does. The
//! system counts it in hundredths of a second, so it is for rounds of many answers.

use anyhow::{Context, Result};
use std::fs;

/// Milliseconds of the system's unit, which Linux has on every machine.
const TICK: f64 = 10.0;

/// The processor time of the servers so far, in ms: of this process but for this thread,
/// which a client runs on, and of the processes of these groups.
///
/// # Errors
/// The system has no such files.
pub fn so_far(groups: &[u32]) -> Result<f64> {
    let own = fs::read_to_string("/proc/thread-self/schedstat")?;
    let own = own.split(' ').next().context("no time")?;
    let own = own.parse::<f64>()? / 1e6;
    let (_, mut all) = time(&fs::read_to_string("/proc/self/stat")?)?;
    for entry in fs::read_dir("/proc")? {
        // What is no process, or has ended meanwhile, has no such file.
        let Ok(stat) = fs::read_to_string(entry?.path().join("stat")) else {
            continue;
        };
        if let Ok((group, time)) = time(&stat)
            && groups.contains(&group)
        {
            all += time;
        }
    }
    Ok(all - own)
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
