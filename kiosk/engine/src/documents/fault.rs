// SPDX-License-Identifier: GPL-3.0-or-later
//! Why a document is not taken over. The one before stays in use.

use std::io;

use thiserror::Error;
use xuedian_protocol::{documents::DocumentKind, signing::OpenError};

use crate::{
    media_cache::IncomingError,
    roster_store::ImportError,
    sync::{ContactError, DistrictFault},
};

/// Why a document is not taken over.
#[derive(Debug, Error)]
pub enum DocumentError {
    /// Nobody trusted signed it, or it was changed.
    #[error("{0}")]
    Unsigned(OpenError),
    /// Signed, and of a version that this software does not know.
    #[error("its form is not known here: {0}")]
    Version(String),
    /// It is for another kiosk or learning point.
    #[error("it is for another kiosk or learning point")]
    ForAnother,
    /// It is not newer than what is in use.
    #[error("version {offered} is not newer than {in_use}")]
    Older {
        /// What came.
        offered: u64,
        /// What is here.
        in_use: u64,
    },
    /// A file of it is damaged, cut off, or not what it should be.
    #[error("{0}")]
    Damaged(String),
    /// A file of it could not be fetched.
    #[error(transparent)]
    Contact(#[from] ContactError),
    /// The disk refuses.
    #[error("the disk refused: {0}")]
    Disk(#[from] io::Error),
}

impl DocumentError {
    /// As the screens and the log name it, and None when it is no fault at all: the same version again.
    pub(crate) fn fault(&self) -> DistrictFault {
        match self {
            Self::Unsigned(_) => DistrictFault::DocumentUnsigned,
            Self::Version(_) => DistrictFault::DocumentVersion,
            Self::ForAnother => DistrictFault::DocumentForAnother,
            Self::Older { .. } => DistrictFault::DocumentOlder,
            Self::Damaged(_) => DistrictFault::DocumentDamaged,
            Self::Contact(error) => crate::sync::DistrictProblem::from(error).fault,
            Self::Disk(_) => DistrictFault::Here,
        }
    }
}

impl From<OpenError> for DocumentError {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Payload(why) => Self::Version(why.to_string()),
            OpenError::Algorithm(_) | OpenError::Key(_) | OpenError::Signature => Self::Unsigned(error),
        }
    }
}

impl From<IncomingError> for DocumentError {
    fn from(error: IncomingError) -> Self {
        match error {
            IncomingError::Disk(error) => Self::Disk(error),
            IncomingError::NoRoom(error) => Self::Disk(io::Error::other(error)),
            IncomingError::TooLong { .. } | IncomingError::Short { .. } | IncomingError::WrongHash => {
                Self::Damaged(error.to_string())
            }
        }
    }
}

impl From<ImportError> for DocumentError {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Line { .. } | ImportError::Twice => Self::Damaged(error.to_string()),
            ImportError::Read(error) => Self::Disk(error),
            ImportError::NoBase | ImportError::Write(_) => Self::Disk(io::Error::other(error)),
        }
    }
}

/// For logs: which document.
pub(super) fn word(kind: DocumentKind) -> &'static str {
    kind.word()
}
