//! The entry points of fuzzing (`tests::fuzz`), with the committed corpora and with variants of them: what `cargo fuzz`
//! does for as long as one likes, bounded, with the compiler that everybody has, and on both databases.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use tests::fuzz::{Stand, TARGETS, call};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz").join(name)
}

/// The names of what is in a folder, without their endings.
fn names(folder: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let name = |entry: std::io::Result<std::fs::DirEntry>| {
        let path = entry.unwrap().path();
        path.file_stem().unwrap().to_string_lossy().into_owned()
    };
    entries.map(name).collect()
}

/// The inputs of a target, sorted by their names.
fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = folder("corpus").join(target);
    let files = names(&folder).into_iter();
    files.map(|name| std::fs::read(folder.join(name)).unwrap()).collect()
}

/// The words that are put into inputs: those of `words.dict`.
fn words() -> Vec<Vec<u8>> {
    let text = std::fs::read_to_string(folder("words.dict")).unwrap();
    let quoted = text.lines().filter(|line| line.starts_with('"'));
    quoted.map(|line| unescaped(&line[1..line.len() - 1])).collect()
}

/// A word without the escapes of the dictionary: `\"`, `\\` and `\xff`.
fn unescaped(word: &str) -> Vec<u8> {
    let mut bytes = word.bytes();
    let mut word = Vec::new();
    while let Some(byte) = bytes.next() {
        match (byte, byte == b'\\' && bytes.clone().next() == Some(b'x')) {
            (_, true) => {
                let digits: Vec<u8> = bytes.by_ref().skip(1).take(2).collect();
                let digits = std::str::from_utf8(&digits).unwrap();
                word.push(u8::from_str_radix(digits, 16).unwrap());
            }
            (b'\\', false) => word.extend(bytes.next()),
            (byte, false) => word.push(byte),
        }
    }
    word
}

/// A change of an input. Places are indices into what the input is at that time.
#[derive(Debug, Clone)]
enum Change {
    Insert(Index, Index),
    Delete(Index, u8),
    Repeat(Index, u8, u8),
    Replace(Index, u8),
    /// Continues with the rest of another input.
    Splice(Index, Index, Index),
    /// Gives another value to a place of the JSON behind the first line.
    Value(Index, Index),
}

fn change() -> impl Strategy<Value = Change> {
    let place = any::<Index>;
    prop_oneof![
        1 => (place(), place()).prop_map(|(at, word)| Change::Insert(at, word)),
        1 => (place(), any::<u8>()).prop_map(|(at, length)| Change::Delete(at, length)),
        1 => (place(), 0..20_u8, any::<u8>()).prop_map(|(at, length, times)| Change::Repeat(at, length, times)),
        1 => (place(), any::<u8>()).prop_map(|(at, byte)| Change::Replace(at, byte)),
        1 => (place(), place(), place()).prop_map(|(at, other, from)| Change::Splice(at, other, from)),
        3 => (place(), place()).prop_map(|(at, value)| Change::Value(at, value)),
    ]
}

/// Values to put into JSON.
fn values() -> Vec<Value> {
    let texts = [
        "",
        "\0",
        "1e400000000",
        "99999-12-31",
        "0001-01-01",
        "2024-02-30",
        "NaN",
        "id",
        "name",
        "' OR 1=1 --",
        "%",
        "false",
    ];
    let numbers = [
        "0",
        "-1",
        "1.5",
        "1e400000000",
        "-1e-400000000",
        "9223372036854775807",
        "9223372036854775808",
        "1e30",
    ];
    let numbers = numbers.map(|number| serde_json::from_str(number).unwrap());
    let others = [
        json!(null),
        json!(true),
        json!(false),
        json!([]),
        json!({}),
        json!([[5]]),
        json!([[6, 0, [1, 2]]]),
    ];
    texts
        .map(Value::from)
        .into_iter()
        .chain(numbers)
        .chain(others)
        .collect()
}

