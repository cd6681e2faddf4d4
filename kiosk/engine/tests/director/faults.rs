// SPDX-License-Identifier: GPL-3.0-or-later
//! Faults of the machine: what is shown, what goes on, what the hub is told, and how each ends.

use xuedian_engine::{
    command::{Open, PlayerCommand, TechnicianCommand, UiCommand},
    director::{Point, Wake},
    ports::{
        board::{BoardSigns, Memory},
        media::{MediaCommand, MediaEvent, MediaNews, PlayId, ShownRange},
        reader::{ReaderEvent, ReaderLoss},
        sound::{Silence, SoundEvent},
    },
    view::{CheckKind, CheckState, Outcome, Page, StillWorks, Trouble, TroubleKind},
};
use xuedian_protocol::signing::sha256_hex;

use crate::kiosk::{Kiosk, MINUTE, NINE};

const DAY: i64 = 24 * 60 * MINUTE;
/// Nothing runs then.
const EARLY: i64 = NINE - 120 * MINUTE;
const FILM: &[u8] = b"a film";

fn hot() -> BoardSigns {
    BoardSigns { celsius: Some(86), ..BoardSigns::default() }
}

fn cool() -> BoardSigns {
    BoardSigns { celsius: Some(60), ..BoardSigns::default() }
}

fn available(available_mib: u64) -> BoardSigns {
    BoardSigns { memory: Some(Memory { available_mib, stalled_percent: None }), ..BoardSigns::default() }
}

/// The board says so for some seconds.
fn board(kiosk: &mut Kiosk, signs: BoardSigns, seconds: i64) {
    for _ in 0..=seconds / 2 {
        kiosk.director.step(Wake::Board(signs));
        let now = kiosk.wall.load(std::sync::atomic::Ordering::Relaxed);
        kiosk.go_to(now + 2_000);
    }
    kiosk.settle();
}

/// A kiosk that has one course of one lesson, whose film is here.
fn with_a_course(wall: i64) -> Kiosk {
    let mut kiosk = Kiosk::at(wall);
    let hash = sha256_hex(FILM);
    let course = serde_json::json!({"topics": [], "institutions": [], "courses": [{
        "course": "i01/c01", "number": 101, "title": {"zh": "楷书笔画"}, "short": {"zh": "笔画"}, "topic": "t01",
        "institution": "i01", "lessons": [{"lesson": "i01/c01/l01", "number": 1, "title": {"zh": "横"},
            "length_ms": 600_000, "video": {"sha256": hash, "bytes": FILM.len(), "media_type": "video/mp4"}}]}]});
    let catalogue = serde_json::from_value(course).unwrap();
    let media = kiosk.media.clone();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut incoming = media.take_in(hash.parse().unwrap(), FILM.len() as u64).await.unwrap();
        incoming.write(FILM).await.unwrap();
        incoming.finish().await.unwrap();
    });
    let Point { settings, agenda, .. } = crate::kiosk::point();
    kiosk.director.set_point(Point { settings, agenda, catalogue });
    kiosk
}

/// A learner watches a lesson; two minutes of it were shown.
fn watch(kiosk: &mut Kiosk, play: u64) {
    kiosk.press(UiCommand::Open(Open::Lesson { course: "i01/c01".into(), lesson: 1, from_start: true }));
    for what in [MediaNews::Playing, MediaNews::Shown(vec![ShownRange { from_ms: 0, to_ms: 120_000 }])] {
        kiosk.director.step(Wake::Media(MediaEvent { play: PlayId(play), what }));
    }
    assert!(matches!(kiosk.page(), Page::Player(_)), "{:?}", kiosk.page());
}

fn trouble(kiosk: &Kiosk) -> Trouble {
    match kiosk.page() {
        Page::Trouble(trouble) => trouble,
        other => panic!("no trouble: {other:?}"),
    }
}

/// Parts of the faults that were recorded: `+` where they began.
fn told(kiosk: &Kiosk) -> Vec<String> {
    let faults = kiosk.records().into_iter().filter(|record| record["kind"] == "fault");
    let sign = |began| if began { '+' } else { '-' };
    faults.map(|f| format!("{}{}", sign(f["body"]["began"] == true), f["body"]["part"].as_str().unwrap())).collect()
}

