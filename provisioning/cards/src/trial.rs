// SPDX-License-Identifier: GPL-3.0-or-later
//! The conversation at the table: which kind, which card, hold it to the ring, take it away, and what came of it.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::mpsc::Receiver;

use anyhow::{Context, Result};
use xuedian_domain::card::{CardClass, CardToken};
use xuedian_engine::ports::reader::{CardRead, ReaderEvent, ReaderLoss, ReaderRefusal};

use crate::ears::Heard;
use crate::kinds::{KINDS, Kind, Wanted};
use crate::sheet::{Number, Row, Sheet, Tap};
use crate::tongue::Tongue;

/// Who holds a card looks at the card, not at this screen.
const BELL: &str = "\x07";

/// How much is tried.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Cards of each kind.
    pub cards: u8,
    /// Taps with each card.
    pub taps: u8,
}

/// A trial under way.
pub struct Trial<'a, W> {
    heard: Receiver<Heard>,
    out: W,
    sheet: &'a mut Sheet,
    plan: Plan,
    tongue: Tongue,
    /// The cards that were read since the start: kind and card. Only in memory, under a key that nobody else has.
    met: BTreeMap<CardToken, (u8, u8)>,
}

/// What the people at the keyboard want.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wish {
    /// Nothing happened, or: go on.
    Enter,
    /// The last tap shall not count.
    TakeBack,
    NextCard,
    NextKind,
    Stop,
}

/// What a tap came to.
enum Outcome {
    Read(CardRead),
    Other(Tap),
    Wished(Wish),
}

/// A card while it is tried.
struct Trying {
    kind: &'static Kind,
    card: u8,
    taps: Vec<(Tap, Option<(CardToken, CardClass)>)>,
    distance_mm: Option<u16>,
    remark: String,
}

impl<'a, W: Write> Trial<'a, W> {
    /// A trial that goes on where its sheet ends.
    pub fn new(heard: Receiver<Heard>, out: W, sheet: &'a mut Sheet, plan: Plan, tongue: Tongue) -> Self {
        Self { heard, out, sheet, plan, tongue, met: BTreeMap::new() }
    }

    /// Runs until all is tried, or somebody wants to stop. A card that was begun and not ended is not on the sheet.
    ///
    /// # Errors
    /// When the sheet cannot be written, or nobody reads what is said.
    pub fn run(mut self) -> Result<()> {
        for kind in &KINDS {
            let left = self.sheet.done(kind.number) + 1..=self.plan.cards;
            if left.is_empty() {
                continue;
            }
            let (number, of, name, wanted) =
                (kind.number, KINDS.len(), kind.name(self.tongue), kind.wanted.words(self.tongue));
            self.line(&match self.tongue {
                Tongue::Zh => format!("\n第 {number} 种（共 {of} 种）：{name}。{wanted}。"),
                Tongue::En => format!("\nkind {number} of {of}: {name}; {wanted}"),
            })?;
            for card in left {
                match self.card(kind, card)? {
                    Wish::Stop => return Ok(()),
                    Wish::NextKind => break,
                    Wish::Enter | Wish::TakeBack | Wish::NextCard => {}
                }
            }
        }
        Ok(())
    }

    /// Tries one card, and writes it down.
    fn card(&mut self, kind: &'static Kind, card: u8) -> Result<Wish> {
        let cards = self.plan.cards;
        self.line(&match self.tongue {
            Tongue::Zh => format!(" 第 {card} 张（共 {cards} 张）"),
            Tongue::En => format!(" card {card} of {cards}"),
        })?;
        let mut trying = Trying { kind, card, taps: Vec::new(), distance_mm: None, remark: String::new() };
        let wish = loop {
            let whole = trying.taps.len() == usize::from(self.plan.taps);
            let wish = if whole { self.ask_about(&mut trying)? } else { self.next_tap(&mut trying)? };
            match wish {
                Wish::Enter if whole => break wish,
                Wish::Enter => {}
                Wish::TakeBack => self.take_back(&mut trying)?,
                Wish::NextCard | Wish::NextKind | Wish::Stop => break wish,
            }
        };
        if wish != Wish::Stop && !trying.taps.is_empty() {
            self.sheet.add(trying.row())?;
        }
        Ok(wish)
    }

    /// One tap, until the card is away again.
    fn next_tap(&mut self, trying: &mut Trying) -> Result<Wish> {
        let number = trying.taps.len() + 1;
        self.say(&match self.tongue {
            Tongue::Zh => format!("  第 {number} 下：贴卡 … "),
            Tongue::En => format!("  tap {number}: hold it to the ring … "),
        })?;
        match self.tap()? {
            Outcome::Read(read) => self.read(trying, &read),
            Outcome::Other(tap) => {
                trying.taps.push((tap, None));
                let bell = if tap == Tap::Nothing { "" } else { BELL };
                self.line(&format!("{}{bell}", tap.sign()))?;
                if tap == Tap::Nothing { Ok(Wish::Enter) } else { self.away(trying) }
            }
            Outcome::Wished(wish) => Ok(wish),
        }
    }

