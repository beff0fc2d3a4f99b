//! Which logins are allowed: only those that cannot be mistaken for the login of another user.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;
use unicode_security::{GeneralSecurityProfile as _, RestrictionLevel, RestrictionLevelDetection as _, skeleton};

/// Maximum number of characters: that of the longest e-mail address.
const LONGEST: usize = 254;

/// Checks that a login is normalized (NFKC), in lower case, and does not use letters of other scripts that look like
/// Latin ones. Allowed are `admin`, `jürgen@example.com` and `山田`; refused are `Admin`, `admin ` and `аdmin` with a
/// Cyrillic `а`.
///
/// # Errors
/// A message that says what is wrong, with the correct form where there is one.
pub fn check(login: &str) -> Result<(), String> {
    let normal: String = login.nfkc().collect::<String>().to_lowercase().nfkc().collect();
    let normal = normal.trim();
    if normal.is_empty() || normal.chars().count() > LONGEST {
        return Err(format!("a login has 1 to {LONGEST} characters"));
    }
    if login != normal {
        return Err(format!(
            "a login is written in small letters, without blanks around it: `{normal}`"
        ));
    }
    let known = |letter: char| letter.is_ascii_graphic() || (!letter.is_ascii() && letter.identifier_allowed());
    if let Some(other) = login.chars().find(|letter| !known(*letter)) {
        return Err(format!("a login has letters, digits and signs of ASCII: not {other:?}"));
    }
    // A mark with no letter of its own: on many screens, an `i` with a further dot is an `i`.
    let marked = login.chars().zip(login.chars().skip(1));
    let mut marked = marked.filter(|(letter, mark)| letter.is_ascii() && is_combining_mark(*mark));
    if let Some((letter, mark)) = marked.next() {
        return Err(format!(
            "{letter:?} has a mark, {mark:?}, with which it is no letter of its own"
        ));
    }
    let letters: String = login.chars().filter(|letter| !letter.is_ascii_punctuation()).collect();
    let mixed = !letters
        .as_str()
        .check_restriction_level(RestrictionLevel::HighlyRestrictive);
    let alike: String = skeleton(login).collect();
    match mixed || (alike.is_ascii() && !login.is_ascii()) {
        true => Err(format!("letters of other scripts make it look like `{alike}`")),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn what_looks_like_another_login_is_none() {
        for login in [
            "admin",
            "__system__",
            "o.k+1@example.com",
            "jürgen",
            "łukasz",
            "дмитрий",
            "山田",
            "tanaka-山田",
        ] {
            assert_eq!(check(login), Ok(()), "{login}");
        }
        let long = "x".repeat(255);
        for login in [
            "",
            " ",
            "admin ",
            "\u{a0}admin",
            "Admin",
            "ÄRGER",
            "ad min",
            "ad\u{200b}min",
            "admin\u{ad}",
            "admin\0",
            "\u{202e}nimda",
            "ａdmin",
            "ﬁn",
            "аdmin",
            "аdmin@example.com",
            "ѕсоре",
            "αdmin",
            "admın",
            "a\u{308}x",
            "admi\u{307}n",
            "admin\u{332}",
            "дmитрий",
            "😀",
            &long,
        ] {
            assert!(check(login).is_err(), "{login:?}");
        }
        assert!(check("Admin ").unwrap_err().contains("`admin`"));
    }
}
