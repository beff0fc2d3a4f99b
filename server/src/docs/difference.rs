//! Describes the differences between two documents: by JSON pointer if both are JSON, otherwise by line.

use std::collections::HashSet;

use serde_json::Value;

/// The maximum number of differences that are listed: one changed definition can show in many places.
const MOST: usize = 25;

/// Lists the differences: `-` is the committed document (`kept`), `+` the generated one (`made`).
pub(super) fn describe(kept: &str, made: &str) -> String {
    let mut lines = Vec::new();
    match (serde_json::from_str::<Value>(kept), serde_json::from_str::<Value>(made)) {
        (Ok(kept), Ok(made)) => values("", &kept, &made, &mut lines),
        _ => by_line(kept, made, &mut lines),
    }
    if lines.is_empty() {
        lines.push("  only order or white space".to_owned());
    }
    let more = lines.len().saturating_sub(MOST);
    lines.truncate(MOST);
    if more > 0 {
        lines.push(format!("  … and {more} more"));
    }
    lines.into_iter().map(|line| line + "\n").collect()
}

fn values(at: &str, kept: &Value, made: &Value, lines: &mut Vec<String>) {
    match (kept, made) {
        (Value::Object(kept), Value::Object(made)) => {
            for (key, old) in kept {
                let place = format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
                match made.get(key) {
                    Some(new) => values(&place, old, new, lines),
                    None => lines.push(format!("  - {place}: {}", short(old))),
                }
            }
            for (key, new) in made.iter().filter(|(key, _)| !kept.contains_key(*key)) {
                let place = format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
                lines.push(format!("  + {place}: {}", short(new)));
            }
        }
        (Value::Array(kept), Value::Array(made)) if kept.len() == made.len() => {
            for (index, (old, new)) in kept.iter().zip(made).enumerate() {
                values(&format!("{at}/{index}"), old, new, lines);
            }
        }
        (Value::Array(kept), Value::Array(made)) => {
            let gone = kept.iter().filter(|item| !made.contains(item));
            lines.extend(gone.map(|item| format!("  - {at}: {}", short(item))));
            let new = made.iter().filter(|item| !kept.contains(item));
            lines.extend(new.map(|item| format!("  + {at}: {}", short(item))));
        }
        (kept, made) if kept != made => {
            lines.push(format!("  {at}\n    - {}\n    + {}", short(kept), short(made)));
        }
        _ => {}
    }
}

fn by_line(kept: &str, made: &str, lines: &mut Vec<String>) {
    let (old, new): (HashSet<&str>, HashSet<&str>) = (kept.lines().collect(), made.lines().collect());
    lines.extend(
        kept.lines()
            .filter(|line| !new.contains(line))
            .map(|line| format!("  - {line}")),
    );
    lines.extend(
        made.lines()
            .filter(|line| !old.contains(line))
            .map(|line| format!("  + {line}")),
    );
}

/// The value's text, cut after 100 characters.
fn short(value: &Value) -> String {
    const LONGEST: usize = 100;
    let text = value.to_string();
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::describe;

    #[test]
    fn differences_have_their_place() {
        let told = describe(
            r#"{"a":{"b/c":1,"d":[1,2]},"gone":true}"#,
            r#"{"a":{"b/c":2,"d":[1,2,3]},"new":"x"}"#,
        );
        assert_eq!(
            told,
            "  /a/b~1c\n    - 1\n    + 2\n  + /a/d: 3\n  - /gone: true\n  + /new: \"x\"\n"
        );
    }

    #[test]
    fn tables_are_compared_by_line_and_long_differences_cut() {
        assert_eq!(describe("a\nb\n", "a\nc\n"), "  - b\n  + c\n");
        assert_eq!(describe("{\"a\": 1}", "{\"a\":1}"), "  only order or white space\n");
        let many: String = (0..99).map(|line| format!("{line}\n")).collect();
        assert!(describe(&many, "x").ends_with("  … and 75 more\n"));
    }
}
