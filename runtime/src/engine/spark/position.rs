//! How far the rows of a result have come, held against what the server says:
//! so that rows are asked for again only where a gap would show.

use crate::error::{Error, Kind, Result};
use crate::http::retry::Repeat;

/// The place in a result up to which rows have come.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Position {
    rows: u64,
    /// The server counts: it has named a place other than the first.
    counts: bool,
}

impl Position {
    /// When the call for the next rows may be sent again. A server that took it
    /// has moved on, whatever a proxy between says; that shows only where the
    /// server counts.
    pub(super) fn repeat(self) -> Repeat {
        if self.rows == 0 || self.counts { Repeat::IfNotTaken } else { Repeat::IfNotSent }
    }

    /// Takes in that `rows` rows came, which begin at `start` as the server says.
    ///
    /// # Errors
    ///
    /// Rows before them are missing, or came twice. Some servers do not count
    /// and always say 0, which is believed of rows that were asked for once.
    pub(super) fn advance(&mut self, start: i64, rows: usize) -> Result<()> {
        let expected = self.rows;
        if start != 0 || self.counts {
            if u64::try_from(start) != Ok(expected) {
                return Err(Error::new(
                    Kind::BrokenData,
                    format!("the server sent rows from row {start} on; row {expected} was next"),
                )
                .help(
                    "run the query again; if this comes back, look at the proxies between here \
                     and the server, which may repeat requests or answer in its place",
                ));
            }
            self.counts = true;
        }
        self.rows += rows as u64;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The answers' starts and counts of rows, and which of them is refused.
    fn refused(answers: &[(i64, usize)]) -> Option<usize> {
        let mut position = Position::default();
        answers.iter().position(|&(start, rows)| position.advance(start, rows).is_err())
    }

    #[test]
    fn gaps_and_rows_that_come_twice_are_errors() {
        for (answers, at) in [
            (&[(0, 10), (10, 5), (15, 0)][..], None),
            (&[(0, 0)], None),
            // A server that does not count.
            (&[(0, 10), (0, 5), (0, 0)], None),
            // Its first rows went elsewhere.
            (&[(10, 5)], Some(0)),
            (&[(0, 10), (15, 0)], Some(1)),
            (&[(0, 10), (10, 5), (10, 5)], Some(2)),
            (&[(0, 10), (10, 5), (0, 5)], Some(2)),
            (&[(0, 10), (-1, 5)], Some(1)),
        ] {
            assert_eq!(refused(answers), at, "{answers:?}");
        }
    }

    #[test]
    fn rows_are_asked_for_again_only_where_a_gap_would_show() {
        let mut position = Position::default();
        assert_eq!(position.repeat(), Repeat::IfNotTaken);
        position.advance(0, 10).unwrap();
        assert_eq!(position.repeat(), Repeat::IfNotSent);
        position.advance(10, 10).unwrap();
        assert_eq!(position.repeat(), Repeat::IfNotTaken);
    }
}
