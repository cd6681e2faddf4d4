// SPDX-License-Identifier: GPL-3.0-or-later
//! Frames of the PN532's serial line (HSU), both ways, after UM0701-02 §6.2.
//!
//! A frame is `00 00 FF LEN LCS TFI data DCS 00`; an extended one has `FF FF` and two bytes of length. The host's TFI is
//! D4, the chip's D5. The parser lives through noise: what is no frame is skipped up to the next start code.

/// Acknowledges a command; from the host it also ends the command that is running.
pub const ACK: [u8; 6] = [0x00, 0x00, 0xff, 0x00, 0xff, 0x00];
/// Asks for the last answer again.
pub const NACK: [u8; 6] = [0x00, 0x00, 0xff, 0xff, 0x00, 0x00];
/// "Application level error": the chip did not understand the command.
pub const ERROR: [u8; 8] = [0x00, 0x00, 0xff, 0x01, 0xff, 0x7f, 0x81, 0x00];

const HOST_TO_CHIP: u8 = 0xd4;
const CHIP_TO_HOST: u8 = 0xd5;
/// Bytes an extended frame of this chip can carry, TFI included.
const EXTENDED_MAX: usize = 265;

/// What the host said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FromHost {
    /// The preamble that wakes the chip.
    Wake,
    /// Ends the running command.
    Ack,
    /// Wants the last answer again.
    Nack,
    /// A command: its code and parameters, without TFI.
    Command(Vec<u8>),
    /// A frame whose length, checksum or TFI is wrong.
    Broken,
}

/// Turns the bytes of the line into [`FromHost`].
#[derive(Debug, Default)]
pub struct Parser {
    pending: Vec<u8>,
    /// The preamble was told; the rest of it is not told again.
    in_preamble: bool,
}

enum Taken {
    /// A frame ends after so many bytes of what is pending.
    Frame(FromHost, usize),
    /// More bytes are needed.
    Wait,
}

impl Parser {
    /// Takes bytes as they come, in pieces of any size, and gives what they complete.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<FromHost> {
        self.pending.extend_from_slice(bytes);
        let mut heard = Vec::new();
        loop {
            self.skip_to_start(&mut heard);
            match take(&self.pending) {
                Taken::Frame(what, len) => {
                    self.pending.drain(..len);
                    self.in_preamble = false;
                    heard.push(what);
                }
                Taken::Wait => return heard,
            }
        }
    }

    /// Drops bytes that begin no frame; `55` among them is the wake-up preamble.
    fn skip_to_start(&mut self, heard: &mut Vec<FromHost>) {
        let start = self.pending.windows(2).position(|w| w == [0x00, 0xff]);
        let keep = usize::from(self.pending.last() == Some(&0x00));
        let skip = start.unwrap_or(self.pending.len() - keep);
        let woken = self.pending[..skip].contains(&0x55);
        self.pending.drain(..skip);
        if woken && !self.in_preamble {
            self.in_preamble = true;
            heard.push(FromHost::Wake);
        }
    }
}

/// Reads one frame that begins with the start code `00 FF`.
fn take(bytes: &[u8]) -> Taken {
    let (Some(&len), Some(&lcs)) = (bytes.get(2), bytes.get(3)) else {
        return Taken::Wait;
    };
    match (len, lcs) {
        (0x00, 0xff) => Taken::Frame(FromHost::Ack, with_postamble(bytes, 4)),
        (0xff, 0x00) => Taken::Frame(FromHost::Nack, with_postamble(bytes, 4)),
        (0xff, 0xff) => {
            let (Some(&high), Some(&low), Some(&sum)) = (bytes.get(4), bytes.get(5), bytes.get(6)) else {
                return Taken::Wait;
            };
            let len = usize::from(high) << 8 | usize::from(low);
            if high.wrapping_add(low).wrapping_add(sum) != 0 || len > EXTENDED_MAX {
                return Taken::Frame(FromHost::Broken, 7);
            }
            take_data(bytes, 7, len)
        }
        _ if len.wrapping_add(lcs) != 0 => Taken::Frame(FromHost::Broken, 4),
        _ => take_data(bytes, 4, usize::from(len)),
    }
}

fn take_data(bytes: &[u8], from: usize, len: usize) -> Taken {
    let end = from + len + 1;
    let Some(data) = bytes.get(from..end) else {
        return Taken::Wait;
    };
    let whole = data.iter().fold(0u8, |sum, b| sum.wrapping_add(*b)) == 0;
    let what = match data {
        [HOST_TO_CHIP, command @ .., _dcs] if whole && !command.is_empty() => FromHost::Command(command.to_vec()),
        _ => FromHost::Broken,
    };
    Taken::Frame(what, with_postamble(bytes, end))
}

/// The frame's end, with its postamble when that is there already.
fn with_postamble(bytes: &[u8], end: usize) -> usize {
    end + usize::from(bytes.get(end) == Some(&0x00))
}

/// The frame of an answer: its code and data, without TFI. Extended when it must be.
#[must_use]
pub fn answer(payload: &[u8]) -> Vec<u8> {
    build(CHIP_TO_HOST, payload)
}

/// The frame of a command, as a host sends it.
#[must_use]
pub fn command(payload: &[u8]) -> Vec<u8> {
    build(HOST_TO_CHIP, payload)
}

fn build(tfi: u8, payload: &[u8]) -> Vec<u8> {
    let len = payload.len() + 1;
    let mut frame = vec![0x00, 0x00, 0xff];
    match u8::try_from(len) {
        Ok(short) => frame.extend([short, short.wrapping_neg()]),
        Err(_) => {
            let [high, low] = u16::try_from(len).unwrap_or(u16::MAX).to_be_bytes();
            frame.extend([0xff, 0xff, high, low, high.wrapping_add(low).wrapping_neg()]);
        }
    }
    frame.push(tfi);
    frame.extend_from_slice(payload);
    let sum = payload.iter().fold(tfi, |sum, b| sum.wrapping_add(*b));
    frame.extend([sum.wrapping_neg(), 0x00]);
    frame
}

#[cfg(test)]
#[path = "frame_tests.rs"]
mod tests;
