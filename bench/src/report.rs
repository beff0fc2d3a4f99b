//! Prints the tables of results.

use crate::workload::Workload;
use crate::wrk::{Sample, median};

/// The head of the table that compares declarest, baseline and ceiling.
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

/// The median of the ratios of single rounds, because other work on the machine slows both servers of a round alike.
fn ratio(one: &[Sample], other: &[Sample]) -> f64 {
    median(
        one.iter()
            .zip(other)
            .map(|(one, other)| one.rate / other.rate)
            .collect(),
    )
}

fn columns(samples: &[Sample]) -> String {
    let (rate, p50, p99) = (rate(samples), of(samples, |s| s.p50), of(samples, |s| s.p99));
    format!("{rate:9.0} {p50:7.2} {p99:7.2}")
}

/// Prints a workload's row: declarest, baseline and ceiling. Returns the ratio of declarest to the baseline.
pub fn servers(workload: &Workload, [declarest, baseline, ceiling]: &[Vec<Sample>; 3], postgres: bool) -> f64 {
    let ratio = ratio(declarest, baseline);
    let honest = workload.honest.map_or("–".to_owned(), |share| {
        format!("{:.3}", if postgres { share.postgres } else { share.sqlite })
    });
    println!(
        "| {:21} | {} | {} |  {ratio:.2} | {:9.0} | {:5.3}  {honest:5}     |",
        workload.name,
        columns(declarest),
        columns(baseline),
        rate(ceiling),
        self::ratio(baseline, ceiling),
    );
    ratio
}

/// Prints the head of the table of `--compare-orders`.
pub fn sizes_head([few, many]: [u32; 2]) {
    println!("|                       | {few:>17} orders  | {many:>17} orders  |       |");
    println!("| workload              |     req/s  p50 ms  p99 ms |     req/s  p50 ms  p99 ms | ratio |");
    println!("|-----------------------|---------------------------|---------------------------|-------|");
}

/// Prints a workload's row: over few orders and over many. Returns the ratio of many to few.
pub fn sizes(workload: &Workload, [few, many]: &[Vec<Sample>; 2]) -> f64 {
    let ratio = ratio(many, few);
    let (few, many) = (columns(few), columns(many));
    println!("| {:21} | {few} | {many} |  {ratio:.2} |", workload.name);
    ratio
}
