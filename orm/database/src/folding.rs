//! Which differences between texts a pattern match ignores: case, accents. Both databases ignore the same ones: SQLite by
//! [`Folding::apply`], PostgreSQL by an expression of its functions, and the pattern is folded before it is bound.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

/// What a pattern match ignores. Whether letters with accents are composed of several characters never matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Folding {
    /// Case, by Unicode's full case folding: `STRASSE` matches `Straße`, `ς` matches `Σ` and `σ`.
    pub ignore_case: bool,
    /// Accents, and the strokes of letters such as `ø` and `ł`: `cafe` matches `café`, `lodz` matches `Łódź`.
    pub ignore_accents: bool,
}

/// Letters whose stroke Unicode takes for no accent, each with the letter without it.
const STROKES: [(char, char); 11] = [
    ('ø', 'o'),
    ('Ø', 'O'),
    ('ł', 'l'),
    ('Ł', 'L'),
    ('đ', 'd'),
    ('Đ', 'D'),
    ('ħ', 'h'),
    ('Ħ', 'H'),
    ('ŧ', 't'),
    ('Ŧ', 'T'),
    ('ı', 'i'),
];

/// Unicode's blocks of combining marks, as in the regular expression of [`Folding::expression`].
const ACCENTS: [(char, char); 5] = [
    ('\u{300}', '\u{36f}'),
    ('\u{1ab0}', '\u{1aff}'),
    ('\u{1dc0}', '\u{1dff}'),
    ('\u{20d0}', '\u{20ff}'),
    ('\u{fe20}', '\u{fe2f}'),
];

/// The most characters of a text whose letters are composed: PostgreSQL takes time by the square of the number of marks
/// that follow each other, and cannot be stopped meanwhile. Of a longer text only the case is ignored.
const MOST_COMPOSED: usize = 4_000;

impl Folding {
    /// The text without the differences that are ignored.
    pub fn apply(self, text: &str) -> Cow<'_, str> {
        if text.is_ascii() {
            return match self.ignore_case && text.bytes().any(|byte| byte.is_ascii_uppercase()) {
                true => Cow::Owned(text.to_ascii_lowercase()),
                false => Cow::Borrowed(text),
            };
        }
        let mut folded = String::with_capacity(text.len());
        for one in text.chars() {
            match self.ignore_case && one != 'ı' {
                true => folded.extend(
                    one.to_lowercase()
                        .flat_map(char::to_uppercase)
                        .flat_map(char::to_lowercase),
                ),
                false => folded.push(one),
            }
        }
        if text.chars().nth(MOST_COMPOSED).is_some() {
            return Cow::Owned(folded);
        }
        let folded = folded.as_str();
        Cow::Owned(match self.ignore_accents {
            true => folded
                .nfd()
                .filter(|one| !is_accent(*one))
                .map(without_stroke)
                .nfc()
                .collect(),
            false => folded.nfc().collect(),
        })
    }

    /// What [`Folding::apply`] does, as an expression of PostgreSQL for a text expression.
    ///
    /// A letter's case is folded by lower, upper and lower case: `ẞ` becomes `ß`, `SS`, `ss`. Two letters need more: `ı`,
    /// whose upper case is that of `i`, is kept apart meanwhile as a character that no text has; and the lower case of `Σ`
    /// is `ς` at the end of a word.
    ///
    /// Indexes contain the expression: a change of it asks for a migration of every index of trigrams.
    pub(crate) fn expression(self, text: &str) -> String {
        let cased = match self.ignore_case {
            true => {
                let apart = format!("translate(lower({text} COLLATE \"und-x-icu\"), 'ı', U&'{APART}')");
                format!("translate(lower(upper({apart})), U&'ς{APART}', 'σı')")
            }
            false => text.to_owned(),
        };
        let plain = match self.ignore_accents {
            true => {
                let escaped = |one: char| format!("\\u{:04x}", u32::from(one));
                let blocks = ACCENTS.map(|(first, last)| format!("{}-{}", escaped(first), escaped(last)));
                let (with, without): (String, String) = STROKES.into_iter().unzip();
                format!(
                    "translate(regexp_replace(normalize({cased}, NFD), '[{}]', '', 'g'), '{with}', '{without}')",
                    blocks.concat()
                )
            }
            false => cased.clone(),
        };
        // Most texts are ASCII, and fold faster.
        let ascii = match self.ignore_case {
            true => format!("lower({text} COLLATE \"C\")"),
            false => text.to_owned(),
        };
        format!(
            "CASE WHEN octet_length({text}) = char_length({text}) THEN {ascii} \
             WHEN char_length({text}) > {MOST_COMPOSED} THEN {cased} COLLATE \"C\" \
             ELSE normalize({plain}, NFC) COLLATE \"C\" END"
        )
    }
}

/// A character that no text has, for `ı` while the case of the others is folded; in the spelling of `U&'…'`.
const APART: &str = "\\fdd0";

fn is_accent(one: char) -> bool {
    ACCENTS.iter().any(|(first, last)| (*first..=*last).contains(&one))
}

fn without_stroke(one: char) -> char {
    STROKES
        .iter()
        .find(|(with, _)| *with == one)
        .map_or(one, |(_, without)| *without)
}

#[cfg(test)]
mod tests {
    use super::Folding;

    #[test]
    fn case_and_accents_are_folded_by_unicode() {
        let fold = |ignore_case, ignore_accents, text: &str| {
            let folding = Folding {
                ignore_case,
                ignore_accents,
            };
            folding.apply(text).into_owned()
        };
        for (text, cased, plain) in [
            ("Straße", "strasse", "strasse"),
            ("STRAẞE", "strasse", "strasse"),
            ("ΟΔΟΣ", "οδοσ", "οδοσ"),
            ("οδός", "οδόσ", "οδοσ"),
            ("İstanbul", "i\u{307}stanbul", "istanbul"),
            ("ISPARTA ısı", "isparta ısı", "isparta isi"),
            ("ﬁn", "fin", "fin"),
            ("ÉTÉ", "été", "ete"),
            ("E\u{301}TE\u{301}", "été", "ete"),
            ("Łódź", "łódź", "lodz"),
            ("Ꭰ", "ꭰ", "ꭰ"),
            ("한국", "한국", "한국"),
        ] {
            assert_eq!(fold(true, false, text), cased, "{text}");
            assert_eq!(fold(true, true, text), plain, "{text}");
        }
        assert_eq!(fold(false, false, "E\u{301}A"), "ÉA");
        assert_eq!(fold(false, true, "ÉA"), "EA");
        assert_eq!(fold(false, false, "Ab"), "Ab");
        let long = "E\u{301}".repeat(5_001);
        assert_eq!(fold(true, true, &long), long.to_lowercase());
    }
}
