// SPDX-License-Identifier: GPL-3.0-or-later
//! One lesson's pipeline: playbin with our two sinks. Dropped means stopped and freed.
//!
//! Not playbin3: in GStreamer 1.22 it locks up for ever when it is stopped while it still finds out what it plays
//! (within 50 of such stops; playbin never in 600), and a person who turns back at once does just that.

use std::path::Path;
use std::thread::Thread;

use gstreamer as gst;
use gstreamer::prelude::*;
use gstreamer_app::{AppSink, AppSinkCallbacks};
use gstreamer_video::VideoInfo;
use xuedian_engine::ports::media::Rate;

use super::SOUND_LATENCY_MS;
use super::frame_slot::{Frame, FrameSlot};
use crate::sound::{LessonFeed, SAMPLE_RATE};

/// A frame that comes later than this is not shown at all, nanoseconds (40 ms).
const MOST_LATE_NS: i64 = 40_000_000;
/// How much less urgent than the rest of the kiosk the threads of a film are.
const GIVES_WAY: i32 = 5;
/// How long a frame stands that does not say so, nanoseconds (one at 25 a second).
const STANDS_NS: u64 = 40_000_000;

/// The pipeline of one lesson.
pub(super) struct Pipeline {
    playbin: gst::Element,
    bus: gst::Bus,
    feed: LessonFeed,
}

impl Pipeline {
    /// Builds it and lets it open `media`, holding. Messages on the bus unpark `thread`.
    pub(super) fn open(
        media: &Path,
        frames: &FrameSlot,
        feed: &LessonFeed,
        thread: Thread,
    ) -> Result<Self, gst::glib::BoolError> {
        let failed = || gst::glib::bool_error!("no address for this file");
        let uri = gst::glib::filename_to_uri(media, None).map_err(|_| failed())?;
        let playbin = gst::ElementFactory::make("playbin")
            .property("uri", uri.as_str())
            .property("video-sink", video_sink(frames))
            .property("audio-sink", audio_sink(frames, feed))
            .property("audio-filter", gst::ElementFactory::make("scaletempo").build()?)
            .build()?;
        playbin.set_property_from_str("flags", "video+audio");
        if let Some(pipeline) = playbin.downcast_ref::<gst::Pipeline>() {
            pipeline.use_clock(Some(&gst::SystemClock::obtain()));
        }
        let bus = playbin.bus().ok_or_else(failed)?;
        bus.set_sync_handler(move |_, message| {
            give_way(message);
            thread.unpark();
            gst::BusSyncReply::Pass
        });
        feed.flush();
        let this = Self { playbin, bus, feed: feed.clone() };
        // What goes wrong here comes on the bus too.
        let _ = this.playbin.set_state(gst::State::Paused);
        Ok(this)
    }

    /// The next message, if there is one.
    pub(super) fn message(&self) -> Option<gst::Message> {
        self.bus.pop()
    }

    /// Whether `message` speaks of the whole pipeline rather than of a part.
    pub(super) fn is_own(&self, message: &gst::Message) -> bool {
        message.src() == Some(self.playbin.upcast_ref())
    }

    pub(super) fn play(&self) {
        self.feed.hold(false);
        let _ = self.playbin.set_state(gst::State::Playing);
    }

    pub(super) fn pause(&self) {
        self.feed.hold(true);
        let _ = self.playbin.set_state(gst::State::Paused);
    }

    /// Goes to a place at a speed, throwing away what is under way.
    pub(super) fn seek(&self, to_ms: u64, rate: Rate) -> bool {
        let speed = f64::from(rate.percent()) / 100.0;
        let place = gst::ClockTime::from_mseconds(to_ms);
        let flags = gst::SeekFlags::FLUSH | gst::SeekFlags::ACCURATE;
        let none = gst::ClockTime::NONE;
        let done = self.playbin.seek(speed, flags, gst::SeekType::Set, place, gst::SeekType::None, none);
        self.feed.flush();
        done.is_ok()
    }

    /// Place in the lesson, milliseconds; none while it is between two states.
    pub(super) fn position_ms(&self) -> Option<u64> {
        self.playbin.query_position::<gst::ClockTime>().map(gst::ClockTime::mseconds)
    }

