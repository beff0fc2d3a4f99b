//! Compares the behaviour of this program with facts recorded from another system; see `tests/README.md`.

use std::path::PathBuf;
use std::process::ExitCode;

use tests::oracle::{self, Options};

const USAGE: &str = "usage: oracle DIR [--database URL | --postgres] [--only FILE[/SECTION]] [--verbose]";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    // The runner starts itself with this word to run commands of `declarest` in another process.
    if words.first().is_some_and(|word| word == oracle::PROGRAM) {
        return server::cli::run_from(tests::declarest(), words.into_iter().map(Into::into));
    }
    let answer = options(words).and_then(|options| oracle::run(&options));
    match answer {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(why) => {
            eprintln!("oracle: {why}");
            ExitCode::FAILURE
        }
    }
}

fn options(words: Vec<String>) -> Result<Options, String> {
    let mut options = Options::default();
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("{word} lacks its value; {USAGE}"));
        match word.as_str() {
            "--database" => options.database = Some(value()?),
            "--postgres" => options.postgres = true,
            "--only" => options.only = Some(value()?),
            "--verbose" => options.verbose = true,
            dir if !dir.starts_with('-') && options.dir.as_os_str().is_empty() => options.dir = PathBuf::from(dir),
            other => return Err(format!("{other:?} is not understood; {USAGE}")),
        }
    }
    match options.dir.is_dir() {
        true => Ok(options),
        false => Err(format!("{:?} is no folder; {USAGE}", options.dir)),
    }
}
