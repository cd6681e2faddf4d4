// SPDX-License-Identifier: GPL-3.0-or-later
//! The media door with real files: it plays, obeys, counts what was shown, and survives what is damaged.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use tokio::sync::mpsc::error::TryRecvError;
use xuedian_doors::media::{FrameSlot, Shown, open, read_cues};
use xuedian_doors::sound::LessonFeed;
use xuedian_engine::ports::lane::{Lane, lane};
use xuedian_engine::ports::media::{
    LoadLesson, MediaCommand, MediaDamage, MediaEvent, MediaNews, PlayId, Rate, ShownRange,
};

/// A film of moving pictures and a tone, 320×240 at 30 a second.
fn film(folder: &Path, seconds: u32) -> PathBuf {
    let path = folder.join(format!("film-{seconds}.mp4"));
    let made = Command::new("ffmpeg")
        .args(["-v", "error", "-f", "lavfi", "-i"])
        .arg(format!("testsrc2=size=320x240:rate=30:duration={seconds}"))
        .args(["-f", "lavfi", "-i"])
        .arg(format!("sine=frequency=440:duration={seconds}"))
        .args(["-c:v", "libx264", "-preset", "ultrafast", "-g", "30", "-pix_fmt", "yuv420p"])
        .args(["-c:a", "aac", "-movflags", "+faststart"])
        .arg(&path)
        .status()
        .expect("ffmpeg is installed");
    assert!(made.success());
    path
}

/// The door with a screen behind it that takes every frame at once.
struct Kiosk {
    director: Lane<MediaCommand, MediaEvent>,
    sizes: mpsc::Receiver<(u32, u32)>,
    seen: Vec<MediaNews>,
    play: u64,
}

impl Kiosk {
    fn new() -> Self {
        let (director, door) = lane();
        let frames = FrameSlot::new();
        let (wake, woken) = mpsc::channel();
        frames.wake_with(move || {
            // The screen's thread ends with the test.
            let _ = wake.send(());
        });
        open(door, frames.clone(), LessonFeed::new()).expect("the door opens");
        let (size, sizes) = mpsc::channel();
        std::thread::spawn(move || {
            while woken.recv().is_ok() {
                if let Some(frame) = frames.take() {
                    let (width, height) = frame.size();
                    let mut pixels = vec![0; (width * height * 4) as usize];
                    frame.copy_rgba(&mut pixels);
                    assert!(pixels.chunks(4).all(|pixel| pixel[3] == 255), "no alpha");
                    let _ = size.send((width, height));
                }
            }
        });
        Self { director, sizes, seen: Vec::new(), play: 0 }
    }

    fn tell(&self, command: MediaCommand) {
        self.director.commands.try_send(command).expect("the door listens");
    }

    fn load(&mut self, media: &Path, captions: Option<PathBuf>, start_ms: u64, rate: Rate) {
        self.play += 1;
        self.seen.clear();
        self.tell(MediaCommand::Load(LoadLesson {
            play: PlayId(self.play),
            media: media.into(),
            captions,
            start_ms,
            rate,
        }));
    }

    /// Waits for news of the present playing.
    fn until(&mut self, what: &str, wanted: impl Fn(&MediaNews) -> bool) -> MediaNews {
        let patience = Instant::now() + Duration::from_secs(30);
        loop {
            match self.director.events.try_recv() {
                Ok(event) if event.play == PlayId(self.play) => {
                    self.seen.push(event.what.clone());
                    if wanted(&event.what) {
                        return event.what;
                    }
                }
                Ok(_) => {}
                Err(TryRecvError::Empty) => {
                    assert!(Instant::now() < patience, "no {what} after {:?}", self.seen);
                    std::thread::park_timeout(Duration::from_millis(5));
                }
                Err(TryRecvError::Disconnected) => panic!("the door died"),
            }
        }
    }

    fn until_at(&mut self, ms: u64) {
        self.until("place", |news| matches!(news, MediaNews::Position(p) if p.position_ms >= ms));
    }

    fn until_ended(&mut self) {
        self.until("end", |news| matches!(news, MediaNews::Ended | MediaNews::Damaged(_)));
    }

    fn shown(&self) -> Vec<ShownRange> {
        let last = self.seen.iter().rev().find_map(|news| match news {
            MediaNews::Shown(ranges) => Some(ranges.clone()),
            _ => None,
        });
        last.unwrap_or_default()
    }
}

fn total(ranges: &[ShownRange]) -> u64 {
    ranges.iter().map(|range| range.to_ms - range.from_ms).sum()
}

