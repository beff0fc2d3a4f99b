//! Mistakes in definitions that only the compiler can find, because they concern two models: each is reported at its
//! place, with the reason. `ui/*.rs` are definitions with a mistake, `ui/*.stderr` the expected messages.
//!
//! `DECLAREST_BLESS=1` writes the expected files anew. Read the difference before you commit it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use serde_json::{Deserializer, Value};
use tests::{cargo, target};

/// The libraries that expanded models use (`orm` and `diesel`): name and path of the `.rlib`, as built for these tests.
fn libraries() -> BTreeMap<String, String> {
    let mut build = cargo(&["test", "--workspace", "--lib", "--no-run", "--message-format=json"]);
    let built = build.output().unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let messages = Deserializer::from_slice(&built.stdout).into_iter::<Value>();
    let library = |message: Value| {
        let name = message["target"]["name"]
            .as_str()
            .filter(|name| ["orm", "diesel"].contains(name))?;
        let mut files = message["filenames"].as_array()?.iter().filter_map(Value::as_str);
        Some((name.to_owned(), files.find(|file| file.ends_with(".rlib"))?.to_owned()))
    };
    messages.map(Result::unwrap).filter_map(library).collect()
}

/// What the compiler reports for a file: messages, source lines with the marked parts, and its help.
fn report(file: &Path, libraries: &BTreeMap<String, String>) -> String {
    let mut compiler = Command::new("rustc");
    compiler.args([
        "--edition=2024",
        "--emit=metadata",
        "--cap-lints=allow",
        "--error-format=json",
        "-o/dev/null",
    ]);
    compiler.arg("-L").arg(target().join("deps")).arg(file);
    compiler.args(libraries.iter().map(|(name, path)| format!("--extern={name}={path}")));
    let told = compiler.output().unwrap();
    let mut report = String::new();
    for message in Deserializer::from_slice(&told.stderr).into_iter::<Value>() {
        write_message(&mut report, &message.unwrap(), file);
    }
    report
}

fn write_message(report: &mut String, message: &Value, file: &Path) {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let (level, told) = (text(&message["level"]), text(&message["message"]));
    if level == "failure-note" || told.starts_with("aborting due to") {
        return; // the number of errors, and where to read more
    }
    let code = (message["code"]["code"].as_str()).map_or(String::new(), |code| format!("[{code}]"));
    writeln!(report, "{level}{code}: {told}").unwrap();
    let spans = message["spans"].as_array().unwrap().iter();
    for span in spans.filter(|span| span["file_name"] == file.to_str().unwrap()) {
        let (number, line) = (span["line_start"].to_string(), &span["text"][0]);
        let [from, to] = ["highlight_start", "highlight_end"].map(|place| line[place].as_u64().unwrap() as usize);
        let marks = if span["is_primary"] == true { "^" } else { "-" }.repeat(to - from);
        let label = text(&span["label"]) + &text(&span["suggested_replacement"]);
        let marked = format!("{:1$} | {2:3$}{marks} {label}", "", number.len(), "", from - 1);
        writeln!(report, "{number} | {}\n{}", text(&line["text"]), marked.trim_end()).unwrap();
    }
    for child in message["children"].as_array().unwrap() {
        write_message(report, child, file);
    }
    if message["rendered"].is_string() {
        report.push('\n');
    }
}

#[test]
fn a_mistake_is_refused_where_it_is_written() {
    let libraries = libraries();
    assert_eq!(libraries.len(), 2, "{libraries:?}");
    let mut files: Vec<_> = std::fs::read_dir("ui")
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "rs"));
    files.sort();
    assert!(files.len() > 5, "{files:?}");
    let mut differences = String::new();
    for file in files {
        let (actual, expected) = (report(&file, &libraries), file.with_extension("stderr"));
        if std::env::var_os("DECLAREST_BLESS").is_some() {
            std::fs::write(expected, actual).unwrap();
        } else if std::fs::read_to_string(&expected).unwrap_or_default() != actual {
            write!(differences, "{} differs; it would be:\n{actual}\n", expected.display()).unwrap();
        }
    }
    assert!(differences.is_empty(), "{differences}");
}
