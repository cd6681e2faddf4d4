// SPDX-License-Identifier: GPL-3.0-or-later
//! A view of every page, in either language, from the demo district.

use jiff::civil::date;
use xuedian_engine::view::*;

fn day() -> Day {
    Day::of(date(2026, 11, 22))
}

fn text(language: Language, zh: &str, en: &str) -> String {
    match language {
        Language::Chinese => zh.to_owned(),
        Language::English => en.to_owned(),
    }
}

fn session(l: Language, state: SessionState) -> SessionLine {
    SessionLine {
        id: "a01".into(),
        name: text(l, "楷书初级班", "Regular script"),
        short: text(l, "书法班", "Script"),
        room: text(l, "书画室", "Painting room"),
        day: day(),
        starts: Clock::new(9, 0),
        ends: Clock::new(10, 30),
        state,
        mine: false,
    }
}

fn sessions(l: Language) -> Vec<SessionLine> {
    let other = |id: &str, zh: &str, en: &str, zs: &str, es: &str, room: (&str, &str), hour, state| SessionLine {
        id: id.into(),
        name: text(l, zh, en),
        short: text(l, zs, es),
        room: text(l, room.0, room.1),
        starts: Clock::new(hour, 0),
        ends: Clock::new(hour + 2, 0),
        ..session(l, state)
    };
    vec![
        SessionLine { mine: true, ..session(l, SessionState::Running) },
        other(
            "a02",
            "智能手机班",
            "Phone class",
            "手机班",
            "Phones",
            ("多功能厅", "Main hall"),
            9,
            SessionState::Delayed(30),
        ),
        other(
            "a03",
            "合唱团排练",
            "Choir",
            "合唱团",
            "Choir",
            ("多功能厅", "Main hall"),
            14,
            SessionState::Moved(text(l, "舞蹈室", "Dance room")),
        ),
        other(
            "a10",
            "太极拳",
            "Tai chi",
            "太极拳",
            "Tai chi",
            ("院内", "Court"),
            8,
            SessionState::Cancelled(CancelReason::AirQuality),
        ),
        other(
            "a04",
            "“守住养老钱”反诈讲座",
            "Guard your savings",
            "反诈",
            "Savings",
            ("报告厅", "Lecture hall"),
            14,
            SessionState::Planned,
        ),
        other(
            "a16",
            "泡菜制作体验",
            "Making pickles",
            "泡菜",
            "Pickles",
            ("活动室", "Activity room"),
            9,
            SessionState::Planned,
        ),
    ]
}

fn card(l: Language, id: &str, number: u32, zh: [&str; 3], en: [&str; 3], picture: &str) -> CourseCard {
    let [title, short, tiny] = match l {
        Language::Chinese => zh,
        Language::English => en,
    };
    CourseCard {
        id: id.into(),
        number,
        title: title.into(),
        short: short.into(),
        tiny: tiny.into(),
        picture: picture.into(),
        lessons: 4,
        minutes: 32,
        credit: 40,
        begun: false,
    }
}

pub fn cards(l: Language) -> Vec<CourseCard> {
    vec![
        CourseCard {
            begun: true,
            lessons: 12,
            minutes: 144,
            credit: 240,
            ..card(
                l,
                "i04/c08",
                301,
                ["楷书笔画入门", "楷书入门", "书法"],
                ["First strokes", "Strokes", "Ink"],
                "calligraphy",
            )
        },
        card(
            l,
            "i01/c02",
            102,
            ["接到“客服退款”电话怎么办", "防诈骗", "防骗"],
            ["The call about a refund", "Fraud", "Fraud"],
            "fraud",
        ),
        card(l, "i07/c05", 201, ["手指操", "手指操", "健身"], ["Hand exercises", "Hands", "Hands"], "exercise"),
        card(
            l,
            "i06/c13",
            501,
            ["老北京泡菜与酱菜", "泡菜", "做饭"],
            ["Beijing pickles", "Pickles", "Cook"],
            "cooking",
        ),
        card(
            l,
            "i02/c10",
            401,
            ["晨钟里的铸造术", "铸钟", "铸钟"],
            ["How the bell was cast", "The bell", "Bell"],
            "bell",
        ),
        card(l, "i01/c14", 502, ["看懂公交站牌", "坐公交", "公交"], ["Reading a bus map", "Bus map", "Bus"], "bus"),
        card(l, "i05/c16", 601, ["心肺复苏与 AED", "急救", "急救"], ["CPR and AED", "First aid", "Aid"], "firstaid"),
        card(l, "i06/c17", 503, ["剪纸", "剪纸", "剪纸"], ["Paper cutting", "Paper", "Paper"], "papercut"),
        card(l, "i01/c04", 104, ["微信视频通话", "视频", "视频"], ["Video calls", "Video", "Video"], "fraud"),
    ]
}

