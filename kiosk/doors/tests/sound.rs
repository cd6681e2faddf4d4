// SPDX-License-Identifier: GPL-3.0-or-later
//! The sound door through real ALSA: a card that opens for one client only, and a file that can be measured.
//!
//! ALSA reads its configuration once in a process, from the environment: each test that needs a card starts itself
//! again as a child with a configuration of its own.

use std::f64::consts::PI;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tokio::sync::mpsc::error::TryRecvError;
use xuedian_doors::media::{self, FrameSlot};
use xuedian_doors::sound::{LessonFeed, Loudspeaker, SoundSettings, open};
use xuedian_engine::ports::lane::{Lane, lane};
use xuedian_engine::ports::media::{LoadLesson, MediaCommand, MediaNews, PlayId, Rate};
use xuedian_engine::ports::sound::{Earcon, Saying, Silence, SoundCommand, SoundEvent, Tongue, Volume};

const RATE: f64 = 48_000.0;

struct Door {
    director: Lane<SoundCommand, SoundEvent>,
    feed: LessonFeed,
}

impl Door {
    fn open(device: &str) -> Self {
        let (director, side) = lane();
        let feed = LessonFeed::new();
        let settings =
            SoundSettings { device: Loudspeaker::from_setting(device), assets: PathBuf::from("../../assets") };
        open(side, settings, feed.clone()).expect("a thread");
        Self { director, feed }
    }

    fn tell(&self, command: SoundCommand) {
        self.director.commands.try_send(command).expect("the door listens");
    }

    fn say(&self, saying: Saying) {
        let tongue = Tongue::Mandarin;
        self.tell(SoundCommand::Say { saying, tongue });
    }

    fn next(&mut self) -> SoundEvent {
        let patience = Instant::now() + Duration::from_secs(30);
        loop {
            match self.director.events.try_recv() {
                Ok(event) => return event,
                Err(TryRecvError::Empty) if Instant::now() < patience => {
                    std::thread::park_timeout(Duration::from_millis(5));
                }
                Err(error) => panic!("no event: {error}"),
            }
        }
    }
}

/// Runs the `#[ignore]`d test `name` of this file in a process whose ALSA knows only `configuration`.
fn with_alsa(name: &str, folder: &Path, configuration: &str) {
    let file = folder.join("asound.conf");
    std::fs::write(&file, format!("</usr/share/alsa/alsa.conf>\n{configuration}")).expect("written");
    let ran = Command::new(std::env::current_exe().expect("this test"))
        .args(["--ignored", "--exact", name, "--nocapture"])
        .env("ALSA_CONFIG_PATH", file)
        .env("SOUND_FOLDER", folder)
        .status()
        .expect("runs again");
    assert!(ran.success(), "{name}");
}

fn folder() -> PathBuf {
    std::env::var_os("SOUND_FOLDER").expect("started by its parent").into()
}

/// A card that refuses a second client, built from `sound_card/exclusive.c`.
fn exclusive_card(folder: &Path) -> String {
    let library = folder.join("libexclusive.so");
    let source = Path::new("tests/sound_card/exclusive.c");
    let built = Command::new("cc")
        .args(["-O1", "-shared", "-fPIC", "-DPIC", "-o"])
        .args([library.as_os_str(), source.as_os_str()])
        .arg("-lasound")
        .status()
        .expect("a C compiler");
    assert!(built.success());
    let at = folder.display();
    format!(
        "pcm_type.exclusive {{ lib \"{at}/libexclusive.so\" }}\n\
         pcm.kiosk {{ type exclusive heard \"{at}/heard.raw\" notes \"{at}/notes\" hint {{ show on description \"HDMI\" }} }}\n"
    )
}

/// The left channel of 16-bit stereo.
fn left(bytes: &[u8]) -> Vec<f64> {
    let (frames, _) = bytes.as_chunks::<4>();
    frames.iter().map(|frame| f64::from(i16::from_le_bytes([frame[0], frame[1]])) / 32_768.0).collect()
}

/// How strong a frequency is in `samples`: the amplitude of its sine.
fn tone(samples: &[f64], hertz: f64) -> f64 {
    let turn = 2.0 * PI * hertz / RATE;
    let (cos, sin) = samples.iter().enumerate().fold((0.0, 0.0), |(c, s), (place, sample)| {
        let angle = turn * place as f64;
        (c + sample * angle.cos(), s + sample * angle.sin())
    });
    2.0 * f64::hypot(cos, sin) / samples.len() as f64
}

