// SPDX-License-Identifier: GPL-3.0-or-later
//! Names as others may see them: masked, and with one dot for all the dots that people type.
//!
//! Deliberately absent: pinyin initials, which the hub makes, and what tells two equal masks apart (尾号).

/// U+00B7, the one dot between the parts of a name.
const DOT: char = '·';

/// Dots that keyboards, fonts and exports put in its place.
const DOTS: [char; 9] = ['•', '．', '・', '･', '‧', '∙', '⋅', '·', '●'];

/// Stars in the place of what is hidden are at most so many: a mask does not tell how long a name is.
const MOST_STARS: usize = 3;

/// Surnames of two characters (复姓).
const DOUBLE_SURNAMES: [&str; 80] = [
    "欧阳", "太史", "端木", "上官", "司马", "东方", "独孤", "南宫", "万俟", "闻人", "夏侯", "诸葛", "尉迟", "公羊",
    "赫连", "澹台", "皇甫", "宗政", "濮阳", "公冶", "太叔", "申屠", "公孙", "慕容", "仲孙", "钟离", "长孙", "宇文",
    "司徒", "鲜于", "司空", "闾丘", "子车", "亓官", "司寇", "巫马", "公西", "颛孙", "壤驷", "公良", "漆雕", "乐正",
    "宰父", "谷梁", "拓跋", "夹谷", "轩辕", "令狐", "段干", "百里", "呼延", "东郭", "南门", "羊舌", "微生", "公户",
    "公玉", "公仪", "梁丘", "公仲", "公上", "公门", "公山", "公坚", "左丘", "公伯", "西门", "公祖", "第五", "公乘",
    "贯丘", "公皙", "南荣", "东里", "东宫", "仲长", "子桑", "淳于", "单于", "纳兰",
];

/// A name as it is kept: no blanks around, every dot between its parts a U+00B7.
#[must_use]
pub fn normalise(name: &str) -> String {
    let letters: Vec<char> =
        name.trim().chars().map(|letter| if DOTS.contains(&letter) { DOT } else { letter }).collect();
    let between_han = |n: usize| {
        let beside = |n: Option<usize>| n.and_then(|n| letters.get(n)).is_some_and(|letter| is_han(*letter));
        beside(n.checked_sub(1)) && beside(n.checked_add(1))
    };
    letters.iter().enumerate().map(|(n, letter)| if *letter == '.' && between_han(n) { DOT } else { *letter }).collect()
}

/// A name as others may see it: 高\*, 王\*珍, 欧阳\*博, 阿\*\*\*提, A\*\*\* S.
#[must_use]
pub fn mask(name: &str) -> String {
    let name = normalise(name);
    if name.chars().any(is_han) { mask_han(&name) } else { mask_latin(&name) }
}

fn mask_han(name: &str) -> String {
    let dotted = name.contains(DOT);
    let letters: Vec<char> = name.chars().filter(|letter| !letter.is_whitespace() && *letter != DOT).collect();
    let surname = if !dotted && letters.len() > 2 && is_double(&letters) { 2 } else { 1 };
    let shown: String = letters.iter().take(surname).collect();
    let given = letters.len().saturating_sub(surname);
    match (given, letters.last()) {
        // Of a name of one character nothing is hidden but that it is all.
        (0 | 1, _) => format!("{shown}*"),
        (_, Some(last)) => {
            let stars = if dotted { MOST_STARS } else { (given - 1).min(MOST_STARS) };
            format!("{shown}{}{last}", "*".repeat(stars))
        }
        (_, None) => String::new(),
    }
}

fn mask_latin(name: &str) -> String {
    let mut words =
        name.split(|letter: char| letter.is_whitespace() || letter == DOT).filter_map(|word| word.chars().next());
    match (words.next(), words.next_back()) {
        (Some(first), Some(last)) => format!("{first}*** {last}."),
        (Some(first), None) => format!("{first}***"),
        (None, _) => String::new(),
    }
}

fn is_double(letters: &[char]) -> bool {
    DOUBLE_SURNAMES.iter().any(|surname| surname.chars().eq(letters.iter().take(2).copied()))
}

/// Chinese characters, with the private areas in which old exports keep rare ones.
fn is_han(letter: char) -> bool {
    matches!(letter, '\u{3007}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{e000}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_are_those_of_the_guide() {
        let masks = [
            ("高兰", "高*"),
            ("王淑珍", "王*珍"),
            ("欧阳文博", "欧阳*博"),
            ("欧阳博", "欧阳*"),
            ("欧阳", "欧*"),
            ("王小小明", "王**明"),
            ("司马文小博", "司马**博"),
            ("阿依努尔·麦麦提", "阿***提"),
            ("阿依努尔．麦麦提", "阿***提"),
            ("李𬭎", "李*"),
            ("赵𪚥", "赵*"),
            ("张\u{e863}明", "张*明"),
            (" 王 淑 珍 ", "王*珍"),
            ("Anna Schmidt", "A*** S."),
            ("Anna Maria Schmidt", "A*** S."),
            ("Anna", "A***"),
            ("Émile Zola", "É*** Z."),
            ("高", "高*"),
            ("", ""),
            ("·", ""),
        ];
        for (name, expected) in masks {
            assert_eq!(mask(name), expected, "{name}");
        }
    }

    #[test]
    fn every_dot_is_one_dot() {
        for name in ["阿依努尔•麦麦提", "阿依努尔．麦麦提", "阿依努尔・麦麦提", "阿依努尔.麦麦提", " 阿依努尔·麦麦提"]
        {
            assert_eq!(normalise(name), "阿依努尔·麦麦提", "{name}");
        }
        assert_eq!(normalise("J. Smith"), "J. Smith");
    }

    #[test]
    fn a_double_surname_is_two_characters_and_stands_once() {
        let mut once: Vec<&str> = DOUBLE_SURNAMES.to_vec();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), DOUBLE_SURNAMES.len());
        assert!(DOUBLE_SURNAMES.iter().all(|surname| surname.chars().count() == 2));
    }
}
