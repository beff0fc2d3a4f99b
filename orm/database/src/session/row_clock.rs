//! How much of a statement's time is spent on what the caller does with its rows. Rows arrive while they are being
//! worked on, so that the time cannot be measured around all of them; the clock costs too much to be read twice for each.

use std::time::{Duration, Instant};

/// One of so many rows is measured.
const EVERY: u32 = 16;

/// Measures the work on some of a statement's rows, and takes the others to be like them.
#[derive(Debug, Default)]
pub(super) struct RowClock {
    rows: u32,
    measured: u32,
    spent: Duration,
}

impl RowClock {
    /// Does the work on a row.
    pub(super) fn row<T>(&mut self, work: impl FnOnce() -> T) -> T {
        self.rows = self.rows.saturating_add(1);
        if self.rows % EVERY != 1 {
            return work();
        }
        let started = Instant::now();
        let done = work();
        self.spent += started.elapsed();
        self.measured += 1;
        done
    }

    /// The time that the work on all rows took.
    pub(super) fn all(&self) -> Duration {
        self.spent
            .mul_f64(f64::from(self.rows) / f64::from(self.measured.max(1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_rows_are_taken_to_be_like_the_measured_ones() {
        let mut clock = RowClock::default();
        assert_eq!(clock.all(), Duration::ZERO);
        let done: Vec<u32> = (0..40).map(|row| clock.row(|| row)).collect();
        assert!(done.into_iter().eq(0..40));
        assert_eq!((clock.rows, clock.measured), (40, 3));
        clock.spent = Duration::from_millis(6);
        assert_eq!(clock.all(), Duration::from_millis(80));
    }
}
