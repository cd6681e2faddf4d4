// SPDX-License-Identifier: GPL-3.0-or-later
//! The cache of files: resumed, checked before it is named, evicted in the order of use, paced.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::{
    path::Path,
    time::{Duration, Instant},
};

use xuedian_engine::media_cache::{ContentHash, IncomingError, MediaCache, PACE_BYTES_PER_S, PIECE_BYTES};
use xuedian_protocol::signing::sha256_hex;

fn hash(bytes: &[u8]) -> ContentHash {
    sha256_hex(bytes).parse().unwrap()
}

async fn store(cache: &MediaCache, bytes: &[u8]) -> Result<(), IncomingError> {
    let mut incoming = cache.take_in(hash(bytes), bytes.len() as u64).await?;
    let rest = usize::try_from(incoming.have()).unwrap();
    incoming.write(&bytes[rest..]).await?;
    incoming.finish().await.map(drop)
}

fn files(folder: &Path, under: &str) -> usize {
    std::fs::read_dir(folder.join(under)).unwrap().count()
}

#[tokio::test]
async fn a_file_has_its_name_only_when_it_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let cache = MediaCache::open(folder.path(), 1_000).unwrap();
    let film = b"a film of eighteen";
    let mut incoming = cache.take_in(hash(film), 18).await.unwrap();
    incoming.write(&film[..10]).await.unwrap();
    assert!(!cache.has(&hash(film)));
    assert!(matches!(incoming.finish().await, Err(IncomingError::Short { have: 10, size: 18 })));
    // The power went and came; it goes on where it was.
    let cache = MediaCache::open(folder.path(), 1_000).unwrap();
    assert_eq!(cache.path(&hash(film)), None);
    let mut incoming = cache.take_in(hash(film), 18).await.unwrap();
    assert_eq!(incoming.have(), 10);
    incoming.write(&film[10..]).await.unwrap();
    let path = incoming.finish().await.unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), film);
    assert_eq!(cache.path(&hash(film)), Some(path));
    assert_eq!((cache.bytes(), files(folder.path(), "partial")), (18, 0));
    store(&cache, b"").await.unwrap();
}

#[tokio::test]
async fn what_is_not_what_was_asked_for_is_thrown_away() {
    let folder = tempfile::tempdir().unwrap();
    let cache = MediaCache::open(folder.path(), 1_000).unwrap();
    let mut incoming = cache.take_in(hash(b"film"), 4).await.unwrap();
    incoming.write(b"farm").await.unwrap();
    assert!(matches!(incoming.finish().await, Err(IncomingError::WrongHash)));
    let mut incoming = cache.take_in(hash(b"film"), 4).await.unwrap();
    assert_eq!(incoming.have(), 0);
    assert!(matches!(incoming.write(b"films").await, Err(IncomingError::TooLong { size: 4 })));
    drop(incoming);
    assert_eq!((files(folder.path(), "partial"), files(folder.path(), "whole")), (0, 0));
}

#[tokio::test]
async fn the_budget_holds_and_the_pinned_stay() {
    let folder = tempfile::tempdir().unwrap();
    let cache = MediaCache::open(folder.path(), 30).unwrap();
    let [one, two, three, four] = [b"1111111111", b"2222222222", b"3333333333", b"4444444444"];
    for film in [one, two, three] {
        store(&cache, film).await.unwrap();
    }
    assert!(cache.path(&hash(one)).is_some(), "seen again, so it stays longer");
    // The order of use outlives a restart, whatever the clock does.
    let cache = MediaCache::open(folder.path(), 30).unwrap();
    store(&cache, four).await.unwrap();
    assert_eq!([one, two, three, four].map(|film| cache.has(&hash(film))), [true, false, true, true]);
    cache.pin([one, three, four].map(|film| hash(film)));
    assert!(matches!(store(&cache, two).await, Err(IncomingError::NoRoom(no)) if no.need == 10 && no.budget == 30));
    assert_eq!(cache.bytes(), 30);
    cache.pin([hash(four)]);
    store(&cache, two).await.unwrap();
    assert_eq!([one, two, three, four].map(|film| cache.has(&hash(film))), [true, true, false, true]);
    cache.discard(&hash(four));
    assert_eq!((cache.path(&hash(four)), cache.bytes()), (None, 20));
}

#[tokio::test]
async fn writing_keeps_to_its_pace() {
    let folder = tempfile::tempdir().unwrap();
    let cache = MediaCache::open(folder.path(), 1 << 30).unwrap();
    let film = vec![5; 4 * PIECE_BYTES];
    let began = Instant::now();
    store(&cache, &film).await.unwrap();
    let least = Duration::from_micros(3 * PIECE_BYTES as u64 * 1_000_000 / PACE_BYTES_PER_S);
    assert!(began.elapsed() >= least, "{:?} for three pauses", began.elapsed());
}

#[tokio::test]
async fn beginnings_that_nobody_wants_are_swept() {
    let folder = tempfile::tempdir().unwrap();
    let cache = MediaCache::open(folder.path(), 1_000).unwrap();
    for film in [b"one ", b"two "] {
        let mut incoming = cache.take_in(hash(film), 4).await.unwrap();
        incoming.write(&film[..2]).await.unwrap();
        incoming.flush().await.unwrap();
    }
    cache.drop_partials_except(&[hash(b"two ")].into()).unwrap();
    assert_eq!(files(folder.path(), "partial"), 1);
    assert_eq!(cache.take_in(hash(b"two "), 4).await.unwrap().have(), 2);
}

#[tokio::test]
async fn films_give_way_when_the_disk_fills_and_come_back_when_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    let cache = MediaCache::open(folder.path(), 30).unwrap();
    let [one, two, three, four] = [b"1111111111", b"2222222222", b"3333333333", b"4444444444"];
    for film in [one, two, three] {
        store(&cache, film).await.unwrap();
    }
    assert_eq!(cache.fit(5), 0);
    assert_eq!(cache.fit(-15), 20, "whole files, the least recently used first");
    assert_eq!([one, two, three].map(|film| cache.has(&hash(film))), [false, false, true]);
    assert!(matches!(cache.take_in(hash(b"a long film of twenty"), 21).await, Err(IncomingError::NoRoom(_))));
    cache.fit(100);
    store(&cache, four).await.unwrap();
    assert_eq!(cache.bytes(), 20);
    cache.pin([hash(three)]);
    assert_eq!(cache.fit(-20), 10, "what is pinned stays, however full the disk is");
}