fn milliseconds(samples: &[f64], from: usize, count: usize) -> &[f64] {
    let per = RATE as usize / 1_000;
    &samples[(from * per).min(samples.len())..((from + count) * per).min(samples.len())]
}

fn onset(samples: &[f64]) -> usize {
    samples.iter().position(|sample| sample.abs() > 0.01).expect("something is heard") * 1_000 / RATE as usize
}

#[test]
fn none_is_silence_by_choice_and_voices_end_at_once() {
    let mut door = Door::open("none");
    assert_eq!(door.next(), SoundEvent::Silent(Silence::ByChoice));
    door.say(Saying::Welcome);
    assert_eq!(door.next(), SoundEvent::VoiceEnded);
}

#[test]
fn a_loudspeaker_that_is_not_there_is_told_once_and_asked_for_again() {
    let folder = tempfile::tempdir().expect("a folder");
    with_alsa("inside_no_such_device", folder.path(), "");
}

#[test]
#[ignore = "started by the test above"]
fn inside_no_such_device() {
    let mut door = Door::open("no-such-card");
    assert_eq!(door.next(), SoundEvent::Silent(Silence::NoDevice));
    door.tell(SoundCommand::Ring(Earcon::Accepted));
    let asked_again = Instant::now() + Duration::from_millis(2_500);
    while Instant::now() < asked_again {
        std::thread::park_timeout(Duration::from_millis(100));
        assert!(door.director.events.try_recv().is_err(), "told twice");
    }
}

#[test]
fn earcons_and_voice_are_heard_in_a_file_at_the_speed_of_time() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path().display();
    let file = format!(
        "pcm.kiosk {{ type file format wav file \"{at}/heard.wav\" slave.pcm {{ type null }} hint {{ show on description \"File\" }} }}\n"
    );
    with_alsa("inside_file", folder.path(), &file);
}

#[test]
#[ignore = "started by the test above"]
fn inside_file() {
    let mut door = Door::open("kiosk");
    assert_eq!(door.next(), SoundEvent::Ready);
    door.tell(SoundCommand::Volume(Volume::new(100)));
    let begun = Instant::now();
    door.tell(SoundCommand::Ring(Earcon::Accepted));
    door.say(Saying::SignedIn);
    assert_eq!(door.next(), SoundEvent::VoiceEnded);
    let took = begun.elapsed();
    drop(door);
    let wav = std::fs::read(folder().join("heard.wav")).expect("heard");
    let heard = left(&wav[44..]);
    let begin = onset(&heard);
    // sol, then do': the second strike is 110 ms after the first.
    let (first, second) = (milliseconds(&heard, begin, 100), milliseconds(&heard, begin + 120, 100));
    assert!(tone(first, 784.0) > 5.0 * tone(first, 1_046.5), "sol first");
    assert!(tone(second, 1_046.5) > 2.0 * tone(second, 784.0), "do' second");
    let voice = milliseconds(&heard, begin + 400, 900);
    let loudest = voice.iter().fold(0.0, |most: f64, sample| most.max(sample.abs()));
    assert!(loudest > 0.3, "the voice follows the bell: {loudest}");
    // 500 ms are allowed ahead of time.
    let seconds = heard.len() as f64 / RATE;
    assert!(seconds < took.as_secs_f64() + 1.5, "{seconds} s in {took:?}: not paced");
}

#[test]
fn one_client_hears_the_film_and_the_chime_that_ducks_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let card = exclusive_card(folder.path());
    with_alsa("inside_exclusive", folder.path(), &card);
}

#[test]
#[ignore = "started by the test above"]
fn inside_exclusive() {
    let folder = folder();
    let film = folder.join("film.mp4");
    let made = Command::new("ffmpeg")
        .args(["-v", "error", "-f", "lavfi", "-i", "testsrc2=size=320x240:rate=30:duration=5", "-f", "lavfi", "-i"])
        .args(["sine=frequency=300:duration=5,volume=4", "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac"])
        .arg(&film)
        .status()
        .expect("ffmpeg is installed");
    assert!(made.success());
    let mut door = Door::open("kiosk");
    assert_eq!(door.next(), SoundEvent::Ready);
    door.tell(SoundCommand::Volume(Volume::new(100)));
    let (mut director, side) = lane();
    media::open(side, FrameSlot::new(), door.feed.clone()).expect("the door opens");
    let load = LoadLesson { play: PlayId(1), media: film, captions: None, start_ms: 0, rate: Rate::Normal };
    director.commands.try_send(MediaCommand::Load(load)).expect("taken");
    director.commands.try_send(MediaCommand::Play).expect("taken");
    let mut rung = false;
    loop {
        match director.events.blocking_recv().expect("the door lives").what {
            MediaNews::Position(place) if place.position_ms > 2_000 && !rung => {
                rung = true;
                door.tell(SoundCommand::Ring(Earcon::StaffNeeded));
            }
            MediaNews::Ended => break,
            MediaNews::Damaged(damage) => panic!("{damage:?}"),
            _ => {}
        }
    }
    assert!(rung);
    let notes = std::fs::read_to_string(folder.join("notes")).expect("noted");
    assert!(notes.contains("open") && !notes.contains("busy"), "{notes}");
    film_is_ducked_under_the_chime(&left(&std::fs::read(folder.join("heard.raw")).expect("heard")));
}

