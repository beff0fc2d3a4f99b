//! `rules`: what the rules of rights cost. A list of 80 orders for a salesman, whose rule lets him see his own documents and
//! those of nobody, against the same list by a program without rules; all orders are his, so that both answer the same.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use bench::content::{self, Changeable};
use bench::databases::Databases;
use bench::measure::{Series, Subject, alternate};
use bench::report::{NUMBERS, Table, at_least, numbers};
use bench::run::Result;
use bench::servers::Server;
use bench::workload::WORKLOADS;
use bench::wrk::Load;
use clap::Parser;
use harness::{TempDir, address, execute};

/// Compares a list under rules with the same list without.
#[derive(Debug, Parser)]
struct Options {
    /// Measure over PostgreSQL, in a temporary cluster, instead of SQLite.
    #[arg(long)]
    postgres: bool,
    /// The number of orders.
    #[arg(long, default_value_t = 20_000)]
    orders: u32,
    /// How often each server is measured.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// For how long.
    #[arg(long, default_value_t = 3)]
    seconds: u32,
    /// Open connections.
    #[arg(long, default_value_t = 16)]
    connections: u32,
    /// The folder of the programs `declarest` and `unruled`.
    #[arg(long, default_value = "target/release")]
    programs: PathBuf,
    /// The lowest ratio of the two rates. Less than that fails.
    #[arg(long, default_value_t = 0.9)]
    min_ratio: f64,
}

fn main() -> ExitCode {
    let options = Options::parse();
    match run(&options) {
        Ok(ratio) if ratio >= options.min_ratio => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("rules: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<f64> {
    let place = TempDir::new();
    let databases = Databases::new(options.postgres, place.path())?;
    let url = databases.make("rules", None)?;
    let (ruled, unruled) = (options.programs.join("declarest"), options.programs.join("unruled"));
    content::seed(&ruled, &url, options.orders, place.path())?;
    let start = |program: &Path| Server::start(program, &["serve", "--database", &url], place.path());
    let first = start(&ruled)?;
    let administrator = content::log_in(&first, &url)?;
    let group = "Sales / User: Own Documents Only";
    let (salesman, token) = content::member(&ruled, &first, &url, &administrator, "salesman", group)?;
    execute(&address(&url), &format!("UPDATE sale_order SET user_id = {salesman}"));
    databases.settle(&url);
    let subject = |server| Subject {
        server,
        token: token.clone(),
        orders: Changeable::default(),
        helpers: databases.process().into_iter().collect(),
    };
    let (first, second) = (subject(first), subject(start(&unruled)?));
    let list = WORKLOADS.iter().find(|workload| workload.name == "list of 80");
    let list = list.ok_or("there is no such workload")?;
    let answer = |subject: &Subject| subject.server.client.request("GET", list.path, &token, None);
    if answer(&first)?.body() != answer(&second)?.body() {
        return Err("the two answer differently".into());
    }
    let load = Load {
        seconds: options.seconds,
        connections: options.connections,
    };
    let series = |subject| Series::new(subject, list.path, list.ask);
    let (mut with, mut without) = (series(&first), series(&second));
    alternate(&mut [&mut with, &mut without], options.rounds, load, place.path())?;
    let title = format!("{} under rules", list.name);
    let ratio = with.ratio(&without, |sample| sample.rate);
    let asked = format!("ratio (≥ {})", options.min_ratio);
    let columns = [
        &format!("with: {NUMBERS}"),
        &format!("without: {NUMBERS}"),
        asked.as_str(),
        "CPU",
    ];
    Table::begin(&title, &columns).row(&[
        numbers(&with),
        numbers(&without),
        at_least(ratio, options.min_ratio),
        format!("{:.2}", with.ratio(&without, |sample| sample.cpu)),
    ]);
    Ok(ratio)
}
