//! A server on loopback that answers as a test says and remembers what it was
//! asked.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lakequery::Lake;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A request.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) path: String,
    headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Seen {
    /// The values of a header, its name in lower case, with commas between.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let values = self.headers.iter().filter(|(other, _)| other == name);
        let values: Vec<&str> = values.map(|(_, value)| value.as_str()).collect();
        (!values.is_empty()).then(|| values.join(","))
    }
}

/// An answer.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    /// How many bytes of the body come before the connection breaks.
    cut: Option<usize>,
    delay: Duration,
}

impl Reply {
    /// JSON, in which `{base}` stands for the server's address.
    pub(crate) fn json(body: impl Into<Vec<u8>>) -> Reply {
        Reply::status(200, body).header("content-type", "application/json")
    }

    pub(crate) fn status(status: u16, body: impl Into<Vec<u8>>) -> Reply {
        let (headers, delay) = (Vec::new(), Duration::ZERO);
        Reply { status, headers, body: body.into(), cut: None, delay }
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Reply {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn cut(mut self, at: usize) -> Reply {
        self.cut = Some(at);
        self
    }

    pub(crate) fn after(mut self, delay: Duration) -> Reply {
        self.delay = delay;
        self
    }
}

/// The server; it ends with the test's runtime.
pub(crate) struct Server {
    pub(crate) address: String,
    seen: Arc<Mutex<Vec<Seen>>>,
    listening: tokio::task::AbortHandle,
}

type Handler = dyn Fn(&Seen) -> Reply + Send + Sync;

impl Server {
    /// A server that answers each request as the function says. It answers
    /// `/v1/info` as a Trino does, and does not count that.
    pub(crate) async fn start(handler: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Server {
        Server::of_version("476", handler).await
    }

    /// A server that says to be of another version.
    pub(crate) async fn of_version(
        version: &'static str,
        handler: impl Fn(&Seen) -> Reply + Send + Sync + 'static,
    ) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let handler: Arc<Handler> = Arc::new(handler);
        let shared = (Arc::clone(&seen), address.clone());
        let listening = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (seen, address) = shared.clone();
                tokio::spawn(serve(stream, Arc::clone(&handler), seen, address, version));
            }
        });
        Server { address, seen, listening: listening.abort_handle() }
    }

    /// Takes no more connections.
    pub(crate) fn stop(&self) {
        self.listening.abort();
    }

    /// A server that answers a statement with these pages, one after the other,
    /// and the same place twice with the same page.
    pub(crate) async fn pages(pages: Vec<Reply>) -> Server {
        let pages = Pages::new(pages);
        Server::start(move |seen| pages.answer(seen)).await
    }

    pub(crate) async fn connect(&self) -> Lake {
        lakequery::connect(&self.url("")).await.unwrap()
    }

    /// A URL of this server, with parameters.
    pub(crate) fn url(&self, parameters: &str) -> String {
        format!("trino://me@{}/tpch/tiny{parameters}", self.address)
    }

    /// What it was asked so far.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// The methods and paths that it was asked for so far.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.seen().iter().map(|seen| format!("{} {}", seen.method, seen.path)).collect()
    }

    /// Waits until it has been asked so.
    pub(crate) async fn wait_for(&self, asked: &str) {
        for _ in 0..500 {
            if self.asked().iter().any(|other| other == asked) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("it was not asked {asked}, but {:?}", self.asked());
    }
}

/// The pages of one statement.
pub(crate) struct Pages {
    pages: Vec<Reply>,
    given: Mutex<HashMap<String, usize>>,
}

impl Pages {
    pub(crate) fn new(pages: Vec<Reply>) -> Pages {
        Pages { pages, given: Mutex::default() }
    }

    pub(crate) fn answer(&self, seen: &Seen) -> Reply {
        let mut given = self.given.lock().unwrap();
        match seen.method.as_str() {
            "POST" => {
                given.clear();
                self.pages[0].clone()
            }
            "GET" => {
                let next = given.len() + 1;
                let page = *given.entry(seen.path.clone()).or_insert(next);
                self.pages[page].clone()
            }
            _ => Reply::status(204, ""),
        }
    }
}

async fn serve(
    mut stream: TcpStream,
    handler: Arc<Handler>,
    log: Arc<Mutex<Vec<Seen>>>,
    address: String,
    version: &str,
) -> Option<()> {
    let seen = read(&mut stream).await?;
    let reply = if seen.path == "/v1/info" {
        Reply::json(format!(r#"{{"nodeVersion":{{"version":"{version}"}},"coordinator":true}}"#))
    } else {
        log.lock().unwrap().push(seen.clone());
        handler(&seen)
    };
    tokio::time::sleep(reply.delay).await;
    let body = match String::from_utf8(reply.body) {
        Ok(text) => text.replace("{base}", &format!("http://{address}")).into_bytes(),
        Err(bytes) => bytes.into_bytes(),
    };
    let mut head = format!(
        "HTTP/1.1 {} Status\r\ncontent-length: {}\r\nconnection: close\r\n",
        reply.status,
        body.len()
    );
    for (name, value) in reply.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    stream.write_all(head.as_bytes()).await.ok()?;
    let end = reply.cut.unwrap_or(body.len()).min(body.len());
    stream.write_all(&body[..end]).await.ok()?;
    stream.shutdown().await.ok()
}

/// Reads a request; there is none where the connection ends.
pub(crate) async fn read(stream: &mut TcpStream) -> Option<Seen> {
    let mut bytes = Vec::new();
    let head = loop {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
        if bytes[0].is_ascii_control() {
            // TLS, which this server does not have.
            stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.ok()?;
            return None;
        }
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
    };
    let text = String::from_utf8_lossy(&bytes[..head]).into_owned();
    let mut lines = text.lines();
    let mut first = lines.next()?.split(' ');
    let (method, path) = (first.next()?.to_owned(), first.next()?.to_owned());
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length: usize = length.map_or(0, |(_, length)| length.parse().unwrap());
    while bytes.len() < head + 4 + length {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    let body = String::from_utf8_lossy(&bytes[head + 4..]).into_owned();
    Some(Seen { method, path, headers, body })
}

/// A page, with the number of the next one and with rows of one bigint `n`.
pub(crate) fn page(next: Option<usize>, rows: &str) -> String {
    let next = next.map_or_else(String::new, |n| format!(r#""nextUri":"{{base}}/next/{n}","#));
    let rows = if rows.is_empty() {
        String::new()
    } else {
        format!(r#""columns":[{COLUMN}],"data":{rows},"#)
    };
    format!(r#"{{"id":"q1",{next}{rows}"stats":{{"state":"RUNNING"}}}}"#)
}

/// The column of those pages.
pub(crate) const COLUMN: &str = r#"{"name":"n","type":"bigint"}"#;
