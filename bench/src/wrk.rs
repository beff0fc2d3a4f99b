//! Measures one server with the load generator `wrk` and parses its output.

use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;

use crate::content::Changeable;
use crate::workload::Ask;

/// How many connections send requests, and for how long.
#[derive(Debug, Clone, Copy)]
pub struct Load {
    /// Seconds of each measurement.
    pub seconds: u32,
    /// Open connections.
    pub connections: u32,
}

/// What `wrk` says about one measurement.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Said {
    /// Answered requests.
    pub(crate) requests: f64,
    /// Requests per second.
    pub(crate) rate: f64,
    /// The median of the response times, in milliseconds.
    pub(crate) p50: f64,
    /// The 99th percentile of the response times, in milliseconds.
    pub(crate) p99: f64,
}

/// Measures `url` with one kind of request, from two threads if there are two connections. `scripts` is a folder for the
/// Lua scripts that make `wrk` send creates and updates.
///
/// # Errors
/// When `wrk` cannot be run, its output cannot be parsed, or an answer was not 2xx.
pub(crate) fn drive(
    url: &str,
    token: &str,
    ask: Ask,
    orders: &Changeable,
    load: Load,
    scripts: &Path,
) -> io::Result<Said> {
    let Load { seconds, connections } = load;
    let mut command = Command::new("wrk");
    command.arg("--latency").arg(format!("-t{}", connections.min(2)));
    command.arg(format!("-c{connections}")).arg(format!("-d{seconds}s"));
    command.arg("--timeout=60s"); // what is slow is no error
    command.args(["-H", &format!("access-token: {token}")]);
    match ask {
        Ask::Read => {}
        Ask::Create(body) => {
            fs::write(scripts.join("create.lua"), include_str!("../fixtures/create.lua"))?;
            command.arg("-s").arg(scripts.join("create.lua"));
            command.env("BENCH_BODY", body);
        }
        Ask::Change(what) => {
            fs::write(scripts.join("change.lua"), include_str!("../fixtures/change.lua"))?;
            command.arg("-s").arg(scripts.join("change.lua"));
            command
                .env("BENCH_ORDERS", orders.text())
                .env("BENCH_CHANGE", what.name());
        }
    }
    let output = command.arg(url).output();
    let output = output.map_err(|error| io::Error::other(format!("wrk: {error}: apt-get install wrk")))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let odd = text
        .lines()
        .find(|line| line.contains("Non-2xx") || line.contains("Socket errors"));
    match (read(&text), odd) {
        (Some(said), None) if output.status.success() => Ok(said),
        (_, Some(odd)) => Err(io::Error::other(format!("{url}: {}", odd.trim()))),
        _ => {
            let complaint = String::from_utf8_lossy(&output.stderr);
            Err(io::Error::other(format!("{url}: wrk said: {complaint}{text}")))
        }
    }
}

fn read(text: &str) -> Option<Said> {
    let after = |key: &str| {
        text.lines()
            .find_map(|line| Some(line.trim().strip_prefix(key)?.trim()))
    };
    let requests = text.lines().find_map(|line| line.split_once(" requests in "))?.0;
    Some(Said {
        requests: requests.trim().parse().ok()?,
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

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn the_output_is_understood() {
        let text = "Running 2s test\n  55373 requests in 2.00s, 120.00MB read\n  Latency Distribution\n     50%  533.00us\n     75%    1.00ms\n     99%    2.13ms\n\
                    Requests/sec:  27686.72\nTransfer/sec:     60.00MB\n";
        let said = read(text).unwrap();
        assert_eq!((said.rate, said.p50, said.p99), (27_686.72, 0.533, 2.13));
        assert_eq!(said.requests, 55_373.0);
        assert!(read("").is_none());
    }
}
