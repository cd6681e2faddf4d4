// SPDX-License-Identifier: GPL-3.0-or-later
//! The catalogue: what can be watched, and the files it is made of.

use serde::{Deserialize, Serialize};

use super::{FileRef, WordsEntry};

/// The catalogue of a district.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Catalogue {
    /// Topics, in the order of the screen.
    pub topics: Vec<TopicEntry>,
    /// Who made the courses.
    pub institutions: Vec<InstitutionEntry>,
    /// Courses, in the order of their numbers.
    pub courses: Vec<CourseEntry>,
}

/// A topic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TopicEntry {
    /// Its slug, `t02`.
    pub topic: String,
    /// Its name.
    pub name: WordsEntry,
    /// Its picture, a name of the kiosk's own assets or none.
    #[serde(default)]
    pub picture: String,
}

/// An institution.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstitutionEntry {
    /// Its slug, `i04`.
    pub institution: String,
    /// Its name.
    pub name: WordsEntry,
}

/// A course.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CourseEntry {
    /// `institution/course`.
    pub course: String,
    /// What a senior keys in (报号).
    pub number: u32,
    /// Its name.
    pub title: WordsEntry,
    /// Its name in at most four glyphs or ten letters.
    pub short: WordsEntry,
    /// A slug of the topics.
    pub topic: String,
    /// A slug of the institutions.
    pub institution: String,
    /// A picture of the kiosk's own assets, `calligraphy`; empty: the topic's.
    #[serde(default)]
    pub picture: String,
    /// Its name in at most two glyphs or five letters, for the largest type; empty: the short name.
    #[serde(default)]
    pub tiny: WordsEntry,
    /// Its own picture, for kiosks that show it.
    #[serde(default)]
    pub poster: Option<FileRef>,
    /// The last day on which it may be shown, `2027-12-31`; none is for ever.
    #[serde(default)]
    pub rights_until: Option<String>,
    /// Spoken by a machine, which is labelled.
    #[serde(default)]
    pub machine_voice: bool,
    /// Its lessons, in order.
    pub lessons: Vec<LessonEntry>,
}

/// A lesson.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LessonEntry {
    /// `institution/course/lesson`.
    pub lesson: String,
    /// 第 3 集
    pub number: u32,
    /// Its name.
    pub title: WordsEntry,
    /// Its length in milliseconds.
    pub length_ms: u32,
    /// The film; none is announced but not there yet.
    #[serde(default)]
    pub video: Option<FileRef>,
    /// Captions, WebVTT.
    #[serde(default)]
    pub captions: Vec<CaptionsEntry>,
    /// Its picture.
    #[serde(default)]
    pub poster: Option<FileRef>,
}

/// Captions in one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaptionsEntry {
    /// `zh`, `en`.
    pub language: String,
    /// WebVTT.
    pub file: FileRef,
}

impl Catalogue {
    /// All files that the catalogue names, each once, in its order.
    #[must_use]
    pub fn files(&self) -> Vec<FileRef> {
        let mut files: Vec<FileRef> = Vec::new();
        let mut seen = std::collections::HashSet::new();
        for course in &self.courses {
            let lessons = course
                .lessons
                .iter()
                .flat_map(|l| l.poster.iter().chain(&l.video).chain(l.captions.iter().map(|c| &c.file)));
            for file in course.poster.iter().chain(lessons) {
                if seen.insert(file.sha256.clone()) {
                    files.push(file.clone());
                }
            }
        }
        files
    }
}
