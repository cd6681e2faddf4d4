// SPDX-License-Identifier: GPL-3.0-or-later
//! Bytes into text. Sheets of Chinese offices come as UTF-8 or as GBK; no character is ever replaced by a question mark.

use encoding_rs::{Encoding, GB18030, UTF_16BE, UTF_16LE};

use super::ImportError;

/// The text and the name of its encoding.
pub(super) fn decode(bytes: &[u8]) -> Result<(String, &'static str), ImportError> {
    if let Some(rest) = bytes.strip_prefix(b"\xff\xfe") {
        return strictly(UTF_16LE, rest).map(|text| (text, "UTF-16LE"));
    }
    if let Some(rest) = bytes.strip_prefix(b"\xfe\xff") {
        return strictly(UTF_16BE, rest).map(|text| (text, "UTF-16BE"));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok((text.to_owned(), "UTF-8"));
    }
    strictly(GB18030, bytes).map(|text| (text, "GB 18030"))
}

fn strictly(encoding: &'static Encoding, bytes: &[u8]) -> Result<String, ImportError> {
    if let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(bytes) {
        return Ok(text.into_owned());
    }
    let bad = bytes
        .split_inclusive(|b| *b == b'\n')
        .position(|line| encoding.decode_without_bom_handling_and_without_replacement(line).is_none());
    Err(ImportError::Encoding { line: bad.map_or(1, |n| n + 1) })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop where it fails")]
    use super::*;

    #[test]
    fn each_encoding_is_found_and_nothing_is_replaced() {
        let text = "编号,姓名\n1,王淑珍\n";
        let gbk = GB18030.encode(text).0.into_owned();
        let mut utf16 = vec![0xff, 0xfe];
        utf16.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
        assert_eq!(decode(text.as_bytes()).unwrap(), (text.into(), "UTF-8"));
        assert_eq!(decode(format!("\u{feff}{text}").as_bytes()).unwrap(), (text.into(), "UTF-8"));
        assert_eq!(decode(&gbk).unwrap(), (text.into(), "GB 18030"));
        assert_eq!(decode(&utf16).unwrap(), (text.into(), "UTF-16LE"));
        let mut broken = gbk.clone();
        broken.extend(b"2,\xff\xff\n");
        assert!(matches!(decode(&broken), Err(ImportError::Encoding { line: 3 })));
    }
}
