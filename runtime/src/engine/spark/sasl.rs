//! How a connection begins and how its messages are framed: SASL PLAIN, or
//! nothing at all (NOSASL). Knows bytes only.

use super::thrift::{Boundary, Malformed, Read};

const START: u8 = 1;
const OK: u8 = 2;
const BAD: u8 = 3;
const ERROR: u8 = 4;
const COMPLETE: u8 = 5;

/// The most bytes that a message may have.
const MAX_MESSAGE: usize = 1 << 30;

/// The most bytes that the server may say while a connection begins.
const MAX_GREETING: usize = 64 << 10;

/// What the client says to sign in by SASL PLAIN.
pub(super) fn greeting(user: &str, password: &str) -> Vec<u8> {
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
pub(super) enum Welcome {
    /// More bytes are needed.
    More,
    /// The connection is ready.
    Ready,
    /// The server refuses, with what it says about it.
    Refused(String),
}

/// Reads the server's answer to the greeting.
pub(super) fn welcome(bytes: &[u8]) -> Read<Welcome> {
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
pub(super) fn frame(message: Vec<u8>, framed: bool) -> Vec<u8> {
    if !framed {
        return message;
    }
    let length = u32::try_from(message.len()).unwrap_or(u32::MAX);
    [&length.to_be_bytes()[..], &message].concat()
}

/// Gathers one message from the bytes that come.
pub(super) struct Inbox {
    framed: bool,
    /// Bytes of a frame's length that came, and how many more bytes the frame has.
    length: Vec<u8>,
    left: usize,
    message: Vec<u8>,
    boundary: Boundary,
}

impl Inbox {
    pub(super) fn new(framed: bool) -> Inbox {
        Inbox {
            framed,
            length: Vec::new(),
            left: 0,
            message: Vec::new(),
            boundary: Boundary::default(),
        }
    }

    /// Takes bytes; the message once it is whole. Bytes after it are an error,
    /// for nothing was asked that they could answer.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Read<Option<Vec<u8>>> {
        if self.framed {
            self.unframe(bytes)?;
        } else {
            self.message.extend_from_slice(bytes);
        }
        if self.message.len() > MAX_MESSAGE {
            return Err(Malformed("it is larger than 1 GiB"));
        }
        match self.boundary.find(&self.message)? {
            None => Ok(None),
            Some(end) if end == self.message.len() && self.left == 0 && self.length.is_empty() => {
                Ok(Some(std::mem::take(&mut self.message)))
            }
            Some(_) => Err(Malformed("it goes on after its end")),
        }
    }

    fn unframe(&mut self, mut bytes: &[u8]) -> Read<()> {
        while !bytes.is_empty() {
            if self.left > 0 {
                let (now, later) = bytes.split_at(self.left.min(bytes.len()));
                self.message.extend_from_slice(now);
                self.left -= now.len();
                bytes = later;
                continue;
            }
            let (now, later) = bytes.split_at((4 - self.length.len()).min(bytes.len()));
            self.length.extend_from_slice(now);
            bytes = later;
            if let Ok(length) = <[u8; 4]>::try_from(self.length.as_slice()) {
                self.left = u32::from_be_bytes(length) as usize;
                if self.left > MAX_MESSAGE {
                    return Err(Malformed("it declares a frame larger than 1 GiB"));
                }
                self.length.clear();
            }
        }
        Ok(())
    }
}
