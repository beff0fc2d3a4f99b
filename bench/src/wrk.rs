//! Measures one server with the load generator `wrk` and parses its output.

use std::io;
use std::path::Path;
use std::process::Command;

use crate::servers::Changeable;
use crate::workload::{Ask, Workload};

/// How many connections send requests, and for how long.
#[derive(Debug, Clone, Copy)]
pub struct Load {
    /// Seconds of each measurement.
    pub seconds: u32,
    /// Open connections.
    pub connections: u32,
    /// Threads of `wrk`.
    pub threads: u32,
}

/// One measurement.
#[derive(Debug, Clone, Copy)]
pub struct Sample {
    /// Requests per second.
    pub rate: f64,
    /// The median of the response times, in milliseconds.
    pub p50: f64,
    /// The 99th percentile of the response times, in milliseconds.
    pub p99: f64,
}

/// Whether `wrk` can be run.
pub fn is_installed() -> bool {
    Command::new("wrk").arg("--version").output().is_ok()
}

/// Measures the server at `base` with one workload. `scripts` is the folder of the Lua scripts that make `wrk` send
/// creates and updates.
///
/// # Errors
/// When `wrk` cannot be run, its output cannot be parsed, or an answer was not 2xx.
pub fn drive(
    base: &str,
    token: &str,
    workload: &Workload,
    load: Load,
    scripts: &Path,
    orders: &Changeable,
) -> io::Result<Sample> {
    let mut command = Command::new("wrk");
    command
        .arg("--latency")
        .arg(format!("-t{}", load.threads))
        .arg(format!("-c{}", load.connections));
    command
        .arg(format!("-d{}s", load.seconds))
        .args(["-H", &format!("access-token: {token}")]);
    match workload.ask {
        Ask::Read => {}
        Ask::Create(body) => {
            command
                .arg("-s")
                .arg(scripts.join("create.lua"))
                .env("BENCH_BODY", body);
        }
        Ask::Change(what) => {
            command
                .arg("-s")
                .arg(scripts.join("change.lua"))
                .env("BENCH_ORDERS", orders.text())
                .env("BENCH_CHANGE", what.name());
        }
    }
    let output = command.arg(format!("{base}{}", workload.path)).output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let odd = text
        .lines()
        .find(|line| line.contains("Non-2xx") || line.contains("Socket errors"));
    match (read(&text), odd) {
        (Some(sample), None) if output.status.success() => Ok(sample),
        (_, Some(odd)) => Err(io::Error::other(format!("{} at {base}: {}", workload.name, odd.trim()))),
        _ => {
            let complaint = String::from_utf8_lossy(&output.stderr);
            Err(io::Error::other(format!(
                "{} at {base}: wrk said: {complaint}{text}",
                workload.name
            )))
        }
    }
}

fn read(text: &str) -> Option<Sample> {
    let after = |key: &str| {
        text.lines()
            .find_map(|line| Some(line.trim().strip_prefix(key)?.trim()))
    };
    Some(Sample {
        rate: after("Requests/sec:")?.parse().ok()?,
        p50: milliseconds(after("50%")?)?,
        p99: milliseconds(after("99%")?)?,
    })
}

fn milliseconds(text: &str) -> Option<f64> {
    let unit = text.find(|c: char| c.is_ascii_alphabetic())?;
    let number: f64 = text[..unit].parse().ok()?;
    Some(match &text[unit..] {
        "us" => number / 1_000.0,
        "ms" => number,
        "s" => number * 1_000.0,
        "m" => number * 60_000.0,
        _ => return None,
    })
}

/// The median: the middle number, or the mean of the middle two. NaN if there are none.
pub fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    let half = numbers.len() / 2;
    match numbers.len() {
        0 => f64::NAN,
        even if even % 2 == 0 => (numbers[half - 1] + numbers[half]) / 2.0,
        _ => numbers[half],
    }
}

#[cfg(test)]
mod tests {
    use super::{median, read};

    #[test]
    fn the_output_is_understood() {
        let text = "Running 2s test\n  Latency Distribution\n     50%  533.00us\n     75%    1.00ms\n     99%    2.13ms\n\
                    Requests/sec:  27686.72\nTransfer/sec:     60.00MB\n";
        let sample = read(text).unwrap();
        assert_eq!((sample.rate, sample.p50, sample.p99), (27_686.72, 0.533, 2.13));
        assert!(read("").is_none());
    }

    #[test]
    fn medians_are_in_the_middle() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]), 2.5);
    }
}