fn course(l: Language) -> Course {
    let titles =
        ["横与竖", "撇", "捺：一波三折", "点", "钩", "提", "折", "结构一", "结构二", "结构三", "临帖一", "临帖二"];
    let lessons = titles.iter().zip(1..).map(|(title, number)| Lesson {
        number,
        title: text(l, title, "Strokes"),
        minutes: 12,
        state: match number {
            1 | 2 => LessonState::Done,
            3 => LessonState::Begun(40),
            12 => LessonState::Away,
            _ => LessonState::New,
        },
    });
    Course {
        card: cards(l).remove(0),
        institution: text(l, "银杏区老干部大学", "Veterans' College"),
        lessons: lessons.collect(),
        next: 3,
    }
}

/// Nobody has watched any of it.
fn new_course(l: Language) -> Course {
    let titles = [("热身", "Warm up"), ("开合手指", "Open and close"), ("对指", "Fingertips"), ("放松", "Rest")];
    let lessons = titles.iter().zip(1..).map(|(&(zh, en), number)| Lesson {
        number,
        title: text(l, zh, en),
        minutes: 8,
        state: LessonState::New,
    });
    Course {
        card: cards(l).remove(2),
        institution: text(l, "银杏区社区学院", "District College"),
        lessons: lessons.collect(),
        next: 1,
    }
}

fn person(l: Language) -> Person {
    Person { mask: text(l, "王*珍", "J*** S."), tail: "07".into() }
}

fn per_step() -> Why {
    Why::PerStep { minutes: 90, step_minutes: 30, each: 50 }
}

fn result(l: Language, outcome: Outcome) -> TapResult {
    TapResult { key: 1, who: Some(person(l)), at: Some(Clock::new(9, 41)), shown_as: ShownAs::Full, outcome }
}

fn signed_in(l: Language) -> Outcome {
    Outcome::SignedIn {
        session: session(l, SessionState::Running).name,
        place: 12,
        earns: Some((Amount::Credit(150), per_step())),
        expected: false,
        forgotten: None,
        moved_to: None,
        delayed: None,
        sits_in: false,
    }
}

fn roll(l: Language) -> RollCall {
    let masks: &[&str] = match l {
        Language::Chinese => {
            &["赵*兰", "孙*国", "李*华", "周*英", "吴*", "郑*珍", "陈*德", "欧阳*博", "高*", "阿***提", "林*", "何*清"]
        }
        Language::English => &[
            "A*** S.", "B*** T.", "C*** U.", "D*** V.", "E*** W.", "F*** X.", "G*** Y.", "H*** Z.", "I*** A.",
            "J*** B.", "K*** C.", "L*** D.",
        ],
    };
    let entries = masks.iter().zip(1_u64..).map(|(mask, key)| RollEntry {
        key,
        who: Person { mask: (*mask).into(), tail: if key == 5 { "07".into() } else { String::new() } },
        came: Some(Clock::new(9, 12_u8.saturating_sub(u8::try_from(key).unwrap()))),
        left: None,
        undone: key == 7,
        by_hand: key == 3,
        sits_in: false,
    });
    RollCall {
        session: session(l, SessionState::Running),
        signed_in: 36,
        still_in: 36,
        due: 40,
        headcount: None,
        check_out: true,
        entries: entries.collect(),
    }
}

