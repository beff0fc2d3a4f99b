//! SQL functions that give SQLite PostgreSQL's `LIKE`, of texts that are folded: `declarest_like`, and `declarest_fold`,
//! which an index of trigrams holds the results of. SQLite's own `LIKE` always ignores case, and that of ASCII letters
//! only.

use std::sync::{Mutex, PoisonError};

use diesel::result::QueryResult;
use diesel::sql_types::{Bool, Nullable, Text};
use diesel::sqlite::SqliteConnection;
use drivers::sqlite::Watch;

use crate::folding::Folding;

#[diesel::declare_sql_function]
extern "SQL" {
    /// Whether the text matches the pattern, which is folded already.
    fn declarest_like(pattern: Text, text: Nullable<Text>, ignore_case: Bool, ignore_accents: Bool) -> Nullable<Bool>;

    /// The text as a match compares it: `Straße` is `strasse` where case is ignored.
    fn declarest_fold(text: Nullable<Text>, ignore_case: Bool, ignore_accents: Bool) -> Nullable<Text>;
}

/// How many characters are compared between two checks of whether to stop.
const PATIENCE: usize = 100_000;

/// Registers the functions on a connection. `watch` stops a match when the statement is to be stopped.
pub(crate) fn register(connection: &mut SqliteConnection, watch: Option<Watch>) -> QueryResult<()> {
    declarest_fold_utils::register_impl(
        connection,
        |text: Option<String>, ignore_case: bool, ignore_accents: bool| {
            let folding = Folding {
                ignore_case,
                ignore_accents,
            };
            text.map(|text| folding.apply(&text).into_owned())
        },
    )?;
    // The last parsed pattern is kept, since a statement mostly matches one pattern with many rows.
    let last: Mutex<(String, Pattern)> = Mutex::default();
    declarest_like_utils::register_impl(
        connection,
        move |pattern: String, text: Option<String>, ignore_case: bool, ignore_accents: bool| {
            let folding = Folding {
                ignore_case,
                ignore_accents,
            };
            let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
            if last.0 != pattern {
                let parsed = Pattern::parse(&pattern);
                *last = (pattern, parsed);
            }
            let stops = || watch.as_ref().is_some_and(Watch::stops);
            text.map(|text| last.1.matches(&folding.apply(&text), stops))
        },
    )
}

/// The most trigrams of a pattern that an index is asked for: each costs a look into it, and what it finds is matched with
/// the whole pattern in any case.
const MOST_TRIGRAMS: usize = 64;

/// What every text contains that matches the pattern, as FTS5 is asked for it: the trigrams of the runs of characters
/// between wildcards, `"lam" AND "amp" AND "oak"` for `%lamp_%oak%`. `None` if no run has three characters.
pub(crate) fn trigrams(pattern: &str) -> Option<String> {
    let Pattern(parts) = Pattern::parse(pattern);
    let characters: Vec<Option<char>> = (parts.into_iter())
        .map(|part| match part {
            // A text for FTS5 ends at a NUL.
            Part::Character(one) if one != '\0' => Some(one),
            Part::Character(_) | Part::AnyText | Part::AnyCharacter => None,
        })
        .collect();
    let trigrams = characters
        .windows(3)
        .filter_map(|three| three.iter().copied().collect::<Option<String>>());
    let quoted = |trigram: String| format!("\"{}\"", trigram.replace('"', "\"\""));
    let asked: Vec<String> = trigrams.map(quoted).take(MOST_TRIGRAMS).collect();
    (!asked.is_empty()).then(|| asked.join(" AND "))
}

/// A parsed pattern.
#[derive(Debug, Default)]
struct Pattern(Vec<Part>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// `%`
    AnyText,
    /// `_`
    AnyCharacter,
    Character(char),
}

