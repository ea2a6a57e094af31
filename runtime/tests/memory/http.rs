//! A server that answers what comes over HTTP, one request for each connection.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;

/// A request.
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) path: String,
    /// Where it was sent, for links.
    pub(crate) host: String,
    pub(crate) body: Vec<u8>,
}

/// The server, which ends with the process.
pub(crate) struct Server {
    pub(crate) address: String,
}

impl Server {
    pub(crate) fn start(answer: impl Fn(&Seen) -> Vec<u8> + Send + Sync + 'static) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (answer, base) = (Arc::new(answer), format!("http://{address}"));
        std::thread::spawn(move || {
            while let Ok((stream, _)) = listener.accept() {
                let (answer, base) = (Arc::clone(&answer), base.clone());
                std::thread::spawn(move || serve(stream, &*answer, &base));
            }
        });
        Server { address }
    }
}

/// Answers a request. `{base}` in the first bytes of the answer is the server's
/// address.
fn serve(mut stream: TcpStream, answer: &dyn Fn(&Seen) -> Vec<u8>, base: &str) -> Option<()> {
    let mut bytes = Vec::new();
    let mut more = |bytes: &mut Vec<u8>| {
        let mut buffer = [0; 8192];
        let count = stream.read(&mut buffer).ok()?;
        bytes.extend_from_slice(&buffer[..count]);
        (count > 0).then_some(())
    };
    let head = loop {
        more(&mut bytes)?;
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
    };
    let text = String::from_utf8_lossy(&bytes[..head]).to_lowercase();
    let length = text.split_once("content-length: ").map_or(0, |(_, rest)| {
        rest.lines().next().and_then(|line| line.trim().parse().ok()).unwrap_or(0)
    });
    while bytes.len() < head + length {
        more(&mut bytes)?;
    }
    let line = String::from_utf8_lossy(&bytes[..head]).into_owned();
    let mut words = line.split(' ');
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let host = base.trim_start_matches("http://").to_owned();
    let mut body = answer(&Seen { method, path, host, body: bytes.split_off(head) });
    if let Some(at) = body
        .iter()
        .take(200)
        .collect::<Vec<_>>()
        .windows(6)
        .position(|six| six.iter().map(|byte| **byte).eq(*b"{base}"))
    {
        body.splice(at..at + 6, base.bytes());
    }
    let kind = if body.starts_with(b"{") { "application/json" } else { "application/x-thrift" };
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).ok()?;
    stream.write_all(&body).ok()
}
