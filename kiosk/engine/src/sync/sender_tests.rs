// SPDX-License-Identifier: GPL-3.0-or-later
//! What becomes of records when the hub is scripted and the journal is real.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::{
    collections::VecDeque,
    future::Future,
    sync::{Arc, Mutex},
    time::Duration,
};

use proptest::prelude::*;
use tokio::sync::{Notify, mpsc, watch};
use xuedian_domain::id::BootId;
use xuedian_journal::{Clock as Trust, Draft, Journal, JournalHandle, JournalThread, Stamp};
use xuedian_protocol::{
    signing::{HubKey, Signed},
    wire::{HubEpoch, HubTime, Position, Problem, RecordsAnswer, batch, code, unpack},
};

use super::{
    batch_size::BatchSize,
    contact::RecordsDoor,
    failure::ContactError,
    outbox::Outbox,
    sender::{Held, Sender, SenderLines, Step},
    state::{DistrictFault, DistrictState, ProblemAt, StateTeller},
};
use crate::clock::{Clock, Reading, TimeSource};

struct StillTime;

impl TimeSource for StillTime {
    fn boot(&self) -> BootId {
        BootId([1; 16])
    }
    fn read(&self) -> Reading {
        Reading { mono_ms: 5_000, wall_ms: 1_800_000_000_000 }
    }
    fn has_battery(&self) -> bool {
        true
    }
}

/// What the scripted hub does with a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Does {
    Fails(ContactError),
    /// Keeps it, and the answer is lost.
    KeepsSilently(ContactError),
    /// Speaks of another record.
    AcknowledgesElse,
}

#[derive(Debug, Default)]
struct Script {
    does: VecDeque<Does>,
    /// Lines in the order in which they came first.
    kept: Vec<String>,
    batches: Vec<usize>,
    /// Largest batch that is taken.
    most: Option<usize>,
}

#[derive(Clone, Debug, Default)]
struct ScriptedHub(Arc<Mutex<Script>>);

impl ScriptedHub {
    fn script(&self, does: impl IntoIterator<Item = Does>) {
        self.0.lock().unwrap().does.extend(does);
    }

    fn kept_seqs(&self) -> Vec<u64> {
        self.0.lock().unwrap().kept.iter().map(|line| position(line).seq).collect()
    }

    fn take(&self, body: &[u8]) -> Result<RecordsAnswer, ContactError> {
        let mut script = self.0.lock().unwrap();
        let text = unpack(body, 8 << 20).unwrap();
        let lines: Vec<String> = batch::lines(&text).map(|line| line.unwrap().line.to_owned()).collect();
        script.batches.push(lines.len());
        let does = script.does.pop_front();
        if let Some(Does::Fails(error)) = does {
            return Err(error);
        }
        if script.most.is_some_and(|most| lines.len() > most) {
            return Err(refused(413, code::TOO_LARGE));
        }
        let held = script.kept.last().map(|line| position(line));
        let first = position(&lines[0]);
        if first.seq > held.as_ref().map_or(0, |at| at.seq) + 1 {
            return Err(ContactError::Gap(Box::new(Problem {
                held: held.into_iter().collect(),
                ..Problem::new(code::GAP, "")
            })));
        }
        let last = position(lines.last().unwrap());
        for line in lines {
            if !script.kept.contains(&line) {
                script.kept.push(line);
            }
        }
        match does {
            Some(Does::KeepsSilently(error)) => Err(error),
            Some(Does::AcknowledgesElse) => Ok(answer(Position { seq: last.seq + 1000, ..last })),
            _ => Ok(answer(last)),
        }
    }
}

impl RecordsDoor for ScriptedHub {
    fn send(&self, batch: Vec<u8>) -> impl Future<Output = Result<RecordsAnswer, ContactError>> + Send {
        std::future::ready(self.take(&batch))
    }
}

fn position(line: &str) -> Position {
    serde_json::from_str(line).unwrap()
}

fn answer(through: Position) -> RecordsAnswer {
    let hub_epoch = HubEpoch { began_ms: 1, id: "0".repeat(32) };
    let time = HubTime {
        hub_epoch,
        time_ms: 0,
        device: xuedian_domain::id::DeviceId([0; 16]),
        request_epoch: String::new(),
        counter: 0,
    };
    RecordsAnswer {
        accepted_through: Some(through),
        stored: 0,
        known: 0,
        refused: vec![],
        through: None,
        latest: vec![],
        time: Signed::new(&HubKey::from_seed(&[1; 32]), &time),
    }
}

fn refused(status: u16, error: &str) -> ContactError {
    ContactError::Refused { status, error: error.to_owned(), message: String::new(), retry_after: None }
}

/// A sender over a real journal.
struct Bench {
    sender: Sender<ScriptedHub>,
    hub: ScriptedHub,
    state: watch::Receiver<DistrictState>,
    journal: JournalHandle,
    _folder: tempfile::TempDir,
}