    /// A card was read: is it the one that it should be?
    fn read(&mut self, trying: &mut Trying, read: &CardRead) -> Result<Wish> {
        let token = *read.tokens.first().context("the reader's door has no key")?;
        let this = (trying.kind.number, trying.card);
        if let Some((kind, card)) = self.met.get(&token).copied().filter(|known| *known != this) {
            self.line(&match self.tongue {
                Tongue::Zh => format!("这是第 {kind} 种第 {card} 张：不算，换一张"),
                Tongue::En => format!("that is card {card} of kind {kind}: it does not count, take another one"),
            })?;
            return self.away(trying);
        }
        let ms = u32::try_from(read.times.took().as_millis()).unwrap_or(u32::MAX);
        let another = trying.first().is_some_and(|first| first != (token, read.class));
        self.met.insert(token, this);
        trying.taps.push((Tap::Read(ms), Some((token, read.class))));
        self.line(&format!("+ {ms} ms{BELL}"))?;
        if trying.kind.wanted == Wanted::NeverRead {
            let said =
                self.tongue.pick("读了身份证！停下来，报上去。", "AN IDENTITY CARD WAS READ. Stop, and report it.");
            self.line(&format!("  {BELL}{said}"))?;
        } else if another {
            self.line(self.tongue.pick(
                "  号码跟前面不一样。是同一张卡吗？不是就按 x，这一下不算",
                "  another number than before. Is it the same card? If not: x takes this tap back",
            ))?;
        }
        self.away(trying)
    }

    fn take_back(&mut self, trying: &mut Trying) -> Result<()> {
        let gone = trying.taps.pop();
        if let Some((_, Some((token, _)))) = gone
            && !trying.taps.iter().any(|(_, read)| read.is_some_and(|(other, _)| other == token))
        {
            self.met.remove(&token);
        }
        let (zh, en) = match gone {
            Some(_) => ("上一下不算", "the tap before does not count"),
            None => ("前面没有", "there is no tap before"),
        };
        self.line(self.tongue.pick(zh, en))
    }

    /// What only people know of a card.
    fn ask_about(&mut self, trying: &mut Trying) -> Result<Wish> {
        trying.distance_mm = loop {
            let said = self
                .tongue
                .pick("  隔多远还有反应，毫米（没量就回车）：", "  from how far away, in mm (Enter: not measured): ");
            self.say(said)?;
            let Some(line) = self.typed() else { return Ok(Wish::Stop) };
            match (line.trim().parse(), self.tongue) {
                (Ok(mm), _) => break Some(mm),
                (Err(_), tongue) => match Wish::of(&line) {
                    Some(Wish::Enter) => break None,
                    Some(wish) => return Ok(wish),
                    None => self.line(tongue.pick("  请填整数", "  a whole number, please"))?,
                },
            }
        };
        self.say(self.tongue.pick("  备注（没有就回车）：", "  remark (Enter: none): "))?;
        let Some(remark) = self.typed() else { return Ok(Wish::Stop) };
        remark.trim().clone_into(&mut trying.remark);
        Ok(Wish::Enter)
    }

    /// The next line, whatever the reader says meanwhile; none when there will be no more.
    fn typed(&mut self) -> Option<String> {
        loop {
            match self.heard.recv() {
                Ok(Heard::Line(line)) => return Some(line),
                Ok(Heard::Reader(_)) => {}
                Ok(Heard::EndOfInput) | Err(_) => return None,
            }
        }
    }

    /// Waits for what comes of a tap.
    fn tap(&mut self) -> Result<Outcome> {
        loop {
            match self.heard.recv() {
                Ok(Heard::Line(line)) => match Wish::of(&line) {
                    None => self.line(keys(self.tongue))?,
                    Some(Wish::Enter) => return Ok(Outcome::Other(Tap::Nothing)),
                    Some(wish) => return Ok(Outcome::Wished(wish)),
                },
                Ok(Heard::EndOfInput) | Err(_) => return Ok(Outcome::Wished(Wish::Stop)),
                Ok(Heard::Reader(ReaderEvent::Card(read))) => return Ok(Outcome::Read(read)),
                Ok(Heard::Reader(ReaderEvent::Refused(refusal))) => match refusal {
                    ReaderRefusal::RandomUid | ReaderRefusal::TypeB => return Ok(Outcome::Other(Tap::Refused)),
                    ReaderRefusal::Unreadable => return Ok(Outcome::Other(Tap::Unclear)),
                    ReaderRefusal::TwoCards { count, .. } => self.line(&match self.tongue {
                        Tongue::Zh => format!("一次感应到 {count} 张，只拿一张 … "),
                        Tongue::En => format!("{count} cards at once: only one, please … "),
                    })?,
                },
                Ok(Heard::Reader(other)) => self.reader_is(&other)?,
            }
        }
    }

