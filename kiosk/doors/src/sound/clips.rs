// SPDX-License-Identifier: GPL-3.0-or-later
//! Recorded sounds: earcons kept decoded, sentences read when they are said.

use std::fs::File;
use std::io::BufReader;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rodio::{Decoder, SampleRate, Source};
use xuedian_engine::ports::sound::{Earcon, Saying, Tongue};

use super::words::clips_of;

/// What every recording of ours is made at, samples a second; one that differs is refused.
pub(super) const CLIP_RATE: SampleRate = NonZero::new(22_050).expect("not zero");

/// Why a sound cannot be played.
#[derive(Debug, thiserror::Error)]
pub(super) enum ClipError {
    #[error("opening {path}")]
    Open { path: PathBuf, source: std::io::Error },
    #[error("decoding {path}")]
    Decode { path: PathBuf, source: rodio::decoder::DecoderError },
    #[error("{path} is not of one channel and 22,050 samples a second")]
    Form { path: PathBuf },
}

/// All sounds of the kiosk.
pub(super) struct Clips {
    assets: PathBuf,
    earcons: [Option<Arc<[f32]>>; 4],
}

impl Clips {
    /// Reads the earcons. One that is missing is logged and stays silent.
    pub(super) fn load(assets: &Path) -> Self {
        let read = |earcon| {
            let path = assets.join("sounds").join(earcon_file(earcon));
            decode(&path).inspect_err(tell).ok().map(Arc::from)
        };
        Self { assets: assets.into(), earcons: Earcon::ALL.map(read) }
    }

    pub(super) fn earcon(&self, earcon: Earcon) -> Option<Arc<[f32]>> {
        let place = Earcon::ALL.iter().position(|known| *known == earcon)?;
        self.earcons[place].clone()
    }

    /// The whole sentence, or nothing when one of its clips is missing: half a sentence says something else.
    pub(super) fn sentence(&self, saying: Saying, tongue: Tongue) -> Option<Arc<[f32]>> {
        let folder = self.assets.join("voice").join(match tongue {
            Tongue::Mandarin => "zh",
            Tongue::English => "en",
        });
        let mut all = Vec::new();
        for clip in clips_of(saying, tongue) {
            all.extend(decode(&folder.join(format!("{clip}.ogg"))).inspect_err(tell).ok()?);
        }
        Some(all.into())
    }
}

fn earcon_file(earcon: Earcon) -> &'static str {
    match earcon {
        Earcon::Accepted => "accepted.wav",
        Earcon::Already => "already.wav",
        Earcon::Refused => "refused.wav",
        Earcon::StaffNeeded => "staff-needed.wav",
    }
}

fn decode(path: &Path) -> Result<Vec<f32>, ClipError> {
    let file = File::open(path).map_err(|source| ClipError::Open { path: path.into(), source })?;
    let sound = Decoder::new(BufReader::new(file)).map_err(|source| ClipError::Decode { path: path.into(), source })?;
    if sound.channels().get() != 1 || sound.sample_rate() != CLIP_RATE {
        return Err(ClipError::Form { path: path.into() });
    }
    Ok(sound.collect())
}

fn tell(error: &ClipError) {
    tracing::error!(error = error as &dyn std::error::Error, "a sound is missing");
}
