// SPDX-License-Identifier: GPL-3.0-or-later
//! The whole program at an emulated reader, as two people at a table use it.

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use xuedian_reader::card::{Card, Chip, Uid};
use xuedian_reader::reader::{DEFAULT_LATENCY, Reader, Tap};

/// Longest wait for a line; only a failing test ever waits so long.
const PATIENCE: Duration = Duration::from_secs(20);

/// A table with a reader on it, and the program that asks.
struct Desk {
    reader: Reader,
    program: Child,
    keys: Option<ChildStdin>,
    said: Receiver<u8>,
    /// What it has said and nobody has waited for yet.
    heard: String,
    /// All that it has said.
    all: String,
}

impl Desk {
    fn with(folder: &Path, reader: Reader, more: &[&str]) -> Self {
        let mut program = program(folder, more).spawn().expect("the program starts");
        let (to, said) = channel();
        let mut out = program.stdout.take().expect("its output");
        std::thread::spawn(move || {
            let mut byte = [0];
            while out.read_exact(&mut byte).is_ok() && to.send(byte[0]).is_ok() {}
        });
        let keys = program.stdin.take();
        Self { reader, program, keys, said, heard: String::new(), all: String::new() }
    }

    /// Waits until it says this.
    fn hears(&mut self, text: &str) {
        let until = Instant::now() + PATIENCE;
        let mut bytes = Vec::new();
        while !self.heard.contains(text) {
            let left = until.saturating_duration_since(Instant::now());
            let Ok(byte) = self.said.recv_timeout(left) else { panic!("{text:?} was not said, but {}", self.all) };
            bytes.push(byte);
            if let Ok(good) = str::from_utf8(&bytes) {
                self.heard.push_str(good);
                self.all.push_str(good);
                bytes.clear();
            }
        }
        let end = self.heard.find(text).expect("it was said") + text.len();
        self.heard.drain(..end);
    }

    fn types(&mut self, line: &str) {
        let keys = self.keys.as_mut().expect("the input is open");
        writeln!(keys, "{line}").expect("it reads what is typed");
    }

    fn taps(&mut self, card: &Card) {
        self.hears("hold it to the ring");
        self.reader.tap(std::slice::from_ref(card), Tap::default()).expect("a tap");
    }

    /// Ends the input, and says what was said and whether it ended well.
    fn ends(mut self) -> (String, bool) {
        self.keys = None;
        let rest: Vec<u8> = self.said.iter().collect();
        self.all.push_str(&String::from_utf8_lossy(&rest));
        (std::mem::take(&mut self.all), self.program.wait().expect("it ends").success())
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        // One that has ended already cannot be killed.
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

fn program(folder: &Path, more: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xuedian-cards"));
    command.args(["trial", "--language", "en", "--cards", "2"]).args(more).current_dir(folder);
    if !more.contains(&"--taps") {
        command.args(["--taps", "2"]);
    }
    command.args(["--reader", &format!("pn532_uart:{}", folder.join("reader").display())]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    command
}

fn reader(folder: &Path) -> Reader {
    Reader::start(folder.join("reader"), DEFAULT_LATENCY).expect("an emulated reader")
}

fn card(uid: &str, chip: Chip) -> Card {
    Card { uid: uid.parse::<Uid>().expect("a UID"), chip }
}

/// A card's number may be nowhere: neither said nor written.
fn no_number_is_in(said: &str, folder: &Path, numbers: &[&str]) {
    let sheet = std::fs::read_to_string(folder.join("card-trial.csv")).expect("the sheet").to_uppercase();
    for number in numbers {
        assert!(!said.to_uppercase().contains(number) && !sheet.contains(number), "a number was kept");
    }
}

fn line<'a>(table: &'a str, begin: &str) -> &'a str {
    table.lines().find(|line| line.starts_with(begin)).unwrap_or_else(|| panic!("{begin}: {table}"))
}

#[test]
fn two_people_try_cards_and_get_the_table() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut desk = Desk::with(folder.path(), reader(folder.path()), &[]);
    let (first, second) = (card("14A1B2C3", Chip::Processor), card("04A1B2C3D4E5F6", Chip::Ntag));

    desk.hears("kind 1 of 12");
    desk.taps(&first);
    desk.hears("+ ");
    desk.taps(&second);
    desk.hears("another number than before: not counted");
    desk.taps(&first);
    desk.hears("from how far away");
    desk.types("far");
    desk.hears("a whole number");
    desk.types("x");
    desk.hears("the tap before does not count");
    desk.taps(&first);
    desk.hears("from how far away");
    desk.types("12 mm");
    desk.hears("remark");
    desk.types("in a purse | leather");

    desk.hears("card 2 of 2");
    desk.taps(&first);
    desk.hears("its number is that of card 1 of kind 1: not counted");
    desk.taps(&second);
    desk.hears("hold it to the ring");
    desk.types("0");
    desk.hears("nothing happened");
    desk.hears("from how far away");
    desk.types("");
    desk.types("");

    desk.hears("kind 2 of 12");
    desk.taps(&first);
    desk.hears("is that of card 1 of kind 1");
    desk.types("y");
    desk.hears("+ ");
    desk.hears("hold it to the ring");
    desk.types("n");
    desk.hears("not finished");
    desk.types("n");
    for _ in 2..10 {
        desk.types("k");
    }
    desk.hears("kind 10 of 12");
    let identity = card("11223344", Chip::TypeB);
    desk.taps(&identity);
    desk.hears("refused in words");
    desk.taps(&identity);
    desk.hears("from how far away");
    desk.types("k");
    desk.hears("kind 11 of 12");
    desk.taps(&card("08112233", Chip::Phone));
    desk.hears("hold it to the ring");
    desk.types("q");
    let (said, well) = desk.ends();

