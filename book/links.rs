//! Every link within the book leads to a page and a heading; every page is in the summary, and its examples are tests.

use std::collections::BTreeMap;
use std::fs;

/// The lines of a page that are no code.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split("\n```").step_by(2); // code is between two fences
    parts.flat_map(str::lines)
}

/// The anchor that mdBook gives a heading.
fn anchor(heading: &str) -> String {
    let heading = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = |letter: &char| letter.is_alphanumeric() || "_- ".contains(*letter);
    heading.chars().filter(kept).collect::<String>().replace(' ', "-")
}

/// Each page's name and text.
fn pages() -> BTreeMap<String, String> {
    let files = fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src")).unwrap();
    let page = |path: std::path::PathBuf| {
        let name = path.file_name().unwrap().to_str().unwrap();
        (name.to_owned(), fs::read_to_string(&path).unwrap())
    };
    files.map(|file| page(file.unwrap().path())).collect()
}

#[test]
fn links_lead_somewhere() {
    let pages = pages();
    let mut links = 0;
    for (page, text) in &pages {
        let starts = prose(text).flat_map(|line| line.split("](").skip(1));
        let targets = starts.filter_map(|rest| rest.split(')').next());
        for target in targets.filter(|target| !target.contains("://")) {
            let (file, heading) = target.split_once('#').unwrap_or((target, ""));
            let file = if file.is_empty() { page } else { file };
            let text = pages.get(file).unwrap_or_else(|| panic!("{page}: there is no {file}"));
            let known = heading.is_empty() || prose(text).any(|line| line.starts_with('#') && anchor(line) == heading);
            assert!(known, "{page}: {target}: there is no such heading");
            links += 1;
        }
    }
    assert!(links > 30, "only {links} links");
}

#[test]
fn every_page_is_in_the_summary_and_its_examples_are_tests() {
    let pages = pages();
    for page in pages.keys().filter(|page| *page != "SUMMARY.md") {
        assert!(pages["SUMMARY.md"].contains(&format!("({page})")), "SUMMARY.md: {page}");
        assert!(
            include_str!("lib.rs").contains(&format!("\"{page}\"")),
            "lib.rs: {page}"
        );
    }
}