fn found(l: Language) -> Vec<Candidate> {
    (1..=4)
        .map(|key| Candidate { key, who: Person { tail: format!("0{key}"), ..person(l) }, born: Some(1951) })
        .collect()
}

fn view(l: Language, page: Page) -> View {
    View {
        now: Some(Moment { day: day(), clock: Clock::new(9, 41) }),
        site: text(l, "梧桐里社区学习点", "Parasol Lane Community"),
        visitor: Visitor::Learner(Person::masked(person(l).mask)),
        ..View::of(page)
    }
}

fn idle(l: Language) -> Idle {
    let mut today = sessions(l);
    today.truncate(4);
    Idle { today, courses: cards(l), notices: Vec::new(), set_up: true }
}

fn player(l: Language) -> Player {
    Player {
        course: text(l, "楷书笔画入门", "First strokes"),
        lesson: 3,
        title: text(l, "捺：一波三折", "The wave"),
        playing: Playing::Playing,
        position_ms: 480_000,
        length_ms: 720_000,
        seen: vec![(0, 400), (450, 666)],
        earning: Earning::Missing { seconds: 61, credit: 20, share: 82 },
        caption: text(
            l,
            "捺要一波三折：先轻，再重，收笔时提起来。",
            "The falling stroke is a wave: light, then heavy, then lift.",
        ),
        speed: 100,
        volume: 6,
        transcript: None,
        end: None,
    }
}

