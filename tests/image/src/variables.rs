// SPDX-License-Identifier: GPL-3.0-or-later
//! The boot variables as they lie on a disk: two copies, each with its checksum and a counter, the newer one counts.
//! The layout is U-Boot's for a redundant environment (`env_redund`), at the places that `systemd/etc/fw_env.config` names.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use anyhow::{Context, Result};

/// Bytes of a copy.
const COPY: usize = 0x4000;
/// Before the variables: a checksum of four bytes, and the counter.
const HEAD: usize = 5;

/// Reads the variables from a file in which they begin at `start`.
///
/// # Errors
/// When neither copy is whole: such a box would start with what its boot script makes of nothing.
pub fn read(file: &Path, start: u64) -> Result<BTreeMap<String, String>> {
    let mut bytes = vec![0; 2 * COPY];
    let mut disk = File::open(file).with_context(|| file.display().to_string())?;
    disk.seek(SeekFrom::Start(start))?;
    disk.read_exact(&mut bytes)?;
    newest(&bytes).context("neither copy of the boot variables is whole")
}

fn newest(bytes: &[u8]) -> Option<BTreeMap<String, String>> {
    let whole = bytes.chunks_exact(COPY).filter(|copy| crc32fast::hash(&copy[HEAD..]).to_le_bytes() == copy[..4]);
    let copies: Vec<&[u8]> = whole.collect();
    let newer = |one: u8, two: u8| one.wrapping_sub(two) < 128;
    let copy = match copies[..] {
        [one, two] => [one, two][usize::from(!newer(one[4], two[4]))],
        [one] => one,
        _ => return None,
    };
    let lines = copy[HEAD..].split(|byte| *byte == 0).take_while(|line| !line.is_empty());
    let variables = lines.filter_map(|line| {
        let (name, value) = std::str::from_utf8(line).ok()?.split_once('=')?;
        Some((name.to_owned(), value.to_owned()))
    });
    Some(variables.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn copy(counter: u8, text: &str) -> Vec<u8> {
        let mut copy = vec![0; COPY];
        copy[4] = counter;
        copy[HEAD..HEAD + text.len()].copy_from_slice(text.as_bytes());
        let sum = crc32fast::hash(&copy[HEAD..]).to_le_bytes();
        copy[..4].copy_from_slice(&sum);
        copy
    }

    fn check(copies: [Vec<u8>; 2], order: Option<&str>) {
        let found = newest(&copies.concat());
        assert_eq!(found.as_ref().and_then(|variables| variables.get("BOOT_ORDER")).map(String::as_str), order);
    }

    #[test]
    fn the_newer_whole_copy_counts() {
        let (old, new) = (copy(1, "BOOT_ORDER=A B\0BOOT_A_LEFT=3\0"), copy(2, "BOOT_ORDER=B A\0"));
        check([old.clone(), new.clone()], Some("B A"));
        check([new.clone(), old.clone()], Some("B A"));
        check([copy(255, "BOOT_ORDER=A B\0"), copy(0, "BOOT_ORDER=B A\0")], Some("B A"));
        let torn = |mut copy: Vec<u8>| {
            copy[HEAD + 12] ^= 1;
            copy
        };
        check([old.clone(), torn(new.clone())], Some("A B"));
        check([torn(old), torn(new)], None);
    }
}