#[test]
fn a_film_is_stopped_for_heat_or_memory_recorded_and_can_be_watched_again() {
    for (kind, part, bad, good, until_good) in [
        (TroubleKind::Heat, "heat", hot(), cool(), 2),
        (TroubleKind::Memory, "memory", available(30), available(400), 40),
    ] {
        let mut kiosk = with_a_course(EARLY);
        kiosk.tap(7);
        watch(&mut kiosk, 1);
        board(&mut kiosk, bad, 4);
        let page = trouble(&kiosk);
        assert_eq!(page.kind, kind);
        let still = StillWorks { courses: false, cards: true, by_hand: true, touch: true };
        assert_eq!(page.still, still);
        let mut commands: Vec<_> = std::iter::from_fn(|| kiosk.films.try_recv().ok()).collect();
        assert_eq!(commands.pop(), Some(MediaCommand::Stop), "the decoder and its memory are free");
        let watched = kiosk.records().into_iter().find(|record| record["kind"] == "watched").unwrap();
        assert_eq!(watched["body"]["ranges_ms"], serde_json::json!([[0, 120_000]]), "{watched}");
        // It is not begun again meanwhile, and a touch has its answer.
        kiosk.press(UiCommand::Back);
        kiosk.press(UiCommand::Open(Open::Lesson { course: "i01/c01".into(), lesson: 1, from_start: false }));
        assert_eq!(trouble(&kiosk).kind, kind);
        kiosk.press(UiCommand::Player(PlayerCommand::Play));
        assert!(kiosk.films.try_recv().is_err());
        board(&mut kiosk, good, until_good);
        assert!(matches!(kiosk.page(), Page::Course(_)), "{:?}", kiosk.page());
        watch(&mut kiosk, 2);
        kiosk.all_is_kept();
        assert_eq!(told(&kiosk), [format!("+{part}"), format!("-{part}")]);
    }
}

#[test]
fn cards_are_taken_while_no_film_plays() {
    let mut kiosk = with_a_course(NINE);
    board(&mut kiosk, hot(), 4);
    assert_eq!(kiosk.view.borrow().trouble, Some(TroubleKind::Heat));
    assert!(matches!(kiosk.page(), Page::Idle(_)), "a small sign beside the invitation");
    kiosk.tap(7);
    assert!(matches!(kiosk.outcome(), Outcome::SignedIn { .. }), "{:?}", kiosk.outcome());
}

#[test]
fn a_lesson_that_is_over_is_not_taken_from_the_screen() {
    let mut kiosk = with_a_course(EARLY);
    kiosk.tap(7);
    watch(&mut kiosk, 1);
    kiosk.director.step(Wake::Media(MediaEvent { play: PlayId(1), what: MediaNews::Ended }));
    board(&mut kiosk, hot(), 4);
    assert!(matches!(kiosk.page(), Page::Player(_)), "what was earned stands there");
    kiosk.press(UiCommand::Player(PlayerCommand::Again));
    assert_eq!(trouble(&kiosk).kind, TroubleKind::Heat);
}

#[test]
fn without_touch_nothing_asks_for_one_and_cards_go_on() {
    let mut kiosk = Kiosk::at(NINE);
    let lost = BoardSigns { touch: Some(false), ..BoardSigns::default() };
    board(&mut kiosk, lost, 6);
    let page = trouble(&kiosk);
    assert_eq!((page.kind, page.still), (TroubleKind::Touch, StillWorks { cards: true, ..StillWorks::default() }));
    kiosk.tap(7);
    assert!(matches!(kiosk.outcome(), Outcome::SignedIn { .. }), "{:?}", kiosk.outcome());
    kiosk.go_to(NINE + MINUTE);
    assert_eq!(trouble(&kiosk).kind, TroubleKind::Touch);
    board(&mut kiosk, BoardSigns { touch: Some(true), ..BoardSigns::default() }, 0);
    assert!(matches!(kiosk.page(), Page::Idle(_)));
    kiosk.all_is_kept();
    assert_eq!(told(&kiosk), ["+touch", "-touch"]);
}

#[test]
fn a_visit_that_a_card_opens_asks_for_no_touch_either() {
    let mut kiosk = Kiosk::at(EARLY);
    board(&mut kiosk, BoardSigns { touch: Some(false), ..BoardSigns::default() }, 6);
    kiosk.tap(7);
    assert_eq!(trouble(&kiosk).kind, TroubleKind::Touch);
    board(&mut kiosk, BoardSigns { touch: Some(true), ..BoardSigns::default() }, 0);
    assert!(matches!(kiosk.page(), Page::Home(_)), "{:?}", kiosk.page());
}

#[test]
fn a_finger_proves_that_the_panel_works_whatever_the_board_says() {
    let mut kiosk = Kiosk::at(NINE);
    let lost = BoardSigns { touch: Some(false), ..BoardSigns::default() };
    board(&mut kiosk, lost, 6);
    kiosk.press(UiCommand::Touched);
    assert!(matches!(kiosk.page(), Page::Idle(_)));
    kiosk.all_is_kept();
    assert_eq!(told(&kiosk), ["+touch", "-touch"]);
}

#[test]
fn too_little_power_is_told_once_and_stops_nothing() {
    let mut kiosk = with_a_course(EARLY);
    kiosk.tap(7);
    watch(&mut kiosk, 1);
    let power = |under| BoardSigns { under_voltage: Some(under), ..BoardSigns::default() };
    for _ in 0..20 {
        board(&mut kiosk, power(true), 0);
        board(&mut kiosk, power(false), 4);
    }
    assert!(matches!(kiosk.page(), Page::Player(_)));
    assert_eq!(kiosk.view.borrow().trouble, Some(TroubleKind::Power));
    kiosk.all_is_kept();
    assert_eq!(told(&kiosk), ["+power"]);
}

