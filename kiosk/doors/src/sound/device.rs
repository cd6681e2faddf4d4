// SPDX-License-Identifier: GPL-3.0-or-later
//! Opening the loudspeaker by its name.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use rodio::cpal::traits::{DeviceTrait, HostTrait};
use rodio::cpal::{self, BufferSize, Device, ErrorKind, SampleFormat};
use rodio::{DeviceSinkBuilder, DeviceSinkError, MixerDeviceSink};
use xuedian_engine::ports::sound::Silence;

use super::feed::SAMPLE_RATE;

/// One of the card's two periods, frames: 40 ms. Smaller breaks up on a busy Pi, larger makes the chime late.
const PERIOD: u32 = 1_920;
/// So many errors within a second, and the device counts as failed.
const MOST_ERRORS: u32 = 10;

/// What a device's own thread leaves for the owner.
pub(super) struct Health {
    failed: AtomicBool,
    errors: AtomicU32,
    owner: Thread,
}

impl Health {
    pub(super) fn has_failed(&self) -> bool {
        self.failed.load(Ordering::Relaxed)
    }

    /// Errors since the device was opened.
    pub(super) fn errors(&self) -> u32 {
        self.errors.load(Ordering::Relaxed)
    }

    /// Counts and never logs: a dead sound card calls this thousands of times a second.
    fn note(&self, kind: ErrorKind, window: &mut (Instant, u32)) {
        self.errors.fetch_add(1, Ordering::Relaxed);
        if window.0.elapsed() > Duration::from_secs(1) {
            *window = (Instant::now(), 0);
        }
        window.1 += 1;
        let gone = matches!(kind, ErrorKind::DeviceNotAvailable | ErrorKind::StreamInvalidated);
        if gone || window.1 > MOST_ERRORS {
            self.failed.store(true, Ordering::Relaxed);
            self.owner.unpark();
            // Until the owner closes the device, its thread has nothing to do but fail.
            thread::sleep(Duration::from_millis(20));
        }
    }
}

/// Opens the device called `name` for the calling thread.
pub(super) fn open(name: &str) -> Result<(MixerDeviceSink, Arc<Health>), Silence> {
    let device = find(name).ok_or(Silence::NoDevice)?;
    let health =
        Arc::new(Health { failed: AtomicBool::new(false), errors: AtomicU32::new(0), owner: thread::current() });
    let mut sink = open_as_wanted(&device, &health).or_else(|first| match silence(&first) {
        // Someone holds it, or it is gone: to ask for another form is of no use.
        why @ (Silence::Busy | Silence::NoDevice) => Err(why),
        _ => open_as_offered(&device, &health),
    })?;
    sink.log_on_drop(false);
    Ok((sink, health))
}

fn find(name: &str) -> Option<Device> {
    let host = cpal::default_host();
    if name == "default" {
        return host.default_output_device();
    }
    let by_id = format!("alsa:{name}").parse().ok().and_then(|id| host.device_by_id(&id));
    by_id.or_else(|| {
        let mut all = host.output_devices().ok()?;
        all.find(|device| device.description().is_ok_and(|about| about.name() == name))
    })
}

/// 16 bits, two channels, 48 kHz: what every HDMI output takes.
fn open_as_wanted(device: &Device, health: &Arc<Health>) -> Result<MixerDeviceSink, DeviceSinkError> {
    let stereo = cpal::StreamConfig { channels: 2, sample_rate: SAMPLE_RATE, buffer_size: BufferSize::Fixed(PERIOD) };
    DeviceSinkBuilder::default()
        .with_device(device.clone())
        .with_config(&stereo)
        .with_sample_format(SampleFormat::I16)
        .with_error_callback(note_in(health))
        .open_stream()
}

fn open_as_offered(device: &Device, health: &Arc<Health>) -> Result<MixerDeviceSink, Silence> {
    DeviceSinkBuilder::from_device(device.clone())
        .and_then(|builder| builder.with_error_callback(note_in(health)).open_stream())
        .map_err(|error| {
            // What the system said of it; the first sentence is the same for everything.
            let cause = std::error::Error::source(&error).map(ToString::to_string);
            tracing::info!(%error, cause, "the loudspeaker does not open");
            silence(&error)
        })
}

fn note_in(health: &Arc<Health>) -> impl FnMut(cpal::Error) + Send + 'static {
    let health = Arc::clone(health);
    let mut window = (Instant::now(), 0);
    move |error| health.note(error.kind(), &mut window)
}

fn silence(error: &DeviceSinkError) -> Silence {
    let cause = match error {
        DeviceSinkError::PlayError(cause)
        | DeviceSinkError::DefaultSinkConfigError(cause)
        | DeviceSinkError::BuildError(cause)
        | DeviceSinkError::SupportedConfigsError(cause) => cause,
        DeviceSinkError::NoDevice => return Silence::NoDevice,
        _ => return Silence::Failed,
    };
    match cause.kind() {
        ErrorKind::DeviceBusy => Silence::Busy,
        ErrorKind::DeviceNotAvailable | ErrorKind::HostUnavailable => Silence::NoDevice,
        _ => Silence::Failed,
    }
}
