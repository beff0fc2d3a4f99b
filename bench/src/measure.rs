//! Measures servers in alternation, so that other work on the machine slows all of them alike.

use std::io;
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use crate::content::Changeable;
use crate::process;
use crate::servers::Server;
use crate::workload::Ask;
use crate::wrk::{self, Load};

/// A server that is measured, and what the requests to it need.
#[derive(Debug)]
pub struct Subject {
    /// The server itself.
    pub server: Server,
    /// A token for it.
    pub token: String,
    /// The orders that may be changed.
    pub orders: Changeable,
    /// Other processes that work for it and, while it is measured, for nobody else: those of its database.
    pub helpers: Vec<u32>,
}

impl Subject {
    /// The CPU time of all its processes, in microseconds.
    fn cpu(&self) -> io::Result<f64> {
        let mut sum = process::cpu(self.server.process())?;
        for helper in &self.helpers {
            sum += process::cpu(*helper)?;
        }
        Ok(sum.as_secs_f64() * 1e6)
    }

    /// Waits until it does next to nothing, or for a minute: requests that `wrk` no longer waits for may still run, and the
    /// next server would be measured beside them.
    fn rest(&self) -> io::Result<()> {
        let mut spent = self.cpu()?;
        for _ in 0..600 {
            sleep(Duration::from_millis(100));
            let before = std::mem::replace(&mut spent, self.cpu()?);
            if spent - before < 20_000.0 {
                break; // less than a fifth of a core
            }
        }
        Ok(())
    }
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
    /// CPU time for one request, in microseconds: of the server and of its database.
    pub cpu: f64,
}

/// The measurements of one kind of request to one server.
#[derive(Debug)]
pub struct Series<'a> {
    subject: &'a Subject,
    path: &'a str,
    ask: Ask,
    samples: Vec<Sample>,
}

impl<'a> Series<'a> {
    /// Without measurements as yet.
    pub fn new(subject: &'a Subject, path: &'a str, ask: Ask) -> Self {
        let samples = Vec::new();
        Series {
            subject,
            path,
            ask,
            samples,
        }
    }

    fn measure(&mut self, load: Load, scripts: &Path) -> io::Result<()> {
        let Subject {
            server, token, orders, ..
        } = self.subject;
        let url = format!("{}{}", server.client.base, self.path);
        let before = self.subject.cpu()?;
        let said = wrk::drive(&url, token, self.ask, orders, load, scripts)?;
        self.samples.push(Sample {
            rate: said.rate,
            p50: said.p50,
            p99: said.p99,
            cpu: (self.subject.cpu()? - before) / said.requests,
        });
        self.subject.rest()
    }

    /// The median of a number.
    pub fn median(&self, number: fn(&Sample) -> f64) -> f64 {
        median(self.samples.iter().map(number).collect())
    }

    /// The median of the ratios of a number to that of another series, round by round.
    pub fn ratio(&self, other: &Series<'_>, number: fn(&Sample) -> f64) -> f64 {
        let rounds = self.samples.iter().zip(&other.samples);
        median(rounds.map(|(own, other)| number(own) / number(other)).collect())
    }
}

/// Measures one series after the other, and that `rounds` times. `scripts` is a folder for what `wrk` reads.
///
/// # Errors
/// When `wrk` cannot be run, a server has ended, or an answer was not 2xx.
pub fn alternate(series: &mut [&mut Series<'_>], rounds: usize, load: Load, scripts: &Path) -> io::Result<()> {
    for _ in 0..rounds {
        for one in &mut *series {
            one.measure(load, scripts)?;
        }
    }
    Ok(())
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
    use super::median;

    #[test]
    fn medians_are_in_the_middle() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]), 2.5);
    }
}