/// The pages with golden pictures: one of each kind, name first.
pub fn pages(l: Language) -> Vec<(&'static str, View)> {
    let staff = |task| {
        let light = Light { colour: LightColour::Good, not_sent: 0, telephone: "010-5550-0107".into() };
        let visitor = Visitor::Staff(Person::masked(text(l, "刘*敏", "M*** L.")), Title::Staff);
        View { visitor, ..view(l, Page::Staff(Staff { task, light })) }
    };
    let nobody = |page| View { visitor: Visitor::Nobody, ..view(l, page) };
    let tap = |outcome| view(l, Page::Result(result(l, outcome)));
    vec![
        ("idle", nobody(Page::Idle(idle(l)))),
        ("idle-not-set-up", nobody(Page::Idle(Idle { set_up: false, today: Vec::new(), ..idle(l) }))),
        ("result-signed-in", tap(signed_in(l))),
        (
            "result-already",
            tap(Outcome::Already {
                session: session(l, SessionState::Running).name,
                since: Clock::new(9, 2),
                no_check_out: false,
            }),
        ),
        (
            "result-mid-class",
            tap(Outcome::MidClass {
                session: session(l, SessionState::Running).name,
                ends: Clock::new(10, 30),
                seconds_left: 20,
            }),
        ),
        (
            "result-signed-out",
            tap(Outcome::SignedOut {
                session: session(l, SessionState::Running).name,
                minutes: 90,
                earned: Some((Amount::Credit(150), per_step())),
                expected: false,
            }),
        ),
        (
            "result-unknown-card",
            nobody(Page::Result(TapResult { who: None, ..result(l, Outcome::Refused(Refusal::UnknownCard)) })),
        ),
        ("result-which-session", tap(which_session(l))),
        ("home", view(l, Page::Home(Home { go_on: Some((course(l), 3)), next_session: sessions(l).pop() }))),
        ("courses", view(l, Page::Courses(Courses { topic: None, topics: Vec::new(), courses: cards(l) }))),
        ("keypad", view(l, Page::Keypad(Keypad { unknown: None }))),
        ("course", view(l, Page::Course(course(l)))),
        ("course-new", view(l, Page::Course(new_course(l)))),
        ("player", view(l, Page::Player(player(l)))),
        (
            "player-end",
            view(
                l,
                Page::Player(Player {
                    playing: Playing::Ended,
                    end: Some(LessonEnd { earned: 20, next: Some(4) }),
                    ..player(l)
                }),
            ),
        ),
        ("credits", view(l, Page::MyCredits(credits(l)))),
        ("whats-on", view(l, Page::WhatsOn(WhatsOn { sessions: sessions(l) }))),
        ("staff-choose", staff(StaffTask::Choose(sessions(l)))),
        ("staff-roll", staff(StaffTask::Roll(roll(l)))),
        ("staff-more", staff(StaffTask::More(roll(l)))),
        ("staff-forgot", staff(StaffTask::Forgot(ForgotStep::Search { typed: "wz".into(), found: found(l) }))),
        (
            "staff-end-of-day",
            staff(StaffTask::EndOfDay(EndOfDay {
                attendances: 63,
                open_sessions: 0,
                not_sent: 0,
                sending: false,
                safe: true,
                release: None,
            })),
        ),
        ("staff-reset-ask", staff(StaffTask::Reset(ResetStep::Ask { unsent: 12 }))),
        ("staff-reset-second", staff(StaffTask::Reset(ResetStep::Second { seconds_left: 58, same: false }))),
        ("staff-resetting", staff(StaffTask::Reset(ResetStep::Decided))),
        ("staff-end-of-day-release", staff(StaffTask::EndOfDay(last_day(Some(NextRelease::Starts("2026.12".into())))))),
        ("staff-update-ask", staff(StaffTask::Update(ask(false)))),
        ("staff-update-writing", staff(StaffTask::Update(UpdateStep::Writing { percent: 43, stick: true }))),
        ("staff-update-done", staff(StaffTask::Update(UpdateStep::Done { version: "2026.12".into() }))),
        ("staff-update-failed", staff(StaffTask::Update(UpdateStep::Failed(UpdateFailure::Pulled)))),
        ("staff-update-none", staff(StaffTask::Update(UpdateStep::Nothing))),
        ("trouble-reader", nobody(Page::Trouble(trouble(TroubleKind::Reader)))),
        ("trouble-disk", nobody(Page::Trouble(trouble(TroubleKind::DiskBroken)))),
        ("trouble-heat", nobody(Page::Trouble(trouble(TroubleKind::Heat)))),
        ("trouble-power", nobody(Page::Trouble(trouble(TroubleKind::Power)))),
        ("trouble-touch", nobody(Page::Trouble(trouble(TroubleKind::Touch)))),
        ("trouble-memory", nobody(Page::Trouble(trouble(TroubleKind::Memory)))),
        ("trouble-clock", nobody(Page::Trouble(trouble(TroubleKind::Clock)))),
        ("trouble-sound", nobody(Page::Trouble(trouble(TroubleKind::Sound)))),
        ("idle-no-sound", View { trouble: Some(TroubleKind::Sound), ..nobody(Page::Idle(idle(l))) }),
        (
            "self-test",
            View { visitor: Visitor::Staff(person(l), Title::Technician), ..view(l, Page::SelfTest(self_test())) },
        ),
        ("pairing", nobody(Page::Pairing(pairing()))),
        (
            "help",
            view(
                l,
                Page::Help(Help {
                    telephone: "010-5550-0107".into(),
                    contact: text(l, "梧桐里社区学习点", "Parasol Lane"),
                    called: false,
                }),
            ),
        ),
    ]
}

fn last_day(release: Option<NextRelease>) -> EndOfDay {
    EndOfDay { attendances: 63, open_sessions: 0, not_sent: 0, sending: false, safe: true, release }
}

fn ask(older: bool) -> UpdateStep {
    let version = if older { "2026.9" } else { "2026.12" };
    UpdateStep::Ask { version: version.into(), running: "2026.11".into(), older }
}