fn film_is_ducked_under_the_chime(heard: &[f64]) {
    let begin = onset(heard);
    let loud: Vec<f64> = (0..90).map(|tenth| tone(milliseconds(heard, begin + tenth * 50, 50), 300.0)).collect();
    let usual = tone(milliseconds(heard, begin + 500, 1_000), 300.0);
    let softest = loud[10..].iter().copied().fold(f64::MAX, f64::min);
    let decibels = 20.0 * (softest / usual).log10();
    assert!((-14.0..-10.0).contains(&decibels), "{decibels:.1} dB: {loud:.2?}");
    let ducked = loud[10..].iter().filter(|tone| **tone < usual / 2.0).count();
    assert!((5..=11).contains(&ducked), "for about 390 ms: {loud:.2?}");
}

#[test]
fn a_loudspeaker_that_somebody_holds_is_busy_and_comes_back_by_itself() {
    let folder = tempfile::tempdir().expect("a folder");
    let card = exclusive_card(folder.path());
    with_alsa("inside_held", folder.path(), &card);
}

fn hold(folder: &Path) -> Child {
    let mut holder = Command::new("flock")
        .arg("--no-fork")
        .arg(folder.join("notes"))
        .args(["sh", "-c", "echo held; exec sleep 60"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("flock is installed");
    let mut word = [0; 5];
    std::io::Read::read_exact(holder.stdout.as_mut().expect("piped"), &mut word).expect("held");
    holder
}

#[test]
#[ignore = "started by the test above"]
fn inside_held() {
    let mut holder = hold(&folder());
    let mut door = Door::open("kiosk");
    assert_eq!(door.next(), SoundEvent::Silent(Silence::Busy));
    holder.kill().expect("lets go");
    holder.wait().expect("gone");
    assert_eq!(door.next(), SoundEvent::Ready);
    // Of three sentences only the last is said to its end, and its end is told once.
    let begun = Instant::now();
    door.say(Saying::Welcome);
    door.say(Saying::HoldCard);
    door.say(Saying::TypeLarge);
    assert_eq!(door.next(), SoundEvent::VoiceEnded);
    assert!(begun.elapsed() < Duration::from_secs(3), "queued: {:?}", begun.elapsed());
    door.say(Saying::TypeNormal);
    door.tell(SoundCommand::Hush);
    let quiet = Instant::now() + Duration::from_millis(300);
    while Instant::now() < quiet {
        std::thread::park_timeout(Duration::from_millis(50));
        assert!(door.director.events.try_recv().is_err(), "a cut voice is not told");
    }
}

#[test]
fn a_loudspeaker_that_is_pulled_out_is_told_and_heals_when_it_is_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let card = exclusive_card(folder.path());
    with_alsa("inside_pulled", folder.path(), &card);
}

#[test]
#[ignore = "started by the test above"]
fn inside_pulled() {
    let pulled = folder().join("heard.raw.pulled");
    let mut door = Door::open("kiosk");
    assert_eq!(door.next(), SoundEvent::Ready);
    door.say(Saying::Welcome);
    std::fs::write(&pulled, "").expect("pulled out");
    // The voice can no longer be heard to its end, so nobody has to wait for it.
    let told = [door.next(), door.next()];
    assert!(told.contains(&SoundEvent::VoiceEnded), "{told:?}");
    assert!(told.contains(&SoundEvent::Silent(Silence::Failed)), "{told:?}");
    std::fs::remove_file(pulled).expect("plugged in");
    let mut event = door.next();
    while matches!(event, SoundEvent::Silent(_)) {
        event = door.next();
    }
    assert_eq!(event, SoundEvent::Ready);
}
