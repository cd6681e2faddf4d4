// SPDX-License-Identifier: GPL-3.0-or-later
//! The conversation at the table: which kind, which card, hold it to the ring, take it away, and what came of it.

use std::collections::BTreeMap;
use std::io::Write;

use anyhow::{Context, Result};
use xuedian_domain::card::CardToken;
use xuedian_engine::ports::reader::{CardRead, ReaderEvent, ReaderLoss, ReaderRefusal};

use crate::ears::{Ears, Heard};
use crate::kinds::{KINDS, Wanted};
use crate::row::Tap;
use crate::sheet::Sheet;
use crate::tongue::Tongue;
use crate::trouble::SheetTrouble;
use crate::trying::{Read, Trying};
use crate::wish::{Wish, keys, millimetres};

/// Who holds a card looks at the card, not at this screen: once for a tap that counts, twice for one that does not.
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
    ears: Ears,
    out: W,
    sheet: &'a mut Sheet,
    plan: Plan,
    tongue: Tongue,
    /// The cards that were read since the start: kind and card. Only in memory, under a key that nobody else has.
    met: BTreeMap<CardToken, (u8, u8)>,
}

impl<'a, W: Write> Trial<'a, W> {
    /// A trial that goes on where its sheet ends.
    pub fn new(ears: Ears, out: W, sheet: &'a mut Sheet, plan: Plan, tongue: Tongue) -> Self {
        Self { ears, out, sheet, plan, tongue, met: BTreeMap::new() }
    }