fn which_session(l: Language) -> Outcome {
    let choice = |id: &str, line: SessionLine, picture: &str| SessionChoice {
        id: id.into(),
        name: line.name,
        short: line.short,
        room: line.room,
        picture: picture.into(),
        starts: line.starts,
    };
    let all = sessions(l);
    Outcome::WhichSession(vec![choice("a01", all[0].clone(), "calligraphy"), choice("a02", all[1].clone(), "fraud")])
}

fn credits(l: Language) -> MyCredits {
    let entry = |amount, zh: &str, en: &str, why, state| Entry {
        day: Some(day()),
        amount: Amount::Credit(amount),
        title: text(l, zh, en),
        why,
        state,
    };
    let watched = Why::Watched { title: text(l, "高血压居家管理", "Blood pressure"), lesson: 2, minutes: 15 };
    MyCredits {
        certified: 1250,
        waiting: 150,
        not_sent: 75,
        records_not_sent: 2,
        points: 84,
        entries: vec![
            entry(75, "智能手机班", "Phone class", per_step(), EntryState::NotSent),
            entry(150, "楷书初级班", "Regular script", per_step(), EntryState::Waiting),
            entry(25, "高血压居家管理", "Blood pressure", watched, EntryState::Certified),
            entry(100, "反诈讲座", "Guard your savings", Why::Lecture { scheduled: 100 }, EntryState::Certified),
            entry(0, "合唱团排练", "Choir", Why::Less(Less::TooShort { needed: 80 }), EntryState::Corrected),
        ],
    }
}

/// A fault alone on a machine that is well but for it.
fn trouble(kind: TroubleKind) -> Trouble {
    let all = StillWorks { courses: true, cards: true, by_hand: true, touch: true };
    let still = match kind {
        TroubleKind::Reader => StillWorks { cards: false, ..all },
        TroubleKind::DiskBroken => StillWorks { courses: true, touch: true, ..StillWorks::default() },
        TroubleKind::Heat | TroubleKind::Memory => StillWorks { courses: false, ..all },
        TroubleKind::Touch => StillWorks { cards: true, ..StillWorks::default() },
        _ => all,
    };
    Trouble { kind, still }
}

fn self_test() -> SelfTest {
    let check = |kind, state, figure: &str| Check { kind, state, figure: figure.into() };
    SelfTest {
        checks: vec![
            check(CheckKind::Reader, CheckState::Good, "4 ms"),
            check(CheckKind::Sound, CheckState::Good, ""),
            check(CheckKind::Network, CheckState::Bad, ""),
            check(CheckKind::Clock, CheckState::Good, "0.2 s"),
            check(CheckKind::Disk, CheckState::Running, ""),
            check(CheckKind::Temperature, CheckState::Good, "61 °C"),
            check(CheckKind::Screen, CheckState::Absent, ""),
        ],
    }
}

fn pairing() -> Pairing {
    Pairing { code: "WXTK-3907".into(), state: PairingState::Waiting, words: Vec::new(), hub: String::new() }
}

