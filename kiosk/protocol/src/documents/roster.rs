// SPDX-License-Identifier: GPL-3.0-or-later
//! The roster: a line of JSON for each person. Masked names and initials only; no UID, no telephone, no whole name.

use serde::{Deserialize, Serialize};
use xuedian_domain::id::{LearnerId, SiteId, StaffId};

use super::{CardEntry, Prefers};

/// A line of the roster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RosterLine {
    /// A learner.
    Learner(LearnerEntry),
    /// A member of staff.
    Staff(StaffEntry),
    /// In a step only: the learner is no longer in the roster.
    Gone(#[serde(with = "crate::text")] LearnerId),
    /// In a step only: the member of staff is no longer in the roster.
    GoneStaff(#[serde(with = "crate::text")] StaffId),
}

/// A learner as a kiosk may know them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LearnerEntry {
    /// Who.
    #[serde(with = "crate::text")]
    pub learner: LearnerId,
    /// Ids that meant the same person before the hub knew better: records under these are this person's.
    #[serde(default, with = "crate::text::list", skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<LearnerId>,
    /// The masked name, 王*珍; empty for a numbered card whose name is not known yet.
    pub mask: String,
    /// 尾号: the last two or more digits that tell namesakes apart.
    pub tail: String,
    /// Pinyin initials of the whole name, every reading of a surname that has two.
    pub initials: Vec<String>,
    /// Year of birth, for staff lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub born: Option<u16>,
    /// 学员类别.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<String>,
    /// The cards that this person carries.
    pub cards: Vec<CardEntry>,
    /// What travels with the card.
    #[serde(default)]
    pub prefers: Prefers,
    /// The account rests: no greeting.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub passed_away: bool,
}

/// A member of staff.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffEntry {
    /// Who.
    #[serde(with = "crate::text")]
    pub staff: StaffId,
    /// The masked name.
    pub mask: String,
    /// What they may do.
    pub role: StaffRole,
    /// Where; empty means everywhere.
    #[serde(default, with = "crate::text::list")]
    pub sites: Vec<SiteId>,
    /// Their cards.
    pub cards: Vec<CardEntry>,
    /// The same person as a learner, so that nobody serves themselves.
    #[serde(default, with = "crate::text::optional", skip_serializing_if = "Option::is_none")]
    pub learner: Option<LearnerId>,
}

/// What a member of staff may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StaffRole {
    /// 认证管理员
    SiteStaff,
    /// 值守志愿者: opens and closes.
    DutyVolunteer,
    /// 班长: the own session only.
    GroupLeader,
    /// 授课教师
    Teacher,
    /// 技术员: sees no names.
    Technician,
    /// 认证中心管理员
    Centre,
    /// 审计员
    Auditor,
    /// A role of later software: may do nothing here.
    #[serde(other)]
    Unknown,
}
