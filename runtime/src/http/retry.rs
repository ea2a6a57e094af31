//! [`Retry`]: whether a request may be sent again, and when. It has no clock and
//! no socket of its own.

use std::time::Duration;

/// When a request may be repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// It changes nothing, however often it comes: whenever it fails for a
    /// reason that may pass.
    Always,
    /// It costs something each time it comes, and changes nothing: only where
    /// the server, by its own word, did not take it. That is so when no
    /// connection came about; at 429; and at a 503 that says when to come back.
    /// (A 502, a 504 or a 503 without that may come from a proxy that had
    /// already passed it on.)
    IfNotTaken,
    /// It may have effects: only where it was certainly not sent, since no
    /// connection came about. What a status says of it may be wrong.
    IfNotSent,
    /// An answer is wanted now or not at all.
    Never,
}

/// How an attempt went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// There was no connection to send it through.
    NotSent,
    /// The connection broke, or went silent, before all of the answer was there.
    Broken,
    /// The answer has this status, and says to come back after a while.
    Status(u16, Option<Duration>),
}

/// The attempts of one request.
#[derive(Debug)]
pub(crate) struct Retry {
    repeat: Repeat,
    attempts: u32,
}

/// The most attempts of one request.
const ATTEMPTS: u32 = 12;

impl Retry {
    pub(crate) fn new(repeat: Repeat) -> Retry {
        Retry { repeat, attempts: 0 }
    }

    /// How long to wait before the next attempt; `None` for no other one.
    pub(crate) fn after(&mut self, outcome: Outcome) -> Option<Duration> {
        self.attempts += 1;
        let may = match (outcome, self.repeat) {
            (_, Repeat::Never) => false,
            (Outcome::NotSent, _) => true,
            (_, Repeat::IfNotSent) => false,
            (Outcome::Broken, repeat) => repeat == Repeat::Always,
            (Outcome::Status(429, _), _) => true,
            (Outcome::Status(503, after), repeat) => repeat == Repeat::Always || after.is_some(),
            (Outcome::Status(502 | 504, _), repeat) => repeat == Repeat::Always,
            (Outcome::Status(..), _) => false,
        };
        if !may || self.attempts >= ATTEMPTS {
            return None;
        }
        let asked = match outcome {
            Outcome::Status(_, after) => after,
            _ => None,
        };
        // 100 ms, 200 ms … up to 1 s: the protocol asks for 50 to 100 ms.
        Some(asked.unwrap_or_else(|| Duration::from_millis(100 * u64::from(self.attempts.min(10)))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_not_taken_is_sent_again() {
        use Repeat::{Always, IfNotSent, IfNotTaken, Never};
        let later = Some(Duration::from_secs(2));
        let soon = Some(Duration::from_millis(100));
        for (outcome, always, not_taken, not_sent) in [
            (Outcome::NotSent, soon, soon, soon),
            (Outcome::Broken, soon, None, None),
            (Outcome::Status(429, later), later, later, None),
            (Outcome::Status(429, None), soon, soon, None),
            (Outcome::Status(503, later), later, later, None),
            (Outcome::Status(503, None), soon, None, None),
            (Outcome::Status(502, later), later, None, None),
            (Outcome::Status(504, None), soon, None, None),
            (Outcome::Status(500, None), None, None, None),
            (Outcome::Status(401, None), None, None, None),
            (Outcome::Status(200, None), None, None, None),
        ] {
            for (repeat, wait) in
                [(Always, always), (IfNotTaken, not_taken), (IfNotSent, not_sent), (Never, None)]
            {
                assert_eq!(Retry::new(repeat).after(outcome), wait, "{repeat:?} {outcome:?}");
            }
        }
    }

    #[test]
    fn it_ends() {
        let mut retry = Retry::new(Repeat::Always);
        let waits: Vec<_> = std::iter::from_fn(|| retry.after(Outcome::Broken)).collect();
        assert_eq!(waits.len(), 11);
        assert!(waits.iter().sum::<Duration>() < Duration::from_secs(10));
    }
}
