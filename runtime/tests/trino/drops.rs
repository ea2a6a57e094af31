//! Queries of Trino and Presto that are given up at any moment.

use std::sync::{Arc, Mutex};

use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};

use crate::random::{Random, Tally, drops};
use crate::server::{Seen, page, read};

/// A statement that the server was given.
#[derive(Clone, Copy, Default)]
struct Statement {
    pages: u64,
    /// Whether it is over: the last page was handed out.
    over: bool,
    cancelled: bool,
}

/// A server of statements with some pages each, which pauses at random and keeps
/// its connections.
struct Desk {
    base: String,
    version: &'static str,
    random: Random,
    statements: Mutex<Vec<Statement>>,
}

impl Desk {
    async fn start(version: &'static str, random: Random) -> Arc<Desk> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = listener.local_addr().unwrap().to_string();
        let desk = Arc::new(Desk { base, version, random, statements: Mutex::default() });
        let taking = Arc::clone(&desk);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(Arc::clone(&taking).serve(stream));
            }
        });
        desk
    }

    async fn serve(self: Arc<Desk>, mut stream: TcpStream) -> Option<()> {
        stream.set_nodelay(true).ok()?;
        loop {
            let seen = read(&mut stream).await?;
            tokio::time::sleep(self.random.pause()).await;
            let body = self.answer(&seen).replace("{base}", &format!("http://{}", self.base));
            tokio::time::sleep(self.random.pause()).await;
            let status = if body.is_empty() { 204 } else { 200 };
            let head = format!(
                "HTTP/1.1 {status} S\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
                body.len()
            );
            stream.write_all(format!("{head}{body}").as_bytes()).await.ok()?;
        }
    }

    fn answer(&self, seen: &Seen) -> String {
        if seen.path == "/v1/info" {
            return format!(r#"{{"nodeVersion":{{"version":"{}"}}}}"#, self.version);
        }
        let mut statements = self.statements.lock().unwrap();
        let path = seen.path.split('?').next().unwrap();
        let (number, at) = match path.strip_prefix("/next/") {
            Some(place) => {
                let place: usize = place.parse().unwrap();
                (place / 10, (place % 10) as u64)
            }
            None => {
                statements.push(Statement { pages: self.random.below(6), ..Statement::default() });
                (statements.len() - 1, 0)
            }
        };
        let statement = &mut statements[number];
        if seen.method == "DELETE" {
            assert!(!statement.cancelled, "it is cancelled twice");
            statement.cancelled = true;
            return String::new();
        }
        statement.over |= at == statement.pages;
        let next = (at < statement.pages).then_some(number * 10 + at as usize + 1);
        page(next, if at == 1 { "[[1],[2],[3]]" } else { "[]" })
    }

    fn tally(&self) -> Tally {
        let statements = self.statements.lock().unwrap();
        let count =
            |which: fn(&Statement) -> bool| statements.iter().filter(|s| which(s)).count() as u64;
        Tally {
            sent: statements.len() as u64,
            cancelled: count(|statement| statement.cancelled),
            lost: count(|statement| !statement.cancelled && !statement.over),
        }
    }
}

async fn given_up(scheme: &str, version: &'static str) {
    drops(scheme, 32, &["SELECT n", "INSERT n"], |random| async move {
        let desk = Desk::start(version, random).await;
        (format!("{scheme}://me@{}", desk.base), move || desk.tally())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn trinos_are_cancelled_or_never_sent() {
    given_up("trino", "476").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn prestos_are_cancelled_or_never_sent() {
    given_up("presto", "0.287").await;
}
