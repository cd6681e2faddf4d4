// SPDX-License-Identifier: GPL-3.0-or-later
//! What a result sounds like and what light it shows. The same result is always the same melody, voice and light.

use xuedian_domain::decide::{Forgot, NotLinked, Outcome, Question, Refusal};

use crate::ports::{
    signals::{Buzz, Light},
    sound::{Earcon, Saying},
};

/// A result for ears and from afar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Heard {
    pub earcon: Earcon,
    pub saying: Option<Saying>,
}

impl Heard {
    fn of(earcon: Earcon, saying: Saying) -> Option<Self> {
        Some(Self { earcon, saying: Some(saying) })
    }

    /// The light that goes with the melody.
    pub(super) fn light(self) -> Light {
        match self.earcon {
            Earcon::Accepted => Light::Accepted,
            Earcon::Already => Light::Already,
            Earcon::Refused | Earcon::StaffNeeded => Light::Refused,
        }
    }

    /// The buzzer that goes with the melody.
    pub(super) fn buzz(self) -> Buzz {
        match self.earcon {
            Earcon::Accepted => Buzz::Accepted,
            Earcon::Already => Buzz::Already,
            Earcon::Refused | Earcon::StaffNeeded => Buzz::Refused,
        }
    }
}

/// None where nothing is to be heard.
pub(super) fn heard(outcome: &Outcome) -> Option<Heard> {
    match outcome {
        Outcome::SignedIn { forgot, moved, .. } => Heard::of(
            Earcon::Accepted,
            match forgot {
                Some(Forgot::Forgiven) => Saying::ForgotLastTime,
                Some(Forgot::Half { .. }) => Saying::HalfOnly,
                None if *moved => Saying::Moved,
                None => Saying::SignedIn,
            },
        ),
        Outcome::Already { .. } => Heard::of(Earcon::Already, Saying::Already),
        Outcome::SignedOut { earning, .. } => {
            let saying = match earning {
                Some(earning) if earning.amount == 0 => Saying::TooShort,
                Some(earning) => Saying::SignedOut { minutes: earning.minutes },
                None => return Some(Heard { earcon: Earcon::Accepted, saying: None }),
            };
            Heard::of(Earcon::Accepted, saying)
        }
        Outcome::Asked(question) => asked(question),
        Outcome::VisitOpened { learner: Some(_) } => Heard::of(Earcon::Accepted, Saying::Home),
        Outcome::VisitOpened { learner: None } | Outcome::Done(_) => None,
        Outcome::VisitClosed { .. } | Outcome::StaffOn { .. } | Outcome::Linked { .. } => {
            Some(Heard { earcon: Earcon::Accepted, saying: None })
        }
        Outcome::SamePerson => Some(Heard { earcon: Earcon::Refused, saying: None }),
        Outcome::InUse { .. } => Some(Heard { earcon: Earcon::Already, saying: None }),
        Outcome::Refused(refusal) => refused(*refusal),
        Outcome::NotLinked(why) => match why {
            NotLinked::Taken => Some(Heard { earcon: Earcon::Refused, saying: None }),
            NotLinked::RandomUid => Heard::of(Earcon::Refused, Saying::AnotherCard),
            NotLinked::IdentityCard => Heard::of(Earcon::Refused, Saying::IdentityCard),
            NotLinked::NotKept => Some(Heard { earcon: Earcon::StaffNeeded, saying: None }),
        },
        Outcome::LessonEarned { earning } => {
            let credits = u32::try_from(earning.amount).unwrap_or(0);
            Heard::of(Earcon::Accepted, Saying::LessonFinished { credits })
        }
        Outcome::NotKept => Some(Heard { earcon: Earcon::StaffNeeded, saying: None }),
    }
}

fn asked(question: &Question) -> Option<Heard> {
    match question {
        Question::LeaveEarly { .. } => Heard::of(Earcon::Already, Saying::InTheMiddle),
        Question::WhichSession { .. } => Heard::of(Earcon::StaffNeeded, Saying::WhichClass),
        Question::WhichPerson { .. } => Heard::of(Earcon::StaffNeeded, Saying::WhichName),
        Question::SitIn { .. } => Heard::of(Earcon::StaffNeeded, Saying::NotEnrolled),
        Question::Back { .. } => Some(Heard { earcon: Earcon::Already, saying: None }),
    }
}

fn refused(refusal: Refusal) -> Option<Heard> {
    match refusal {
        Refusal::Unknown => Heard::of(Earcon::Refused, Saying::UnknownCard),
        Refusal::RandomUid => Heard::of(Earcon::Refused, Saying::AnotherCard),
        Refusal::IdentityCard => Heard::of(Earcon::Refused, Saying::IdentityCard),
        Refusal::TwoCards => Heard::of(Earcon::Refused, Saying::OneCard),
        Refusal::Unreadable => Heard::of(Earcon::Refused, Saying::HoldAgain),
        Refusal::Lost => Heard::of(Earcon::StaffNeeded, Saying::LostCard),
        Refusal::Full(_) => Heard::of(Earcon::StaffNeeded, Saying::Full),
        Refusal::Cancelled(_) => Heard::of(Earcon::StaffNeeded, Saying::Cancelled),
        Refusal::TooLate(_) => Some(Heard { earcon: Earcon::StaffNeeded, saying: None }),
        // Silence: nobody is greeted, and nobody in the hall is told why.
        Refusal::Resting => None,
    }
}
