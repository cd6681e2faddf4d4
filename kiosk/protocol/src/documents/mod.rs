// SPDX-License-Identifier: GPL-3.0-or-later
//! The six documents that come down from a hub: their manifests and what is in their files.

pub mod activity;
pub mod agenda;
mod before;
pub mod cards;
pub mod catalogue;
pub mod kept;
pub mod manifest;
pub mod prefers;
pub mod roster;
pub mod settings;
pub mod standing;
pub mod words;

pub use activity::{KindWord, PolicyWord};
pub use agenda::{Agenda, NoticeEntry, RoomEntry, SeriesEntry, SessionEntry, SiteEntry};
pub use cards::{CardEntry, CardState, ClassEntry};
pub use catalogue::{CaptionsEntry, Catalogue, CourseEntry, InstitutionEntry, LessonEntry, TopicEntry};
pub use kept::KeptDocument;
pub use manifest::{DocumentKind, FileRef, Manifest, Scope, Step};
pub use prefers::Prefers;
pub use roster::{LearnerEntry, RosterLine, StaffEntry, StaffRole};
pub use settings::{HOME_ZONE, Hours, PointSettings, ReleaseEntry, Telephone};
pub use standing::{CapUsed, Covered, Forgot, OpenCheckIn, PaidLesson, StandingEntry, StandingLine, StandingState};
pub use words::WordsEntry;
