// SPDX-License-Identifier: GPL-3.0-or-later
//! The actor, one step at a time.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

use std::sync::mpsc::{Receiver, channel};

use serde_json::json;

use super::*;
use crate::record::Clock;

struct Rig {
    _dir: tempfile::TempDir,
    handle: JournalHandle,
    actor: Actor,
    heads: Receiver<Head>,
}

fn rig() -> Rig {
    let dir = tempfile::tempdir().unwrap();
    let (journal, _) = Journal::open(dir.path(), "box", "test 1").unwrap();
    let (queue, inbox) = sync_channel(QUEUE);
    let (tell, heads) = channel();
    let handle = JournalHandle { queue, place: journal.place() };
    let on_head = Box::new(move |head| tell.send(head).unwrap());
    Rig { _dir: dir, handle, actor: Actor { journal, inbox, on_head, next: None, folded: true }, heads }
}

fn append(handle: &JournalHandle, n: u32) -> Receiver<Result<Vec<Stored>, AppendError>> {
    let stamp = Stamp { boot: "boot-a".into(), mono_ms: 1, wall_ms: 1, clock: Clock::Rtc };
    let draft = Draft { id: format!("01890000-0000-7000-8000-{n:012x}"), kind: "check-in".into(), body: json!({}) };
    let (tell, told) = channel();
    handle.append(stamp, vec![draft], Box::new(move |outcome| tell.send(outcome).unwrap())).unwrap();
    told
}

#[test]
fn forty_taps_are_one_transaction() {
    let mut rig = rig();
    let replies: Vec<_> = (1..=40).map(|n| append(&rig.handle, n)).collect();
    assert!(rig.actor.run_step(IDLE));
    for (n, reply) in replies.iter().enumerate() {
        assert_eq!(reply.try_recv().unwrap().unwrap()[0].seq, n as u64 + 2);
    }
    assert_eq!(rig.heads.try_iter().map(|head| head.seq).collect::<Vec<_>>(), [41]);
}

#[test]
fn one_bad_decision_does_not_take_the_others_along() {
    let mut rig = rig();
    let replies = [1, 1, 2].map(|n| append(&rig.handle, n));
    rig.actor.run_step(IDLE);
    let seqs = replies.map(|reply| reply.try_recv().unwrap().map(|stored| stored[0].seq));
    let id = "01890000-0000-7000-8000-000000000001".to_owned();
    assert_eq!(seqs, [Ok(2), Err(AppendError::IdTaken { id }), Ok(3)]);
}

#[test]
fn requests_keep_their_place_in_the_queue() {
    let mut rig = rig();
    let first = append(&rig.handle, 1);
    let (tell, told) = channel();
    let position = Position { epoch: "e".into(), seq: 2 };
    rig.handle.acked("hub".into(), position.clone(), move |done| tell.send(done).unwrap()).unwrap();
    let second = append(&rig.handle, 2);
    rig.actor.run_step(IDLE);
    assert!(first.try_recv().is_ok() && told.try_recv().is_err() && second.try_recv().is_err());
    rig.actor.run_step(IDLE);
    assert_eq!((told.try_recv(), second.try_recv().is_err()), (Ok(Ok(())), true));
    assert_eq!(rig.handle.reader().unwrap().acked("hub").unwrap(), Some(position));
    rig.actor.run_step(IDLE);
    assert!(second.try_recv().unwrap().is_ok());
}

#[test]
fn a_full_queue_is_said_at_once() {
    let rig = rig();
    let replies: Vec<_> = (0..QUEUE as u32).map(|n| append(&rig.handle, n)).collect();
    assert_eq!(rig.handle.checkpoint(|_| ()), Err(QueueFull));
    assert!(replies.iter().all(|reply| reply.try_recv().is_err()));
}

#[test]
fn the_log_is_folded_past_its_limit_and_in_pauses() {
    let mut rig = rig();
    let _reply = append(&rig.handle, 1);
    rig.actor.run_step(IDLE);
    assert!(rig.actor.journal.log_bytes().unwrap() > 0);
    rig.actor.run_step(Duration::ZERO);
    assert!(rig.actor.journal.log_bytes().unwrap() > 0, "too little to be worth it");
    rig.actor.fold_past(1);
    assert_eq!(rig.actor.journal.log_bytes().unwrap(), 0);
}

#[test]
fn the_thread_ends_with_its_handles() {
    let dir = tempfile::tempdir().unwrap();
    let (journal, _) = Journal::open(dir.path(), "box", "test 1").unwrap();
    let (tell, told) = channel();
    let (handle, thread) = JournalThread::start(journal, Box::new(move |head| tell.send(head.seq).unwrap())).unwrap();
    let reply = append(&handle, 1);
    assert_eq!(reply.recv().unwrap().unwrap()[0].seq, 2);
    drop(handle);
    thread.join();
    assert_eq!(told.recv(), Ok(2));
    assert!(!dir.path().join("journal.db-wal").exists(), "closed in order, the log is folded");
}
