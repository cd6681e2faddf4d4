// SPDX-License-Identifier: GPL-3.0-or-later
//! `xuedian-cards`, which `xuedian cards` starts: the card trial at a reader, and its table.
//!
//! A program of its own, since it needs libnfc and a reader, and the operator's `xuedian` on a hub's machine has neither.

use std::io::{BufReader, ErrorKind, Write, stdin, stdout};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, anyhow, bail, ensure};
use clap::{Args, Parser, Subcommand};
use xuedian_cards::ears::Ears;
use xuedian_cards::judge::{Verdict, WHOLE, judge};
use xuedian_cards::kinds::KINDS;
use xuedian_cards::row::MOST;
use xuedian_cards::sheet::Sheet;
use xuedian_cards::table::table;
use xuedian_cards::tongue::Tongue;
use xuedian_cards::trial::{Plan, Trial, lost};
use xuedian_cards::trouble::SheetTrouble;
use xuedian_cards::wish::keys;
use xuedian_engine::ports::reader::ReaderEvent;
use xuedian_engine::settings::Settings;
use xuedian_nfc::{ReaderConfig, ReaderDoor};
use xuedian_protocol::card_key::CardKey;

/// What the box calls its reader.
const READER: &str = "pn532_uart:/dev/xuedian-reader";
/// Where the terminal's settings are, if it is installed here.
const SETTINGS: &str = "/etc/xuedian/kiosk.toml";
/// News of the reader that may wait.
const NEWS: usize = 16;

/// Which cards that people carry can be used at this very reader. No number of a card is kept anywhere.
#[derive(Parser)]
#[command(version, name = "xuedian cards", bin_name = "xuedian cards", arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// The language; otherwise that of the locale.
    #[arg(long, global = true)]
    language: Option<Tongue>,
}

#[derive(Subcommand)]
enum Command {
    /// Asks for card after card, writes down what happened to each tap, and prints the table. Stop the terminal first.
    Trial(TrialArguments),
    /// Prints the table of a sheet again.
    Table {
        /// The sheet of a trial.
        sheet: PathBuf,
    },
}

#[derive(Args)]
struct TrialArguments {
    /// The sheet, which is written card by card; one that is there already is gone on with.
    #[arg(long, default_value = "card-trial.csv")]
    sheet: PathBuf,
    /// The reader, as libnfc names it; otherwise that of the settings, otherwise the box's own.
    #[arg(long, value_name = "CONNECTION")]
    reader: Option<String>,
    /// The terminal's settings; otherwise those of this box, if it has any.
    #[arg(long)]
    settings: Option<PathBuf>,
    /// Cards of each kind.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u8).range(1..=i64::from(MOST)))]
    cards: u8,
    /// Taps with each card.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u8).range(1..=i64::from(MOST)))]
    taps: u8,
}

fn main() -> ExitCode {
    // SAFETY: nothing else runs yet, so nobody reads the environment at the same time.
    unsafe { std::env::set_var("LIBNFC_LOG_LEVEL", "0") };
    let arguments = Arguments::parse();
    let tongue = arguments.language.unwrap_or_else(of_locale);
    let done = match arguments.command {
        Command::Trial(arguments) => trial(&arguments, tongue),
        Command::Table { sheet } => print_table(&sheet, tongue),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever read it has had enough (`| head`).
        Err(error) if reader_left(&error) => ExitCode::SUCCESS,
        Err(error) => {
            let words = error.downcast_ref::<SheetTrouble>().map(|trouble| trouble.words(tongue));
            eprintln!("xuedian cards: {}", words.unwrap_or_else(|| format!("{error:#}")));
            ExitCode::FAILURE
        }
    }
}

