// SPDX-License-Identifier: GPL-3.0-or-later
//! The agenda of the demo: learning points, rooms, sessions around now, notices, and the point keys of each kiosk.

use anyhow::{Context, Result};
use jiff::{ToSpan, Zoned};
use xuedian_domain::id::{ActivityId, LearnerId, RoomId, SessionId, SiteId};
use xuedian_protocol::documents::{
    Agenda, Hours, KindWord, NoticeEntry, PointSettings, PolicyWord, RoomEntry, SeriesEntry, SessionEntry, SiteEntry,
    Telephone, WordsEntry,
};

use super::catalogue::words;
use super::people::Person;
use super::table::{self, ActivityRow, SiteRow, id16};
use super::timetable::{self, Occurrence, TIME_ZONE};

/// Where the demo's kiosks stand, and the rooms that each serves.
pub const KIOSKS: [(&str, &[&str]); 8] = [
    ("p01", &["多功能厅", "书画室"]),
    ("p04", &["报告厅"]),
    ("p07", &["阅览室"]),
    ("p03", &["起居厅"]),
    ("p02", &["活动室"]),
    ("p05", &["钟厅"]),
    ("p06", &["村民活动室"]),
    ("p08", &["书屋"]),
];

/// Everything that kiosks are told of where and when.
pub fn agenda(people: &[Person], now: &Zoned) -> Result<Agenda> {
    let occurrences = timetable::arrange(table::activities()?, now)?;
    let mut agenda = Agenda { notices: notices(now)?, ..Agenda::default() };
    for site in table::sites()? {
        agenda.sites.push(site_entry(&site));
    }
    for occurrence in &occurrences {
        agenda.series.push(series(&occurrence.activity)?);
        if occurrence.activity.id == LAST_WEEK {
            agenda.sessions.push(last_week(session(occurrence, people)));
        }
        agenda.sessions.push(session(occurrence, people));
    }
    Ok(agenda)
}

/// The class that was held a week ago too, so that its people have credits already.
pub const LAST_WEEK: &str = "a01";
/// Milliseconds of a week.
const WEEK_MS: i64 = 7 * 24 * 60 * 60 * 1000;

fn last_week(mut session: SessionEntry) -> SessionEntry {
    session.session = last_week_id();
    session.number = session.number.saturating_sub(1);
    session.start_ms -= WEEK_MS;
    session
}

/// The id of that occurrence.
pub fn last_week_id() -> SessionId {
    session_id(&format!("{LAST_WEEK} a week ago"))
}

/// The id of a learning point of the table.
pub fn site_id(site: &str) -> SiteId {
    SiteId(id16(&format!("site {site}")))
}

/// The id of a room by its name.
pub fn room_id(site: &str, room: &str) -> RoomId {
    RoomId(id16(&format!("room {site} {room}")))
}

/// The point keys of the kiosk with this place in [`KIOSKS`].
pub fn point_settings(place: usize) -> Result<PointSettings> {
    let (site, rooms) = KIOSKS.get(place).context("the demo district has eight kiosks")?;
    let row = table::sites()?.into_iter().find(|row| row.id == *site).context("a site of the table")?;
    Ok(PointSettings {
        name: kiosk_name(place),
        rooms: rooms.iter().map(|room| room_id(site, room)).collect(),
        silent: row.silent == "yes",
        // A visitor comes at any hour.
        hours: vec![Hours { days: (1..=7).collect(), from: 0, to: 24 * 60 }],
        telephone: Some(Telephone { name: "认证中心".to_owned(), number: "010-0000-0000".to_owned() }),
        ..PointSettings::plain(site_id(site), words(&row.zh, &row.en), TIME_ZONE)
    })
}

/// What staff call it.
pub fn kiosk_name(place: usize) -> String {
    format!("{} 号终端", place + 1)
}

fn site_entry(row: &SiteRow) -> SiteEntry {
    let rooms = row.rooms.split('|').zip(row.rooms_en.split('|')).map(|(room, en)| {
        let (zh, seats) = room.trim_end_matches(')').split_once('(').unwrap_or((room, "0"));
        RoomEntry { room: room_id(&row.id, zh), name: words(zh, en), seats: seats.parse().unwrap_or(0) }
    });
    SiteEntry {
        site: site_id(&row.id),
        name: words(&row.zh, &row.en),
        certified: row.certified == "yes",
        rooms: rooms.collect(),
    }
}

fn series(row: &ActivityRow) -> Result<SeriesEntry> {
    Ok(SeriesEntry {
        activity: ActivityId(id16(&format!("activity {}", row.id))),
        title: words(&row.zh, &row.en),
        short: words(&row.short_zh, &row.short_en),
        kind: word::<KindWord>(&row.kind)?,
        policy: word::<PolicyWord>(&row.presence)?,
        times: row.times,
    })
}

