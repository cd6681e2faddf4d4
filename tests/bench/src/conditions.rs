// SPDX-License-Identifier: GPL-3.0-or-later
//! When, on what machine and with what software it was measured.

use std::process::Command;

use crate::Plan;

/// Date, machine and versions, in sentences.
pub fn sentences(plan: &Plan) -> String {
    let build = if cfg!(debug_assertions) { "dev" } else { "release" };
    let how = if plan.quick { " A quick run: too few repetitions to be believed." } else { "" };
    let now = jiff::Zoned::now().with_time_zone(jiff::tz::TimeZone::UTC).strftime("%Y-%m-%d %H:%M UTC").to_string();
    format!(
        "Written by `./dev bench`, not by hand, on {now}. The {build} build of {}, on {} with {} cores and {} GB, {}; {}; {}; {}.{how}\n\n\
         Everything runs on this one machine: hub, kiosk, emulated reader (30 ms to find a card, or to find that there is none), \
         virtual display of 1280 × 800 drawn by the software renderer, and the program that measures. \"On the screen\" is read \
         from the display's memory, every millisecond. A p99 of fewer than a hundred is the slowest.",
        commit(),
        processor(),
        std::thread::available_parallelism().map_or(0, std::num::NonZero::get),
        memory_gb(),
        first_line("uname", &["-sr"]),
        first_line("rustc", &["--version"]),
        first_line("gst-inspect-1.0", &["--version"]),
        format_args!("SQLite {}", rusqlite::version()),
    )
}

/// How busy the machine is now, in a sentence.
pub fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let mut loads = text.split(' ');
    let nice = first_line("nice", &[]);
    format!(
        "Load of the machine just before: {} (1 minute); priority (nice) {nice}.",
        loads.next().unwrap_or("unknown")
    )
}

fn commit() -> String {
    let commit = first_line("git", &["describe", "--always", "--dirty"]);
    format!("commit {commit}")
}

fn processor() -> String {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = text.lines().find_map(|line| line.strip_prefix("model name")?.split(": ").nth(1));
    model.unwrap_or("an unknown processor").to_owned()
}

fn memory_gb() -> u64 {
    let text = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let kb = text.lines().find_map(|line| line.strip_prefix("MemTotal:")?.trim().trim_end_matches(" kB").parse().ok());
    kb.unwrap_or(0_u64).div_ceil(1 << 20)
}

/// What a program says of itself; `unknown` when it is not there.
pub fn first_line(program: &str, arguments: &[&str]) -> String {
    let done = Command::new(program).args(arguments).output();
    let said = done.ok().filter(|done| done.status.success());
    let text = said.map(|done| String::from_utf8_lossy(&done.stdout).into_owned()).unwrap_or_default();
    text.lines().next().map_or_else(|| format!("{program} unknown"), |line| line.trim().to_owned())
}