/// Everything else that a page can say: walked, without pictures.
pub fn more(l: Language) -> Vec<(String, View)> {
    let staff = |task| {
        let light = Light { colour: LightColour::NoNetwork, not_sent: 12, telephone: String::new() };
        View { visitor: Visitor::Staff(person(l), Title::Staff), ..view(l, Page::Staff(Staff { task, light })) }
    };
    let mut all: Vec<(String, View)> =
        results(l).into_iter().map(|(name, view)| (format!("result {name}"), view)).collect();
    let tasks = [
        StaffTask::Undo(roll(l).entries[0].clone()),
        StaffTask::Late(roll(l)),
        StaffTask::Moved(roll(l), vec![text(l, "多功能厅", "Main hall"), text(l, "书画室", "Painting room")]),
        StaffTask::Cancel(roll(l)),
        StaffTask::EndEarly(roll(l)),
        StaffTask::Headcount(roll(l)),
        StaffTask::CloseForAll(roll(l)),
        StaffTask::Forgot(ForgotStep::Done(person(l))),
        StaffTask::Card(CardStep::Which),
        StaffTask::Card(CardStep::HandOut),
        StaffTask::Card(CardStep::HandedOut { number: "000217".into(), which: Vec::new() }),
        StaffTask::Card(CardStep::HandedOut { number: "000217".into(), which: sessions(l)[..2].to_vec() }),
        StaffTask::Card(CardStep::BindSearch { typed: String::new(), found: Vec::new() }),
        StaffTask::Card(CardStep::BindTap(person(l))),
        StaffTask::Card(CardStep::Bound(person(l))),
        StaffTask::Card(CardStep::Failed(CardFailure::RandomUid)),
        StaffTask::Papers(Paper { session: session(l, SessionState::Ended), state: PaperState::Ready }),
        StaffTask::Reset(ResetStep::Ask { unsent: 0 }),
        StaffTask::Reset(ResetStep::Ask { unsent: 12_345 }),
        StaffTask::Reset(ResetStep::Second { seconds_left: 42, same: true }),
        StaffTask::EndOfDay(EndOfDay { not_sent: 12, ..last_day(None) }),
        StaffTask::EndOfDay(EndOfDay { open_sessions: 1, not_sent: 12, safe: false, ..last_day(None) }),
        StaffTask::EndOfDay(EndOfDay { not_sent: 12, ..last_day(Some(NextRelease::Writing)) }),
        StaffTask::EndOfDay(EndOfDay {
            not_sent: 12,
            safe: false,
            ..last_day(Some(NextRelease::Starts("2026.12-b".into())))
        }),
        StaffTask::Update(ask(true)),
        StaffTask::Update(UpdateStep::Writing { percent: 0, stick: false }),
        StaffTask::Update(UpdateStep::Writing { percent: 100, stick: true }),
        StaffTask::Update(UpdateStep::Same { version: "2026.11".into() }),
        StaffTask::Update(UpdateStep::Refused(UpdateFailure::NotSigned)),
        StaffTask::Update(UpdateStep::Refused(UpdateFailure::OtherBoard)),
        StaffTask::Update(UpdateStep::Failed(UpdateFailure::Damaged)),
        StaffTask::Update(UpdateStep::Failed(UpdateFailure::NoRoom)),
        StaffTask::Update(UpdateStep::Failed(UpdateFailure::Other)),
    ];
    all.extend(tasks.into_iter().zip(1..).map(|(task, n)| (format!("staff {n}"), staff(task))));
    let kinds = [
        TroubleKind::DiskFull,
        TroubleKind::Media,
        TroubleKind::Journal,
        TroubleKind::Document,
        TroubleKind::JournalDoubted,
    ];
    all.extend(kinds.into_iter().map(|kind| (format!("{kind:?}"), view(l, Page::Trouble(trouble(kind))))));
    let signs = [TroubleKind::Heat, TroubleKind::Power, TroubleKind::Memory, TroubleKind::Clock, TroubleKind::Journal];
    all.extend(signs.into_iter().map(|kind| {
        (
            format!("idle, {kind:?}"),
            View { trouble: Some(kind), visitor: Visitor::Nobody, ..view(l, Page::Idle(idle(l))) },
        )
    }));
    // The data folder cannot be used: there is nothing behind a key.
    let nothing = Trouble { kind: TroubleKind::DiskBroken, still: StillWorks::default() };
    all.push(("standstill".into(), view(l, Page::Trouble(nothing))));
    let release = |state, figure: &str| Check { kind: CheckKind::Release, state, figure: figure.into() };
    for check in [
        release(CheckState::Good, "2026.11"),
        release(CheckState::Running, "43 %"),
        release(CheckState::Bad, "2026.11"),
    ] {
        let name = format!("self-test, release {:?}", check.state);
        all.push((name, view(l, Page::SelfTest(SelfTest { checks: vec![check] }))));
    }
    all.push((
        "guest".into(),
        View {
            visitor: Visitor::Guest,
            ..view(l, Page::Home(Home { go_on: Some((course(l), 1)), next_session: None }))
        },
    ));
    all.push(("still there".into(), View { still_there: Some(18), ..view(l, Page::Home(Home::default())) }));
    all.push(("band".into(), View { band: Some(result(l, signed_in(l))), ..view(l, Page::Player(player(l))) }));
    all.push(("damaged".into(), view(l, Page::Player(Player { playing: Playing::Damaged, ..player(l) }))));
    all.push(("no such number".into(), view(l, Page::Keypad(Keypad { unknown: Some(999) }))));
    // The key at its end stands on the first page at every size.
    let checks = vec![Check { kind: CheckKind::Kept, state: CheckState::Bad, figure: String::new() }];
    all.push(("self-test, records kept".into(), view(l, Page::SelfTest(SelfTest { checks }))));
    all.push((
        "help, called".into(),
        view(l, Page::Help(Help { telephone: String::new(), contact: String::new(), called: true })),
    ));
    all.push((
        "no clock".into(),
        View { now: None, visitor: Visitor::Nobody, ..view(l, Page::Idle(Idle { today: Vec::new(), ..idle(l) })) },
    ));
    all
}

