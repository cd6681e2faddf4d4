// SPDX-License-Identifier: GPL-3.0-or-later
//! `xuedian-reader`: runs an emulated reader, or tells a running one what to do.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use clap::{Args, Parser, Subcommand};
use serde_json::{Value, json};
use xuedian_reader::client::Client;
use xuedian_reader::control;
use xuedian_reader::reader::{DEFAULT_LATENCY, Reader};
use xuedian_reader::wallet::Wallet;

/// A PN532 card reader, emulated behind a pseudo-terminal for libnfc (pn532_uart:LINK).
#[derive(Parser)]
#[command(version, args_conflicts_with_subcommands = true)]
struct Arguments {
    #[command(flatten)]
    run: Option<Run>,
    #[command(subcommand)]
    ask: Option<Ask>,
}

#[derive(Args)]
struct Run {
    /// Symbolic link to make: what the kiosk opens as pn532_uart:LINK
    #[arg(long)]
    link: PathBuf,
    /// Socket to listen at for commands
    #[arg(long)]
    control: PathBuf,
    /// Cards by name: a file with the columns uid, kind, learner, role
    #[arg(long)]
    wallet: Option<PathBuf>,
    /// Time that finding a card takes, in milliseconds
    #[arg(long, default_value_t = 30)]
    latency_ms: u64,
}

#[derive(Args)]
struct Socket {
    /// Socket of the running emulator
    #[arg(long)]
    control: PathBuf,
}

#[derive(Subcommand)]
enum Ask {
    /// Tap a card, by name or UID; several are tapped together
    Tap {
        #[command(flatten)]
        socket: Socket,
        /// Names or UIDs
        #[arg(required = true)]
        cards: Vec<String>,
        /// What the card is made of: study, transit, senior, social, staff, phone, identity
        #[arg(long)]
        kind: Option<String>,
        /// How long it stays at least, in milliseconds
        #[arg(long)]
        ms: Option<u64>,
    },
    /// Put a card and leave it
    Put {
        #[command(flatten)]
        socket: Socket,
        /// Name or UID
        card: String,
        /// What the card is made of
        #[arg(long)]
        kind: Option<String>,
    },
    /// Take a card away, or all
    Remove {
        #[command(flatten)]
        socket: Socket,
        /// Name or UID
        card: Option<String>,
    },
    /// Stop answering
    Hang(Socket),
    /// Answer again
    Recover(Socket),
    /// Pull the plug
    Unplug(Socket),
    /// Plug in again
    Plug(Socket),
    /// Spoil the next answers
    Corrupt {
        #[command(flatten)]
        socket: Socket,
        /// How many
        #[arg(long, default_value_t = 1)]
        frames: u32,
    },
    /// List the wallet
    Cards(Socket),
    /// What lies on the reader, and how it is
    Status(Socket),
    /// Send a request as it is, in JSON
    Send {
        #[command(flatten)]
        socket: Socket,
        /// For example {"do":"silence","frames":2}
        request: String,
    },
}

fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let arguments = Arguments::parse();
    match (arguments.run, arguments.ask) {
        (_, Some(ask)) => tell(ask),
        (Some(run), None) => serve(&run),
        (None, None) => {
            anyhow::bail!("nothing to do: give --link and --control, or a command; see --help")
        }
    }
}

fn serve(run: &Run) -> anyhow::Result<()> {
    let wallet = run.wallet.as_deref().map(Wallet::read).transpose()?.unwrap_or_default();
    let latency = Duration::from_millis(run.latency_ms);
    let reader = Reader::start(&run.link, latency)?;
    if latency != DEFAULT_LATENCY {
        tracing::info!(latency_ms = run.latency_ms, "not the usual latency");
    }
    println!("ready");
    control::serve(&run.control, reader, wallet).with_context(|| format!("cannot serve {}", run.control.display()))
}

fn tell(ask: Ask) -> anyhow::Result<()> {
    let (socket, request) = match ask {
        Ask::Tap { socket, cards, kind, ms } => match &cards[..] {
            [one] => (socket, json!({"do": "tap", "uid": one, "kind": kind, "ms": ms})),
            _ => (socket, json!({"do": "two", "uids": cards, "ms": ms})),
        },
        Ask::Put { socket, card, kind } => (socket, json!({"do": "put", "uid": card, "kind": kind})),
        Ask::Remove { socket, card } => (socket, json!({"do": "remove", "uid": card})),
        Ask::Hang(socket) => (socket, json!({"do": "hang"})),
        Ask::Recover(socket) => (socket, json!({"do": "recover"})),
        Ask::Unplug(socket) => (socket, json!({"do": "unplug"})),
        Ask::Plug(socket) => (socket, json!({"do": "plug"})),
        Ask::Corrupt { socket, frames } => (socket, json!({"do": "corrupt", "frames": frames})),
        Ask::Cards(socket) => (socket, json!({"do": "cards"})),
        Ask::Status(socket) => (socket, json!({"do": "status"})),
        Ask::Send { socket, request } => {
            let request: Value = serde_json::from_str(&request).context("the request is no JSON")?;
            (socket, request)
        }
    };
    let mut client =
        Client::connect(&socket.control).with_context(|| format!("no reader at {}", socket.control.display()))?;
    println!("{}", client.ask(&request)?);
    Ok(())
}
