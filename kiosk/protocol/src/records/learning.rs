// SPDX-License-Identifier: GPL-3.0-or-later
//! `watched`.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use xuedian_domain::{
    id::{LearnerId, LessonKey, RecordId},
    record::{Kind, Learning},
};

use super::{Text, written};

#[derive(Serialize, Deserialize)]
struct Watched {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    learner: Option<Text<LearnerId>>,
    visit: Text<RecordId>,
    lesson: String,
    ranges_ms: Vec<(u32, u32)>,
    length_ms: u32,
    stopped_ms: u32,
}

pub(super) fn encode(it: &Learning) -> (&'static str, Value) {
    let Learning::Watched { learner, visit, lesson, ranges, length_ms, stopped_ms } = it;
    written(
        "watched",
        Watched {
            learner: learner.map(Text),
            visit: Text(*visit),
            lesson: lesson.0.clone(),
            ranges_ms: ranges.clone(),
            length_ms: *length_ms,
            stopped_ms: *stopped_ms,
        },
    )
}

pub(super) fn decode(body: &Value) -> serde_json::Result<Kind> {
    let it = Watched::deserialize(body)?;
    Ok(Kind::Learning(Learning::Watched {
        learner: it.learner.map(|id| id.0),
        visit: it.visit.0,
        lesson: LessonKey(it.lesson),
        ranges: it.ranges_ms,
        length_ms: it.length_ms,
        stopped_ms: it.stopped_ms,
    }))
}
