// SPDX-License-Identifier: GPL-3.0-or-later
//! The twenty-four solar terms, of which one falls on about every fifteenth day.

use jiff::civil::Date;

/// First year of the table.
const FIRST_YEAR: i16 = 2020;

/// The earliest day of the month of each term, from 小寒 (two a month).
const EARLIEST: [i8; 24] = [4, 19, 3, 18, 4, 19, 4, 19, 4, 20, 4, 20, 6, 22, 6, 22, 6, 22, 7, 22, 6, 21, 6, 21];

/// For each year two bits a term: days after the earliest. China's time.
#[rustfmt::skip]
const YEARS: [u64; 81] = [
    0x155110510556, 0x155551554505, 0x555555655555, 0x569665665a55, 0x055110510556, 0x155551554505,
    0x555555555515, 0x555665665a55, 0x055110510556, 0x155551554505, 0x555555555515, 0x555665665a55,
    0x055110510556, 0x155551554505, 0x555555555515, 0x555655655a55, 0x055110510556, 0x155551554505,
    0x555555555515, 0x555655655a55, 0x055110510556, 0x155151514505, 0x555555554515, 0x555655655a55,
    0x054110510556, 0x155151510505, 0x555551554515, 0x555655655a55, 0x014110110556, 0x155110510501,
    0x555551554505, 0x555555655555, 0x014110110555, 0x155110510501, 0x555551554505, 0x555555555555,
    0x014110110555, 0x055110510501, 0x155551554505, 0x555555555555, 0x000110110555, 0x055110510501,
    0x155551554505, 0x555555555515, 0x000110110555, 0x055110510501, 0x155551554505, 0x555555555515,
    0x000100100555, 0x055110510501, 0x155151514505, 0x555555555515, 0x000100100555, 0x054110510501,
    0x155151514505, 0x555551554515, 0x000100100555, 0x054110510501, 0x155150510505, 0x555551554515,
    0x000100100555, 0x014110110501, 0x155110510505, 0x555551554505, 0x000000100055, 0x014110110500,
    0x155110510501, 0x555551554505, 0x000000000055, 0x014110110500, 0x055110510501, 0x155551554505,
    0x000000000055, 0x000110110500, 0x055110510501, 0x155551554505, 0x000000000015, 0x000100110500,
    0x055110510501, 0x155551554505, 0x555555555515,
];

/// The term that falls on this day, 1 (小寒) to 24 (冬至); `None` on other days and outside the table.
pub(super) fn of(date: Date) -> Option<u8> {
    let coded = *YEARS.get(usize::try_from(date.year().checked_sub(FIRST_YEAR)?).ok()?)?;
    let first = usize::try_from(date.month() - 1).ok()? * 2;
    (first..first + 2).find_map(|term| {
        let later = i8::try_from(coded >> (2 * term) & 3).ok()?;
        (date.day() == EARLIEST[term] + later).then_some(u8::try_from(term + 1).ok()).flatten()
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn days_that_every_almanac_prints() {
        for (day, term) in [
            (date(2025, 4, 4), 7),
            (date(2026, 4, 5), 7),
            (date(2026, 6, 21), 12),
            (date(2026, 11, 22), 22),
            (date(2026, 12, 22), 24),
            (date(2024, 2, 4), 3),
            (date(2025, 2, 3), 3),
        ] {
            assert_eq!(of(day), Some(term), "{day}");
        }
        assert_eq!(of(date(2026, 11, 23)), None);
    }

    #[test]
    fn each_year_of_the_table_has_twenty_four() {
        for year in FIRST_YEAR..=2100 {
            let mut day = date(year, 1, 1);
            let mut seen = 0;
            while day.year() == year {
                seen += u8::from(of(day).is_some());
                day = day.tomorrow().expect("within jiff's years");
            }
            assert_eq!(seen, 24, "{year}");
        }
    }
}
