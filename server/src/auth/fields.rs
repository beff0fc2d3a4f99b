//! What logins and the operations on tokens and passwords take: fields with these names and no others.

use orm::error::{Code, Error, Issue, Place, Result, nearest};
use orm::field::storable;
use serde_json::Value;

use super::Sender;

/// The maximum number of characters of a token's name.
const LONGEST_NAME: usize = 100;

/// The values of the fields with these names, in the order of `names`. Error messages never repeat a value.
///
/// # Errors
/// 400 for a field that is given twice, has another name or contains the character NUL.
pub(super) fn named<const N: usize>(fields: Vec<(String, String)>, names: [&str; N]) -> Result<[Option<String>; N]> {
    let mut found = [const { None }; N];
    let mut issues = Vec::new();
    for (name, value) in fields {
        let issue = match names.iter().position(|known| *known == name) {
            Some(_) if storable(&value).is_err() => format!("`{name}` may not contain the character NUL"),
            Some(index) if found[index].is_none() => {
                found[index] = Some(value);
                continue;
            }
            Some(_) => format!("`{name}` is given twice"),
            None => format!("there is no parameter `{name}` here{}", nearest(&name, names)),
        };
        issues.push(Issue {
            place: Place::Parameter(name),
            message: issue,
        });
    }
    match issues.first() {
        Some(first) => Err(Error::new(Code::Malformed, first.message.clone()).at(issues)),
        None => Ok(found),
    }
}

/// The members of a JSON object with these names, in the order of `names`, and what is wrong with the others. `record`
/// is the JSON pointer of the object in the body.
///
/// # Errors
/// 422 when it is no object.
pub(super) fn members<'a, const N: usize>(
    value: &'a Value,
    record: &str,
    names: [&str; N],
) -> Result<([Option<&'a Value>; N], Vec<Issue>)> {
    let Value::Object(object) = value else {
        let message = format!("a JSON object belongs here, with the members {}", names.join(", "));
        let place = Place::Pointer(record.to_owned());
        return Err(Error::invalid(vec![Issue { place, message }]));
    };
    let unknown = object.keys().filter(|name| !names.contains(&name.as_str()));
    let issue = |name: &String| {
        Issue::field_of(
            record,
            name,
            format!("there is no member `{name}` here{}", nearest(name, names)),
        )
    };
    Ok((names.map(|name| object.get(name)), unknown.map(issue).collect()))
}

/// The error for these mistakes in a body, if there are any.
pub(super) fn refuse(issues: Vec<Issue>) -> Result<()> {
    match issues.is_empty() {
        true => Ok(()),
        false => Err(Error::invalid(issues)),
    }
}

/// A name for a token, without space around it.
///
/// # Errors
/// What is wrong with it: it is empty or too long, or has control characters.
pub(super) fn token_name(name: &str) -> Result<String, String> {
    let name = name.trim();
    match name.chars().count() {
        0 => Err("the name of a token may not be empty".to_owned()),
        length if length > LONGEST_NAME => Err(format!("the name of a token has at most {LONGEST_NAME} characters")),
        _ if name.contains(char::is_control) => Err("the name of a token has no control characters".to_owned()),
        _ => Ok(name.to_owned()),
    }
}

/// The name of a token whose login gave none: the beginning of the user agent's name.
pub(super) fn name_of(origin: &Sender) -> String {
    let agent = origin.user_agent.as_deref().unwrap_or_default();
    let letters = agent.trim().chars().filter(|letter| !letter.is_control());
    letters.take(LONGEST_NAME).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_tokens_are_short_lines() {
        assert_eq!(token_name(" Ann's laptop ").unwrap(), "Ann's laptop");
        for name in ["", "  ", "a\nb", "a\u{1b}[2J", &"x".repeat(101)] {
            assert!(token_name(name).is_err(), "{name:?}");
        }
        let agent = |agent: Option<&str>| {
            let user_agent = agent.map(str::to_owned);
            name_of(&Sender {
                user_agent,
                ..Sender::default()
            })
        };
        assert_eq!(agent(None), "");
        assert_eq!(agent(Some(&"ä".repeat(500))).chars().count(), LONGEST_NAME);
    }
}
