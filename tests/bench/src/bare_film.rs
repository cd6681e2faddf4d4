// SPDX-License-Identifier: GPL-3.0-or-later
//! The baseline of a lesson: bare GStreamer decodes and converts, and Slint's software renderer draws each frame once into memory.

use std::path::Path;
use std::rc::Rc;

use anyhow::{Context, Result};
use gstreamer::prelude::*;
use gstreamer_app::AppSink;
use slint::platform::software_renderer::{MinimalSoftwareWindow, PremultipliedRgbaColor, RepaintBufferType};
use slint::platform::{Platform, PlatformError, WindowAdapter};
use slint::{ComponentHandle, PhysicalSize, Rgba8Pixel, SharedPixelBuffer};

use crate::picture::SIZE;

mod ui {
    slint::slint! {
        // As large as the kiosk's player shows it.
        export component Film inherits Window {
            in property <image> frame;
            width: 1280px;
            height: 800px;
            background: #0A171C;
            Image {
                x: 0px; y: 0px;
                width: 862px; height: 485px;
                source: root.frame;
                image-fit: contain;
                image-rendering: smooth;
            }
        }
    }
}

struct InMemory(Rc<MinimalSoftwareWindow>);

impl Platform for InMemory {
    fn create_window_adapter(&self) -> Result<Rc<dyn WindowAdapter>, PlatformError> {
        Ok(Rc::clone(&self.0) as Rc<dyn WindowAdapter>)
    }
}

/// Plays a film to its end; says `plays` when its first frame is drawn.
pub fn play(film: &Path) -> Result<()> {
    gstreamer::init()?;
    let window = MinimalSoftwareWindow::new(RepaintBufferType::ReusedBuffer);
    slint::platform::set_platform(Box::new(InMemory(Rc::clone(&window))))?;
    let picture = ui::Film::new()?;
    picture.show()?;
    window.set_size(PhysicalSize::new(SIZE.0, SIZE.1));
    let mut pixels = vec![PremultipliedRgbaColor::default(); (SIZE.0 * SIZE.1) as usize];
    let (playbin, sink) = pipeline(film)?;
    playbin.set_state(gstreamer::State::Playing)?;
    let mut said = false;
    while let Ok(sample) = sink.pull_sample() {
        picture.set_frame(slint::Image::from_rgba8_premultiplied(frame(&sample)?));
        window.draw_if_needed(|renderer| {
            renderer.render(&mut pixels, SIZE.0 as usize);
        });
        if !said {
            println!("plays");
            said = true;
        }
    }
    playbin.set_state(gstreamer::State::Null)?;
    Ok(())
}

fn pipeline(film: &Path) -> Result<(gstreamer::Element, AppSink)> {
    let caps = gstreamer::Caps::builder("video/x-raw").field("format", "RGBA").build();
    let sink = AppSink::builder().caps(&caps).max_buffers(2).drop(true).sync(true).enable_last_sample(false).build();
    let uri = gstreamer::glib::filename_to_uri(film, None)?;
    let playbin = gstreamer::ElementFactory::make("playbin")
        .property("uri", uri.as_str())
        .property("video-sink", &sink)
        .build()?;
    playbin.set_property_from_str("flags", "video");
    Ok((playbin, sink))
}

fn frame(sample: &gstreamer::Sample) -> Result<SharedPixelBuffer<Rgba8Pixel>> {
    let info = gstreamer_video::VideoInfo::from_caps(sample.caps().context("a frame without caps")?)?;
    let buffer = sample.buffer().context("a sample without a frame")?;
    let bytes = buffer.map_readable()?;
    let mut pixels = SharedPixelBuffer::new(info.width(), info.height());
    let target = pixels.make_mut_bytes();
    target.copy_from_slice(&bytes[..target.len()]);
    Ok(pixels)
}
