//! `rules`: what the rules of rights cost. A list of 80 orders for a salesman, whose rule lets him see his own documents and
//! those of nobody, against the same list by a program without rules; all orders are his, so that both answer the same.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use bench::client::request;
use bench::databases::{Databases, address};
use bench::servers::{self, Changeable, Server};
use bench::workload::WORKLOADS;
use bench::wrk::{self, Load};
use clap::Parser;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

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
    let place = std::env::temp_dir().join(format!("declarest-rules-{}", std::process::id()));
    fs::create_dir_all(&place)?;
    let ratio = measure(options, &place);
    fs::remove_dir_all(&place)?;
    ratio
}

fn measure(options: &Options, place: &Path) -> Result<f64> {
    let databases = match options.postgres {
        true => Databases::cluster()?,
        false => Databases::folder(place),
    };
    let url = databases.make("rules", None)?;
    let (ruled, unruled) = (options.programs.join("declarest"), options.programs.join("unruled"));
    servers::seed(&ruled, &url, options.orders, &place.join("seed.log"))?;
    let serve = ["serve", "--database", &url];
    let first = Server::start(&ruled, &serve, &place.join("ruled.log"))?;
    let administrator = servers::log_in(&first, &url)?;
    let group = "Sales / User: Own Documents Only";
    let (salesman, token) = servers::member(&ruled, &first, &url, &administrator, "salesman", group)?;
    harness::execute(&address(&url), &format!("UPDATE sale_order SET user_id = {salesman}"));
    databases.settle(&url);
    let second = Server::start(&unruled, &serve, &place.join("unruled.log"))?;
    let list = WORKLOADS.iter().find(|workload| workload.name == "list of 80");
    let list = list.ok_or("there is no such workload")?;
    let answer = |server: &Server| request(server.address, "GET", list.path, &token, None);
    if answer(&first)? != answer(&second)? {
        return Err("the two answer differently".into());
    }
    let load = Load {
        seconds: options.seconds,
        connections: options.connections,
        threads: 1,
    };
    let rate = |server: &Server| -> Result<f64> {
        let sample = wrk::drive(&server.base(), &token, list, load, place, &Changeable::default())?;
        Ok(sample.rate)
    };
    let mut ratios = Vec::new();
    for _ in 0..options.rounds {
        let (with, without) = (rate(&first)?, rate(&second)?);
        ratios.push(with / without);
        println!(
            "with rules {with:.0}/s, without {without:.0}/s, ratio {:.3}",
            with / without
        );
    }
    ratios.sort_by(f64::total_cmp);
    let median = ratios[ratios.len() / 2];
    println!(
        "{}: median ratio {median:.3}, at least {} is asked",
        list.name, options.min_ratio
    );
    Ok(median)
}
