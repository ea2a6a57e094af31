//! How a connection begins and how its messages are framed: SASL PLAIN, or
//! nothing at all (NOSASL). Knows bytes only.

use std::cmp::Ordering;

use super::thrift::{Boundary, Malformed, Read};

const START: u8 = 1;
const OK: u8 = 2;
const BAD: u8 = 3;
const ERROR: u8 = 4;
const COMPLETE: u8 = 5;

/// The most bytes that a message may have. What a server declares is not believed:
/// memory grows with what really comes.
const MAX_MESSAGE: usize = 512 << 20;

/// The most bytes that the server may say while a connection begins.
const MAX_GREETING: usize = 64 << 10;

/// What the client says to sign in by SASL PLAIN.
pub(crate) fn greeting(user: &str, password: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut say = |status: u8, text: &[&[u8]]| {
        let text = text.concat();
        out.push(status);
        out.extend(u32::try_from(text.len()).unwrap_or(u32::MAX).to_be_bytes());
        out.extend(text);
    };
    say(START, &[b"PLAIN"]);
    say(OK, &[b"\0", user.as_bytes(), b"\0", password.as_bytes()]);
    out
}

/// What the server says to that.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Welcome {
    /// More bytes are needed.
    More,
    /// The connection is ready.
    Ready,
    /// The server refuses, with what it says about it.
    Refused(String),
}

/// Reads the server's answer to the greeting.
pub(crate) fn welcome(bytes: &[u8]) -> Read<Welcome> {
    let Some((&status, rest)) = bytes.split_first() else {
        return Ok(Welcome::More);
    };
    if !matches!(status, OK | BAD | ERROR | COMPLETE) {
        return Err(Malformed("it does not speak SASL"));
    }
    let Some((length, rest)) = rest.split_first_chunk() else {
        return Ok(Welcome::More);
    };
    let length = u32::from_be_bytes(*length) as usize;
    if length > MAX_GREETING {
        return Err(Malformed("it does not speak SASL"));
    }
    match (status, rest.get(..length)) {
        (_, None) => Ok(Welcome::More),
        (COMPLETE, Some(_)) if rest.len() > length => Err(Malformed("it says more than was asked")),
        (COMPLETE, Some(_)) => Ok(Welcome::Ready),
        (OK, Some(_)) => Err(Malformed("it asks for more than SASL PLAIN")),
        (_, Some(text)) => Ok(Welcome::Refused(String::from_utf8_lossy(text).into_owned())),
    }
}

/// Puts a message into a frame, where there are frames.
pub(crate) fn frame(message: Vec<u8>, framed: bool) -> Vec<u8> {
    if !framed {
        return message;
    }
    let length = u32::try_from(message.len()).unwrap_or(u32::MAX);
    [&length.to_be_bytes()[..], &message].concat()
}

/// Gathers one message from the bytes that come.
pub(crate) enum Inbox {
    /// A length of four bytes, as far as it came, then a message of it.
    Framed { head: Vec<u8>, message: Vec<u8> },
    /// A message that shows itself where it ends.
    Bare { boundary: Boundary, message: Vec<u8> },
}

const AFTER: Malformed = Malformed("it goes on after its end");

impl Inbox {
    pub(crate) fn new(framed: bool) -> Inbox {
        match framed {
            true => Inbox::Framed { head: Vec::with_capacity(4), message: Vec::new() },
            false => Inbox::Bare { boundary: Boundary::default(), message: Vec::new() },
        }
    }

    /// Whether a part of the message has come.
    pub(crate) fn begun(&self) -> bool {
        match self {
            Inbox::Framed { head, .. } => !head.is_empty(),
            Inbox::Bare { message, .. } => !message.is_empty(),
        }
    }

    /// Takes bytes; the message once it is whole. Bytes after it are an error,
    /// for nothing was asked that they could answer.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Read<Option<Vec<u8>>> {
        match self {
            Inbox::Framed { head, message } => {
                let missing = 4usize.saturating_sub(head.len()).min(bytes.len());
                let (now, bytes) = bytes.split_at(missing);
                head.extend_from_slice(now);
                let Ok(length) = <[u8; 4]>::try_from(head.as_slice()) else { return Ok(None) };
                let length = u32::from_be_bytes(length) as usize;
                if length == 0 || length > MAX_MESSAGE {
                    return Err(Malformed("it declares a length that no answer has"));
                }
                message.extend_from_slice(bytes);
                match message.len().cmp(&length) {
                    Ordering::Less => Ok(None),
                    Ordering::Equal => Ok(Some(std::mem::take(message))),
                    Ordering::Greater => Err(AFTER),
                }
            }
            Inbox::Bare { boundary, message } => {
                message.extend_from_slice(bytes);
                if message.len() > MAX_MESSAGE {
                    return Err(Malformed("it is larger than 512 MiB"));
                }
                match boundary.find(message)? {
                    None => Ok(None),
                    Some(end) if end == message.len() => Ok(Some(std::mem::take(message))),
                    Some(_) => Err(AFTER),
                }
            }
        }
    }
}
