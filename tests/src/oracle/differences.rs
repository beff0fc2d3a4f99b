//! The list of intended differences, `tests/oracle/differences.toml`.

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
    /// Why this program behaves differently.
    pub(super) reason: String,
    /// A pattern for the file and section.
    file: String,
    /// The outcome of this program: `refused` or `accepted`. Any outcome but `failed` if it is not given.
    #[serde(default)]
    got: Option<String>,
    /// Patterns by facet, all of which must match. A list matches if one of its patterns does. `*` stands for any text.
    #[serde(default)]
    when: BTreeMap<String, Patterns>,
    /// The number of cases that differ and match.
    #[serde(skip)]
    pub(super) explained: usize,
    /// The number of cases that match but do not differ.
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

    /// Counts a case. Returns the reason if it differs and the difference is listed.
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

    /// Entries that match cases of which none differs. Such an entry is out of date.
    pub(super) fn stale(&self) -> impl Iterator<Item = &Difference> {
        self.listed
            .iter()
            .filter(|difference| difference.same > 0 && difference.explained == 0)
    }

    /// Entries that explain at least one case that differs.
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

/// Whether the text matches the pattern, in which `*` stands for any text.
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