fn uuid(n: u64) -> String {
    format!("0190c0de-0000-7000-8000-{n:012x}")
}

async fn record(journal: &JournalHandle, numbers: std::ops::Range<u64>) {
    let stamp =
        Stamp { boot: BootId([1; 16]).to_string(), mono_ms: 5_000, wall_ms: 1_800_000_000_000, clock: Trust::Rtc };
    let drafts = numbers
        .map(|n| Draft { id: uuid(n), kind: "staff-on".into(), body: serde_json::json!({"staff": uuid(n)}) })
        .collect();
    let (done, outcome) = std::sync::mpsc::channel();
    journal.append(stamp, drafts, Box::new(move |result| done.send(result).unwrap())).unwrap();
    tokio::task::spawn_blocking(move || outcome.recv()).await.unwrap().unwrap().unwrap();
}

/// With so many records: one fewer of ours, and the journal's own first one.
async fn bench(records: u64) -> Bench {
    let folder = tempfile::tempdir().unwrap();
    let (journal, _) = Journal::open(folder.path(), &BootId([9; 16]).to_string(), "test").unwrap();
    let (journal, _thread) = JournalThread::start(journal, Box::new(|_| {})).unwrap();
    if records > 0 {
        record(&journal, 1..records).await;
    }
    let (teller, state) = StateTeller::new(DistrictState::default());
    let clock = Clock::open(Arc::new(StillTime), folder.path().join("floor"));
    let hub = ScriptedHub::default();
    let sender = Sender::new(hub.clone(), Outbox::open(journal.clone()).unwrap(), teller, clock);
    Bench { sender, hub, state, journal, _folder: folder }
}

impl Bench {
    /// Steps until nothing waits; gives the waits on the way.
    async fn drain(&mut self) -> Vec<Duration> {
        let mut waits = Vec::new();
        for _ in 0..1000 {
            match self.sender.run_step().await {
                Step::Idle => return waits,
                Step::Sent { .. } => {}
                Step::Wait(wait) => waits.push(wait),
            }
        }
        panic!("it never ends: {waits:?}");
    }
}

#[tokio::test]
async fn all_records_are_sent_once_and_in_order() {
    let mut bench = bench(1_000).await;
    bench.drain().await;
    assert_eq!(bench.hub.kept_seqs(), (1..=1_000).collect::<Vec<_>>());
    assert_eq!(bench.hub.0.lock().unwrap().batches[..3], [100, 200, 400], "a batch grows while more waits");
    assert_eq!(bench.sender.outbox.waiting().await.unwrap(), 0);
    assert!(bench.state.borrow().online);
}

#[tokio::test]
async fn after_any_failure_the_records_wait_and_nothing_is_lost() {
    let mut bench = bench(250).await;
    let failures = [
        ContactError::Unreachable("no route".into()),
        ContactError::TimedOut,
        ContactError::BrokeOff("half a body".into()),
        ContactError::Garbage("<html>".into()),
        ContactError::Unsigned("another key".into()),
        refused(400, code::MALFORMED),
        refused(401, code::SIGNATURE),
        refused(403, code::STRUCK),
        refused(500, code::TROUBLE),
        refused(502, ""),
        ContactError::Here("disk".into()),
    ];
    for failure in &failures {
        bench.hub.script([Does::Fails(failure.clone())]);
        assert!(matches!(bench.sender.run_step().await, Step::Wait(_)));
        assert_eq!(bench.sender.outbox.waiting().await.unwrap(), 250, "{failure}");
        assert!(bench.state.borrow().problems.contains_key(&ProblemAt::Records));
    }
    assert_eq!(bench.sender.backoff.failures(), 11);
    bench.hub.script([Does::KeepsSilently(ContactError::TimedOut), Does::AcknowledgesElse]);
    bench.drain().await;
    assert_eq!(bench.hub.kept_seqs(), (1..=250).collect::<Vec<_>>());
    assert!(bench.state.borrow().problems.is_empty());
    assert_eq!(bench.sender.backoff.failures(), 0);
}

#[tokio::test]
async fn a_batch_that_is_too_large_is_halved_until_it_fits() {
    let mut bench = bench(300).await;
    bench.hub.0.lock().unwrap().most = Some(30);
    bench.drain().await;
    assert_eq!(bench.hub.kept_seqs(), (1..=300).collect::<Vec<_>>());
    assert_eq!(bench.hub.0.lock().unwrap().batches[..3], [100, 50, 25]);
}