    assert!(well, "{said}");
    let table = said.split("# Card trial").nth(1).expect("the table");
    assert!(line(table, "| 1 | 1 |").contains("| + | + |"), "{table}");
    assert!(line(table, "| 1 | 1 |").contains("| 12 | 4 | yes | 0004 / 28 | in a purse \\| leather |"), "{table}");
    assert!(
        line(table, "| 1 | 2 |").contains("| + | – |") && line(table, "| 1 | 2 |").contains("| 7 |  | 0044 / 00 |"),
        "{table}"
    );
    assert!(line(table, "| 2 | 1 |").contains("same number as card 1 of kind 1"), "{table}");
    assert!(line(table, "| 10 | 1 |").contains("| r | r |"), "{table}");
    assert!(!table.contains("| 11 | 1 |"), "the phone was not tried to its end: {table}");
    assert!(line(table, "| 10 | 二代").contains("as it must be (so far)"), "{table}");
    no_number_is_in(&said, folder.path(), &["14A1B2C3", "04A1B2C3D4E5F6", "11223344"]);
}

#[test]
fn an_identity_card_that_is_read_ends_the_trial_and_is_on_the_sheet() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut desk = Desk::with(folder.path(), reader(folder.path()), &[]);
    for _ in 1..10 {
        desk.types("k");
    }
    desk.hears("kind 10 of 12");
    let other = card("14A1B2C3", Chip::Processor);
    desk.taps(&other);
    desk.hears("AN IDENTITY CARD WAS READ");
    desk.types("x");
    desk.taps(&other);
    desk.hears("AN IDENTITY CARD WAS READ");
    let (said, well) = desk.ends();
    assert!(!well, "{said}");
    assert!(line(&said, "| 10 | 二代").contains("an identity card was read"), "{said}");
    no_number_is_in(&said, folder.path(), &["14A1B2C3"]);
}

#[test]
fn it_goes_on_where_the_sheet_ends_and_keeps_what_was_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let reader = reader(folder.path());
    let cards = [card("14A1B2C3", Chip::Processor), card("15A1B2C3", Chip::Classic)];
    let mut desk = Desk::with(folder.path(), reader.clone(), &["--taps", "1"]);
    desk.taps(&cards[0]);
    desk.hears("from how far away");
    // The input ends in the middle of a question: the card is tried all the same.
    assert!(desk.ends().1);

    let mut desk = Desk::with(folder.path(), reader, &["--taps", "1"]);
    desk.hears("1 cards are done");
    desk.hears("kind 1 of 12");
    desk.hears("card 2 of 2");
    desk.taps(&cards[1]);
    desk.hears("from how far away");
    desk.types("Ｎ");
    desk.hears("kind 2 of 12");
    let (said, well) = desk.ends();
    assert!(well);
    assert!(said.contains("| 1 | 1 |") && said.contains("| 1 | 2 |"), "{said}");
}

#[test]
fn a_reader_that_goes_and_comes_back_costs_no_tap_and_makes_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut desk = Desk::with(folder.path(), reader(folder.path()), &[]);
    desk.hears("hold it to the ring");
    desk.reader.unplug();
    desk.hears("the reader is not plugged in");
    desk.types("0");
    desk.hears("the reader is not plugged in");
    desk.reader.plug().expect("the plug");
    desk.hears("the reader is back");
    let lying = card("14A1B2C3", Chip::Classic);
    desk.reader.put(std::slice::from_ref(&lying), false).expect("a card");
    desk.hears("+ ");
    desk.reader.unplug();
    desk.hears("the reader is not plugged in");
    // Longer than a card is believed to be the same one.
    std::thread::sleep(Duration::from_millis(1_200));
    desk.reader.plug().expect("the plug");
    desk.hears("the reader is back");
    desk.reader.clear();
    desk.hears("tap 2: hold it to the ring");
    let (said, _) = desk.ends();
    assert_eq!(said.matches(" ms\x07").count(), 1, "{said}");
}

#[test]
fn a_card_put_down_during_a_question_is_not_taken_for_a_tap() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut desk = Desk::with(folder.path(), reader(folder.path()), &["--taps", "1"]);
    desk.taps(&card("14A1B2C3", Chip::Classic));
    desk.hears("from how far away");
    let next = card("15A1B2C3", Chip::Classic);
    desk.reader.put(std::slice::from_ref(&next), false).expect("a card");
    assert!(desk.reader.wait_reads(&next.uid, 2, PATIENCE));
    desk.types("");
    desk.hears("remark");
    desk.types("");
    desk.hears("take the card away first");
    desk.reader.clear();
    desk.taps(&next);
    desk.hears("+ ");
}

#[test]
fn what_is_wrong_is_said_before_anybody_holds_a_card() {
    let folder = tempfile::tempdir().expect("a folder");
    let complaint = |more: &[&str]| {
        let ended = program(folder.path(), more).stderr(Stdio::piped()).output().expect("the program runs");
        assert!(!ended.status.success(), "{more:?}");
        String::from_utf8_lossy(&ended.stderr).into_owned()
    };
    assert!(complaint(&[]).contains("the reader is not plugged in"));
    let reader = reader(folder.path());
    let mut first = Desk::with(folder.path(), reader, &["--sheet", "first.csv"]);
    first.hears("hold it to the ring");
    assert!(complaint(&[]).contains("stop the terminal first"));
    assert!(complaint(&["--sheet", "first.csv"]).contains("another trial is writing it"));
    std::fs::write(folder.path().join("people.csv"), "name,age\nWang,70\n").expect("a file");
    assert!(complaint(&["--sheet", "people.csv"]).contains("no sheet of a card trial"));
}