impl Pattern {
    /// `%` stands for any text, `_` for one character; `\` makes the next character stand for itself.
    fn parse(pattern: &str) -> Self {
        let mut characters = pattern.chars();
        let mut parts = Vec::new();
        while let Some(character) = characters.next() {
            parts.push(match character {
                '%' => Part::AnyText,
                '_' => Part::AnyCharacter,
                '\\' => Part::Character(characters.next().unwrap_or('\\')),
                other => Part::Character(other),
            });
        }
        Pattern(parts)
    }

    /// Whether the whole text matches. Asks `stops` now and then, and answers false, which means nothing, if it is
    /// true.
    fn matches(&self, text: &str, stops: impl Fn() -> bool) -> bool {
        let parts = self.0.as_slice();
        let (mut at, mut rest) = (0, text.chars());
        // For backtracking: the index after the last `%`, and the text after what this `%` has matched so far.
        let mut retry: Option<(usize, std::str::Chars<'_>)> = None;
        for steps in 1_usize.. {
            if steps.is_multiple_of(PATIENCE) && stops() {
                return false;
            }
            let mut ahead = rest.clone();
            match (parts.get(at), ahead.next()) {
                (Some(Part::AnyText), _) if at + 1 == parts.len() => return true,
                (Some(Part::AnyText), _) => {
                    at += 1;
                    retry = Some((at, rest.clone()));
                    continue;
                }
                (None, None) => return true,
                (Some(Part::AnyCharacter), Some(_)) => (at, rest) = (at + 1, ahead),
                (Some(Part::Character(wanted)), Some(found)) if *wanted == found => (at, rest) = (at + 1, ahead),
                // A mismatch: let the last `%` match one character more, if there is one.
                (_, found) => match &mut retry {
                    Some((start, taken)) if found.is_some() => {
                        taken.next();
                        (at, rest) = (*start, taken.clone());
                    }
                    _ => return false,
                },
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::{MOST_TRIGRAMS, Pattern, trigrams};

    #[test]
    fn patterns() {
        for (pattern, text, expected) in [
            ("%aire%", "Conference Chair", false),
            ("%hair%", "Conference Chair", true),
            ("C%r", "Chair", true),
            ("C_air", "Chair", true),
            ("C_air", "Cair", false),
            ("100\\%", "100%", true),
            ("100\\%", "1000", false),
            ("%", "", true),
            ("", "x", false),
            ("", "", true),
            ("%%", "", true),
            ("%a%b%", "xxaxxbxx", true),
            ("%ab", "aab", true),
            ("%ab", "aba", false),
            ("a%_", "a", false),
            ("a\\", "a\\", true),
            ("ä%", "äh", true),
        ] {
            let matches = Pattern::parse(pattern).matches(text, || false);
            assert_eq!(matches, expected, "{pattern} {text}");
        }
    }

    #[test]
    fn an_index_is_asked_for_the_trigrams_of_a_pattern() {
        for (pattern, expected) in [
            ("%oak%", Some("\"oak\"")),
            ("%lamp_%oak%", Some("\"lam\" AND \"amp\" AND \"oak\"")),
            ("%la%oak", Some("\"oak\"")),
            ("%la%oa%", None),
            ("%", None),
            ("", None),
            ("ß€😀", Some("\"ß€😀\"")),
            ("0\\% _ff", Some("\"0% \"")),
            ("a\\_b", Some("\"a_b\"")),
            ("b\\\\c", Some("\"b\\c\"")),
            ("3\" p", Some("\"3\"\" \" AND \"\"\" p\"")),
            ("ab\0cd\0efg", Some("\"efg\"")),
        ] {
            assert_eq!(trigrams(pattern).as_deref(), expected, "{pattern}");
        }
        let asked = |pattern: String| trigrams(&pattern).unwrap().matches("abc").count();
        assert_eq!(asked("abc%".repeat(250)), MOST_TRIGRAMS);
        assert_eq!(asked("abc".repeat(2)), 2);
    }

    #[test]
    fn what_takes_long_may_be_stopped() {
        let pattern = Pattern::parse(&format!("%{}b%", "a".repeat(500)));
        let text = "a".repeat(1_000_000);
        assert!(!pattern.matches(&text, || true));
    }
}
