//! `timing`: whether the time of an answer gives something away. Pairs of requests that must be answered alike are sent in
//! alternation, and the medians of their times are compared.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use bench::client::Client;
use bench::content;
use bench::databases::Databases;
use bench::measure::median;
use bench::run::Result;
use bench::servers::Server;
use clap::Parser;
use harness::{TempDir, address};
use serde_json::{Value, json};

/// Compares the times of answers that must not differ.
#[derive(Debug, Parser)]
struct Options {
    /// Measure over PostgreSQL, in a temporary cluster, instead of SQLite.
    #[arg(long)]
    postgres: bool,
    /// How often each request is sent.
    #[arg(long, default_value_t = 200)]
    rounds: usize,
    /// The program to measure.
    #[arg(long, default_value = "target/release/declarest")]
    declarest: PathBuf,
    /// By how much of the shorter one the two medians of a pair may differ. More than that fails.
    #[arg(long, default_value_t = 0.1)]
    bound: f64,
}

/// A request, the status of its answer, and what is asked by it.
struct Asked {
    what: &'static str,
    status: u16,
    method: &'static str,
    path: String,
    token: String,
    body: Option<Value>,
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("timing: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<bool> {
    let place = TempDir::new();
    let databases = Databases::new(options.postgres, place.path())?;
    let url = databases.make("timing", None)?;
    content::seed(&options.declarest, &url, 1_000, place.path())?;
    let many = "1000000"; // no attempt has to wait
    let arguments = [
        "serve",
        "--database",
        &url,
        "--login-failures",
        many,
        "--address-failures",
        many,
    ];
    let server = Server::start(&options.declarest, &arguments, place.path())?;
    let mut alike = true;
    println!("{:<58} {:>10} {:>10} {:>8}", "", "one, µs", "other, µs", "differ");
    for [one, other] in pairs(options, &server, &url)? {
        let (mut first, mut second) = (Vec::new(), Vec::new());
        for _ in 0..options.rounds {
            first.push(one.time(&server.client)?);
            second.push(other.time(&server.client)?);
        }
        let [first, second] = [median(first), median(second)];
        let apart = (first - second).abs() / first.min(second);
        alike &= apart <= options.bound;
        let pair = format!("{} / {}", one.what, other.what);
        println!("{pair:<58} {first:>10.0} {second:>10.0} {:>7.1}%", apart * 100.0);
    }
    Ok(alike)
}

/// The pairs of requests.
fn pairs(options: &Options, server: &Server, url: &str) -> Result<Vec<[Asked; 2]>> {
    let token = content::log_in(server, url)?;
    let path = "/restful/api/v1/sale.order?fields=id&limit=1&order=id";
    let hidden = server.client.request("GET", path, &token, None)?;
    let hidden: Value = serde_json::from_slice(hidden.body())?;
    let hidden = hidden[0]["id"].as_i64().ok_or("there is no order")?;
    // The user of the token below sees no order: he has the rights of a portal user, and is the customer of none.
    let group = "User types / Portal";
    let (_, portal) = content::member(&options.declarest, server, url, &token, "portal", group)?;
    let database = address(url).default_name();
    let login = |what, login: &str, db: &str| Asked {
        what,
        status: 401,
        method: "POST",
        path: "/rest/api/login/token".to_owned(),
        token: String::new(),
        body: Some(json!({ "login": login, "password": "wrong", "db": db })),
    };
    let order = |what, method, id: i64| Asked {
        what,
        status: 404,
        method,
        path: format!("/restful/api/v1/sale.order/{id}"),
        token: portal.clone(),
        body: None,
    };
    Ok(vec![
        [
            login("wrong password", "admin", &database),
            login("unknown user", "nobody", &database),
        ],
        [
            login("wrong password", "admin", &database),
            login("unknown database", "admin", "nowhere"),
        ],
        [
            order("read of a hidden order", "GET", hidden),
            order("of a missing one", "GET", 999_999_999),
        ],
    ])
}

impl Asked {
    /// How long the answer takes, in microseconds.
    fn time(&self, client: &Client) -> Result<f64> {
        let body = self.body.as_ref().map(Value::to_string);
        let begun = Instant::now();
        let answer = client.send(
            self.method,
            &self.path,
            &self.token,
            "application/json",
            body.as_deref(),
        )?;
        let status = answer.status().as_u16();
        let took = begun.elapsed().as_secs_f64() * 1e6;
        drop(answer.into_body().read_to_vec()); // so that the connection can be used again
        match status == self.status {
            true => Ok(took),
            false => Err(format!("{}: answered {status} instead of {}", self.what, self.status).into()),
        }
    }
}
