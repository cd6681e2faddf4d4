// SPDX-License-Identifier: GPL-3.0-or-later
//! Which cards of the wallet are in sight: a group of them, page by page.

use xuedian_reader::wallet::Entry;

/// Rows that fit the window.
pub const ROWS: usize = 6;

/// The wallet as it is leafed through.
pub struct Pages {
    entries: Vec<Entry>,
    group: Group,
    page: usize,
}

/// The groups, in the order of the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    All,
    Staff,
    Learners,
    Other,
}

impl Group {
    /// The group of this number in the window; all when there is none.
    pub fn numbered(n: i32) -> Self {
        match n {
            1 => Self::Staff,
            2 => Self::Learners,
            3 => Self::Other,
            _ => Self::All,
        }
    }

    fn has(self, entry: &Entry) -> bool {
        let odd = matches!(entry.kind.as_str(), "phone" | "identity" | "unknown");
        let learner = entry.role.is_empty() || entry.role == "learner";
        match self {
            Self::All => true,
            Self::Staff => !odd && !learner,
            Self::Learners => !odd && learner,
            Self::Other => odd,
        }
    }
}

impl Pages {
    pub fn new(entries: Vec<Entry>) -> Self {
        Self { entries, group: Group::All, page: 0 }
    }

    /// Shows another group, from its first page.
    pub fn choose(&mut self, group: Group) {
        self.group = group;
        self.page = 0;
    }

    /// Turns pages; stays inside.
    pub fn turn(&mut self, by: i32) {
        let step = usize::try_from(by.unsigned_abs()).unwrap_or(0);
        let page = if by < 0 { self.page.saturating_sub(step) } else { self.page + step };
        self.page = page.min(self.count() - 1);
    }

    /// The page in sight, from 0.
    pub fn page(&self) -> usize {
        self.page
    }

    /// How many pages there are; at least one.
    pub fn count(&self) -> usize {
        self.of_group().count().div_ceil(ROWS).max(1)
    }

    /// The cards in sight.
    pub fn in_sight(&self) -> impl Iterator<Item = &Entry> {
        self.of_group().skip(self.page * ROWS).take(ROWS)
    }

    fn of_group(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| self.group.has(entry))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages() -> Pages {
        let entry = |n: usize, kind: &str, role: &str| Entry {
            uid: format!("14A1B2{n:02X}"),
            kind: kind.to_owned(),
            learner: format!("card {n}"),
            role: role.to_owned(),
        };
        let mut entries: Vec<Entry> = (0..ROWS + 1).map(|n| entry(n, "study", "learner")).collect();
        entries.push(entry(90, "staff", "staff"));
        entries.push(entry(91, "phone", ""));
        Pages::new(entries)
    }

    #[test]
    fn pages_end_at_both_sides() {
        let mut pages = pages();
        assert_eq!((pages.page(), pages.count()), (0, 2));
        pages.turn(-1);
        assert_eq!(pages.page(), 0);
        pages.turn(5);
        assert_eq!(pages.page(), 1);
        assert_eq!(pages.in_sight().count(), 3);
    }

    #[test]
    fn groups_begin_at_their_first_page() {
        let mut pages = pages();
        pages.turn(1);
        pages.choose(Group::numbered(1));
        assert_eq!(pages.in_sight().map(|e| e.kind.as_str()).collect::<Vec<_>>(), ["staff"]);
        pages.choose(Group::numbered(3));
        assert_eq!(pages.in_sight().map(|e| e.kind.as_str()).collect::<Vec<_>>(), ["phone"]);
        assert_eq!(pages.count(), 1);
    }
}