fn results(l: Language) -> Vec<(String, View)> {
    let name = session(l, SessionState::Running).name;
    let refusals = [
        Refusal::NotSetUp,
        Refusal::NotNow,
        Refusal::RandomUid,
        Refusal::IdentityCard,
        Refusal::TwoCards,
        Refusal::TooQuick,
        Refusal::LostCard,
        Refusal::Full,
        Refusal::Cancelled { reason: CancelReason::AirQuality, make_up: Some((day(), Clock::new(9, 0))) },
        Refusal::Cancelled { reason: CancelReason::Teacher, make_up: None },
        Refusal::Moved { room: text(l, "三层舞蹈室", "dance room") },
        Refusal::TooLate { session: name.clone() },
        Refusal::TooShort,
        Refusal::NotRecorded,
    ];
    let people = vec![
        PersonChoice { key: 25, who: Person { mask: text(l, "黄*福", "H*** F."), tail: "25".into() } },
        PersonChoice { key: 26, who: Person { mask: text(l, "宋*庚", "S*** G."), tail: "26".into() } },
    ];
    let Outcome::SignedIn { session, place, earns, .. } = signed_in(l) else { unreachable!() };
    let with = |forgotten, moved_to: Option<String>, delayed| Outcome::SignedIn {
        session: session.clone(),
        place,
        earns: earns.clone(),
        expected: true,
        forgotten,
        moved_to,
        delayed,
        sits_in: false,
    };
    let mut outcomes = vec![
        with(Some(Forgotten::Full { times: 1 }), None, None),
        with(Some(Forgotten::Half { credit: 75 }), None, None),
        with(None, Some(text(l, "三层舞蹈室", "dance room")), None),
        with(None, None, Some(30)),
        Outcome::Already { session: name.clone(), since: Clock::new(14, 2), no_check_out: true },
        Outcome::SignedOut {
            session: name.clone(),
            minutes: 40,
            earned: Some((Amount::Credit(0), Why::Less(Less::TooShort { needed: 60 }))),
            expected: false,
        },
        Outcome::SignedOutBefore { session: name.clone(), at: Clock::new(10, 30) },
        Outcome::WhichPerson(people),
        Outcome::NotEnrolled { session: name },
        Outcome::VisitOpened,
        Outcome::VisitClosed { not_sent: 2 },
        Outcome::InUse,
    ];
    outcomes.extend(refusals.into_iter().map(Outcome::Refused));
    let mut all: Vec<_> = outcomes
        .into_iter()
        .zip(1..)
        .map(|(outcome, n)| (format!("{n}"), view(l, Page::Result(result(l, outcome)))))
        .collect();
    all.push((
        "queue".into(),
        view(l, Page::Result(TapResult { shown_as: ShownAs::Queue, ..result(l, signed_in(l)) })),
    ));
    all
}