#[test]
fn a_reader_that_is_away_for_weeks_is_recorded_once_however_often_it_is_looked_for() {
    let mut kiosk = Kiosk::at(NINE);
    for day in 0..21 {
        for loss in [ReaderLoss::Absent, ReaderLoss::Silent] {
            kiosk.reader(ReaderEvent::Lost(loss));
        }
        kiosk.go_to(NINE + day * DAY);
        let page = trouble(&kiosk);
        let still = StillWorks { courses: true, cards: false, by_hand: true, touch: true };
        assert_eq!((page.kind, page.still), (TroubleKind::Reader, still), "the idle page says how to go on");
    }
    kiosk.reader(ReaderEvent::Recovered);
    kiosk.reader(ReaderEvent::Ready);
    assert!(matches!(kiosk.page(), Page::Idle(_)));
    kiosk.all_is_kept();
    assert_eq!(told(&kiosk), ["+reader", "-reader"]);
}

#[test]
fn silence_is_a_fault_when_it_lasts_and_nobody_chose_it() {
    for (silence, state, shown) in
        [(Silence::NoDevice, CheckState::Bad, Some(TroubleKind::Sound)), (Silence::ByChoice, CheckState::Absent, None)]
    {
        let mut kiosk = Kiosk::at(NINE);
        kiosk.director.step(Wake::Sound(SoundEvent::Silent(silence)));
        kiosk.go_to(NINE + 1_000);
        assert_eq!(kiosk.view.borrow().trouble, None, "it may still come");
        kiosk.go_to(NINE + 30_000);
        assert_eq!(kiosk.view.borrow().trouble, shown);
        kiosk.tap(7);
        assert!(matches!(kiosk.outcome(), Outcome::SignedIn { .. }), "{:?}", kiosk.outcome());
        kiosk.press(UiCommand::Technician(TechnicianCommand::SelfTest));
        let Page::SelfTest(test) = kiosk.page() else { panic!("{:?}", kiosk.page()) };
        assert!(test.checks.iter().any(|check| check.kind == CheckKind::Sound && check.state == state), "{test:?}");
        kiosk.director.step(Wake::Sound(SoundEvent::Ready));
        kiosk.go_to(NINE + 31_000);
        assert_eq!(kiosk.view.borrow().trouble, None);
        kiosk.all_is_kept();
        let expected: &[&str] = if shown.is_some() { &["+sound", "-sound"] } else { &[] };
        assert_eq!(told(&kiosk), expected);
    }
}

#[test]
fn a_clock_that_is_not_known_is_told_after_half_a_minute_and_cards_are_taken() {
    let mut kiosk = Kiosk::at(MINUTE);
    kiosk.go_to(MINUTE + 1_000);
    assert_eq!(kiosk.view.borrow().trouble, None, "the network is asked first");
    kiosk.go_to(2 * MINUTE);
    assert_eq!(kiosk.view.borrow().trouble, Some(TroubleKind::Clock));
    assert!(matches!(kiosk.page(), Page::Idle(_)));
    kiosk.tap(7);
    kiosk.all_is_kept();
    let taken = kiosk.records().into_iter().find(|record| record["kind"] == "visit-opened");
    assert_eq!(taken.map(|record| record["clock"].clone()), Some("unset".into()), "{:?}", kiosk.kinds());
    assert_eq!(told(&kiosk), ["+clock"]);
}

#[test]
fn the_self_test_shows_the_board_as_far_as_it_says_anything() {
    let mut kiosk = Kiosk::at(NINE);
    let signs =
        BoardSigns { touch: Some(true), under_voltage: Some(false), celsius: Some(61), ..BoardSigns::default() };
    kiosk.director.step(Wake::Board(signs));
    kiosk.press(UiCommand::Technician(TechnicianCommand::SelfTest));
    let Page::SelfTest(test) = kiosk.page() else { panic!("{:?}", kiosk.page()) };
    let shown: Vec<_> = test.checks.iter().map(|check| (check.kind, check.state, check.figure.as_str())).collect();
    for expected in [
        (CheckKind::Touch, CheckState::Good, ""),
        (CheckKind::Temperature, CheckState::Good, "61 °C"),
        (CheckKind::Power, CheckState::Good, ""),
        (CheckKind::Screen, CheckState::Absent, ""),
    ] {
        assert!(shown.contains(&expected), "{expected:?} in {shown:?}");
    }
    board(&mut kiosk, BoardSigns { celsius: Some(90), touch: None, under_voltage: None, ..signs }, 4);
    let Page::SelfTest(test) = kiosk.page() else { panic!("{:?}", kiosk.page()) };
    let states: Vec<_> = test.checks.iter().map(|check| (check.kind, check.state)).collect();
    assert!(states.contains(&(CheckKind::Temperature, CheckState::Bad)), "{states:?}");
    assert!(states.contains(&(CheckKind::Touch, CheckState::Absent)), "{states:?}");
}
