//! Parses x2many commands in the shorthand of the facts: `[(1, line 1 of order 1, price 1),(4,T10)]`.

use serde_json::{Value, json};

/// The records that the names in commands stand for.
pub(super) trait Names {
    /// The id that a name stands for, such as `a` or `T10`.
    fn id(&self, name: &str) -> Option<i64>;
    /// The values of a new line.
    fn new_line(&self) -> Value;
}

/// Turns commands into the JSON of a request.
///
/// # Errors
/// With the part that is not understood.
pub(super) fn parse(text: &str, names: &dyn Names) -> Result<Value, String> {
    let text = text.trim();
    let inside = |open: char, close: char| text.strip_prefix(open).and_then(|text| text.strip_suffix(close));
    if let Some(text) = inside('\'', '\'') {
        return Ok(text.into());
    }
    if let Some(items) = inside('[', ']').or_else(|| inside('(', ')')) {
        return parts(items).into_iter().map(|item| parse(item, names)).collect();
    }
    if let Some(members) = inside('{', '}') {
        return Ok(match members.split_once(':') {
            Some((name, value)) => json!({name.trim().trim_matches('\''): parse(value, names)?}),
            None if members == "new" => names.new_line(),
            None => json!({members: 1}),
        });
    }
    let words: Vec<&str> = text.split(' ').collect();
    let number = |word: &str| word.parse::<i64>().map_err(|_| format!("{text:?} is not understood"));
    Ok(match words.as_slice() {
        ["False"] => Value::Bool(false),
        ["new"] => names.new_line(),
        [".."] => json!({"price_unit": 1}),
        ["price", price] => json!({"price_unit": number(price)?}),
        ["amount", amount] => json!({"amount": number(amount)?}),
        [name, "seq", sequence] => {
            let mut line = names.new_line();
            (line["name"], line["sequence"]) = (json!(name), json!(number(sequence)?));
            line
        }
        _ => match names.id(text) {
            Some(id) => id.into(),
            None => number(text)?.into(),
        },
    })
}

/// Splits at commas, except inside brackets.
fn parts(text: &str) -> Vec<&str> {
    let (mut depth, mut start, mut items) = (0, 0, Vec::new());
    for (at, letter) in text.char_indices() {
        match letter {
            '[' | '(' | '{' => depth += 1,
            ']' | ')' | '}' => depth -= 1,
            ',' if depth == 0 => {
                items.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    if !text.trim().is_empty() {
        items.push(&text[start..]);
    }
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Some3;

    impl Names for Some3 {
        fn id(&self, name: &str) -> Option<i64> {
            ["a", "line 1 of order 1", "T10"]
                .iter()
                .position(|known| *known == name)
                .map(|id| id as i64 + 7)
        }

        fn new_line(&self) -> Value {
            json!({"name": "n"})
        }
    }

    #[test]
    fn every_spelling_is_understood() {
        for (text, expected) in [
            ("[(6,0,[a, line 1 of order 1])]", json!([[6, 0, [7, 8]]])),
            (
                "[(0,0,n1 seq 1),(5,0,0)]",
                json!([[0, 0, {"name": "n1", "sequence": 1}], [5, 0, 0]]),
            ),
            ("[(1,a,{nope})]", json!([[1, 7, {"nope": 1}]])),
            ("[(1,999999,..)]", json!([[1, 999_999, {"price_unit": 1}]])),
            ("{'x':1}", json!({"x": 1})),
            ("['abc']", json!(["abc"])),
            ("[{new}]", json!([{"name": "n"}])),
            ("(6,0,[])", json!([6, 0, []])),
            ("False", json!(false)),
            ("T10", json!(9)),
        ] {
            assert_eq!(parse(text, &Some3), Ok(expected), "{text}");
        }
    }
}
