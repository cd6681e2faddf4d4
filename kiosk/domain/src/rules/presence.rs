// SPDX-License-Identifier: GPL-3.0-or-later
//! How taps become minutes (出勤办法), before any amount is computed.

use crate::{rules::Fraction, session::PresencePolicy};

/// One for each policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PresenceRules {
    /// 班级课
    pub class: PresenceRule,
    /// 讲座
    pub lecture: PresenceRule,
    /// 阅览室、活动室
    pub drop_in: PresenceRule,
    /// 集体收看
    pub screening: PresenceRule,
    /// 志愿服务
    pub service: PresenceRule,
}

impl PresenceRules {
    /// The one of a policy.
    #[must_use]
    pub fn of(&self, policy: PresencePolicy) -> &PresenceRule {
        match policy {
            PresencePolicy::Class => &self.class,
            PresencePolicy::Lecture => &self.lecture,
            PresencePolicy::DropIn => &self.drop_in,
            PresencePolicy::Screening => &self.screening,
            PresencePolicy::Service => &self.service,
        }
    }
}

/// The numbers of one policy. What a district does not say is the default: no tolerance and no minimum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PresenceRule {
    /// Cards are taken from so many minutes before the start.
    pub opens_before_start: u32,
    /// Minutes: in by then counts from the start.
    pub late_tolerance: u32,
    /// Minutes: over, or gone, so much before the end counts to the end.
    pub early_end_tolerance: u32,
    /// Minutes after the start; whoever comes later is not credited.
    pub accept_until_after_start: Option<u32>,
    /// Whether people tap out.
    pub checkout: Checkout,
    /// A tap earlier than so many minutes before the end asks; none: a tap checks out at any time.
    pub checkout_from_before_end: Option<u32>,
    /// Minutes; whoever has not tapped out by then has forgotten. None: a check-out is good however late.
    pub checkout_until_after_end: Option<u32>,
    /// Least share of the session really held.
    pub minimum_share: Option<Fraction>,
    /// Least minutes.
    pub minimum_minutes: u32,
    /// Seconds in which a second tap says nothing new.
    pub repeat_tap_ignored_seconds: u32,
    /// How a forgotten check-out is settled.
    pub forgotten: Forgotten,
    /// When staff must type a headcount: how many more taps than heads are borne.
    pub headcount_tolerance: Option<Fraction>,
}

/// Whether people tap out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Checkout {
    /// Each does.
    Required,
    /// Nobody does.
    None,
    /// Staff close for all who are in the room.
    OnClose,
}

/// How a forgotten check-out is settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Forgotten {
    /// As if the person had stayed to the end.
    Whole,
    /// The first in a calendar month one way, later ones another.
    Monthly {
        /// The first.
        first: Weight,
        /// Each later one.
        later: Weight,
    },
    /// The policy's minimum minutes and no more.
    Minimum,
    /// Nothing until staff say so.
    WaitForStaff,
}

/// How much of the amount counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Weight {
    Full,
    Half,
    Nothing,
}

impl PresenceRule {
    /// What a box goes by until rules have come, or when they cannot be read: the windows that every district has, and nothing that
    /// takes anything from anybody. A tap in mid-class asks; it never signs out.
    #[must_use]
    pub fn without_rules(policy: PresencePolicy) -> Self {
        match policy {
            PresencePolicy::Class | PresencePolicy::Service => {
                Self { opens_before_start: 30, checkout_from_before_end: Some(15), ..Self::plain(Checkout::Required) }
            }
            PresencePolicy::Lecture => Self { opens_before_start: 60, ..Self::plain(Checkout::None) },
            PresencePolicy::DropIn => Self::plain(Checkout::Required),
            PresencePolicy::Screening => Self { opens_before_start: 30, ..Self::plain(Checkout::OnClose) },
        }
    }

    /// A policy of which nothing but its way of checking out is said.
    #[must_use]
    pub fn plain(checkout: Checkout) -> Self {
        Self {
            opens_before_start: 0,
            late_tolerance: 0,
            early_end_tolerance: 0,
            accept_until_after_start: None,
            checkout,
            checkout_from_before_end: None,
            checkout_until_after_end: None,
            minimum_share: None,
            minimum_minutes: 0,
            repeat_tap_ignored_seconds: 60,
            forgotten: Forgotten::Whole,
            headcount_tolerance: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_rules_a_class_is_left_at_its_end_and_a_lecture_never() {
        let class = PresenceRule::without_rules(PresencePolicy::Class);
        assert_eq!((class.checkout, class.checkout_from_before_end), (Checkout::Required, Some(15)));
        assert_eq!(PresenceRule::without_rules(PresencePolicy::Lecture).checkout, Checkout::None);
    }
}
