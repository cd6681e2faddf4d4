// SPDX-License-Identifier: GPL-3.0-or-later
//! A batch of records on the wire: a line each, `<hash> <stored line>`, oldest first, compressed by zstd.
//!
//! The hash travels along, though it could be computed, so that a line that was damaged on the disk is known from its neighbours.

use std::io::Read;

use thiserror::Error;

/// Media type of a batch.
pub const MEDIA_TYPE: &str = "application/vnd.xuedian.records+zstd";

/// Digits of a hash.
const HASH_DIGITS: usize = 64;

/// How hard to compress: the fastest that still folds the hashes, which each stand in two lines.
const LEVEL: i32 = 1;

/// One record as it was stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchLine<'a> {
    /// SHA-256 of the line as the device kept it, 64 hexadecimal digits.
    pub hash: &'a str,
    /// The line of RFC 8785 JSON, without its hash.
    pub line: &'a str,
}

/// Why a body is no batch.
#[derive(Debug, Error)]
pub enum BatchError {
    /// More bytes than agreed, once unpacked.
    #[error("the batch has more than {0} bytes")]
    TooLong(usize),
    /// Not compressed, or cut off.
    #[error("the batch cannot be unpacked: {0}")]
    Compression(#[from] std::io::Error),
    /// Not UTF-8.
    #[error("the batch is not UTF-8")]
    Text(#[from] std::string::FromUtf8Error),
}

/// A batch as text.
#[must_use]
pub fn text<'a>(records: impl IntoIterator<Item = BatchLine<'a>>) -> String {
    let mut text = String::new();
    for record in records {
        text.push_str(record.hash);
        text.push(' ');
        text.push_str(record.line);
        text.push('\n');
    }
    text
}

/// Packs records for sending.
///
/// # Errors
/// When the compressor fails, which it does for want of memory only.
pub fn pack<'a>(records: impl IntoIterator<Item = BatchLine<'a>>) -> std::io::Result<Vec<u8>> {
    zstd::bulk::compress(text(records).as_bytes(), LEVEL)
}

/// Unpacks a body to its text, never to more than `most` bytes.
///
/// # Errors
/// When it is longer, or no text.
pub fn unpack(body: &[u8], most: usize) -> Result<String, BatchError> {
    let mut bytes = Vec::new();
    let limit = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    zstd::stream::read::Decoder::with_buffer(body)?.take(limit).read_to_end(&mut bytes)?;
    if bytes.len() > most {
        return Err(BatchError::TooLong(most));
    }
    Ok(String::from_utf8(bytes)?)
}

/// The records of an unpacked batch; a line that has no hash before it is `Err` with the line itself.
pub fn lines(text: &str) -> impl Iterator<Item = Result<BatchLine<'_>, &str>> {
    text.split('\n').filter(|line| !line.is_empty()).map(|whole| match whole.split_once(' ') {
        Some((hash, line)) if is_hash(hash) => Ok(BatchLine { hash, line }),
        _ => Err(whole),
    })
}

fn is_hash(text: &str) -> bool {
    text.len() == HASH_DIGITS && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop where it fails")]
    use super::*;

    #[test]
    fn what_is_packed_is_unpacked_within_the_limit() {
        let hash = "a".repeat(64);
        let records = [BatchLine { hash: &hash, line: "{\"seq\":1}" }, BatchLine { hash: &hash, line: "{\"seq\":2}" }];
        let body = pack(records).unwrap();
        let text = unpack(&body, 1000).unwrap();
        assert_eq!(lines(&text).collect::<Result<Vec<_>, _>>(), Ok(records.to_vec()));
        assert!(matches!(unpack(&body, 100), Err(BatchError::TooLong(100))));
        assert!(matches!(unpack(&body[..body.len() / 2], 1000), Err(BatchError::Compression(_))));
        assert!(matches!(unpack(b"garbage", 1000), Err(BatchError::Compression(_))));
    }

    #[test]
    fn a_bomb_is_not_unpacked() {
        let bomb = zstd::bulk::compress(&vec![b'0'; 50_000_000], 3).unwrap();
        assert!(bomb.len() < 10_000);
        assert!(matches!(unpack(&bomb, 1_000_000), Err(BatchError::TooLong(1_000_000))));
    }

    #[test]
    fn a_line_without_a_hash_is_given_as_it_is() {
        assert_eq!(lines("{\"seq\":1}\n").collect::<Vec<_>>(), [Err("{\"seq\":1}")]);
    }
}
