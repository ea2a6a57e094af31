//! A proxy that reads HTTP: requests one by one, answers whole.

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::OwnedReadHalf;

use crate::faults::fault::{Declared, Gate, Instead, Onward, conclude};

/// The largest head of a message.
const HEAD: usize = 1 << 20;

/// A message: its head without the empty line, and its body.
#[derive(Clone, Debug, Default)]
pub(crate) struct Message {
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Message {
    /// The first line.
    pub(crate) fn first_line(&self) -> &str {
        self.head.lines().next().unwrap_or_default()
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then_some(value.trim())
        })
    }
}

/// What stands for another address in the client's eyes.
#[derive(Clone, Debug, Default)]
pub(crate) enum Alias {
    /// Nothing does.
    #[default]
    None,
    /// Requests name the first, and the server is to see the second: its
    /// signatures hold the host.
    InRequests(String, String),
    /// Answers name the first, and the client is to see the second.
    InAnswers(String, String),
}

impl Alias {
    fn request(&self, request: &mut Message) {
        if let Alias::InRequests(from, to) = self {
            request.head = request.head.replace(from, to);
        }
    }

    fn answer(&self, answer: &mut Message) {
        if let Alias::InAnswers(from, to) = self
            && let Ok(text) = str::from_utf8(&answer.body)
        {
            answer.body = text.replace(from, to).into_bytes();
        }
    }
}

/// Serves one connection of a client; `saw` hears of every request, before the
/// server does, and `told` when the answer to a statement has passed whole.
pub(crate) async fn serve(
    client: TcpStream,
    server: SocketAddr,
    alias: &Alias,
    gate: &Gate,
    saw: &(dyn Fn(&Message) + Send + Sync),
    told: &(dyn Fn() + Send + Sync),
) -> io::Result<()> {
    let (mut from, mut to) = client.into_split();
    let mut rest = Vec::new();
    while let Some(mut request) = read_request(&mut from, &mut rest).await? {
        alias.request(&mut request);
        saw(&request);
        let instead = gate.next_answer();
        let unseen = matches!(instead, Some(Instead::Status { seen: false, .. }));
        let mut answer = if unseen { Message::default() } else { ask(server, &request).await? };
        alias.answer(&mut answer);
        let bodiless = request.head.starts_with("HEAD ");
        let (bytes, last) = write(&answer, instead.as_ref(), bodiless);
        let onward = gate.send(&mut to, &bytes).await?;
        if onward == Onward::Passed && instead.is_none() && request.head.starts_with("POST ") {
            told();
        }
        if onward != Onward::Passed || last {
            conclude(onward, to).await;
            return Ok(());
        }
    }
    Ok(())
}

/// The next request, or none at the end of the connection.
async fn read_request(from: &mut OwnedReadHalf, rest: &mut Vec<u8>) -> io::Result<Option<Message>> {
    let end = loop {
        if let Some(end) = rest.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
            break end;
        }
        if rest.len() > HEAD {
            return Err(io::Error::other("the request's head has no end"));
        }
        if from.read_buf(rest).await? == 0 {
            return Ok(None);
        }
    };
    let body = rest.split_off(end + 4);
    let head = String::from_utf8_lossy(&rest[..end]).into_owned();
    *rest = body;
    let mut request = Message { head, body: Vec::new() };
    let length = request.header("content-length").and_then(|length| length.parse().ok());
    let length: usize = length.unwrap_or(0);
    while rest.len() < length {
        if from.read_buf(rest).await? == 0 {
            return Ok(None);
        }
    }
    let after = rest.split_off(length);
    request.body = std::mem::replace(rest, after);
    Ok(Some(request))
}

/// The server's answer, over a connection of its own.
async fn ask(server: SocketAddr, request: &Message) -> io::Result<Message> {
    let mut stream = TcpStream::connect(server).await?;
    let mut lines = request.head.lines();
    // HTTP/1.0: the answer comes in one piece and ends with the connection.
    let first = lines.next().unwrap_or_default().replace("HTTP/1.1", "HTTP/1.0");
    let mut head = first + "\r\n";
    for line in lines.filter(|line| !line.to_ascii_lowercase().starts_with("connection:")) {
        head += line;
        head += "\r\n";
    }
    head += "\r\n";
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(&request.body).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n");
    let end = end.ok_or_else(|| io::Error::other("the server's answer has no head"))?;
    let body = answer.split_off(end + 4);
    Ok(Message { head: String::from_utf8_lossy(&answer[..end]).into_owned(), body })
}

/// The answer as it goes to the client, and whether the connection ends with it.
fn write(answer: &Message, instead: Option<&Instead>, bodiless: bool) -> (Vec<u8>, bool) {
    let mut first = answer.first_line().replace("HTTP/1.0", "HTTP/1.1");
    let mut extra = String::new();
    let mut body = &answer.body[..];
    let mut length = body.len() as u64;
    let mut last = false;
    match instead {
        None => {}
        Some(Instead::Status { status, retry_after, .. }) => {
            first = format!("HTTP/1.1 {status} Fault");
            if let Some(seconds) = retry_after {
                extra = format!("Retry-After: {seconds}\r\n");
            }
            body = b"a fault";
            length = body.len() as u64;
        }
        Some(Instead::Body(text)) => {
            body = text;
            length = body.len() as u64;
        }
        Some(Instead::Cut(percent)) => {
            body = &body[..body.len() * usize::from(*percent) / 100];
            length = body.len() as u64;
        }
        Some(Instead::Length(declared)) => {
            last = true;
            length = match declared {
                Declared::Less => length.saturating_sub(1),
                Declared::More => length + 7,
                Declared::Huge => u64::MAX >> 1,
            };
        }
    }
    let mut head = first + "\r\n" + &extra;
    let own = ["content-length:", "connection:", "transfer-encoding:", "keep-alive:", "date:"];
    let replaced = matches!(instead, Some(Instead::Status { .. }));
    for line in answer.head.lines().skip(1).filter(|_| !replaced) {
        if !own.iter().any(|name| line.to_ascii_lowercase().starts_with(name)) {
            head += line;
            head += "\r\n";
        }
    }
    if !answer.first_line().contains(" 204") {
        head += &format!("Content-Length: {length}\r\n");
    }
    head += "\r\n";
    let mut bytes = head.into_bytes();
    if !bodiless {
        bytes.extend_from_slice(body);
    }
    (bytes, last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer() -> Message {
        Message {
            head: "HTTP/1.0 200 OK\r\nX-A: b\r\nContent-Length: 4".into(),
            body: b"body".to_vec(),
        }
    }

    #[test]
    fn answers_pass_or_are_replaced() {
        let text = |instead: Option<Instead>| {
            let (bytes, last) = write(&answer(), instead.as_ref(), false);
            (String::from_utf8_lossy(&bytes).into_owned(), last)
        };
        let head = "HTTP/1.1 200 OK\r\nX-A: b\r\nContent-Length: ";
        assert_eq!(text(None), (format!("{head}4\r\n\r\nbody"), false));
        assert_eq!(text(Some(Instead::Cut(50))), (format!("{head}2\r\n\r\nbo"), false));
        let more = Instead::Length(Declared::More);
        assert_eq!(text(Some(more)), (format!("{head}11\r\n\r\nbody"), true));
        let status = Instead::Status { status: 429, retry_after: Some(1), seen: false };
        let expected = "HTTP/1.1 429 Fault\r\nRetry-After: 1\r\nContent-Length: 7\r\n\r\na fault";
        assert_eq!(text(Some(status)), (expected.into(), false));
    }
}