    /// Runs until all is tried, somebody wants to stop, or an identity card was read, which the sheet says then. A card that was
    /// begun and not ended is not on the sheet.
    ///
    /// # Errors
    /// When the sheet cannot be written, or nobody reads what is said.
    pub fn run(mut self) -> Result<()> {
        for kind in &KINDS {
            let left = self.sheet.left(kind.number, self.plan.cards);
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
                let mut trying = Trying::new(kind, card);
                match self.card(&mut trying)? {
                    // Also after an alarm: nothing more is tried with this reader.
                    Wish::Stop => return Ok(()),
                    Wish::NextKind => break,
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// Tries one card, and writes it down.
    fn card(&mut self, trying: &mut Trying) -> Result<Wish> {
        let (card, cards) = (trying.card, self.plan.cards);
        self.line(&match self.tongue {
            Tongue::Zh => format!(" 第 {card} 张（共 {cards} 张）"),
            Tongue::En => format!(" card {card} of {cards}"),
        })?;
        let mut leaving = None;
        let (wish, whole) = loop {
            let whole = trying.taps.len() >= usize::from(self.plan.taps);
            let wish = if whole { self.ask_about(trying)? } else { self.next_tap(trying)? };
            match wish {
                Wish::TakeBack => self.take_back(trying)?,
                Wish::Yes => self.count_all_the_same(trying)?,
                Wish::Enter | Wish::Nothing if !whole => leaving = None,
                Wish::NextCard | Wish::NextKind if !whole && !trying.taps.is_empty() && leaving != Some(wish) => {
                    leaving = Some(wish);
                    self.line(self.tongue.pick(
                        "  这张没贴完。再按一次，就这样记下来",
                        "  this card is not finished; the same key again leaves it so",
                    ))?;
                }
                wish => break (wish, whole),
            }
        };
        if trying.taps.is_empty() {
            return Ok(wish);
        }
        if wish == Wish::Stop && !whole && !trying.alarm {
            let said =
                ("  这张没贴完，不记，下次重试", "  this card is not finished and not written down: it is tried again");
            self.line(self.tongue.pick(said.0, said.1))?;
            return Ok(wish);
        }
        self.write_down(trying)?;
        Ok(wish)
    }

    /// One tap, until the card is away again.
    fn next_tap(&mut self, trying: &mut Trying) -> Result<Wish> {
        if let Some(loss) = self.ears.lost() {
            self.line(&format!("  {}", lost(loss, self.tongue)))?;
        }
        if self.ears.something_lies() {
            self.line(
                self.tongue.pick("  先把卡拿开（没有卡就回车）", "  take the card away first (none there: Enter)"),
            )?;
            let wish = self.away(trying)?;
            if wish != Wish::Enter {
                return Ok(wish);
            }
        }
        let number = trying.taps.len() + 1;
        self.say(&match self.tongue {
            Tongue::Zh => format!("  第 {number} 下：贴卡 … "),
            Tongue::En => format!("  tap {number}: hold it to the ring … "),
        })?;
        loop {
            match self.ears.hear() {
                Heard::Line(line) => match Wish::of(&line) {
                    None | Some(Wish::Enter) => self.line(keys(self.tongue))?,
                    Some(Wish::Nothing) if self.ears.lost().is_none() => return self.tapped(trying, Tap::Nothing),
                    Some(Wish::Nothing) => self.reader_is(None)?,
                    Some(wish) => return Ok(wish),
                },
                Heard::EndOfInput => return Ok(Wish::Stop),
                Heard::Reader(ReaderEvent::Card(read)) => return self.read(trying, &read),
                Heard::Reader(ReaderEvent::Refused(refusal)) => match tap_of(&refusal) {
                    Ok(tap) => return self.tapped(trying, tap),
                    Err(count) => self.line(&match self.tongue {
                        Tongue::Zh => format!("一次感应到 {count} 张，只拿一张 … {BELL}{BELL}"),
                        Tongue::En => format!("{count} cards at once: only one, please … {BELL}{BELL}"),
                    })?,
                },
                Heard::Reader(other) => self.reader_is(Some(&other))?,
            }
        }
    }

    /// A tap that gave no number.
    fn tapped(&mut self, trying: &mut Trying, tap: Tap) -> Result<Wish> {
        trying.odd = None;
        trying.taps.push((tap, None));
        let bell = if tap == Tap::Nothing { "" } else { BELL };
        self.line(&format!("{} {}{bell}", tap.sign(), tap.words(self.tongue)))?;
        self.away(trying)
    }

    /// A card was read: is it the one that it should be? What is odd counts only when people say that it is so.
    fn read(&mut self, trying: &mut Trying, read: &CardRead) -> Result<Wish> {
        let token = *read.tokens.first().context("the reader's door has no key")?;
        let ms = u32::try_from(read.times.took().as_millis()).unwrap_or(u32::MAX);
        let read = Read { ms, token, class: read.class };
        if trying.kind.wanted == Wanted::NeverRead {
            return self.alarm(trying, read);
        }
        let known = self.met.get(&token).copied().filter(|known| *known != trying.name() && !trying.has(token));
        if let Some((kind, card)) = known {
            self.line(&match self.tongue {
                Tongue::Zh => format!("号码跟第 {kind} 种第 {card} 张一样，不算。真是另一张卡？按 y 算上{BELL}{BELL}"),
                Tongue::En => format!(
                    "its number is that of card {card} of kind {kind}: not counted. Is it really another card? y counts it{BELL}{BELL}"
                ),
            })?;
        } else if trying.differs(&read) {
            let said = self.tongue.pick(
                "号码跟前面不一样，不算。真是同一张卡？按 y 算上",
                "another number than before: not counted. Is it really the same card? y counts it",
            );
            self.line(&format!("{said}{BELL}{BELL}"))?;
        } else {
            self.count(trying, read)?;
            return self.away(trying);
        }
        trying.odd = Some((read, known));
        self.away(trying)
    }

    fn count(&mut self, trying: &mut Trying, read: Read) -> Result<()> {
        trying.odd = None;
        self.met.entry(read.token).or_insert(trying.name());
        trying.taps.push((Tap::Read(read.ms), Some(read)));
        self.line(&format!("+ {} ms{BELL}", read.ms))
    }

    fn count_all_the_same(&mut self, trying: &mut Trying) -> Result<()> {
        let Some((read, known)) = trying.odd.take() else { return self.line(keys(self.tongue)) };
        trying.shared = trying.shared.or(known.map(|card| (card, read.token)));
        self.count(trying, read)
    }

    fn take_back(&mut self, trying: &mut Trying) -> Result<()> {
        if trying.odd.take().is_some() {
            // It was not counted: the tap before it stays.
            return self.line(self.tongue.pick("没算", "it was not counted"));
        }
        let gone = trying.taps.pop();
        if let Some((_, Some(read))) = gone
            && !trying.has(read.token)
        {
            trying.shared = trying.shared.filter(|(_, token)| *token != read.token);
            if self.met.get(&read.token) == Some(&trying.name()) {
                self.met.remove(&read.token);
            }
        }
        let (zh, en) = match gone {
            Some(_) => ("上一下不算", "the tap before does not count"),
            None => ("前面没有", "there is no tap before"),
        };
        self.line(self.tongue.pick(zh, en))
    }

    /// An identity card was read, or another one was held by mistake. Only people know which.
    fn alarm(&mut self, trying: &mut Trying, read: Read) -> Result<Wish> {
        let said = self.tongue.pick(
            "读了身份证！停下来，报上去。拿错了、是别的卡？按 x，不算；真是身份证，回车",
            "AN IDENTITY CARD WAS READ. Stop, and report it. Was it another card, by mistake? x: it does not count; else Enter",
        );
        self.line(&format!("{said}{BELL}{BELL}{BELL}"))?;
        if self.typed().is_some_and(|line| Wish::of(&line) == Some(Wish::TakeBack)) {
            let said = self.tongue.pick(
                "读到一张卡，桌上的人说不是身份证",
                "a card was read, not the identity card, say those at the table",
            );
            trying.notes.push(said.to_owned());
            return self.away(trying);
        }
        trying.alarm = true;
        self.count(trying, read)?;
        Ok(Wish::Stop)
    }

    /// What only people know of a card.
    fn ask_about(&mut self, trying: &mut Trying) -> Result<Wish> {
        loop {
            let said = self
                .tongue
                .pick("  隔多远还有反应，毫米（没量就回车）：", "  from how far away, in mm (Enter: not measured): ");
            self.say(said)?;
            let Some(line) = self.typed() else { return Ok(Wish::Stop) };
            trying.distance_mm = millimetres(&line);
            match Wish::of(&line) {
                _ if trying.distance_mm.is_some() => break,
                Some(Wish::Enter) => break,
                Some(wish) => return Ok(wish),
                None => self.line(self.tongue.pick("  请填整数", "  a whole number, please"))?,
            }
        }
        self.say(self.tongue.pick("  备注（没有就回车）：", "  remark (Enter: none): "))?;
        let Some(remark) = self.typed() else { return Ok(Wish::Stop) };
        match Wish::of(&remark) {
            None | Some(Wish::Enter | Wish::Nothing | Wish::Yes) => {
                trying.notes.extend(Some(remark.trim().to_owned()).filter(|remark| !remark.is_empty()));
                Ok(Wish::Enter)
            }
            Some(wish) => Ok(wish),
        }
    }

    /// Writes a card down, as often as people want to try.
    fn write_down(&mut self, trying: &Trying) -> Result<()> {
        let row = trying.row(self.tongue);
        loop {
            let Err(trouble) = self.sheet.add(&row) else { return Ok(()) };
            self.line(&format!("  {BELL}{BELL}{}", trouble.words(self.tongue)))?;
            if matches!(trouble, SheetTrouble::Changed(_)) && self.sheet.move_on().is_ok() {
                let path = self.sheet.path.display().to_string();
                let said =
                    self.tongue.pick("  接着写在另一张表，下次用", "  it goes on in another sheet, next time give");
                self.line(&format!("{said} --sheet {path}"))?;
                continue;
            }
            self.line(
                self.tongue
                    .pick("  修好了按回车，再写一次；q：停", "  when it is mended: Enter writes it again; q: stop"),
            )?;
            match self.typed() {
                Some(line) if Wish::of(&line) != Some(Wish::Stop) => {}
                _ => return Err(trouble.into()),
            }
        }
    }

    /// The next line, whatever the reader says meanwhile; none when there will be no more.
    fn typed(&mut self) -> Option<String> {
        loop {
            match self.ears.hear() {
                Heard::Line(line) => return Some(line),
                Heard::Reader(_) => {}
                Heard::EndOfInput => return None,
            }
        }
    }

    /// Waits until the card was taken away. One that was not read clearly may still be read while it lies there.
    fn away(&mut self, trying: &mut Trying) -> Result<Wish> {
        while self.ears.something_lies() {
            match self.ears.hear() {
                Heard::Reader(ReaderEvent::Card(read)) if trying.is_unclear() => {
                    trying.taps.pop();
                    return self.read(trying, &read);
                }
                Heard::Reader(ReaderEvent::Refused(refusal)) if trying.is_unclear() => {
                    if let Ok(tap @ Tap::Refused) = tap_of(&refusal) {
                        trying.taps.pop();
                        return self.tapped(trying, tap);
                    }
                }
                Heard::Reader(event) => {
                    self.reader_is(Some(&event))?;
                    if event == ReaderEvent::Recovered {
                        self.ears.look_again();
                    }
                }
                Heard::Line(line) => match Wish::of(&line) {
                    Some(Wish::Enter) => self.ears.nothing_lies(),
                    Some(Wish::Nothing) | None => self.line(keys(self.tongue))?,
                    Some(wish) => return Ok(wish),
                },
                Heard::EndOfInput => return Ok(Wish::Stop),
            }
        }
        Ok(Wish::Enter)
    }

    /// Says how the reader is, when that is news or asked for.
    fn reader_is(&mut self, news: Option<&ReaderEvent>) -> Result<()> {
        let loss = match news {
            Some(ReaderEvent::Recovered) => {
                return self.line(self.tongue.pick("读卡器恢复了 … ", "the reader is back … "));
            }
            Some(ReaderEvent::Lost(loss)) => Some(*loss),
            Some(_) => None,
            None => self.ears.lost(),
        };
        match loss {
            Some(loss) => self.line(&format!("{} … {BELL}{BELL}", lost(loss, self.tongue))),
            None => Ok(()),
        }
    }

    fn say(&mut self, text: &str) -> Result<()> {
        self.out.write_all(text.as_bytes()).and_then(|()| self.out.flush()).context("nobody reads what is said")
    }

    fn line(&mut self, text: &str) -> Result<()> {
        self.say(&format!("{text}\n"))
    }
}

/// What a refusal is on the sheet; or how many cards there were at once.
fn tap_of(refusal: &ReaderRefusal) -> Result<Tap, usize> {
    match refusal {
        ReaderRefusal::RandomUid | ReaderRefusal::TypeB => Ok(Tap::Refused),
        ReaderRefusal::Unreadable => Ok(Tap::Unclear),
        ReaderRefusal::TwoCards { count, .. } => Err(*count),
    }
}

/// Why the reader takes no cards, and what to do.
#[must_use]
pub fn lost(loss: ReaderLoss, tongue: Tongue) -> &'static str {
    match loss {
        ReaderLoss::Absent => tongue.pick("读卡器没插好", "the reader is not plugged in"),
        ReaderLoss::Silent => tongue.pick("读卡器没反应", "the reader does not answer"),
        ReaderLoss::Busy => tongue.pick(
            "读卡器被别的程序占着，先停终端：systemctl stop xuedian-kiosk",
            "another program holds the reader: stop the terminal first, systemctl stop xuedian-kiosk",
        ),
        ReaderLoss::Forbidden => {
            tongue.pick("没有权限打开读卡器：用 sudo", "the reader's port may not be opened: use sudo")
        }
    }
}