#[test]
fn a_lesson_plays_to_its_end_with_pictures_captions_and_coverage() {
    let folder = tempfile::tempdir().expect("a folder");
    let captions = folder.path().join("zh.vtt");
    std::fs::write(&captions, "WEBVTT\n\n00:00:00.500 --> 00:00:01.500\n捺要一波三折：\n先轻，再重\n")
        .expect("written");
    let mut kiosk = Kiosk::new();
    kiosk.load(&film(folder.path(), 3), Some(captions), 0, Rate::Normal);
    let loaded = kiosk.until("loaded", |news| matches!(news, MediaNews::Loaded { .. }));
    let MediaNews::Loaded { duration_ms, cues } = loaded else { unreachable!() };
    assert!((3_000..3_100).contains(&duration_ms), "{duration_ms}");
    assert_eq!(cues.len(), 1);
    let first = kiosk.sizes.recv_timeout(Duration::from_secs(5)).expect("a picture before playing");
    assert_eq!(first, (320, 240));
    kiosk.tell(MediaCommand::Play);
    kiosk.until("playing", |news| *news == MediaNews::Playing);
    let begun = Instant::now();
    kiosk.until_ended();
    assert_eq!(kiosk.seen.last(), Some(&MediaNews::Ended));
    let took = begun.elapsed().as_millis();
    assert!((2_700..4_500).contains(&took), "three seconds take {took} ms");
    let said: Vec<_> = kiosk.seen.iter().filter(|news| matches!(news, MediaNews::Caption(_))).cloned().collect();
    assert_eq!(said, [MediaNews::Caption(Some("捺要一波三折：\n先轻，再重".into())), MediaNews::Caption(None)]);
    let shown = kiosk.shown();
    assert!((2_700..=duration_ms).contains(&total(&shown)), "{shown:?}");
}

#[test]
fn what_is_jumped_over_is_not_covered() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut kiosk = Kiosk::new();
    kiosk.load(&film(folder.path(), 20), None, 0, Rate::Normal);
    kiosk.tell(MediaCommand::Play);
    kiosk.until_at(1_000);
    kiosk.tell(MediaCommand::Seek { to_ms: 15_000 });
    kiosk.until_at(16_000);
    kiosk.tell(MediaCommand::Back10);
    // Not the place itself, about 6 s, which is told before any of it was shown.
    kiosk.until("on", |news| matches!(news, MediaNews::Position(p) if (6_500..9_000).contains(&p.position_ms)));
    kiosk.tell(MediaCommand::Pause);
    kiosk.until("paused", |news| *news == MediaNews::Paused);
    let shown = kiosk.shown();
    assert_eq!(shown.len(), 3, "{shown:?}");
    assert!(total(&shown) < 6_000, "{shown:?}");
    assert!(
        shown
            .iter()
            .all(|range| range.to_ms < 3_000 || (5_000..=9_000).contains(&range.from_ms) || range.from_ms >= 14_900)
    );
    kiosk.tell(MediaCommand::Stop);
    kiosk.until("stopped", |news| *news == MediaNews::Stopped);
}

#[test]
fn it_goes_on_where_it_stopped_and_at_the_speed_that_was_chosen() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut kiosk = Kiosk::new();
    kiosk.load(&film(folder.path(), 8), None, 4_000, Rate::Quick);
    kiosk.tell(MediaCommand::Play);
    kiosk.until("playing", |news| *news == MediaNews::Playing);
    let begun = Instant::now();
    kiosk.until_ended();
    let took = begun.elapsed().as_millis();
    assert!((2_900..4_200).contains(&took), "four seconds at 125 % take {took} ms");
    let shown = kiosk.shown();
    assert!(shown.iter().all(|range| range.from_ms >= 3_900), "{shown:?}");
    assert!((3_600..=4_100).contains(&total(&shown)), "{shown:?}");
}

#[test]
fn pausing_holds_and_playing_goes_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut kiosk = Kiosk::new();
    kiosk.load(&film(folder.path(), 3), None, 0, Rate::Normal);
    kiosk.tell(MediaCommand::Play);
    kiosk.until_at(500);
    kiosk.tell(MediaCommand::Pause);
    kiosk.until("paused", |news| *news == MediaNews::Paused);
    kiosk.tell(MediaCommand::Rate(Rate::Slow));
    kiosk.tell(MediaCommand::Play);
    kiosk.until("playing", |news| *news == MediaNews::Playing);
    kiosk.until_ended();
    assert_eq!(kiosk.seen.last(), Some(&MediaNews::Ended));
    assert!(total(&kiosk.shown()) > 2_600, "{:?}", kiosk.shown());
}

