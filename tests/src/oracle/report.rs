//! Counts the outcomes and prints the report.

use std::collections::BTreeMap;

use super::case::Case;
use super::differences::Differences;

/// The numbers of cases of one file.
#[derive(Debug, Default)]
struct Count {
    passed: usize,
    listed: usize,
    failed: usize,
}

/// The counts so far, and the list of intended differences.
#[derive(Debug)]
pub(super) struct Report {
    differences: Differences,
    verbose: bool,
    counts: BTreeMap<String, Count>,
}

impl Report {
    pub(super) fn new(differences: Differences, verbose: bool) -> Self {
        Report {
            differences,
            verbose,
            counts: BTreeMap::new(),
        }
    }

    /// Counts cases and prints those that differ without being listed.
    pub(super) fn add(&mut self, cases: Vec<Case>) {
        let mut files: Vec<String> = Vec::new();
        for case in cases {
            let reason = self.differences.note(&case).map(str::to_owned);
            let count = self.counts.entry(case.file.clone()).or_default();
            if !files.contains(&case.file) {
                files.push(case.file.clone());
            }
            match (case.passed, reason) {
                (true, _) => count.passed += 1,
                (false, Some(reason)) => {
                    count.listed += 1;
                    if self.verbose {
                        tell(&case, &format!("differs, listed: {reason}"));
                    }
                }
                (false, None) => {
                    count.failed += 1;
                    tell(&case, "differs");
                }
            }
        }
        for file in files {
            let Count { passed, listed, failed } = &self.counts[&file];
            println!("{file}: {passed} passed, {listed} listed as different, {failed} differ");
        }
    }

    /// Prints the entries of the list that are out of date, and the sums. Returns whether nothing failed.
    pub(super) fn finish(self) -> bool {
        if self.verbose {
            for difference in self.differences.used() {
                println!("listed, {} cases: {}", difference.explained, difference.reason);
            }
        }
        let mut stale = 0;
        for difference in self.differences.stale() {
            stale += 1;
            println!("listed as different, but is not any more: {}", difference.reason);
        }
        let sum = |of: fn(&Count) -> usize| self.counts.values().map(of).sum::<usize>();
        let (passed, failed) = (
            sum(|count| count.passed) + sum(|count| count.listed),
            sum(|count| count.failed) + stale,
        );
        println!("{passed} passed, {failed} failed");
        failed == 0
    }
}

fn tell(case: &Case, what: &str) {
    let facets: Vec<String> = (case.facets.iter())
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    println!(
        "{}, {}: {what}\n  input     {}\n  expected  {}\n  got       {}\n  facets    {}",
        case.file,
        case.label,
        case.input,
        case.expected,
        case.got,
        facets.join("; ")
    );
}
