// SPDX-License-Identifier: GPL-3.0-or-later
//! `xuedian-hub`: one district's hub.

use std::{
    fs::File,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::Context as _;
use clap::Parser;
use tracing_subscriber::EnvFilter;
use xuedian_hub::{clock::SystemClock, http::serve, hub::Hub, settings::Settings, supervisor};

/// The district's server.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// The settings file.
    #[arg(long)]
    settings: PathBuf,
    /// Its folder; counts more than the settings file.
    #[arg(long)]
    data: Option<PathBuf>,
    /// The folder was restored from a backup: begin a new epoch, so that kiosks take documents whose counters went back.
    #[arg(long)]
    restored: bool,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let settings = Settings::read(&arguments.settings, arguments.data)?;
    let filter = EnvFilter::try_new(&settings.log).context("settings: log.level: error, warn, info, debug or trace")?;
    tracing_subscriber::fmt().json().with_env_filter(filter).with_writer(std::io::stderr).init();
    // Held until the end. The operator's commands work beside it: they only use the database.
    let _only = only_server(&settings.data)?;
    let hub = Arc::new(Hub::open(&settings.data, &settings.time_zone, Arc::new(SystemClock))?);
    if arguments.restored {
        hub.begin_epoch()?;
    }
    hub.publish()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(run(hub, settings))
}

/// One server to a folder: two would publish against one another.
fn only_server(data: &Path) -> anyhow::Result<File> {
    std::fs::create_dir_all(data).with_context(|| data.display().to_string())?;
    let path = data.join("hub.lock");
    let lock = File::create(&path).with_context(|| path.display().to_string())?;
    lock.try_lock().with_context(|| format!("another hub runs on {}", data.display()))?;
    Ok(lock)
}

async fn run(hub: Arc<Hub>, settings: Settings) -> anyhow::Result<()> {
    let fingerprint = hub.keys.authority.fingerprint();
    let serving = serve(Arc::clone(&hub), &settings)?;
    println!("listening {} as {}", serving.address, serving.public_url);
    println!("authority {fingerprint}");
    println!("ready");
    supervisor::ready(&serving.address.to_string());
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        _ = terminate.recv() => {}
        pressed = tokio::signal::ctrl_c() => pressed?,
        () = supervisor::live(hub) => {}
    }
    supervisor::stopping();
    serving.stop().await;
    Ok(())
}
