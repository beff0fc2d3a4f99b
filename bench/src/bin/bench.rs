//! `bench`: drives declarest and the hand-written baseline in alternation and prints how they compare.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use bench::client;
use bench::stand::{self, Server};
use bench::workload::{WORKLOADS, Workload};
use bench::wrk::{self, Load, Sample, median};
use clap::Parser;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Drives declarest and the hand-written baseline with wrk, in alternation, and prints how they compare.
#[derive(Debug, Parser)]
struct Options {
    /// How often each workload is measured; the table has the medians.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Seconds of each measurement.
    #[arg(long, default_value_t = 3)]
    seconds: u32,
    /// Open connections.
    #[arg(long, default_value_t = 16)]
    connections: u32,
    /// Threads of wrk.
    #[arg(long, default_value_t = 2)]
    threads: u32,
    /// The program to measure.
    #[arg(long, default_value = "target/release/declarest")]
    declarest: PathBuf,
    /// A database to use instead of a new one. It is copied, not changed. Needs the demo data.
    #[arg(long)]
    database: Option<PathBuf>,
    /// Orders in a new database.
    #[arg(long, default_value_t = 20_000)]
    orders: u32,
    /// Only workloads whose name contains this.
    #[arg(long)]
    only: Option<String>,
    /// Fail when a ratio is lower.
    #[arg(long)]
    min_ratio: Option<f64>,
}

/// Who is measured; indices into the samples of a workload.
const DECLAREST: usize = 0;
const BASELINE: usize = 1;
const CEILING: usize = 2;

