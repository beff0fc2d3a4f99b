//! `LIKE` and `ILIKE` as PostgreSQL understands them, for SQLite, whose own ignores case for ASCII letters only.

use diesel::result::QueryResult;
use diesel::sql_types::{Nullable, Text};
use diesel::sqlite::SqliteConnection;

#[diesel::declare_sql_function]
extern "SQL" {
    /// Whether the text matches the pattern.
    fn declarest_like(pattern: Text, text: Nullable<Text>) -> Nullable<Bool>;
    /// Whether the text matches the pattern, whatever the case.
    fn declarest_ilike(pattern: Text, text: Nullable<Text>) -> Nullable<Bool>;
}

/// Makes the functions known to a connection.
pub(super) fn register(connection: &mut SqliteConnection) -> QueryResult<()> {
    declarest_like_utils::register_impl(connection, |pattern: String, text: Option<String>| {
        text.map(|text| matches(&pattern, &text))
    })?;
    declarest_ilike_utils::register_impl(connection, |pattern: String, text: Option<String>| {
        text.map(|text| matches(&pattern.to_lowercase(), &text.to_lowercase()))
    })
}

/// `%` stands for any text, `_` for one character, `\` takes the next one as it is.
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut at, mut place) = (0, 0);
    // Where the last `%` stands, and how much text it has taken.
    let mut retry: Option<(usize, usize)> = None;
    while place < text.len() {
        let (literal, width) = match pattern.get(at) {
            Some('\\') => (pattern.get(at + 1), 2),
            Some('%') => {
                retry = Some((at, place));
                at += 1;
                continue;
            }
            other => (other, 1),
        };
        let any = width == 1 && literal == Some(&'_');
        if any || literal == Some(&text[place]) {
            (at, place) = (at + width, place + 1);
        } else if let Some((percent, taken)) = retry {
            retry = Some((percent, taken + 1));
            (at, place) = (percent + 1, taken + 1);
        } else {
            return false;
        }
    }
    pattern[at..].iter().all(|rest| *rest == '%')
}

#[cfg(test)]
mod tests {
    use super::matches;

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
            ("%a%b%", "xxaxxbxx", true),
            ("ä%", "äh", true),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }
}
