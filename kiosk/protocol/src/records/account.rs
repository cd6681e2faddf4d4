// SPDX-License-Identifier: GPL-3.0-or-later
//! `award`, `reversal`.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use xuedian_domain::{
    id::{LearnerId, LessonKey, RecordId, SessionId, StaffId},
    record::{Account, AwardSource, Kind},
};

use super::{Text, written};

#[derive(Serialize, Deserialize)]
struct Award {
    learner: Text<LearnerId>,
    source: Source,
    rule: String,
    rule_version: u32,
    amount: i64,
    minutes: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Source {
    Session(Text<SessionId>),
    Lesson(String),
}

#[derive(Serialize, Deserialize)]
struct Reversal {
    of: Text<RecordId>,
    reason: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    by: Option<Text<StaffId>>,
}

pub(super) fn encode(it: &Account) -> (&'static str, Value) {
    match it {
        Account::Award { learner, source, rule: (rule, rule_version), amount, minutes } => written(
            "award",
            Award {
                learner: Text(*learner),
                source: match source {
                    AwardSource::Session(id) => Source::Session(Text(*id)),
                    AwardSource::Lesson(key) => Source::Lesson(key.0.clone()),
                },
                rule: rule.clone(),
                rule_version: *rule_version,
                amount: *amount,
                minutes: *minutes,
            },
        ),
        Account::Reversal { of, reason, by } => {
            written("reversal", Reversal { of: Text(*of), reason: reason.clone(), by: by.map(Text) })
        }
    }
}

pub(super) fn decode(kind: &str, body: &Value) -> serde_json::Result<Kind> {
    Ok(Kind::Account(if kind == "award" {
        let it = Award::deserialize(body)?;
        Account::Award {
            learner: it.learner.0,
            source: match it.source {
                Source::Session(id) => AwardSource::Session(id.0),
                Source::Lesson(key) => AwardSource::Lesson(LessonKey(key)),
            },
            rule: (it.rule, it.rule_version),
            amount: it.amount,
            minutes: it.minutes,
        }
    } else {
        let it = Reversal::deserialize(body)?;
        Account::Reversal { of: it.of.0, reason: it.reason, by: it.by.map(|id| id.0) }
    }))
}
