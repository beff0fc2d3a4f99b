//! What differs on purpose, by kind of rule.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::case::Case;

/// The listed differences.
#[derive(Debug, Deserialize)]
pub(super) struct Differences {
    #[serde(default, rename = "difference")]
    listed: Vec<Difference>,
}

/// One kind of difference.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Difference {
    /// Why this program does otherwise.
    pub(super) reason: String,
    /// The file and section, a pattern.
    file: String,
    /// What this program does then; anything but failing where it is not said.
    #[serde(default)]
    got: Option<String>,
    /// Patterns by facet, all of which must fit; of a list, one. `*` stands for any text.
    #[serde(default)]
    when: BTreeMap<String, Patterns>,
    /// How many cases it explained, and how many that fit did not differ.
    #[serde(skip)]
    pub(super) explained: usize,
    #[serde(skip)]
    pub(super) same: usize,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Patterns {
    One(String),
    Many(Vec<String>),
}

impl Differences {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| format!("the list of differences: {error}"))
    }

    /// Notes a case; answers the reason why it may differ.
    pub(super) fn note(&mut self, case: &Case) -> Option<&str> {
        let mut reason = None;
        for difference in self.listed.iter_mut().filter(|difference| difference.fits(case)) {
            if case.passed {
                difference.same += 1;
            } else if reason.is_none()
                && case.how != "failed"
                && difference.got.as_deref().is_none_or(|got| got == case.how)
            {
                difference.explained += 1;
                reason = Some(difference.reason.as_str());
            }
        }
        reason
    }

    /// Those that fit cases none of which differs.
    pub(super) fn stale(&self) -> impl Iterator<Item = &Difference> {
        self.listed
            .iter()
            .filter(|difference| difference.same > 0 && difference.explained == 0)
    }

    /// Every difference that explained something.
    pub(super) fn used(&self) -> impl Iterator<Item = &Difference> {
        self.listed.iter().filter(|difference| difference.explained > 0)
    }
}

impl Difference {
    fn fits(&self, case: &Case) -> bool {
        let facet = |name: &str, pattern: &str| {
            (case.facets.iter()).any(|(facet, value)| *facet == name && glob(pattern, value))
        };
        glob(&self.file, &case.file)
            && self.when.iter().all(|(name, patterns)| match patterns {
                Patterns::One(pattern) => facet(name, pattern),
                Patterns::Many(patterns) => patterns.iter().any(|pattern| facet(name, pattern)),
            })
    }
}

/// Whether the text is of the pattern's form, in which `*` stands for any text.
fn glob(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((start, rest)) => text.strip_prefix(start).is_some_and(|text| {
            (0..=text.len())
                .filter(|at| text.is_char_boundary(*at))
                .any(|at| glob(rest, &text[at..]))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit() {
        assert!(glob("write_cases/*", "write_cases/states"));
        assert!(glob("*not*", "do not"));
        assert!(glob("a", "a") && !glob("a", "ab") && !glob("a*b", "ac"));
    }

    #[test]
    fn the_list_can_be_read() {
        let listed = Differences::parse(super::super::DIFFERENCES).unwrap().listed;
        assert!(listed.iter().all(|difference| difference.reason.len() > 20));
    }
}
