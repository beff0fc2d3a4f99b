//! `bench`: measures declarest and the hand-written baseline in alternation and compares them; or compares declarest
//! over few orders with declarest over many.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use bench::answers::compare;
use bench::databases::{Databases, address};
use bench::report;
use bench::servers::{self, Changeable, Server};
use bench::workload::{WORKLOADS, Workload};
use bench::wrk::{self, Load, Sample};
use clap::Parser;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Measures declarest and the hand-written baseline with wrk, in alternation, and prints how they compare.
#[derive(Debug, Parser)]
struct Options {
    /// Measure over PostgreSQL, in a temporary cluster, instead of SQLite.
    #[arg(long)]
    postgres: bool,
    /// Connect declarest, but not the baseline, through a pgbouncer in transaction mode.
    #[arg(long, requires = "postgres")]
    pgbouncer: bool,
    /// How often each workload is measured. The table shows the medians.
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
    /// URL of a database with the demo data to use instead of a new one. It is copied, not changed. On PostgreSQL the
    /// copy is on the same server, and nothing else may use the database meanwhile. With `--compare-orders`, given once
    /// for each number.
    #[arg(long)]
    database: Vec<String>,
    /// The number of orders in a new database.
    #[arg(long, default_value_t = 20_000)]
    orders: u32,
    /// Compare declarest over two numbers of orders, for example `20000,1000000`, instead of with the baseline.
    #[arg(long, value_delimiter = ',', conflicts_with_all = ["orders", "min_ratio"])]
    compare_orders: Option<Vec<u32>>,
    /// Measure only workloads whose name contains this.
    #[arg(long)]
    only: Option<String>,
    /// Fail if the ratio of declarest to the baseline is lower in any workload.
    #[arg(long)]
    min_ratio: Option<f64>,
}

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
    let run = Run {
        options,
        baseline: &baseline,
        place: &place,
    };
    let result = match options.compare_orders.as_deref() {
        Some(&[few, many]) => run.sizes([few, many]),
        Some(_) => Err("--compare-orders takes two numbers: 20000,1000000".into()),
        None => run.servers(),
    };
    fs::remove_dir_all(&place)?;
    result
}

/// What a prepared database and all its copies contain for the workloads.
struct Stock {
    token: String,
    orders: Changeable,
}

/// One run of the program.
struct Run<'a> {
    options: &'a Options,
    baseline: &'a Path,
    /// The folder for SQLite files, logs and scripts.
    place: &'a Path,
}

impl Run<'_> {
    /// Measures declarest, the baseline and the ceiling. False if their answers differ or declarest is too slow.
    fn servers(&self) -> Result<bool> {
        let databases = self.databases()?;
        let given = self.options.database.first();
        let (ours, stock) = self.prepared(&databases, "bench", given, self.options.orders)?;
        let theirs = databases.make("baseline", Some(&ours))?;
        let memory = databases.make("ceiling", Some(&ours))?;
        let pooler = self.options.pgbouncer.then(|| databases.pooler()).transpose()?;
        let reached = match &pooler {
            Some(pooler) => pooler.url(&address(&ours).default_name()),
            None => ours,
        };
        let servers = [
            self.declarest(&reached, "declarest.log")?,
            Server::start(self.baseline, &["--database", &theirs], &self.log("baseline.log"))?,
            Server::start(
                self.baseline,
                &["--database", &memory, "--ceiling"],
                &self.log("ceiling.log"),
            )?,
        ];
        let same = compare(&servers, &stock.token, &stock.orders, &self.workloads())?;
        let mut fast_enough = true;
        println!("{}", report::SERVERS);
        self.alternate(servers.each_ref(), [&stock; 3], |workload, samples| {
            let ratio = report::servers(workload, samples, self.options.postgres);
            fast_enough &= self.options.min_ratio.is_none_or(|least| ratio >= least);
        })?;
        Ok(same && fast_enough)
    }

    /// Measures declarest over few orders and over many.
    fn sizes(&self, orders: [u32; 2]) -> Result<bool> {
        let databases = self.databases()?;
        let given = |at: usize| self.options.database.get(at);
        let (few, few_stock) = self.prepared(&databases, "few", given(0), orders[0])?;
        let (many, many_stock) = self.prepared(&databases, "many", given(1), orders[1])?;
        let servers = [self.declarest(&few, "few.log")?, self.declarest(&many, "many.log")?];
        report::sizes_head(orders);
        self.alternate(servers.each_ref(), [&few_stock, &many_stock], |workload, samples| {
            report::sizes(workload, samples);
        })?;
        Ok(true)
    }

    fn databases(&self) -> Result<Databases> {
        Ok(match (self.options.postgres, self.options.database.first()) {
            (false, _) => Databases::folder(self.place),
            (true, Some(url)) => Databases::beside(url),
            (true, None) => Databases::cluster()?,
        })
    }

    /// Creates a database, or copies the given one, and adds everything that the workloads need.
    fn prepared(
        &self,
        databases: &Databases,
        name: &str,
        given: Option<&String>,
        orders: u32,
    ) -> Result<(String, Stock)> {
        let url = databases.make(name, given.map(String::as_str))?;
        if given.is_none() {
            servers::seed(&self.options.declarest, &url, orders, &self.log("seed.log"))?;
        }
        let arguments = ["serve", "--migrate", "--database", &url];
        let server = Server::start(&self.options.declarest, &arguments, &self.log("login.log"))?;
        let token = servers::log_in(&server, &url)?;
        servers::add_partners(&server, &token)?;
        let orders = servers::add_changeable(&server, &token)?;
        server.stop()?;
        databases.settle(&url);
        Ok((url, Stock { token, orders }))
    }

    fn declarest(&self, url: &str, log: &str) -> Result<Server> {
        let arguments = ["serve", "--database", url];
        Ok(Server::start(&self.options.declarest, &arguments, &self.log(log))?)
    }

    fn log(&self, name: &str) -> PathBuf {
        self.place.join(name)
    }

    fn workloads(&self) -> Vec<&'static Workload> {
        let only = self.options.only.as_deref().unwrap_or_default();
        WORKLOADS
            .iter()
            .filter(|workload| workload.name.contains(only))
            .collect()
    }

    /// Measures the servers in alternation, workload by workload. The workloads that write come last, so that they do
    /// not change what the lists read.
    fn alternate<const N: usize>(
        &self,
        servers: [&Server; N],
        stocks: [&Stock; N],
        mut measured: impl FnMut(&Workload, &[Vec<Sample>; N]),
    ) -> Result<()> {
        fs::write(self.log("create.lua"), include_str!("../../fixtures/create.lua"))?;
        fs::write(self.log("change.lua"), include_str!("../../fixtures/change.lua"))?;
        let load = Load {
            seconds: self.options.seconds,
            connections: self.options.connections,
            threads: self.options.threads,
        };
        for workload in self.workloads() {
            let mut samples: [Vec<Sample>; N] = [const { Vec::new() }; N];
            for _ in 0..self.options.rounds {
                for ((server, stock), samples) in servers.iter().zip(stocks).zip(&mut samples) {
                    let Stock { token, orders } = stock;
                    samples.push(wrk::drive(&server.base(), token, workload, load, self.place, orders)?);
                }
            }
            measured(workload, &samples);
        }
        Ok(())
    }
}
