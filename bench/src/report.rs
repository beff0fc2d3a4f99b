//! The tables that are printed.

use crate::workload::{Honest, Workload};
use crate::wrk::{Sample, median};

/// Heads the table of the servers.
pub const SERVERS: &str = "\
|                       |         declarest         |         baseline          |       |  ceiling  | baseline/ceiling |
| workload              |     req/s  p50 ms  p99 ms |     req/s  p50 ms  p99 ms | ratio |   req/s   | here   honest    |
|-----------------------|---------------------------|---------------------------|-------|-----------|------------------|";

fn of(samples: &[Sample], what: fn(&Sample) -> f64) -> f64 {
    median(samples.iter().map(what).collect())
}

fn rate(samples: &[Sample]) -> f64 {
    of(samples, |sample| sample.rate)
}

fn columns(samples: &[Sample]) -> String {
    let (rate, p50, p99) = (rate(samples), of(samples, |s| s.p50), of(samples, |s| s.p99));
    format!("{rate:9.0} {p50:7.2} {p99:7.2}")
}

/// Prints a workload's line: declarest, baseline and ceiling. Gives the ratio of the first to the second.
pub fn servers(workload: &Workload, [declarest, baseline, ceiling]: &[Vec<Sample>; 3], postgres: bool) -> f64 {
    let ratio = rate(declarest) / rate(baseline);
    let Honest {
        sqlite,
        postgres: other,
    } = workload.honest;
    println!(
        "| {:21} | {} | {} |  {ratio:.2} | {:9.0} | {:5.3}  {:5.3}     |",
        workload.name,
        columns(declarest),
        columns(baseline),
        rate(ceiling),
        rate(baseline) / rate(ceiling),
        if postgres { other } else { sqlite },
    );
    ratio
}

/// Prints the head of the table of two sizes.
pub fn sizes_head([few, many]: [u32; 2]) {
    println!("|                       | {few:>17} orders  | {many:>17} orders  |       |");
    println!("| workload              |     req/s  p50 ms  p99 ms |     req/s  p50 ms  p99 ms | ratio |");
    println!("|-----------------------|---------------------------|---------------------------|-------|");
}

/// Prints a workload's line: with few orders, and with many. Gives the ratio of the second to the first.
pub fn sizes(workload: &Workload, [few, many]: &[Vec<Sample>; 2]) -> f64 {
    let ratio = rate(many) / rate(few);
    let (few, many) = (columns(few), columns(many));
    println!("| {:21} | {few} | {many} |  {ratio:.2} |", workload.name);
    ratio
}
