// SPDX-License-Identifier: GPL-3.0-or-later
//! The courses of the demo: packages made by `assets/courses/make` into a cache, as a catalogue.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;
use xuedian_hub::files::Files;
use xuedian_protocol::documents::{
    CaptionsEntry, Catalogue, CourseEntry, InstitutionEntry, LessonEntry, TopicEntry, WordsEntry,
};

use super::table;

/// Courses and topics with the pictures that kiosks carry: course number, topic, picture.
const PICTURES: [(u32, &str, &str); 8] = [
    (102, "t05", "fraud"),
    (101, "t05", "kiosk"),
    (201, "t04", "exercise"),
    (301, "t02", "calligraphy"),
    (401, "t01", "bell"),
    (501, "t08", "cooking"),
    (502, "t08", "bus"),
    (601, "t06", "firstaid"),
];

/// `course.toml`, form 1.
#[derive(Deserialize)]
struct Package {
    number: u32,
    slug: String,
    zh: String,
    en: String,
    short_zh: String,
    very_short_zh: String,
    short_en: String,
    very_short_en: String,
    topic: String,
    institution: String,
    poster: String,
    rights_until: String,
    voice: String,
    lessons: Vec<Lesson>,
}

#[derive(Deserialize)]
struct Lesson {
    slug: String,
    zh: String,
    en: String,
    file: String,
    duration_ms: u32,
    poster: String,
    captions: std::collections::BTreeMap<String, String>,
}

/// Takes in all packages of a folder, and their media into the hub's files. Topics and institutions without a course are left out:
/// a picture that leads nowhere disappoints.
pub fn catalogue(folder: &Path, media: &Files) -> Result<Catalogue> {
    let mut packages = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("reading the courses in {}", folder.display()))? {
        let about = entry?.path().join("course.toml");
        if about.exists() {
            packages.push(about);
        }
    }
    packages.sort();
    let courses = packages.iter().map(|about| course(about, media).with_context(|| about.display().to_string()));
    let courses = courses.collect::<Result<Vec<_>>>()?;
    let topics = table::names("topics")?.into_iter().filter(|row| courses.iter().any(|c| c.topic == row.id));
    let topics = topics.map(|row| TopicEntry {
        picture: picture_of_topic(&row.id),
        name: words(&row.zh, &row.en),
        topic: row.id,
    });
    let makers =
        table::names("institutions")?.into_iter().filter(|row| courses.iter().any(|c| c.institution == row.id));
    let makers = makers.map(|row| InstitutionEntry { name: words(&row.zh, &row.en), institution: row.id });
    Ok(Catalogue { topics: topics.collect(), institutions: makers.collect(), courses })
}

fn course(about: &Path, media: &Files) -> Result<CourseEntry> {
    let folder = about.parent().context("a package is a folder")?;
    let package: Package = toml::from_str(&fs::read_to_string(about)?)?;
    let key = format!("{}/{}", package.institution, package.slug);
    let mut lessons = Vec::new();
    for (number, lesson) in (1..).zip(package.lessons) {
        let mut captions = Vec::new();
        for (language, file) in &lesson.captions {
            captions
                .push(CaptionsEntry { language: language.clone(), file: media.add(&folder.join(file), "text/vtt")? });
        }
        lessons.push(LessonEntry {
            lesson: format!("{key}/{}", lesson.slug),
            number,
            title: words(&lesson.zh, &lesson.en),
            length_ms: lesson.duration_ms,
            video: Some(media.add(&folder.join(&lesson.file), "video/mp4")?),
            captions,
            poster: Some(media.add(&folder.join(&lesson.poster), "image/png")?),
        });
    }
    let picture = PICTURES.iter().find(|(number, ..)| *number == package.number).map_or("", |(.., name)| name);
    Ok(CourseEntry {
        course: key,
        number: package.number,
        title: words(&package.zh, &package.en),
        short: words(&package.short_zh, &package.short_en),
        tiny: words(&package.very_short_zh, &package.very_short_en),
        picture: picture.to_owned(),
        topic: package.topic,
        institution: package.institution,
        poster: Some(media.add(&folder.join(&package.poster), "image/png")?),
        rights_until: Some(package.rights_until).filter(|until| until != "own"),
        machine_voice: package.voice == "machine",
        lessons,
    })
}

fn picture_of_topic(topic: &str) -> String {
    PICTURES.iter().find(|(_, of, _)| *of == topic).map_or("", |(.., name)| name).to_owned()
}

/// Words in both languages.
pub fn words(zh: &str, en: &str) -> WordsEntry {
    WordsEntry { zh: zh.to_owned(), en: en.to_owned() }
}
