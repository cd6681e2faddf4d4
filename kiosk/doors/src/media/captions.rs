// SPDX-License-Identifier: GPL-3.0-or-later
//! Captions: WebVTT read once, at load, by GStreamer's own parser, and drawn by the screen as words.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use gstreamer as gst;
use gstreamer::prelude::*;
use gstreamer_app::AppSink;
use xuedian_engine::ports::media::Cue;

/// How long the parser may be silent, milliseconds. A lesson's captions are a few kilobytes.
const SILENCE_MS: u64 = 2_000;
/// More cues than this are not captions of a lesson.
const MOST_CUES: usize = 20_000;

/// Why there are no captions.
#[derive(Debug, thiserror::Error)]
pub enum CaptionsError {
    /// The file cannot be opened.
    #[error("opening captions {path}")]
    Open {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// An element is missing.
    #[error("GStreamer cannot read captions here")]
    Parser(#[from] gst::glib::BoolError),
    /// What is in the file is not WebVTT.
    #[error("reading captions {path}")]
    Read {
        /// Which.
        path: PathBuf,
    },
}

/// Reads a WebVTT file into cues in order.
///
/// # Errors
/// When the file cannot be opened or holds no cue.
pub fn read_cues(path: &Path) -> Result<Arc<[Cue]>, CaptionsError> {
    std::fs::File::open(path).map_err(|source| CaptionsError::Open { path: path.into(), source })?;
    let (pipeline, sink) = parser(path)?;
    let started = pipeline.set_state(gst::State::Playing).is_ok();
    let cues = if started { drain(&sink) } else { Vec::new() };
    // A pipeline that is not set to null leaks its threads; that it may fail to do so is of no use to anybody.
    let _ = pipeline.set_state(gst::State::Null);
    if cues.is_empty() {
        return Err(CaptionsError::Read { path: path.into() });
    }
    Ok(cues.into())
}

fn parser(path: &Path) -> Result<(gst::Pipeline, AppSink), gst::glib::BoolError> {
    let source = gst::ElementFactory::make("filesrc").property("location", path).build()?;
    let parse = gst::ElementFactory::make("subparse").build()?;
    let sink = AppSink::builder().sync(false).max_buffers(64).build();
    let pipeline = gst::Pipeline::new();
    pipeline.add_many([&source, &parse, sink.upcast_ref()])?;
    gst::Element::link_many([&source, &parse, sink.upcast_ref()])?;
    Ok((pipeline, sink))
}

fn drain(sink: &AppSink) -> Vec<Cue> {
    let mut cues = Vec::new();
    while let Some(sample) = sink.try_pull_sample(gst::ClockTime::from_mseconds(SILENCE_MS)) {
        if cues.len() == MOST_CUES {
            break;
        }
        cues.extend(cue(&sample));
    }
    cues.sort_by_key(|cue: &Cue| cue.from_ms);
    cues
}

fn cue(sample: &gst::Sample) -> Option<Cue> {
    let buffer = sample.buffer()?;
    let markup = sample
        .caps()
        .and_then(|caps| caps.structure(0))
        .is_some_and(|kind| kind.get::<&str>("format").is_ok_and(|format| format == "pango-markup"));
    let from_ms = buffer.pts()?.mseconds();
    let bytes = buffer.map_readable().ok()?;
    let raw = String::from_utf8_lossy(&bytes);
    let text = if markup { without_markup(&raw) } else { raw.into_owned() };
    let text = text.trim_matches(['\0', '\n', '\r', ' ']);
    (!text.is_empty()).then(|| Cue {
        from_ms,
        to_ms: from_ms + buffer.duration().map_or(0, gst::ClockTime::mseconds),
        text: text.into(),
    })
}

/// Tags away, the five entities of the markup back to their signs.
fn without_markup(markup: &str) -> String {
    let mut plain = String::with_capacity(markup.len());
    let mut rest = markup;
    while let Some(open) = rest.find('<') {
        plain.push_str(&rest[..open]);
        match rest[open..].find('>') {
            Some(close) => rest = &rest[open + close + 1..],
            None => {
                rest = &rest[open..];
                break;
            }
        }
    }
    plain.push_str(rest);
    // The ampersand last, or "&amp;lt;" would become a tag.
    for (entity, sign) in
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&#39;", "'"), ("&amp;", "&")]
    {
        plain = plain.replace(entity, sign);
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::without_markup;

    #[test]
    fn markup_becomes_words() {
        for (markup, words) in [
            ("先轻，再重", "先轻，再重"),
            ("<i>A</i> &amp; <b>B</b>", "A & B"),
            ("3 &lt; 5 &amp;lt;", "3 < 5 &lt;"),
            ("a <b", "a <b"),
        ] {
            assert_eq!(without_markup(markup), words);
        }
    }
}
