// SPDX-License-Identifier: GPL-3.0-or-later
//! A lesson of 720p30: frames dropped, memory, and what it costs beside a bare pipeline that shows the same film.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use xuedian_kit::process::{Running, processor_time};

use crate::Plan;
use crate::district::{PATIENCE, Point};
use crate::process::{mb, pss_kb, stolen};
use crate::report::Section;
use crate::tap_log;

/// The film of the demo's third course, in the cache of courses.
const FILM: &str = "201-hand-exercises/first-four.mp4";
/// Memory that was promised, KB.
const IDLE_KB: u64 = 90 * 1024;
const PLAYING_KB: u64 = 180 * 1024;

/// Where the fingers go: a release build has no names on its keys. The third course of the idle screen, play, and back.
const THIRD: (u32, u32) = (700, 480);
const PLAY: (u32, u32) = (920, 464);
const BACK: (u32, u32) = (150, 730);
/// After a touch the next page comes.
const PAGE: Duration = Duration::from_secs(1);

/// Touches course and play, and waits until it plays.
pub fn begin(point: &Point) -> Result<()> {
    touch(point, THIRD)?;
    touch(point, PLAY)?;
    std::thread::sleep(PAGE);
    Ok(())
}

/// Touches back, twice: to the course, and to where one came from.
pub fn end(point: &Point) -> Result<()> {
    touch(point, BACK)?;
    touch(point, BACK)
}

fn touch(point: &Point, (x, y): (u32, u32)) -> Result<()> {
    let (x, y) = (x.to_string(), y.to_string());
    let done = Command::new("xdotool")
        .args(["mousemove", &x, &y, "click", "1"])
        .env("DISPLAY", &point.display.name)
        .status()
        .context("a finger (package xdotool)")?;
    ensure!(done.success(), "the finger could not touch");
    std::thread::sleep(PAGE);
    Ok(())
}

/// Measures memory at rest, and a minute of a lesson.
pub fn measure(plan: &Plan) -> Result<Section> {
    let span = Duration::from_secs(plan.number(60, 10));
    let rounds = plan.number(3, 1);
    let mut section = Section::new(
        "A lesson of 720p30",
        "The demo's lesson of hand exercises (H.264 with sound and captions; this machine has no sound card, so the sound is decoded, mixed \
         for nobody and dropped). Frames are counted by the player: taken by the screen, or dropped by the pipeline or because the \
         screen was late. The baseline is another process: GStreamer decodes the same file by the clock and converts it to RGBA, \
         without sound, and Slint's software renderer draws each frame once, as large as the kiosk does, into memory. Seconds of \
         the processor are the kernel's, for each process as a whole, in turns. \"Stolen\" is what the kernel says that the host of this \
         virtual machine took away meanwhile, over all cores: nobody shows a frame in that time.",
    );
    let (mut ours, mut bare, mut most, mut last) = (Duration::ZERO, Duration::ZERO, 0, 0);
    for round in 1..=rounds {
        // A district of its own: the film begins at its beginning.
        let mut point = Point::start(50)?;
        let kiosk = point.kiosk.program().id();
        std::thread::sleep(Duration::from_secs(plan.number(30, 5)));
        let idle = pss_kb(kiosk)?;
        section.promise(&format!("memory (PSS), idle, round {round}"), mb(idle), "at most 90 MB", idle <= IDLE_KB);
        begin(&point)?;
        let before = processor_time(kiosk)?;
        let stolen_before = stolen()?;
        std::thread::sleep(span);
        let spent = processor_time(kiosk)? - before;
        let stolen = stolen()?.saturating_sub(stolen_before);
        last = pss_kb(kiosk)?;
        most = most.max(last);
        end(&point)?;
        let dropped = tap_log::last_number(&point.log(), "frames of a lesson", "dropped")?;
        let taken = tap_log::last_number(&point.log(), "frames of a lesson", "taken")?;
        let beside = bare_film(&point, span)?;
        section.promise(
            &format!("frames dropped in {} s, round {round}", span.as_secs()),
            format!("{dropped}, and {taken} shown; of the machine {:.1} s were stolen", stolen.as_secs_f64()),
            "0",
            dropped == 0,
        );
        section.fact(
            &format!("seconds of the processor, round {round}"),
            format!("{:.1} s; baseline {:.1} s", spent.as_secs_f64(), beside.as_secs_f64()),
        );
        ours += spent;
        bare += beside;
    }
    let ratio = ours.as_secs_f64() / bare.as_secs_f64().max(f64::EPSILON);
    section.promise("processor, to the baseline", format!("{ratio:.2}"), "at most 1.3", ratio <= 1.3);
    section.promise("memory (PSS), playing", mb(most), "at most 180 MB", most <= PLAYING_KB);
    section.fact("the same at the end of the last round", mb(last));
    Ok(section)
}

/// Seconds of the processor that the baseline needs for so long.
fn bare_film(point: &Point, span: Duration) -> Result<Duration> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("--bare-film").arg(film()?);
    let mut bare = Running::start("xuedian-bench", command, &point.district.folder.join("bare-film.log"))?;
    bare.wait_for("plays", PATIENCE)?;
    let before = processor_time(bare.id())?;
    std::thread::sleep(span);
    Ok(processor_time(bare.id())? - before)
}

fn film() -> Result<PathBuf> {
    let cache = std::env::var_os("XDG_CACHE_HOME").filter(|set| !set.is_empty()).map(PathBuf::from);
    let cache = cache.or_else(|| Some(std::env::home_dir()?.join(".cache"))).context("no cache folder")?;
    Ok(cache.join("xuedian/courses").join(FILM))
}
