// SPDX-License-Identifier: GPL-3.0-or-later
//! A lesson playing, on the page.

use std::cell::RefCell;

use slint::ComponentHandle;
use xuedian_engine::view::{Earning, Player, Playing};

use super::{Kind, caption, form, list, number};
use crate::ui::{App, EarningState, PlayState, PlayerData, Stretch, Theme};

thread_local! {
    /// The caption shown and the position of the film when it came, milliseconds.
    static SINCE: RefCell<(String, u64)> = const { RefCell::new((String::new(), 0)) };
}

pub(super) fn apply(app: &App, player: &Player, before: Option<&Player>) -> Kind {
    let data = app.global::<PlayerData>();
    data.set_state(match player.playing {
        Playing::Loading => PlayState::Loading,
        Playing::Playing => PlayState::Playing,
        Playing::Paused => PlayState::Paused,
        Playing::Ended => PlayState::Ended,
        Playing::Damaged => PlayState::Damaged,
    });
    data.set_course(player.course.as_str().into());
    data.set_lesson(number(player.lesson));
    data.set_title(player.title.as_str().into());
    let length = player.length_ms.max(1) as f32;
    data.set_position((player.position_ms as f32 / length).clamp(0.0, 1.0));
    if before.is_none_or(|before| before.seen != player.seen) {
        data.set_seen(list(
            player
                .seen
                .iter()
                .map(|(from, to)| Stretch { from: f32::from(*from) / 1000.0, to: f32::from(*to) / 1000.0 }),
        ));
    }
    earning(&data, player.earning);
    data.set_caption(caption(app, player).into());
    data.set_speed(player.speed.into());
    data.set_volume(player.volume.into());
    data.set_transcript_open(player.transcript.is_some());
    if before.is_none_or(|before| before.transcript != player.transcript) {
        data.set_transcript(list(player.transcript.iter().flatten().map(Into::into)));
    }
    let end = player.end.unwrap_or_default();
    data.set_earned(if end.earned > 0 { form::credit(end.earned).into() } else { slint::SharedString::new() });
    data.set_next(end.next.map_or(0, number));
    Kind::Player
}

/// The part of the caption whose turn it is, at the present type size.
fn caption(app: &App, player: &Player) -> String {
    let theme = app.global::<Theme>();
    // As the player's page has it: beside the keys in landscape, a margin at both sides.
    let drawn = |at_149_ppi: f32| at_149_ppi * theme.get_ppi() / 149.0;
    let beside = if theme.get_upright() { 0.0 } else { drawn(418.0) };
    let line = (theme.get_width() - beside - drawn(48.0)) / theme.get_label();
    SINCE.with_borrow_mut(|(shown, since)| {
        if *shown != player.caption || player.position_ms < *since {
            player.caption.clone_into(shown);
            *since = player.position_ms;
        }
        caption::turn(shown, line.floor(), player.position_ms - *since)
    })
}

fn earning(data: &PlayerData<'_>, earning: Earning) {
    match earning {
        Earning::Nothing => data.set_earning(EarningState::Nothing),
        Earning::Missing { seconds, credit, share } => {
            data.set_earning(EarningState::Missing);
            data.set_missing_seconds(number(seconds));
            data.set_credit(form::credit(credit).into());
            data.set_share(f32::from(share) / 100.0);
        }
        Earning::Earned { credit } => {
            data.set_earning(EarningState::Earned);
            data.set_credit(form::credit(credit).into());
        }
    }
}
