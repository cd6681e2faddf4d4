// SPDX-License-Identifier: GPL-3.0-or-later
//! Short ways between two versions of a document of lines: the lines that changed, and who is gone.

use std::collections::HashMap;

use serde_json::Value;
use xuedian_protocol::documents::DocumentKind;

/// The lines of `new` that are not in `old`, and a line for each person of `old` who is not in `new`.
pub(super) fn step(kind: DocumentKind, old: &str, new: &str) -> String {
    let old: HashMap<String, &str> = old.lines().filter_map(|line| Some((person(kind, line)?, line))).collect();
    let mut step = String::new();
    let mut here = std::collections::HashSet::new();
    for line in new.lines() {
        let Some(person) = person(kind, line) else { continue };
        if old.get(&person) != Some(&line) {
            step.push_str(line);
            step.push('\n');
        }
        here.insert(person);
    }
    let mut gone: Vec<&String> = old.keys().filter(|person| !here.contains(*person)).collect();
    gone.sort();
    for person in gone {
        step.push_str(&gone_line(kind, person));
        step.push('\n');
    }
    step
}

/// `learner <id>` or `staff <id>`.
fn person(kind: DocumentKind, line: &str) -> Option<String> {
    let value: Value = serde_json::from_str(line).ok()?;
    if kind == DocumentKind::Standing {
        return Some(format!("learner {}", value["learner"].as_str()?));
    }
    if let Some(id) = value["learner"]["learner"].as_str() {
        return Some(format!("learner {id}"));
    }
    Some(format!("staff {}", value["staff"]["staff"].as_str()?))
}

fn gone_line(kind: DocumentKind, person: &str) -> String {
    let (what, id) = person.split_once(' ').unwrap_or(("learner", person));
    let value = match (kind, what) {
        (DocumentKind::Standing, _) => serde_json::json!({
            "learner": id, "gone": true, "certified": 0, "waiting": 0, "points": 0, "service_minutes": 0
        }),
        (_, "staff") => serde_json::json!({ "gonestaff": id }),
        _ => serde_json::json!({ "gone": id }),
    };
    value.to_string()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop where it fails")]
    use xuedian_protocol::documents::{RosterLine, StandingLine};

    use super::*;

    #[test]
    fn a_step_has_what_changed_and_who_is_gone() {
        let line = |id: u8, points: i64| {
            format!(
                r#"{{"learner":"{}","certified":0,"waiting":0,"points":{points},"service_minutes":0}}"#,
                format!("{id:02x}").repeat(16)
            )
        };
        let old = [line(1, 1), line(2, 2), line(3, 3)].join("\n");
        let new = [line(1, 1), line(2, 9), line(4, 4)].join("\n");
        let step = step(DocumentKind::Standing, &old, &new);
        let lines: Vec<StandingLine> = step.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
        let told: Vec<(u8, i64, bool)> = lines.iter().map(|l| (l.learner.0[0], l.points, l.gone)).collect();
        assert_eq!(told, [(2, 9, false), (4, 4, false), (3, 0, true)]);
    }

    #[test]
    fn a_gone_line_is_a_line_of_the_roster() {
        let learner = format!(r#"{{"learner":{{"learner":"{}"}}}}"#, "01".repeat(16));
        let staff = format!(r#"{{"staff":{{"staff":"{}"}}}}"#, "02".repeat(16));
        let step = step(DocumentKind::Roster, &format!("{learner}\n{staff}"), "");
        let lines: Vec<RosterLine> = step.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
        assert!(matches!(lines[..], [RosterLine::Gone(_), RosterLine::GoneStaff(_)]), "{lines:?}");
    }
}
