//! [`Fault`]: what goes wrong once on the way between client and server, and
//! [`Gate`]: the way itself, which counts bytes.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::net::tcp::OwnedWriteHalf;

/// What goes wrong. After it has, everything passes, so that a client that tries
/// again gets through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nothing.
    None,
    /// The connection is reset before this byte of what the server sends, over
    /// all connections.
    ResetAt(u64),
    /// The connection ends in order before this byte.
    EndAt(u64),
    /// Nothing comes any more from this byte on, on that connection.
    StallAt(u64),
    /// Everything comes in small pieces with pauses.
    Slow,
    /// An answer is another one than the server's.
    Answer {
        /// Which answer, counted from 0.
        number: u64,
        /// What comes instead.
        instead: Instead,
    },
}

/// What comes instead of a server's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Instead {
    /// Another HTTP status; the server has or has not seen the request.
    Status {
        /// The status.
        status: u16,
        /// The header Retry-After, in seconds.
        retry_after: Option<u32>,
        /// Whether the server has answered the request before.
        seen: bool,
    },
    /// Another body or message, whole in itself.
    Body(&'static [u8]),
    /// The server's own, cut to a part of its length, with the length that goes with it.
    Cut(u8),
    /// The server's own, with another length declared than it has.
    Length(Declared),
}

/// A length that is not the right one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Declared {
    /// One byte less.
    Less,
    /// A few bytes more, which never come.
    More,
    /// As much as the field holds.
    Huge,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::None => f.write_str("nothing"),
            Fault::ResetAt(at) => write!(f, "reset at byte {at}"),
            Fault::EndAt(at) => write!(f, "end at byte {at}"),
            Fault::StallAt(at) => write!(f, "nothing more from byte {at}"),
            Fault::Slow => f.write_str("all in small pieces"),
            Fault::Answer { number, instead } => {
                write!(f, "answer {number} is ")?;
                match instead {
                    Instead::Status { status, seen: true, .. } => {
                        write!(f, "{status}, after the server answered")
                    }
                    Instead::Status { status, .. } => write!(f, "{status}"),
                    Instead::Body(body) => write!(f, "{:?}", String::from_utf8_lossy(body)),
                    Instead::Cut(percent) => write!(f, "cut to {percent} %"),
                    Instead::Length(declared) => write!(f, "of another length: {declared:?}"),
                }
            }
        }
    }
}

/// How many bytes come at once where all is slow.
const PIECE: usize = 700;

/// What the server sends goes through here, on all connections of a client.
#[derive(Debug)]
pub(crate) struct Gate {
    fault: Fault,
    sent: AtomicU64,
    answers: AtomicU64,
    done: AtomicBool,
}

/// How a connection goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Onward {
    /// As it was.
    Passed,
    /// It is to be reset.
    Reset,
    /// It is to be ended.
    End,
    /// It stays open, and nothing comes any more.
    Stall,
}

impl Gate {
    pub(crate) fn new(fault: Fault) -> Gate {
        Gate {
            fault,
            sent: AtomicU64::new(0),
            answers: AtomicU64::new(0),
            done: AtomicBool::new(false),
        }
    }

    /// How many bytes went through.
    pub(crate) fn sent(&self) -> u64 {
        self.sent.load(Ordering::SeqCst)
    }

    /// How many answers were asked for.
    pub(crate) fn answers(&self) -> u64 {
        self.answers.load(Ordering::SeqCst)
    }

    /// Whether what was to go wrong has gone wrong.
    pub(crate) fn happened(&self) -> bool {
        self.fault == Fault::None || self.done.load(Ordering::SeqCst)
    }

    /// What is to come instead of the next answer.
    pub(crate) fn next_answer(&self) -> Option<Instead> {
        let next = self.answers.fetch_add(1, Ordering::SeqCst);
        match &self.fault {
            Fault::Answer { number, instead } if *number == next => {
                self.done.store(true, Ordering::SeqCst);
                Some(instead.clone())
            }
            _ => None,
        }
    }

    /// Sends bytes to the client, as far as they get.
    pub(crate) async fn send(
        &self,
        to: &mut (impl AsyncWrite + Unpin),
        bytes: &[u8],
    ) -> std::io::Result<Onward> {
        if self.fault == Fault::Slow {
            self.done.store(true, Ordering::SeqCst);
            for piece in bytes.chunks(PIECE) {
                to.write_all(piece).await?;
                to.flush().await?;
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            self.sent.fetch_add(bytes.len() as u64, Ordering::SeqCst);
            return Ok(Onward::Passed);
        }
        let start = self.sent.fetch_add(bytes.len() as u64, Ordering::SeqCst);
        let (at, onward) = match self.fault {
            Fault::ResetAt(at) => (at, Onward::Reset),
            Fault::EndAt(at) => (at, Onward::End),
            Fault::StallAt(at) => (at, Onward::Stall),
            _ => (u64::MAX, Onward::Passed),
        };
        let here = at.checked_sub(start).and_then(|before| usize::try_from(before).ok());
        match here.and_then(|before| bytes.get(..before)) {
            Some(before)
                if before.len() < bytes.len() && !self.done.swap(true, Ordering::SeqCst) =>
            {
                to.write_all(before).await?;
                to.flush().await?;
                Ok(onward)
            }
            _ => {
                to.write_all(bytes).await?;
                to.flush().await?;
                Ok(Onward::Passed)
            }
        }
    }
}

/// Ends a connection as the gate said. `false`: it goes on.
pub(crate) async fn conclude(onward: Onward, to: OwnedWriteHalf) {
    match onward {
        Onward::Reset => {
            // Closed with no time to linger, a connection is reset.
            let _ = to.as_ref().set_zero_linger();
            to.forget();
        }
        Onward::Stall => {
            tokio::time::sleep(STALLED).await;
            drop(to);
        }
        Onward::Passed | Onward::End => drop(to),
    }
}

/// How long a connection stays open on which nothing comes any more: longer than
/// any client waits here.
const STALLED: Duration = Duration::from_secs(60);

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn it_happens_once_at_its_byte() {
        let gate = Gate::new(Fault::ResetAt(5));
        let mut to = Vec::new();
        assert_eq!(gate.send(&mut to, b"abc").await.unwrap(), Onward::Passed);
        assert_eq!(gate.send(&mut to, b"defg").await.unwrap(), Onward::Reset);
        assert_eq!(gate.send(&mut to, b"hij").await.unwrap(), Onward::Passed);
        assert_eq!(to, b"abcdehij");
        assert!(gate.happened() && gate.sent() == 10);
    }

    #[tokio::test]
    async fn an_answer_is_replaced_once() {
        let instead = Instead::Body(b"x");
        let gate = Gate::new(Fault::Answer { number: 1, instead: instead.clone() });
        assert_eq!(gate.next_answer(), None);
        assert!(!gate.happened());
        assert_eq!(gate.next_answer(), Some(instead));
        assert_eq!(gate.next_answer(), None);
        assert!(gate.happened());
    }
}