#[tokio::test]
async fn what_a_restored_hub_lacks_is_sent_again() {
    for by_gap in [true, false] {
        let mut bench = bench(500).await;
        bench.drain().await;
        // Yesterday's backup.
        bench.hub.0.lock().unwrap().kept.truncate(120);
        if by_gap {
            record(&bench.journal, 500..501).await;
        } else {
            let held = bench.hub.0.lock().unwrap().kept.last().map(|line| position(line)).into_iter().collect();
            let cursor = bench.sender.outbox.cursor().await.unwrap();
            assert!(bench.sender.hear(Held { cursor, held }).await);
        }
        bench.drain().await;
        let all = if by_gap { 501 } else { 500 };
        assert_eq!(bench.hub.kept_seqs(), (1..=all).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn an_empty_hub_gets_everything_and_an_old_answer_moves_nothing() {
    let mut bench = bench(50).await;
    bench.drain().await;
    let cursor = bench.sender.outbox.cursor().await.unwrap();
    assert!(!bench.sender.hear(Held { cursor: None, held: vec![] }).await, "asked before the cursor moved");
    let stranger = Position { epoch: "f".repeat(32), seq: 7 };
    assert!(bench.sender.hear(Held { cursor, held: vec![stranger] }).await);
    assert_eq!(bench.sender.outbox.waiting().await.unwrap(), 50);
}

#[tokio::test]
async fn a_hub_that_refuses_what_follows_its_own_last_record_is_not_asked_without_end() {
    let mut bench = bench(50).await;
    let gap = ContactError::Gap(Box::new(Problem::new(code::GAP, "")));
    bench.hub.script([Does::Fails(gap.clone()), Does::Fails(gap)]);
    assert!(matches!(bench.sender.run_step().await, Step::Wait(_)));
    let fault = bench.state.borrow().problems[&ProblemAt::Records].fault;
    assert_eq!(fault, DistrictFault::NotTheHub);
    assert_eq!(bench.sender.backoff.failures(), 1);
}

#[tokio::test]
async fn a_hub_that_is_busy_is_left_alone_for_as_long_as_it_asks() {
    let mut bench = bench(10).await;
    let retry_after = Some(Duration::from_secs(600));
    let busy = ContactError::Refused { status: 429, error: code::TOO_MANY.into(), message: String::new(), retry_after };
    bench.hub.script([Does::Fails(busy)]);
    let Step::Wait(wait) = bench.sender.run_step().await else { panic!("it goes on at once") };
    assert!((600..=601).contains(&wait.as_secs()), "{wait:?}");
    assert_eq!(bench.state.borrow().problems[&ProblemAt::Records].fault, DistrictFault::HubTrouble);
}

#[tokio::test]
async fn it_rests_until_it_is_time_and_wakes_when_somebody_asks() {
    let Bench { sender, hub, mut state, journal, _folder } = bench(0).await;
    let (head_in, head) = watch::channel(None);
    let (_held_in, held) = mpsc::channel(1);
    let (now, sent) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let an_hour = Duration::from_secs(3600);
    let lines = SenderLines { head, held, now: Arc::clone(&now), sent: Arc::clone(&sent) };
    let task = tokio::spawn(sender.run(an_hour, lines));
    record(&journal, 1..10).await;
    head_in.send(None).unwrap();
    state.wait_for(|state| state.unsent == 10).await.unwrap();
    assert!(hub.kept_seqs().is_empty(), "the spread of the first contact is not over");
    // Somebody wants to go home.
    now.notify_one();
    sent.notified().await;
    state.wait_for(|state| state.unsent == 0).await.unwrap();
    assert_eq!(hub.kept_seqs().len(), 10);
    // From now on each new record wakes it.
    record(&journal, 10..12).await;
    head_in.send(None).unwrap();
    sent.notified().await;
    assert_eq!(hub.kept_seqs().len(), 12);
    drop(head_in);
    task.await.unwrap();
}

fn any_failure() -> impl Strategy<Value = Does> {
    prop_oneof![
        Just(Does::Fails(ContactError::TimedOut)),
        Just(Does::Fails(ContactError::Garbage(String::new()))),
        Just(Does::Fails(refused(413, code::TOO_LARGE))),
        Just(Does::Fails(refused(500, code::TROUBLE))),
        Just(Does::KeepsSilently(ContactError::TimedOut)),
        Just(Does::KeepsSilently(ContactError::BrokeOff(String::new()))),
        Just(Does::AcknowledgesElse),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever goes wrong on the way, hub and journal agree record for record in the end.
    #[test]
    fn hub_and_journal_agree_in_the_end(script in prop::collection::vec(any_failure(), 0..25), records in 2_u64..300, cut in 0_usize..300) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut bench = bench(records).await;
            bench.hub.script(script.clone());
            bench.drain().await;
            bench.hub.0.lock().unwrap().kept.truncate(cut);
            record(&bench.journal, records..records + 1).await;
            bench.hub.script(script);
            bench.drain().await;
            prop_assert_eq!(bench.hub.kept_seqs(), (1..=records + 1).collect::<Vec<_>>());
            prop_assert_eq!(bench.sender.outbox.waiting().await.unwrap(), 0);
            Ok(())
        })?;
    }
}

#[test]
fn a_full_batch_stays_within_what_a_hub_takes() {
    assert!(BatchSize::default().line_bytes() < 256 * 1024);
}
