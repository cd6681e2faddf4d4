// SPDX-License-Identifier: GPL-3.0-or-later
//! The table of a card trial, in Markdown: as the guide's sheet has it, then a line a kind.

use std::fmt::Write;

use crate::judge::{judge, reads_only_short_numbers};
use crate::kinds::KINDS;
use crate::row::{Row, Tap};
use crate::tongue::Tongue;

/// Writes the whole table.
#[must_use]
pub fn table(notes: &[String], rows: &[Row], tongue: Tongue) -> String {
    let mut text = format!("# {}\n", tongue.pick("试卡", "Card trial"));
    if !notes.is_empty() {
        text.push('\n');
    }
    for note in notes {
        line(&mut text, &format!("- {note}"));
    }
    if !rows.is_empty() {
        text.push('\n');
        cards(&mut text, rows, tongue);
    }
    text.push('\n');
    kinds(&mut text, rows, tongue);
    if let Some((middle, longest)) = times(rows) {
        let said = match tongue {
            Tongue::Zh => format!("从读卡器发问到号码读全：中位数 {middle} 毫秒，最长 {longest} 毫秒。"),
            Tongue::En => {
                format!("From the reader's question to the whole number: median {middle} ms, at most {longest} ms.")
            }
        };
        line(&mut text, &format!("\n{said}"));
    }
    if reads_only_short_numbers(rows) {
        let said = tongue.pick(
            "**只读 4 字节、不读 7 字节：就是那种不好的仿板，整批退。**",
            "**Cards of 4 bytes are read and those of 7 are not: a bad copy of the module. Send the lot back.**",
        );
        line(&mut text, &format!("\n{said}"));
    }
    text
}

fn cards(text: &mut String, rows: &[Row], tongue: Tongue) {
    let most = rows.iter().map(|row| row.taps.len()).max().unwrap_or(0);
    let mut heads = vec![tongue.pick("种类", "Kind").to_owned(), tongue.pick("第几张", "Card").to_owned()];
    heads.extend(
        (1..=most).map(|tap| if tap == 1 { tongue.pick("第 1 下", "Tap 1").to_owned() } else { tap.to_string() }),
    );
    heads.extend(["ms".to_owned(), tongue.pick("距离 mm", "Distance mm").to_owned()]);
    let of_number = [tongue.pick("UID 字节", "UID bytes"), tongue.pick("每次一样", "Same each time"), "ATQA / SAK"];
    heads.extend(of_number.map(str::to_owned));
    heads.push(tongue.pick("备注", "Remark").to_owned());
    head(text, &heads);
    for row in rows {
        let mut cells = vec![row.kind.to_string(), row.card.to_string()];
        cells.extend((0..most).map(|tap| row.taps.get(tap).map_or("", |tap| tap.sign()).to_owned()));
        cells.push(times(std::slice::from_ref(row)).map_or(String::new(), |(middle, _)| middle.to_string()));
        cells.push(row.distance_mm.map_or(String::new(), |mm| mm.to_string()));
        cells.push(row.number.map_or(String::new(), |number| number.bytes.to_string()));
        let same = row.number.and_then(|number| number.same);
        cells.push(
            same.map_or("", |same| if same { tongue.pick("是", "yes") } else { tongue.pick("否", "no") }).to_owned(),
        );
        cells.push(row.number.map_or(String::new(), |number| number.class()));
        cells.push(row.remark.clone());
        cells_of(text, &cells);
    }
}

fn kinds(text: &mut String, rows: &[Row], tongue: Tongue) {
    let heads = [tongue.pick("种类", "Kind"), "", "+", tongue.pick("总次数", "of"), tongue.pick("结论", "Verdict")];
    head(text, &heads.map(str::to_owned));
    for kind in &KINDS {
        let judged = judge(kind, rows);
        let so_far = if judged.whole || judged.taps == 0 { "" } else { tongue.pick("（没试完）", " (so far)") };
        cells_of(
            text,
            &[
                kind.number.to_string(),
                kind.name(tongue).to_owned(),
                judged.read.to_string(),
                judged.taps.to_string(),
                format!("{}{so_far}", judged.verdict.words(tongue)),
            ],
        );
    }
}

/// The middle and the longest of the times, in milliseconds; none when nothing was read.
fn times(rows: &[Row]) -> Option<(u32, u32)> {
    let taps = rows.iter().flat_map(|row| &row.taps);
    let mut times: Vec<u32> = taps.filter_map(|tap| if let Tap::Read(ms) = tap { Some(*ms) } else { None }).collect();
    times.sort_unstable();
    Some((*times.get(times.len() / 2)?, *times.last()?))
}

fn head(text: &mut String, heads: &[String]) {
    cells_of(text, heads);
    line(text, &format!("|{}", "---|".repeat(heads.len())));
}

fn cells_of(text: &mut String, cells: &[String]) {
    let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
    line(text, &format!("| {} |", cells.join(" | ")));
}

fn line(text: &mut String, line: &str) {
    writeln!(text, "{line}").expect("a string takes all");
}