fn word<Word: serde::de::DeserializeOwned>(text: &str) -> Result<Word> {
    serde_json::from_value(text.into()).with_context(|| format!("the word {text:?} of the table"))
}

fn session(occurrence: &Occurrence, people: &[Person]) -> SessionEntry {
    let row = &occurrence.activity;
    SessionEntry {
        session: session_id(&row.id),
        activity: ActivityId(id16(&format!("activity {}", row.id))),
        number: row.number,
        site: site_id(&row.site),
        room: room_id(&row.site, &row.room),
        start_ms: occurrence.start.timestamp().as_millisecond(),
        minutes: row.minutes,
        seats: row.seats,
        due: due(&row.id, people).iter().map(|person| LearnerId(person.id())).collect(),
        lessons: Vec::new(),
        teacher: row.teacher.clone(),
    }
}

/// The id of the one occurrence of an activity.
pub fn session_id(activity: &str) -> SessionId {
    SessionId(id16(&format!("session {activity}")))
}

/// Who is on the roll of the two classes that run at the first kiosk, as many as there are seats; everything else is open to all.
pub fn due<'a>(activity: &str, people: &'a [Person]) -> Vec<&'a Person> {
    let named =
        |codes: &[&str]| people.iter().filter(|person| codes.contains(&person.code.as_str())).collect::<Vec<_>>();
    let neighbours = people.iter().filter(|person| person.is_learner() && person.code.as_str() > "L100");
    match activity {
        "a01" => {
            let mut roll = named(&["L001", "L002", "L003", "L004", "L005", "L006", "L008", "L009", "L023", "L024"]);
            roll.extend(neighbours.take(10));
            roll
        }
        "a02" => {
            let mut roll = named(&["L007", "L010", "L011", "L013", "L014", "L015", "L018", "L021", "L025", "L026"]);
            roll.extend(neighbours.skip(10).take(30));
            roll
        }
        _ => Vec::new(),
    }
}

fn notices(now: &Zoned) -> Result<Vec<NoticeEntry>> {
    let notice = |notice: &str, zh: &str, en: &str| NoticeEntry {
        notice: notice.to_owned(),
        words: WordsEntry { zh: zh.to_owned(), en: en.to_owned() },
        urgent: false,
        from_ms: None,
        until_ms: None,
        sites: Vec::new(),
    };
    let from = now.timestamp().as_millisecond();
    Ok(vec![
        NoticeEntry {
            urgent: true,
            from_ms: Some(now.checked_sub(2.hours())?.timestamp().as_millisecond()),
            until_ms: Some(now.checked_add(11.hours())?.timestamp().as_millisecond()),
            sites: vec![site_id("p03")],
            ..notice(
                "n1",
                "今日空气质量红色预警，户外活动全部取消",
                "Red air-quality warning today: nothing takes place outdoors",
            )
        },
        NoticeEntry {
            from_ms: Some(from),
            until_ms: Some(now.checked_add(30.days())?.timestamp().as_millisecond()),
            ..notice("n2", "讲座不用签退", "No need to sign out of lectures")
        },
        notice("n3", "谨防冒充学习点收费：学习点不收费、不要密码", "Learning points never ask for money or passwords"),
        NoticeEntry {
            sites: vec![site_id("p06")], ..notice("n5", "冬季开放时间调整", "New opening hours in winter")
        },
    ])
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop where it fails")]
    use super::*;
    use crate::demo::people::people;

    #[test]
    fn every_session_can_be_planned() {
        let now: Zoned = "2026-11-22T10:03:00+08:00[Asia/Shanghai]".parse().unwrap();
        let agenda = agenda(&people(200).unwrap(), &now).unwrap();
        assert_eq!(agenda.sessions.len(), 23);
        assert_eq!(agenda.plans().len(), 23, "a session names a series, site or room that is not there");
        let a01 = agenda.sessions.iter().find(|s| s.session == session_id("a01")).unwrap();
        assert_eq!((a01.due.len(), a01.seats), (20, 20));
    }

    #[test]
    fn each_kiosk_serves_rooms_of_its_own_site() {
        let now: Zoned = "2026-11-22T10:03:00+08:00[Asia/Shanghai]".parse().unwrap();
        let agenda = agenda(&people(36).unwrap(), &now).unwrap();
        for place in 0..KIOSKS.len() {
            let settings = point_settings(place).unwrap();
            let site = agenda.sites.iter().find(|s| s.site == settings.site).unwrap();
            assert!(settings.rooms.iter().all(|room| site.rooms.iter().any(|r| r.room == *room)), "{place}");
        }
    }
}