    /// Waits until the card was taken away. One that was not read clearly may still be read while it lies there.
    fn away(&mut self, trying: &mut Trying) -> Result<Wish> {
        loop {
            match self.heard.recv() {
                // What lay there when the reader was lost is told anew, if it still does.
                Ok(Heard::Reader(ReaderEvent::Removed | ReaderEvent::Recovered)) => return Ok(Wish::Enter),
                Ok(Heard::Reader(ReaderEvent::Card(read))) if trying.is_unclear() => {
                    trying.taps.pop();
                    return self.read(trying, &read);
                }
                Ok(Heard::Reader(event)) => self.reader_is(&event)?,
                Ok(Heard::Line(line)) => match Wish::of(&line) {
                    Some(wish) => return Ok(wish),
                    None => self.line(keys(self.tongue))?,
                },
                Ok(Heard::EndOfInput) | Err(_) => return Ok(Wish::Stop),
            }
        }
    }

    fn reader_is(&mut self, event: &ReaderEvent) -> Result<()> {
        match event {
            ReaderEvent::Lost(loss) => self.line(&format!("{} … ", lost(*loss, self.tongue))),
            ReaderEvent::Recovered => self.line(self.tongue.pick("读卡器恢复了 … ", "the reader is back … ")),
            _ => Ok(()),
        }
    }

    fn say(&mut self, text: &str) -> Result<()> {
        self.out.write_all(text.as_bytes()).and_then(|()| self.out.flush()).context("nobody reads what is said")
    }

    fn line(&mut self, text: &str) -> Result<()> {
        self.say(&format!("{text}\n"))
    }
}

impl Wish {
    /// What a typed line wants; none when it is none of the keys.
    fn of(line: &str) -> Option<Self> {
        Some(match line.trim() {
            "" => Self::Enter,
            "x" => Self::TakeBack,
            "n" => Self::NextCard,
            "k" => Self::NextKind,
            "q" => Self::Stop,
            _ => return None,
        })
    }
}

impl Trying {
    fn first(&self) -> Option<(CardToken, CardClass)> {
        self.taps.iter().find_map(|(_, read)| *read)
    }

    fn is_unclear(&self) -> bool {
        self.taps.last().is_some_and(|(tap, _)| *tap == Tap::Unclear)
    }

    fn row(self) -> Row {
        let number = self.number();
        let taps = self.taps.into_iter().map(|(tap, _)| tap).collect();
        let Self { card, distance_mm, remark, .. } = self;
        Row { kind: self.kind.number, card, taps, number, distance_mm, remark }
    }

    /// What may be kept of its number.
    fn number(&self) -> Option<Number> {
        let (token, class) = self.first()?;
        let reads: Vec<_> = self.taps.iter().filter_map(|(_, read)| *read).collect();
        let same = (reads.len() > 1).then(|| reads.iter().all(|read| *read == (token, class)));
        Some(Number { bytes: class.uid_len, same, atqa: class.atqa, sak: class.sak })
    }
}

/// The keys, in words.
#[must_use]
pub fn keys(tongue: Tongue) -> &'static str {
    tongue.pick(
        "回车：没反应 · x：上一下不算 · n：下一张 · k：下一种 · q：停（表留着，再用同一条命令接着试）",
        "Enter: nothing happened · x: the tap before does not count · n: next card · k: next kind · q: stop (the sheet stays, and \
         the same command goes on with it)",
    )
}

/// Why the reader takes no cards, and what to do.
#[must_use]
pub fn lost(loss: ReaderLoss, tongue: Tongue) -> &'static str {
    match loss {
        ReaderLoss::Absent => tongue.pick("读卡器没插好", "the reader is not plugged in"),
        ReaderLoss::Silent => tongue.pick("读卡器没反应", "the reader does not answer"),
        ReaderLoss::Busy => tongue.pick(
            "读卡器被别的程序占着：先停终端（systemctl stop xuedian-kiosk）",
            "another program holds the reader: stop the terminal first (systemctl stop xuedian-kiosk)",
        ),
        ReaderLoss::Forbidden => {
            tongue.pick("没有权限打开读卡器：用 sudo", "the reader's port may not be opened: use sudo")
        }
    }
}
