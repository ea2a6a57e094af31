//! As much HTTP as it takes to ask a server on this machine something, free of
//! the clients that are under test.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result};

const TIMEOUT: Duration = Duration::from_secs(120);

/// An answer: its status and its body.
#[derive(Debug)]
pub struct Answer {
    /// The status, such as 200.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

/// Asks a server, with headers of the form `Name: value`.
///
/// # Errors
///
/// When there is no answer or it is no HTTP; a status is no error.
pub fn ask(
    server: SocketAddr,
    method: &str,
    path: &str,
    headers: &[String],
    body: impl AsRef<[u8]>,
) -> Result<Answer> {
    let mut stream = TcpStream::connect_timeout(&server, TIMEOUT)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    stream.set_write_timeout(Some(TIMEOUT))?;
    // HTTP/1.0: the body ends with the connection and comes in one piece.
    let mut request = format!("{method} {path} HTTP/1.0\r\nHost: {server}\r\n");
    for header in headers {
        request += &format!("{header}\r\n");
    }
    let body = body.as_ref();
    request += &format!("Content-Length: {}\r\n\r\n", body.len());
    stream.write_all(request.as_bytes())?;
    stream.write_all(body)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    parse(&answer).context("the answer is not HTTP")
}

fn parse(answer: &[u8]) -> Option<Answer> {
    let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n")?;
    let head = str::from_utf8(&answer[..end]).ok()?;
    let status = head.strip_prefix("HTTP/1.")?.split(' ').nth(1)?.parse().ok()?;
    Some(Answer { status, body: answer[end + 4..].to_vec() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers() {
        let answer = parse(b"HTTP/1.1 404 Not Found\r\nA: b\r\n\r\nx\r\n\r\ny").expect("it is one");
        assert_eq!((answer.status, &answer.body[..]), (404, &b"x\r\n\r\ny"[..]));
        for broken in ["", "HTTP/1.1 200 OK", "HTTP/1.1 x\r\n\r\n", "SSH-2.0\r\n\r\n"] {
            assert!(parse(broken.as_bytes()).is_none(), "{broken}");
        }
    }
}
