// SPDX-License-Identifier: GPL-3.0-or-later
//! A program of ours that runs: what it says, how it ends, and that it never outlives its test.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process, set_parent_process_death_signal};

/// How long a program may take to end when asked to.
const ENDING: Duration = Duration::from_secs(10);
/// Lines of the log that are shown when something went wrong.
const LAST_LINES: usize = 30;
/// The place of the time in user mode in `/proc/ID/stat`, after the name; the time in the kernel follows it.
const USER: usize = 11;

/// A running program. Ended when dropped.
#[derive(Debug)]
pub struct Running {
    name: String,
    child: Child,
    said: Receiver<(String, Instant)>,
    log: PathBuf,
    started: Instant,
}

impl Running {
    /// Starts it. What it says on standard error goes into `log`, after what is there already.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(name: &str, mut command: Command, log: &Path) -> Result<Self> {
        let file = File::options().create(true).append(true).open(log).with_context(|| log.display().to_string())?;
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(file);
        // SAFETY: the closure runs between fork and exec and makes one system call.
        unsafe { command.pre_exec(|| Ok(set_parent_process_death_signal(Some(Signal::KILL))?)) };
        let started = Instant::now();
        let mut child = command.spawn().with_context(|| format!("starting {name}"))?;
        let out = child.stdout.take().context("standard output was asked for")?;
        Ok(Self { name: name.to_owned(), child, said: lines(out), log: log.to_owned(), started })
    }

    /// Waits until it prints a line that begins so, and tells how long after its start that was.
    ///
    /// # Errors
    /// When it ends or says nothing of the kind in time; with the end of its log.
    pub fn wait_for(&mut self, beginning: &str, patience: Duration) -> Result<(String, Duration)> {
        let until = Instant::now() + patience;
        loop {
            match self.said.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok((line, at)) if line.starts_with(beginning) => return Ok((line, at.duration_since(self.started))),
                Ok(_) => {}
                Err(RecvTimeoutError::Timeout) => {
                    bail!("{} did not say {beginning:?} in {patience:?}\n{}", self.name, self.last_words())
                }
                Err(RecvTimeoutError::Disconnected) => {
                    bail!("{} ended before it said {beginning:?}\n{}", self.name, self.last_words())
                }
            }
        }
    }

    /// Where what it says on standard error goes.
    #[must_use]
    pub fn log(&self) -> &Path {
        &self.log
    }

    /// Its process id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Kills it as a power cut would, and waits until it is gone.
    ///
    /// # Errors
    /// When it cannot be waited for.
    pub fn kill(&mut self) -> Result<()> {
        // It may have ended by itself.
        let _ = self.child.kill();
        self.child.wait().with_context(|| format!("waiting for {}", self.name))?;
        Ok(())
    }

    /// Asks it to end, and kills it when it does not.
    ///
    /// # Errors
    /// When it had to be killed, or ended with an error.
    pub fn stop(&mut self) -> Result<()> {
        self.signal(Signal::TERM);
        let until = Instant::now() + ENDING;
        while Instant::now() < until {
            if let Some(status) = self.child.try_wait()? {
                let asked = status.success() || status.signal() == Some(Signal::TERM.as_raw());
                return if asked { Ok(()) } else { bail!("{} ended with {status}\n{}", self.name, self.last_words()) };
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        self.kill()?;
        bail!("{} did not end when asked to\n{}", self.name, self.last_words())
    }

    /// Sends a signal; a program that is gone takes none.
    pub fn signal(&self, signal: Signal) {
        if let Some(pid) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
            let _ = kill_process(pid, signal);
        }
    }

    /// How it ended, if it has.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn ended(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    /// Resident memory, KB.
    ///
    /// # Errors
    /// When it is gone.
    pub fn resident_kb(&self) -> Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
        Ok(line.trim().trim_end_matches(" kB").trim().parse()?)
    }

    /// The end of its log.
    #[must_use]
    pub fn last_words(&self) -> String {
        let text = std::fs::read(&self.log).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let mut last: VecDeque<&str> = text.lines().collect();
        last.drain(..last.len().saturating_sub(LAST_LINES));
        format!("the end of {}:\n  {}", self.log.display(), Vec::from(last).join("\n  "))
    }
}

/// Time that the processor has spent on a process, all threads.
///
/// # Errors
/// When it is gone.
pub fn processor_time(id: u32) -> Result<Duration> {
    let text = std::fs::read_to_string(format!("/proc/{id}/stat"))?;
    // Its name comes before and may hold blanks.
    let numbers = text.rsplit_once(") ").context("no name")?.1.split(' ');
    let ticks = numbers.skip(USER).take(2).map(str::parse::<u64>).sum::<Result<u64, _>>()?;
    Ok(Duration::from_secs_f64(ticks as f64 / rustix::param::clock_ticks_per_second() as f64))
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}

/// A thread that reads until the program closes its output, so that it never blocks on a full pipe, and notes when it read.
fn lines(out: ChildStdout) -> Receiver<(String, Instant)> {
    let (sender, said) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(out).lines().map_while(Result::ok) {
            // Nobody may be listening any more; reading goes on.
            let _ = sender.send((line, Instant::now()));
        }
    });
    said
}

/// Lets a program find a service manager that hears it at `socket` and wants proofs of life.
pub fn watch(command: &mut Command, socket: &Path, watchdog: Duration) {
    command.env("NOTIFY_SOCKET", socket).env("WATCHDOG_USEC", watchdog.as_micros().to_string());
}

/// Tries again until it holds, for conditions of other processes that tell nobody when they change.
///
/// # Errors
/// The last error, when it did not hold in time.
pub fn eventually<T>(what: &str, patience: Duration, mut look: impl FnMut() -> Result<T>) -> Result<T> {
    let until = Instant::now() + patience;
    loop {
        match look() {
            Ok(found) => return Ok(found),
            Err(error) if Instant::now() >= until => return Err(error.context(format!("{what}: not in {patience:?}"))),
            Err(_) => std::thread::sleep(Duration::from_millis(25)),
        }
    }
}
