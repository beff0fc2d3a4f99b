//! `compile`: measures what one more model and one edited model cost to compile, on a copy of the workspace.

use std::error::Error;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

use bench::wrk::median;
use clap::Parser;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Measures what one more model of thirty fields adds to a debug build of `models`, and what `cargo check -p server`
/// takes after an edit of one model. Works on a copy; the first run compiles all dependencies.
#[derive(Debug, Parser)]
struct Options {
    /// How often each build is measured; the median counts.
    #[arg(long, default_value_t = 5)]
    runs: usize,
    /// The workspace.
    #[arg(long, default_value = ".")]
    workspace: PathBuf,
    /// Where the copy and its build go; what is compiled there is used again by the next run.
    #[arg(long, default_value_os_t = std::env::temp_dir().join("declarest-compile"))]
    place: PathBuf,
    /// Fail when a limit is exceeded.
    #[arg(long)]
    enforce: bool,
}

/// The model that is added, and where it is named.
const MODEL: &str = include_str!("../../fixtures/bench_record.rs");
const MODEL_FILE: &str = "models/src/bench_record.rs";
const CATALOGUE_FILE: &str = "models/src/lib.rs";
/// The model that is edited.
const EDITED_FILE: &str = "models/src/sale/sale_order.rs";
const EDITED_STRUCT: &str = "pub struct SaleOrder {\n";

/// Seconds that a model may add, and that a check may take.
const ADDED_LIMIT: f64 = 1.5;
const CHECK_LIMIT: f64 = 10.0;

fn main() -> ExitCode {
    let options = Options::parse();
    match run(&options) {
        Ok(within) if within || !options.enforce => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("compile: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<bool> {
    if !options.workspace.join(CATALOGUE_FILE).exists() {
        return Err(format!("{} is not the workspace", options.workspace.display()).into());
    }
    let tree = options.place.join("tree");
    if tree.exists() {
        fs::remove_dir_all(&tree)?;
    }
    copy(&options.workspace, &tree)?;
    let cargo = Cargo {
        tree: &tree,
        target: options.place.join("target"),
    };
    let result = measure(&cargo, options.runs);
    fs::remove_dir_all(&tree)?;
    result
}

fn measure(cargo: &Cargo<'_>, runs: usize) -> Result<bool> {
    let whole = added(cargo, runs, "0")?;
    println!("one more model, whole crate: {whole}");
    let incremental = added(cargo, runs, "1")?;
    println!("one more model, incremental: {incremental}");
    let check = edited(cargo, runs)?;
    println!("check of server after an edit of one model: {check:.2} s (limit {CHECK_LIMIT} s)");
    Ok(whole.cost() <= ADDED_LIMIT && check <= CHECK_LIMIT)
}

/// Seconds of a build of `models` without and with the model.
struct Added {
    without: f64,
    with: f64,
}

impl Added {
    fn cost(&self) -> f64 {
        self.with - self.without
    }
}

impl std::fmt::Display for Added {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (without, with, cost) = (self.without, self.with, self.cost());
        write!(
            f,
            "{without:.2} s without, {with:.2} s with it: {cost:+.2} s (limit {ADDED_LIMIT} s)"
        )
    }
}

fn added(cargo: &Cargo<'_>, runs: usize, incremental: &str) -> Result<Added> {
    let catalogue = cargo.tree.join(CATALOGUE_FILE);
    let plain = fs::read_to_string(&catalogue)?;
    let longer = insert(&plain, "pub mod ", "pub mod bench_record;\npub mod ")?;
    let longer = insert(
        &longer,
        "catalogue! {\n",
        "catalogue! {\n    bench_record::BenchRecord,\n",
    )?;
    let build = |text: &str| -> Result<f64> {
        fs::write(&catalogue, text)?;
        cargo.time(&["build", "-p", "models"], incremental)
    };
    let model = cargo.tree.join(MODEL_FILE);
    fs::write(&model, MODEL)?;
    build(&longer)?;
    let (mut without, mut with) = (Vec::new(), Vec::new());
    for _ in 0..runs {
        without.push(build(&plain)?);
        with.push(build(&longer)?);
    }
    fs::write(&catalogue, plain)?;
    fs::remove_file(model)?;
    Ok(Added {
        without: median(without),
        with: median(with),
    })
}

fn edited(cargo: &Cargo<'_>, runs: usize) -> Result<f64> {
    let file = cargo.tree.join(EDITED_FILE);
    let plain = fs::read_to_string(&file)?;
    let check = || cargo.time(&["check", "-p", "server"], "1");
    check()?;
    let mut times = Vec::new();
    for run in 0..runs {
        let field = format!("{EDITED_STRUCT}    /// Edited\n    pub edited_{run}: Option<String>,\n");
        fs::write(&file, insert(&plain, EDITED_STRUCT, &field)?)?;
        times.push(check()?);
    }
    fs::write(&file, plain)?;
    Ok(median(times))
}

/// `text` with the first `place` replaced.
fn insert(text: &str, place: &str, by: &str) -> Result<String> {
    if text.contains(place) {
        Ok(text.replacen(place, by, 1))
    } else {
        Err(format!("no {place:?} to edit").into())
    }
}

/// Cargo in the copy.
struct Cargo<'a> {
    tree: &'a Path,
    target: PathBuf,
}

impl Cargo<'_> {
    /// Seconds that a command takes.
    fn time(&self, arguments: &[&str], incremental: &str) -> Result<f64> {
        let started = Instant::now();
        let output = Command::new("cargo")
            .args(arguments)
            .current_dir(self.tree)
            .env("CARGO_TARGET_DIR", &self.target)
            .env("CARGO_INCREMENTAL", incremental)
            .output()?;
        let seconds = started.elapsed().as_secs_f64();
        let said = String::from_utf8_lossy(&output.stderr);
        if output.status.success() {
            Ok(seconds)
        } else {
            Err(format!("cargo {arguments:?}: {said}").into())
        }
    }
}

/// Copies a folder, all but what is built or fetched.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        let text = name.to_string_lossy();
        if entry.file_type()?.is_dir() {
            if !["target", ".git", "node_modules"].contains(&text.as_ref()) {
                copy(&entry.path(), &to.join(&name))?;
            }
        } else if !text.contains(".db") {
            fs::copy(entry.path(), to.join(&name))?;
        }
    }
    Ok(())
}