#[test]
fn two_touches_of_back_go_back_twice() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut kiosk = Kiosk::new();
    kiosk.load(&film(folder.path(), 40), None, 30_000, Rate::Normal);
    kiosk.until("loaded", |news| matches!(news, MediaNews::Loaded { .. }));
    kiosk.tell(MediaCommand::Play);
    kiosk.until_at(30_500);
    kiosk.tell(MediaCommand::Back10);
    kiosk.tell(MediaCommand::Back10);
    let place = kiosk.until("place", |news| matches!(news, MediaNews::Position(p) if p.position_ms < 15_000));
    let MediaNews::Position(place) = place else { unreachable!() };
    assert!((10_000..14_000).contains(&place.position_ms), "{place:?}");
}

#[test]
fn damaged_media_is_told_and_the_next_lesson_plays() {
    let folder = tempfile::tempdir().expect("a folder");
    let good = film(folder.path(), 6);
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("written");
        path
    };
    let whole = std::fs::read(&good).expect("read");
    let cut = write("cut.mp4", &whole[..whole.len() / 3]);
    let mut kiosk = Kiosk::new();
    for (media, damage) in [
        (folder.path().join("absent.mp4"), MediaDamage::Absent),
        (folder.path().to_path_buf(), MediaDamage::Absent),
        (write("empty.mp4", b""), MediaDamage::Undecodable),
        (write("words.mp4", b"This is not a film. ".repeat(500).as_slice()), MediaDamage::Undecodable),
        (cut, MediaDamage::Broken),
    ] {
        kiosk.load(&media, None, 0, Rate::Normal);
        kiosk.tell(MediaCommand::Play);
        kiosk.until_ended();
        assert_eq!(kiosk.seen.last(), Some(&MediaNews::Damaged(damage)), "{media:?}");
    }
    kiosk.load(&good, Some(folder.path().join("absent.vtt")), 4_000, Rate::Normal);
    kiosk.tell(MediaCommand::Play);
    kiosk.until_ended();
    assert_eq!(kiosk.seen.last(), Some(&MediaNews::Ended));
}

#[test]
fn a_new_lesson_ends_the_one_before() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut kiosk = Kiosk::new();
    let film = film(folder.path(), 2);
    kiosk.load(&film, None, 0, Rate::Normal);
    kiosk.tell(MediaCommand::Play);
    kiosk.until("playing", |news| *news == MediaNews::Playing);
    for _ in 0..5 {
        kiosk.load(&film, None, 0, Rate::Normal);
        kiosk.tell(MediaCommand::Play);
    }
    kiosk.until_ended();
    assert_eq!(kiosk.seen.last(), Some(&MediaNews::Ended));
}

#[test]
fn captions_that_cannot_be_read_are_an_error_and_no_hang() {
    gstreamer::init().expect("GStreamer starts");
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in [("empty.vtt", ""), ("noise.vtt", "\u{0}\u{1}\u{2}"), ("head.vtt", "WEBVTT\n\n")] {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("written");
        assert!(read_cues(&path).is_err(), "{name}");
    }
}

proptest! {
    /// Any jumps and frames: ranges sorted, apart, within the length, and nothing counts that no shown frame explains.
    #[test]
    fn coverage_never_exceeds_the_length(
        length in 0_u64..20_000_000_000,
        frames in prop::collection::vec((any::<bool>(), 0_u64..25_000_000_000, 0_u64..2_000_000_000), 0..200),
    ) {
        let mut shown = Shown::of_length(length);
        let mut run = 0;
        let mut most = 0;
        for (jump, at, stands) in frames {
            run += u64::from(jump);
            shown.frame(run, at, stands);
            // What one frame can add: its own time, or the gap to the frame before it.
            most += 2_500_000_000;
        }
        let ranges = shown.ranges();
        prop_assert!(ranges.windows(2).all(|two| two[0].to_ms <= two[1].from_ms));
        prop_assert!(ranges.iter().all(|range| range.from_ms < range.to_ms && range.to_ms <= length / 1_000_000));
        prop_assert!(total(&ranges) <= length / 1_000_000);
        prop_assert!(total(&ranges) * 1_000_000 <= most);
    }

    /// All frames of a film in order cover it; so do they again, in any order of its parts.
    #[test]
    fn a_film_seen_in_parts_is_covered_once(order in Just((0_u64..30).collect::<Vec<_>>()).prop_shuffle()) {
        let second = 1_000_000_000;
        let mut shown = Shown::of_length(30 * second);
        for (run, part) in order.iter().chain(&order).enumerate() {
            for frame in 0..30 {
                shown.frame(run as u64, part * second + frame * second / 30, second / 30 + 1);
            }
        }
        prop_assert_eq!(shown.ranges(), [ShownRange { from_ms: 0, to_ms: 30_000 }]);
    }
}
