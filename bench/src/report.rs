//! Prints tables of results in Markdown. A number that misses what is asked is bold.

use crate::measure::Series;

/// A table, of which each row is printed when it is there.
#[derive(Debug)]
pub struct Table {
    widths: Vec<usize>,
}

impl Table {
    /// Prints the title and the head.
    pub fn begin(title: &str, columns: &[&str]) -> Self {
        let widths = columns.iter().map(|column| column.chars().count().max(8)).collect();
        let table = Table { widths };
        println!("\n#### {title}\n");
        table.row(&columns.iter().map(ToString::to_string).collect::<Vec<_>>());
        let lines: Vec<String> = table.widths.iter().map(|width| "-".repeat(width + 2)).collect();
        println!("|{}|", lines.join("|"));
        table
    }

    /// Prints a row.
    pub fn row(&self, cells: &[String]) {
        let cells: Vec<String> = cells
            .iter()
            .zip(&self.widths)
            .map(|(cell, width)| format!(" {cell:width$} "))
            .collect();
        println!("|{}|", cells.join("|"));
    }
}

/// The head of the column for [`numbers`] of a server.
pub const NUMBERS: &str = "req/s · p50 ms · p99 ms · CPU µs";

/// The medians of a series.
pub fn numbers(series: &Series<'_>) -> String {
    format!(
        "{:.0} · {:.2} · {:.2} · {:.0}",
        series.median(|s| s.rate),
        series.median(|s| s.p50),
        series.median(|s| s.p99),
        series.median(|s| s.cpu)
    )
}

/// A number of which at least `asked` is asked.
pub fn at_least(number: f64, asked: f64) -> String {
    marked(number, number >= asked)
}

/// A number of which at most `asked` is asked.
pub fn at_most(number: f64, asked: f64) -> String {
    marked(number, number <= asked)
}

/// Bytes in MiB, of which at most `asked` MiB are asked.
pub fn mebibytes_at_most(bytes: u64, asked: f64) -> String {
    let number = mebibytes(bytes);
    match bytes as f64 <= asked * MIB {
        true => number,
        false => format!("**{number}**"),
    }
}

/// Bytes in MiB.
pub fn mebibytes(bytes: u64) -> String {
    format!("{:.1}", bytes as f64 / MIB)
}

const MIB: f64 = 1_048_576.0;

fn marked(number: f64, reached: bool) -> String {
    match reached {
        true => format!("{number:.2}"),
        false => format!("**{number:.2}**"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_misses_is_bold() {
        assert_eq!(at_least(0.9, 0.9), "0.90");
        assert_eq!(at_least(0.894, 0.9), "**0.89**");
        assert_eq!(at_most(1.3, 1.3), "1.30");
        assert_eq!(at_most(f64::NAN, 1.3), "**NaN**");
        assert_eq!(mebibytes_at_most(64 << 20, 64.0), "64.0");
        assert_eq!(mebibytes_at_most(65 << 20, 64.0), "**65.0**");
    }
}
