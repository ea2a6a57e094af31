//! How many rows to ask for at a time. The server makes the rows of an answer
//! before it sends any, and makes small answers quicker; each costs a round trip.

use std::time::Duration;

/// How many rows are asked for first, when nobody knows how large they are.
const FIRST_ROWS: i64 = 1_000;

/// How many rows an answer may have.
const MAX_ROWS: i64 = 100_000;

/// How many bytes an answer should have at least: the size that a server on the
/// same machine sends quickest (`docs/benchmarks.md`).
const MIN_BYTES: u64 = 512 << 10;

/// How many bytes an answer should have at most, which the memory of both ends
/// must hold.
const MAX_BYTES: u64 = 4 << 20;

/// How many bytes weigh up a microsecond on the way: a server makes some 40 of
/// them within one, so that a tenth of the time is spent on the way.
const BYTES_PER_MICROSECOND: u128 = 400;

/// The size of the answers to one query.
pub(super) struct Pages {
    rows: i64,
    bytes: u64,
}

impl Pages {
    /// For a server that answers what is no work after so long.
    pub(super) fn new(latency: Duration) -> Pages {
        let bytes = latency.as_micros().saturating_mul(BYTES_PER_MICROSECOND);
        let bytes = u64::try_from(bytes).unwrap_or(MAX_BYTES).clamp(MIN_BYTES, MAX_BYTES);
        Pages { rows: FIRST_ROWS, bytes }
    }

    /// How many rows to ask for next.
    pub(super) fn rows(&self) -> i64 {
        self.rows
    }

    /// Learns from an answer of so many rows and bytes.
    pub(super) fn came(&mut self, rows: u64, bytes: u64) {
        let fit = (self.bytes * rows / bytes.max(1)).clamp(1, MAX_ROWS.unsigned_abs());
        self.rows = i64::try_from(fit).unwrap_or(MAX_ROWS).min(self.rows.saturating_mul(8));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages(rows: i64, bytes: u64) -> Pages {
        Pages { rows, bytes }
    }

    #[test]
    fn answers_grow_to_a_size() {
        for (asked, rows, bytes, next) in [
            (1_000, 1_000, 8_000, 8_000),
            (8_000, 8_000, 64 << 20, 500),
            (1_000, 1, 1 << 30, 1),
            (MAX_ROWS, 100_000, 100_000, MAX_ROWS),
            (10, 0, 0, 1),
        ] {
            let mut pages = pages(asked, 4 << 20);
            pages.came(rows, bytes);
            assert_eq!(pages.rows(), next, "{asked} {rows} {bytes}");
        }
    }

    #[test]
    fn far_servers_send_more_at_once() {
        for (latency, bytes) in [
            (Duration::ZERO, MIN_BYTES),
            (Duration::from_millis(1), MIN_BYTES),
            (Duration::from_millis(5), 2_000_000),
            (Duration::from_millis(50), MAX_BYTES),
            (Duration::MAX, MAX_BYTES),
        ] {
            assert_eq!(Pages::new(latency).bytes, bytes, "{latency:?}");
        }
    }
}