fn trial(arguments: &TrialArguments, tongue: Tongue) -> Result<()> {
    let connection = connection(arguments)?;
    let mut sheet = Sheet::open(&arguments.sheet)?;
    let (to, mut news) = tokio::sync::mpsc::channel(NEWS);
    let door = ReaderDoor::start(ReaderConfig { connection: connection.clone(), keys: vec![own_key()?] }, to)?;
    // Whether it can be opened or not is the first that the door tells.
    match news.blocking_recv() {
        Some(ReaderEvent::Lost(loss)) => bail!("{connection}: {}", lost(loss, tongue)),
        Some(_) => {}
        None => bail!("the reader's thread has ended"),
    }
    sheet.note(&conditions(&connection));
    let plan = Plan { cards: arguments.cards, taps: arguments.taps };
    print(&greeting(plan, &sheet, tongue))?;
    let ears = Ears::listen(news, BufReader::new(stdin()))?;
    let tried = Trial::new(ears, stdout(), &mut sheet, plan, tongue).run();
    door.stop();
    let kept = tongue.pick("表在", "the sheet is");
    print(&format!("\n{kept} {}\n\n{}", sheet.path.display(), table(&sheet.notes, &sheet.rows, tongue)))?;
    let alarm = KINDS.iter().any(|kind| judge(kind, &sheet.rows).verdict == Verdict::Alarm);
    tried?;
    if alarm {
        return Err(anyhow!(tongue.pick(
            "读了身份证：停用这个读卡器，报上去",
            "an identity card was read: do not use this reader, and report it"
        )));
    }
    Ok(())
}

fn greeting(plan: Plan, sheet: &Sheet, tongue: Tongue) -> String {
    let Plan { cards, taps } = plan;
    let (kinds, done) = (KINDS.len(), sheet.rows.len());
    let mut lines = vec![match tongue {
        Tongue::Zh => format!("试卡：{kinds} 种，每种 {cards} 张，每张贴 {taps} 下。卡号一个都不记。"),
        Tongue::En => {
            format!("card trial: {kinds} kinds, {cards} cards of each, {taps} taps with each. No number is kept.")
        }
    }];
    if done > 0 {
        lines.push(match tongue {
            Tongue::Zh => format!("接着 {} 试，已经试过 {done} 张。", sheet.path.display()),
            Tongue::En => format!("going on with {}, {done} cards are done.", sheet.path.display()),
        });
    }
    if usize::from(cards) < WHOLE.0 || usize::from(taps) < WHOLE.1 {
        let said = ("不到 5 张、5 下，结果只作参考。", "Fewer than 5 cards or 5 taps: a verdict is only one so far.");
        lines.push(tongue.pick(said.0, said.1).to_owned());
    }
    lines.push(keys(tongue).to_owned());
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// The reader that is asked for, or that of the terminal.
fn connection(arguments: &TrialArguments) -> Result<String> {
    if let Some(connection) = &arguments.reader {
        return Ok(connection.clone());
    }
    let own = Path::new(SETTINGS);
    let Some(path) = arguments.settings.as_deref().or_else(|| own.exists().then_some(own)) else {
        return Ok(READER.to_owned());
    };
    let (settings, problems) = Settings::load(path);
    let wrong: Vec<_> =
        problems.iter().filter(|problem| problem.keeps_the_reader_away()).map(ToString::to_string).collect();
    ensure!(wrong.is_empty(), "{}: {}; or name the reader with --reader", path.display(), wrong.join("; "));
    Ok(settings.reader.connection.unwrap_or_else(|| READER.to_owned()))
}

/// A key that only this run has: what it makes of a number is of no use to anybody else, and not to the next run.
fn own_key() -> Result<CardKey> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).context("a random number")?;
    Ok(CardKey::new(0, bytes))
}

fn conditions(connection: &str) -> String {
    let now = jiff::Zoned::now().strftime("%F %R %Z").to_string();
    format!("{now}, {connection}, libnfc {}, xuedian {}", nfc1::version(), env!("CARGO_PKG_VERSION"))
}

fn print_table(sheet: &Path, tongue: Tongue) -> Result<()> {
    let (notes, rows) = Sheet::read(sheet)?;
    print(&table(&notes, &rows, tongue))
}

fn print(text: &str) -> Result<()> {
    let mut out = stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).context("nobody reads what is said")
}

fn reader_left(error: &anyhow::Error) -> bool {
    error.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
}

fn of_locale() -> Tongue {
    let said = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().filter_map(|name| std::env::var(name).ok());
    said.into_iter().find(|name| !name.is_empty()).map_or(Tongue::En, |name| Tongue::of_locale(&name))
}