    /// Length, nanoseconds.
    pub(super) fn length_ns(&self) -> Option<u64> {
        self.playbin.query_duration::<gst::ClockTime>().map(gst::ClockTime::nseconds)
    }
}

impl Drop for Pipeline {
    fn drop(&mut self) {
        self.bus.unset_sync_handler();
        let _ = self.playbin.set_state(gst::State::Null);
        self.feed.flush();
    }
}

/// Decoding waits for taps, the screen and the journal, never the other way round. The message of a thread that begins to
/// stream is heard in that thread.
fn give_way(message: &gst::Message) {
    if let gst::MessageView::StreamStatus(status) = message.view()
        && status.type_() == gst::StreamStatusType::Enter
        && let Err(error) = rustix::process::nice(GIVES_WAY)
    {
        tracing::debug!(%error, "a film's thread does not give way");
    }
}

fn video_sink(frames: &FrameSlot) -> AppSink {
    let caps = gst::Caps::builder("video/x-raw").field("format", "RGBA").build();
    let (first, next) = (frames.clone(), frames.clone());
    AppSink::builder()
        .caps(&caps)
        .max_buffers(2)
        .drop(true)
        .sync(true)
        .qos(true)
        .max_lateness(MOST_LATE_NS)
        .ts_offset(i64::try_from(SOUND_LATENCY_MS * 1_000_000).unwrap_or(0))
        .enable_last_sample(false)
        .callbacks(
            AppSinkCallbacks::builder()
                .new_preroll(move |sink| show(&sink.pull_preroll(), &first))
                .new_sample(move |sink| show(&sink.pull_sample(), &next))
                .build(),
        )
        .build()
}

fn show(
    sample: &Result<gst::Sample, gst::glib::BoolError>,
    frames: &FrameSlot,
) -> Result<gst::FlowSuccess, gst::FlowError> {
    let sample = sample.as_ref().map_err(|_| gst::FlowError::Eos)?;
    if let Some(frame) = frame(sample) {
        frames.put(frame);
    }
    Ok(gst::FlowSuccess::Ok)
}

fn frame(sample: &gst::Sample) -> Option<Frame> {
    let info = VideoInfo::from_caps(sample.caps()?).ok()?;
    let buffer = sample.buffer_owned()?;
    let (at, stands) = place(sample, &buffer)?;
    let video = gstreamer_video::VideoFrame::from_buffer_readable(buffer, &info).ok()?;
    Some(Frame::new(video, at, stands))
}

/// Where a buffer belongs in the lesson and for how long, nanoseconds.
fn place(sample: &gst::Sample, buffer: &gst::BufferRef) -> Option<(u64, u64)> {
    let segment = sample.segment()?.downcast_ref::<gst::ClockTime>()?;
    let at = segment.to_stream_time(buffer.pts()?)?;
    let lasts = buffer.duration().map_or(STANDS_NS, gst::ClockTime::nseconds);
    Some((at.nseconds(), lasts))
}

fn audio_sink(frames: &FrameSlot, feed: &LessonFeed) -> AppSink {
    let caps = gst::Caps::builder("audio/x-raw")
        .field("format", if cfg!(target_endian = "little") { "F32LE" } else { "F32BE" })
        .field("layout", "interleaved")
        .field("rate", i32::try_from(SAMPLE_RATE).unwrap_or(48_000))
        .field("channels", 2)
        .build();
    let (frames, feed) = (frames.clone(), feed.clone());
    AppSink::builder()
        .caps(&caps)
        .max_buffers(8)
        .sync(true)
        .enable_last_sample(false)
        .callbacks(
            AppSinkCallbacks::builder()
                .new_sample(move |sink| {
                    let sample = sink.pull_sample().map_err(|_| gst::FlowError::Eos)?;
                    hand_on(&sample, &frames, &feed);
                    Ok(gst::FlowSuccess::Ok)
                })
                .build(),
        )
        .build()
}

fn hand_on(sample: &gst::Sample, frames: &FrameSlot, feed: &LessonFeed) {
    let Some(buffer) = sample.buffer() else {
        return;
    };
    if let Ok(bytes) = buffer.map_readable() {
        let (samples, _) = bytes.as_chunks::<4>();
        feed.write(samples.iter().map(|&four| f32::from_ne_bytes(four)));
    }
    if let Some((at, lasts)) = place(sample, buffer) {
        frames.heard(at, lasts);
    }
}
