// SPDX-License-Identifier: GPL-3.0-or-later
//! `xuedian-cards`, which `xuedian cards` starts: the card trial at a reader, and its table.
//!
//! A program of its own, since it needs libnfc and a reader, and the operator's `xuedian` on a hub's machine has neither.

use std::io::{BufReader, stdin, stdout};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail, ensure};
use clap::{Args, Parser, Subcommand};
use xuedian_cards::ears::listen;
use xuedian_cards::judge::WHOLE;
use xuedian_cards::kinds::KINDS;
use xuedian_cards::sheet::Sheet;
use xuedian_cards::table::table;
use xuedian_cards::tongue::Tongue;
use xuedian_cards::trial::{Plan, Trial, keys, lost};
use xuedian_engine::ports::reader::ReaderEvent;
use xuedian_engine::settings::Settings;
use xuedian_nfc::{ReaderConfig, ReaderDoor};
use xuedian_protocol::card_key::CardKey;

/// What the box calls its reader.
const READER: &str = "pn532_uart:/dev/xuedian-reader";
/// News of the reader that may wait.
const NEWS: usize = 16;

/// Which cards that people carry can be used at this very reader. No number of a card is kept anywhere.
#[derive(Parser)]
#[command(version, name = "xuedian cards", bin_name = "xuedian cards", arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Asks for card after card, writes down what happened to each tap, and prints the table. Stop the terminal first.
    Trial(TrialArguments),
    /// Prints the table of a sheet again.
    Table {
        /// The sheet of a trial.
        sheet: PathBuf,
        /// The language; otherwise that of the locale.
        #[arg(long)]
        language: Option<Tongue>,
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
    /// The terminal's settings.
    #[arg(long, default_value = "/etc/xuedian/kiosk.toml")]
    settings: PathBuf,
    /// Cards of each kind.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u8).range(1..))]
    cards: u8,
    /// Taps with each card.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u8).range(1..))]
    taps: u8,
    /// The language; otherwise that of the locale.
    #[arg(long)]
    language: Option<Tongue>,
}

fn main() -> ExitCode {
    // SAFETY: nothing else runs yet, so nobody reads the environment at the same time.
    unsafe { std::env::set_var("LIBNFC_LOG_LEVEL", "0") };
    let done = match Arguments::parse().command {
        Command::Trial(arguments) => trial(&arguments),
        Command::Table { sheet, language } => print_table(&sheet, language.unwrap_or_else(of_locale)),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xuedian cards: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn trial(arguments: &TrialArguments) -> Result<()> {
    let tongue = arguments.language.unwrap_or_else(of_locale);
    let connection = connection(arguments)?;
    let (mut sheet, cut_off) = Sheet::open(&arguments.sheet)?;
    let (to, mut news) = tokio::sync::mpsc::channel(NEWS);
    let door = ReaderDoor::start(ReaderConfig { connection: connection.clone(), keys: vec![own_key()?] }, to)?;
    // Whether it can be opened or not is the first that the door tells.
    match news.blocking_recv() {
        Some(ReaderEvent::Lost(loss)) => bail!("{} ({connection})", lost(loss, tongue)),
        Some(_) => {}
        None => bail!("the reader's thread has ended"),
    }
    let (cards, taps) = (arguments.cards, arguments.taps);
    println!(
        "{}",
        match tongue {
            Tongue::Zh => format!("试卡：{} 种，每种 {cards} 张，每张贴 {taps} 下。卡号一个都不记。", KINDS.len()),
            Tongue::En => format!(
                "card trial: {} kinds, {cards} cards of each, {taps} taps with each. No number is kept.",
                KINDS.len()
            ),
        }
    );
    if cut_off {
        println!(
            "{}",
            tongue.pick(
                "表的最后一行没写完，已去掉：那张卡重试。",
                "the sheet's last line was cut off and is gone: that card is tried again"
            )
        );
    }
    println!("{}", keys(tongue));
    sheet.note(&conditions(&connection))?;
    let heard = listen(news, BufReader::new(stdin()))?;
    let tried = Trial::new(heard, stdout(), &mut sheet, Plan { cards, taps }, tongue).run();
    door.stop();
    println!("\n{}", table(&sheet.notes, &sheet.rows, tongue));
    if usize::from(cards) < WHOLE.0 || usize::from(taps) < WHOLE.1 {
        let said = ("不到 5 张、5 下，结果只作参考。", "Fewer than 5 cards or 5 taps: a verdict is only one so far.");
        println!("{}", tongue.pick(said.0, said.1));
    }
    tried
}

/// The reader that is asked for, or that of the terminal. Settings that cannot be read are told only where they matter.
fn connection(arguments: &TrialArguments) -> Result<String> {
    if let Some(connection) = &arguments.reader {
        return Ok(connection.clone());
    }
    if !arguments.settings.exists() {
        return Ok(READER.to_owned());
    }
    let (settings, problems) = Settings::load(&arguments.settings);
    let wrong: Vec<_> =
        problems.iter().filter(|problem| problem.keeps_the_reader_away()).map(ToString::to_string).collect();
    ensure!(
        wrong.is_empty(),
        "{}: {}; or name the reader with --reader",
        arguments.settings.display(),
        wrong.join("; ")
    );
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
    print!("{}", table(&notes, &rows, tongue));
    Ok(())
}

fn of_locale() -> Tongue {
    let said = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().filter_map(|name| std::env::var(name).ok());
    said.into_iter().find(|name| !name.is_empty()).map_or(Tongue::En, |name| Tongue::of_locale(&name))
}