/// The JSON pointers of everything within a value.
fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    let escaped = |name: &str| name.replace('~', "~0").replace('/', "~1");
    match value {
        Value::Array(items) => {
            let items = items.iter().enumerate();
            items.for_each(|(index, item)| pointers(item, &format!("{at}/{index}"), found));
        }
        Value::Object(members) => {
            let members = members.iter();
            members.for_each(|(name, member)| pointers(member, &format!("{at}/{}", escaped(name)), found));
        }
        _ => {}
    }
}

/// The input after a change.
fn changed(mut input: Vec<u8>, change: &Change, words: &[Vec<u8>], others: &[Vec<u8>]) -> Vec<u8> {
    let place = |at: &Index, length: usize| at.index(length + 1);
    match change {
        Change::Insert(at, word) => {
            let at = place(at, input.len());
            input.splice(at..at, words[word.index(words.len())].iter().copied());
        }
        Change::Delete(at, length) => {
            let at = place(at, input.len());
            let end = input.len().min(at + usize::from(*length));
            input.drain(at..end);
        }
        Change::Repeat(at, length, times) => {
            let at = place(at, input.len());
            let part = input[at..input.len().min(at + usize::from(*length))].repeat(usize::from(*times));
            input.splice(at..at, part);
        }
        Change::Replace(at, byte) => {
            let at = place(at, input.len());
            input.splice(at..input.len().min(at + 1), [*byte]);
        }
        Change::Splice(at, other, from) => {
            let other = &others[other.index(others.len())];
            input.truncate(place(at, input.len()));
            input.extend_from_slice(&other[place(from, other.len())..]);
        }
        Change::Value(at, value) => {
            let begin = input.iter().position(|byte| *byte == b'\n').map_or(0, |end| end + 1);
            if let Ok(mut json) = serde_json::from_slice::<Value>(&input[begin..]) {
                let (mut found, values) = (Vec::new(), values());
                pointers(&json, "", &mut found);
                let pointer = &found[at.index(found.len())];
                *json.pointer_mut(pointer).unwrap() = values[value.index(values.len())].clone();
                input.truncate(begin);
                input.extend(json.to_string().bytes());
            }
        }
    }
    input
}

#[test]
fn every_entry_point_has_a_target_and_a_corpus() {
    let known: BTreeSet<String> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(names(&folder("fuzz_targets")), known);
    assert_eq!(names(&folder("corpus")), known);
    let manifest = std::fs::read_to_string(folder("Cargo.toml")).unwrap();
    for name in &known {
        assert!(manifest.contains(&format!("name = \"{name}\"")), "{name}");
        assert!(corpus(name).len() > 3, "{name}");
        assert!(corpus(name).iter().all(|input| input.len() <= 4096), "{name}");
    }
}

/// `DECLAREST_FUZZ_CASES=10000` tries so many variants of each corpus instead of 200.
#[test]
fn whatever_is_sent_has_an_answer() {
    let cases = std::env::var("DECLAREST_FUZZ_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok());
    let words = words();
    let mut stand = Stand::new();
    for (target, _) in TARGETS {
        let corpus = corpus(target);
        for input in &corpus {
            tested(target, &mut stand, input);
        }
        let config = Config {
            cases: cases.unwrap_or(200),
            failure_persistence: None,
            ..Config::default()
        };
        let stand = std::cell::RefCell::new(&mut stand);
        let inputs = (any::<Index>(), prop::collection::vec(change(), 1..5));
        let ran = TestRunner::new(config).run(&inputs, |(input, changes)| {
            let input = corpus[input.index(corpus.len())].clone();
            let change = |input, change| changed(input, change, &words, &corpus);
            tested(target, &mut stand.borrow_mut(), &changes.iter().fold(input, change));
            Ok(())
        });
        ran.unwrap();
    }
}

/// Calls a target, and prints the input if it finds a fault.
fn tested(target: &str, stand: &mut Stand, input: &[u8]) {
    let ran = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| call(target, stand, input)));
    if let Err(fault) = ran {
        eprintln!("{target}: {:?}", String::from_utf8_lossy(input));
        std::panic::resume_unwind(fault);
    }
}
