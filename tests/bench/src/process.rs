// SPDX-License-Identifier: GPL-3.0-or-later
//! What a process costs: memory and time of the processor, as the kernel counts them.

use std::time::Duration;

use anyhow::{Context, Result};

/// Proportional share of memory, KB: what of it nobody else uses, and its part of what others use too.
pub fn pss_kb(id: u32) -> Result<u64> {
    let text = std::fs::read_to_string(format!("/proc/{id}/smaps_rollup"))?;
    let line = text.lines().find_map(|line| line.strip_prefix("Pss:")).context("no Pss")?;
    Ok(line.trim().trim_end_matches(" kB").trim().parse()?)
}

/// The same of a process with all its children.
pub fn family_pss_kb(id: u32) -> u64 {
    // One that has just ended has none.
    family(id).into_iter().filter_map(|id| pss_kb(id).ok()).sum()
}

/// A process and all that it started, parents first.
pub fn family(id: u32) -> Vec<u32> {
    let parents: Vec<(u32, u32)> = std::fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let id: u32 = entry.file_name().to_str()?.parse().ok()?;
            Some((id, field(id, PARENT)?.try_into().ok()?))
        })
        .collect();
    let mut family = vec![id];
    let mut next = 0;
    while next < family.len() {
        let parent = family[next];
        family.extend(parents.iter().filter(|(_, of)| *of == parent).map(|(id, _)| *id));
        next += 1;
    }
    family
}

/// Time that the host of this virtual machine has taken away from it since its start, all cores.
pub fn stolen() -> Result<Duration> {
    let text = std::fs::read_to_string("/proc/stat")?;
    let ticks: u64 = text.split_whitespace().nth(STOLEN).context("no steal")?.parse()?;
    Ok(Duration::from_secs_f64(ticks as f64 / rustix::param::clock_ticks_per_second() as f64))
}

/// Place in `/proc/stat`: `cpu`, then user, nice, system, idle, iowait, irq, softirq, steal.
const STOLEN: usize = 8;
/// Place in `/proc/ID/stat` after the name, which may hold blanks.
const PARENT: usize = 1;

fn field(id: u32, place: usize) -> Option<u64> {
    let text = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    text.rsplit_once(") ")?.1.split(' ').nth(place)?.parse().ok()
}

/// `87.3 MB`
pub fn mb(kb: u64) -> String {
    format!("{:.1} MB", kb as f64 / 1024.0)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop where it fails")]
    use super::*;

    #[test]
    fn a_process_finds_itself() {
        let own = std::process::id();
        assert!(pss_kb(own).unwrap() > 100);
        assert_eq!(family(own)[0], own);
        assert!(field(own, PARENT).unwrap() > 0);
    }
}
