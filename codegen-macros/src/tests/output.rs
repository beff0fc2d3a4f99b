//! Golden expansions: `tests/output/<name>.rs` is the expansion of `tests/output/source/<name>.rs`. A change of the
//! expansion changes these files, so that reviews see it.

use std::fs;

use super::{expect, folder, run, sources};

#[test]
fn expansions_are_as_reviewed() {
    let mut differences = Vec::new();
    for path in sources(&folder("output/source")) {
        let source = fs::read_to_string(&path).expect("a readable source");
        let mut text = String::from("// Written by `DECLAREST_BLESS=1 cargo test -p codegen-macros`, from:\n//\n");
        for line in source.lines() {
            text.push_str(format!("//     {line}").trim_end());
            text.push('\n');
        }
        for output in run::file(&source) {
            assert!(output.errors.is_empty(), "{}: {:?}", path.display(), output.errors);
            let file = syn3::parse_str(&output.tokens.to_string()).expect("the expansion is Rust");
            text.push('\n');
            text.push_str(&prettyplease::unparse(&file));
        }
        let name = path.file_name().expect("a file");
        differences.extend(expect(&folder("output").join(name), &text).err());
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}
