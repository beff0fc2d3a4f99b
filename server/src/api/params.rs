//! Query strings and forms: pairs of names and values. A broken encoding is an error, never replaced or passed through.

use orm::error::{Code, Error, Issue, Place, Result};

/// The pairs of a query string or form, in their order.
///
/// # Errors
/// 400 for a broken `%` sequence and for text that is not UTF-8.
pub(crate) fn parse(text: &str) -> Result<Vec<(String, String)>> {
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = decode(name).ok_or_else(|| {
                Error::new(
                    Code::Malformed,
                    "the name of a parameter is no percent-encoded UTF-8 text",
                )
            })?;
            match decode(value) {
                Some(value) => Ok((name, value)),
                None => Err(Error::parameter(name, "the value is no percent-encoded UTF-8 text")),
            }
        })
        .collect()
}

/// Refuses all parameters, for a route that takes none.
///
/// # Errors
/// 400 with the names of the given parameters.
pub(crate) fn no_parameters(params: Result<Vec<(String, String)>>) -> Result<()> {
    let issues: Vec<Issue> = (params?.into_iter())
        .map(|(name, _)| Issue {
            message: format!("`{name}`: this takes no parameters"),
            place: Place::Parameter(name),
        })
        .collect();
    match issues.first() {
        Some(first) => Err(Error::new(Code::Malformed, first.message.clone()).at(issues)),
        None => Ok(()),
    }
}

/// Percent-decodes; `+` is a space. `None` for a broken `%` sequence and if the result is not UTF-8.
pub(crate) fn decode(text: &str) -> Option<String> {
    if !text.contains(['%', '+']) {
        return Some(text.to_owned());
    }
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => 16 * digit(bytes.next()?)? + digit(bytes.next()?)?,
            byte => byte,
        });
    }
    String::from_utf8(decoded).ok()
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_decoded_in_order() {
        let pairs = parse("a=1&b=x+y%2Bz&&c&d=%C3%A4=").unwrap();
        let expected = [("a", "1"), ("b", "x y+z"), ("c", ""), ("d", "ä=")];
        assert_eq!(pairs, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }

    #[test]
    fn broken_encodings_are_refused() {
        for text in ["a=%", "a=%4", "a=%zz", "a=%ff", "%ff=1"] {
            assert_eq!(parse(text).unwrap_err().code(), Code::Malformed, "{text}");
        }
    }
}
