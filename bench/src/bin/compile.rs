//! `compile`: measures how long one more model, and edits in different crates, take to compile, in a copy of the
//! workspace.

use std::error::Error;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

use bench::measure::median;
use clap::Parser;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Measures how much one more model of thirty fields adds to a debug build of `models`, and how long
/// `cargo check -p server` takes after each of a few edits. Works on a copy. The first run compiles all dependencies.
#[derive(Debug, Parser)]
struct Options {
    /// How often each build is measured. The median counts.
    #[arg(long, default_value_t = 5)]
    runs: usize,
    /// The folder of the workspace.
    #[arg(long, default_value = ".")]
    workspace: PathBuf,
    /// The folder for the copy and its build. The next run uses the build again.
    #[arg(long, default_value_os_t = std::env::temp_dir().join("declarest-compile"))]
    place: PathBuf,
    /// How many more models like the added one the crate `models` has already.
    #[arg(long, default_value_t = 0)]
    others: usize,
    /// Fail if a limit is exceeded.
    #[arg(long)]
    enforce: bool,
}

/// The model that is added, and the file whose `catalogue!` lists it.
const MODEL: &str = include_str!("../../fixtures/bench_record.rs");
const CATALOGUE_FILE: &str = "models/src/lib.rs";
/// An edit after which `cargo check -p server` is measured.
struct Edit {
    what: &'static str,
    file: &'static str,
    /// The text after which `insert` is put. Empty for the end of the file.
    after: &'static str,
    /// The inserted text. `RUN` stands for the number of the run.
    insert: &'static str,
}

const EDITS: [Edit; 4] = [
    Edit {
        what: "a model's field",
        file: "models/src/sale/sale_order.rs",
        after: "pub struct SaleOrder {\n",
        insert: "    /// Edited\n    pub edited_RUN: Option<String>,\n",
    },
    Edit {
        what: "a model's method",
        file: "models/src/sale/sale_order.rs",
        after: "fn action_confirm(orders: &Records<Self>, env: &mut Env<'_>) -> Result<bool> {\n",
        insert: "        let _edited = RUN;\n",
    },
    Edit {
        what: "the documents",
        file: "orm/openapi/src/lib.rs",
        after: "",
        insert: "\n/// Edited\npub fn edited_RUN() {}\n",
    },
    Edit {
        what: "the tables",
        file: "orm/schema/src/lib.rs",
        after: "",
        insert: "\n/// Edited\npub fn edited_RUN() {}\n",
    },
];

/// The most seconds that a model may add, and that a check may take.
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
    let result = measure(&cargo, options);
    fs::remove_dir_all(&tree)?;
    result
}

fn measure(cargo: &Cargo<'_>, options: &Options) -> Result<bool> {
    let whole = added(cargo, options, "0")?;
    println!("one more model, whole crate: {whole}");
    let incremental = added(cargo, options, "1")?;
    println!("one more model, incremental: {incremental}");
    let mut within = whole.cost() <= ADDED_LIMIT;
    for edit in &EDITS {
        let (seconds, checked) = edited(cargo, options.runs, edit)?;
        println!(
            "check of server after an edit of {}: {seconds:.2} s ({checked})",
            edit.what
        );
        within &= seconds <= CHECK_LIMIT;
    }
    println!("limit of a check: {CHECK_LIMIT} s");
    Ok(within)
}

/// Seconds that a build of `models` takes without and with the added model.
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

fn added(cargo: &Cargo<'_>, options: &Options, incremental: &str) -> Result<Added> {
    let catalogue = cargo.tree.join(CATALOGUE_FILE);
    let plain = fs::read_to_string(&catalogue)?;
    let (without, with) = (1..=options.others, 0..=options.others);
    for number in with.clone() {
        let model = MODEL.replace("BenchRecord", &format!("BenchRecord{number}"));
        let model = model.replace("bench.record", &format!("bench.record{number}"));
        fs::write(cargo.tree.join(format!("models/src/bench_record{number}.rs")), model)?;
    }
    let (without, with) = (listing(&plain, without)?, listing(&plain, with)?);
    let build = |text: &str| -> Result<f64> {
        fs::write(&catalogue, text)?;
        Ok(cargo.time(&["build", "-p", "models"], incremental)?.0)
    };
    build(&with)?;
    let (mut less, mut more) = (Vec::new(), Vec::new());
    for _ in 0..options.runs {
        less.push(build(&without)?);
        more.push(build(&with)?);
    }
    fs::write(&catalogue, plain)?;
    Ok(Added {
        without: median(less),
        with: median(more),
    })
}

/// The catalogue with the added models of these numbers.
fn listing(catalogue: &str, numbers: impl Iterator<Item = usize>) -> Result<String> {
    let (mut modules, mut models) = (String::new(), String::new());
    for number in numbers {
        modules += &format!("pub mod bench_record{number};\n");
        models += &format!("    bench_record{number}::BenchRecord{number},\n");
    }
    let listed = insert(catalogue, "catalogue! {\n", &models)?;
    let modules = modules + "pub mod ";
    match listed.contains("pub mod ") {
        true => Ok(listed.replacen("pub mod ", &modules, 1)),
        false => Err("the catalogue declares no modules".into()),
    }
}

/// Seconds of a check after an edit, and the crates that it checked.
fn edited(cargo: &Cargo<'_>, runs: usize, edit: &Edit) -> Result<(f64, String)> {
    let file = cargo.tree.join(edit.file);
    let plain = fs::read_to_string(&file)?;
    let check = || cargo.time(&["check", "-p", "server"], "1");
    check()?;
    let (mut times, mut checked) = (Vec::new(), String::new());
    for run in 0..runs {
        let text = edit.insert.replace("RUN", &run.to_string());
        let edited = match edit.after {
            "" => plain.clone() + &text,
            after => insert(&plain, after, &text)?,
        };
        fs::write(&file, edited)?;
        let (seconds, crates) = check()?;
        times.push(seconds);
        checked = crates.join(", ");
    }
    fs::write(&file, plain)?;
    Ok((median(times), checked))
}

/// `text` with `what` inserted after the first `place`.
fn insert(text: &str, place: &str, what: &str) -> Result<String> {
    match text.split_once(place) {
        Some((before, behind)) => Ok([before, place, what, behind].concat()),
        None => Err(format!("no {place:?} to edit").into()),
    }
}

/// Runs Cargo in the copy.
struct Cargo<'a> {
    tree: &'a Path,
    target: PathBuf,
}

impl Cargo<'_> {
    /// Runs a command. Returns how many seconds it took, and the crates that it compiled or checked.
    fn time(&self, arguments: &[&str], incremental: &str) -> Result<(f64, Vec<String>)> {
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
            let crates = said.lines().filter_map(|line| {
                let (verb, rest) = line.trim().split_once(' ')?;
                let name = rest.split(' ').next()?;
                ["Checking", "Compiling"].contains(&verb).then(|| name.to_owned())
            });
            Ok((seconds, crates.collect()))
        } else {
            Err(format!("cargo {arguments:?}: {said}").into())
        }
    }
}

/// Copies a folder without build output, `.git`, `node_modules` and database files.
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