fn main() -> ExitCode {
    let options = Options::parse();
    match run(&options) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<bool> {
    if !wrk::is_installed() {
        return Err("wrk is missing: apt-get install wrk".into());
    }
    let baseline = std::env::current_exe()?.with_file_name("baseline");
    for program in [&options.declarest, &baseline] {
        if !program.exists() {
            let missing = program.display();
            return Err(format!("{missing} is missing: cargo build --release -p server -p bench").into());
        }
    }
    let place = std::env::temp_dir().join(format!("declarest-bench-{}", std::process::id()));
    fs::create_dir_all(&place)?;
    let result = measure(options, &baseline, &place);
    fs::remove_dir_all(&place)?;
    result
}

fn measure(options: &Options, baseline: &Path, place: &Path) -> Result<bool> {
    let (ours, theirs, memory) = (
        place.join("bench.db"),
        place.join("baseline.db"),
        place.join("ceiling.db"),
    );
    let log = |name: &str| place.join(name);
    match &options.database {
        Some(database) => stand::copy(database, &ours)?,
        None => stand::seed(&options.declarest, &ours, options.orders, &log("seed.log"))?,
    }
    // The token must be in every copy: it is issued before they are made.
    let url = stand::url(&ours);
    let server = Server::start(&options.declarest, &["serve", "--database", &url], &log("login.log"))?;
    let token = stand::log_in(&server, &ours)?;
    stand::add_partners(&server, &token)?;
    server.stop()?;
    stand::copy(&ours, &theirs)?;
    stand::copy(&ours, &memory)?;

    let (theirs, memory) = (theirs.display().to_string(), memory.display().to_string());
    let servers = [
        Server::start(
            &options.declarest,
            &["serve", "--database", &url],
            &log("declarest.log"),
        )?,
        Server::start(baseline, &["--database", &theirs], &log("baseline.log"))?,
        Server::start(baseline, &["--database", &memory, "--ceiling"], &log("ceiling.log"))?,
    ];
    let chosen = |workload: &&Workload| options.only.as_ref().is_none_or(|only| workload.name.contains(only));
    let workloads: Vec<_> = WORKLOADS.iter().filter(chosen).collect();
    let same = compare(&servers, &token, &workloads)?;

    let script = log("create.lua");
    fs::write(&script, include_str!("../../fixtures/create.lua"))?;
    let load = Load {
        seconds: options.seconds,
        connections: options.connections,
        threads: options.threads,
    };
    let mut fast_enough = true;
    println!("{HEADER}\n{RULE}");
    // Workload by workload, so that creates (the last one) do not change what the lists read.
    for workload in workloads {
        let mut samples: [Vec<Sample>; 3] = Default::default();
        for _ in 0..options.rounds {
            for (server, samples) in servers.iter().zip(&mut samples) {
                samples.push(wrk::drive(&server.base(), &token, workload, load, &script)?);
            }
        }
        let ratio = print(workload, &samples);
        fast_enough &= options.min_ratio.is_none_or(|least| ratio >= least);
    }
    Ok(same && fast_enough)
}

/// Says for each workload whether the servers give the same answer; false when one differs.
fn compare(servers: &[Server; 3], token: &str, workloads: &[&Workload]) -> Result<bool> {
    let mut same = true;
    for workload in workloads {
        let method = if workload.body.is_some() { "POST" } else { "GET" };
        let ask = |server: &Server| client::request(server.address, method, workload.path, token, workload.body);
        let mut answers = servers.iter().map(ask).collect::<std::io::Result<Vec<_>>>()?;
        if workload.body.is_some() {
            // A new record has the time in it.
            answers.iter_mut().for_each(without_times);
        }
        let mut differs = false;
        for (name, answer) in ["the baseline", "the ceiling"].iter().zip(&answers[1..]) {
            if let Some(at) = difference(&answers[DECLAREST], answer) {
                differs = true;
                println!("{}: {name} answers otherwise, from byte {at}:", workload.name);
                println!("  declarest: {}", excerpt(&answers[DECLAREST], at));
                println!("  {name}: {}", excerpt(answer, at));
            }
        }
        let length = answers[DECLAREST].len();
        println!(
            "{}: {length} bytes{}",
            workload.name,
            if differs { "" } else { ", the same from all" }
        );
        same &= !differs;
    }
    println!();
    Ok(same)
}

/// Blanks the values of `date_order` and `create_date`.
fn without_times(answer: &mut Vec<u8>) {
    let text = String::from_utf8_lossy(answer).into_owned();
    let mut out = String::new();
    let mut rest = text.as_str();
    let next = |rest: &str| {
        let keys = ["\"date_order\":\"", "\"create_date\":\""];
        keys.iter().filter_map(|key| Some(rest.find(key)? + key.len())).min()
    };
    while let Some(at) = next(rest) {
        out.push_str(&rest[..at]);
        rest = rest[at..].trim_start_matches(|c| c != '"');
    }
    out.push_str(rest);
    *answer = out.into_bytes();
}

fn difference(one: &[u8], other: &[u8]) -> Option<usize> {
    let differs = one.iter().zip(other).position(|(a, b)| a != b);
    differs.or((one.len() != other.len()).then_some(one.len().min(other.len())))
}

fn excerpt(answer: &[u8], at: usize) -> String {
    let range = at.saturating_sub(60)..(at + 60).min(answer.len());
    String::from_utf8_lossy(&answer[range]).into_owned()
}

const HEADER: &str = "\
|                       |         declarest         |         baseline          |       |  ceiling  | baseline/ceiling |
| workload              |     req/s  p50 ms  p99 ms |     req/s  p50 ms  p99 ms | ratio |   req/s   | here   honest    |";
const RULE: &str = "\
|-----------------------|---------------------------|---------------------------|-------|-----------|------------------|";

/// Prints a workload's line of the table and gives the ratio.
fn print(workload: &Workload, samples: &[Vec<Sample>; 3]) -> f64 {
    let of = |who: usize, what: fn(&Sample) -> f64| median(samples[who].iter().map(what).collect());
    let rate = |who| of(who, |sample| sample.rate);
    let columns = |who| {
        format!(
            "{:9.0} {:7.2} {:7.2}",
            rate(who),
            of(who, |s| s.p50),
            of(who, |s| s.p99)
        )
    };
    let ratio = rate(DECLAREST) / rate(BASELINE);
    println!(
        "| {:21} | {} | {} |  {ratio:.2} | {:9.0} | {:5.2}  {:5.2}     |",
        workload.name,
        columns(DECLAREST),
        columns(BASELINE),
        rate(CEILING),
        rate(BASELINE) / rate(CEILING),
        workload.honest_share,
    );
    ratio
}
