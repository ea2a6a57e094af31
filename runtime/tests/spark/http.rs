//! The HTTP transport: what is sent, whom cookies and credentials go to, what a
//! status means, and that nothing is sent twice.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::reply;
use crate::server::{Act, Call, Desk};

/// A request.
#[derive(Clone, Debug)]
struct Seen {
    first: String,
    headers: Vec<(String, String)>,
    call: Call,
}

impl Seen {
    fn header(&self, name: &str) -> Option<&str> {
        let header = self.headers.iter().find(|(other, _)| other == name);
        header.map(|(_, value)| value.as_str())
    }
}

/// What comes instead of a reply: a status, headers, a body, and how much of it.
#[derive(Clone, Debug)]
struct Instead {
    status: u16,
    headers: &'static str,
    body: Vec<u8>,
    cut: usize,
    delay: Duration,
    /// The server took the call all the same, and moved on: a proxy answers.
    taken: bool,
}

fn status(status: u16, headers: &'static str, body: &str) -> Instead {
    let (body, delay) = (body.as_bytes().to_vec(), Duration::ZERO);
    Instead { status, headers, cut: body.len(), body, delay, taken: false }
}

pub(crate) struct Server {
    address: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

type Script = dyn Fn(&Seen) -> Option<Instead> + Send + Sync;

impl Server {
    async fn start(script: impl Fn(&Seen) -> Option<Instead> + Send + Sync + 'static) -> Server {
        Server::with(script, |_| None).await
    }

    /// A server whose calls do as the script says.
    pub(crate) async fn of(
        script: impl Fn(&Call) -> Option<Act> + Send + Sync + 'static,
    ) -> Server {
        Server::with(|_| None, script).await
    }

    async fn with(
        script: impl Fn(&Seen) -> Option<Instead> + Send + Sync + 'static,
        calls: impl Fn(&Call) -> Option<Act> + Send + Sync + 'static,
    ) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let desk = Arc::new(Desk::new(Arc::default(), calls));
        let (script, log): (Arc<Script>, _) = (Arc::new(script), Arc::clone(&seen));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (script, log, desk) =
                    (Arc::clone(&script), Arc::clone(&log), Arc::clone(&desk));
                tokio::spawn(serve(stream, script, log, desk));
            }
        });
        Server { address, seen }
    }

    pub(crate) fn url(&self, parameters: &str) -> String {
        format!("hive://me:s3cret@{}/?transport=http{parameters}", self.address)
    }

    async fn connect(&self) -> lakequery::Lake {
        lakequery::connect(&self.url("")).await.unwrap()
    }

    fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// The methods that it was called so far.
    pub(crate) fn methods(&self) -> Vec<String> {
        self.seen().into_iter().map(|seen| seen.call.method).collect()
    }

    fn count(&self, method: &str) -> usize {
        self.seen().iter().filter(|seen| seen.call.method == method).count()
    }
}

async fn serve(
    mut stream: TcpStream,
    script: Arc<Script>,
    log: Arc<Mutex<Vec<Seen>>>,
    desk: Arc<Desk>,
) -> Option<()> {
    let mut rest = Vec::new();
    loop {
        let seen = read(&mut stream, &mut rest).await?;
        log.lock().unwrap().push(seen.clone());
        let instead = script(&seen);
        if instead.as_ref().is_some_and(|instead| instead.taken) {
            desk.take(&seen.call.bytes);
        }
        let Instead { status, headers, body, cut, delay, taken: _ } =
            instead.unwrap_or_else(|| {
                let (delay, reply) = match desk.take(&seen.call.bytes) {
                    Act::Reply(reply) => (Duration::ZERO, reply),
                    Act::Later(delay, reply) => (delay, reply),
                    Act::Bytes(_) | Act::Stall(_) => unreachable!(),
                };
                Instead {
                    delay,
                    headers: "content-type: application/x-thrift\r\n",
                    cut: reply.len(),
                    body: reply,
                    ..self::status(200, "", "")
                }
            });
        tokio::time::sleep(delay).await;
        let head =
            format!("HTTP/1.1 {status} Status\r\ncontent-length: {}\r\n{headers}\r\n", body.len());
        stream.write_all(head.as_bytes()).await.ok()?;
        stream.write_all(&body[..cut]).await.ok()?;
        if cut < body.len() {
            return stream.shutdown().await.ok();
        }
    }
}

async fn read(stream: &mut TcpStream, rest: &mut Vec<u8>) -> Option<Seen> {
    let end = loop {
        if let Some(end) = rest.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(rest).await.ok()? == 0 || rest[0].is_ascii_control() {
            // The end, or TLS, which this server does not have.
            return None;
        }
    };
    let head = String::from_utf8(rest[..end].to_vec()).unwrap();
    let headers: Vec<(String, String)> = head
        .lines()
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length").unwrap();
    let whole = end + 4 + length.1.parse::<usize>().unwrap();
    while rest.len() < whole {
        if stream.read_buf(rest).await.ok()? == 0 {
            return None;
        }
    }
    let after = rest.split_off(whole);
    let message = std::mem::replace(rest, after);
    let first = head.lines().next().unwrap().to_owned();
    Some(Seen { first, headers, call: Call::read(&message[end + 4..]) })
}

#[tokio::test]
async fn pyhives_scheme_means_http() {
    let server = Server::start(|_| None).await;
    let url = format!("hive+http://me:s3cret@{}/", server.address);
    let lake = lakequery::connect(&url).await.unwrap();
    assert_eq!(lake.engine(), lakequery::Engine::Spark);
    assert_eq!(server.count("OpenSession"), 1);
    // Over TLS, which nobody speaks there.
    let url = format!("hive+https://me:s3cret@{}/", server.address);
    let error = lakequery::connect(&url).await.unwrap_err();
    assert!(!error.to_string().contains("s3cret"), "{error}");
    assert_eq!(server.count("OpenSession"), 1);
}

#[tokio::test]
async fn calls_are_posted_with_credentials_and_the_servers_cookies() {
    let opened = "content-type: application/x-thrift\r\nset-cookie: hive.server2.auth=\"cu=me&s=x\"; \
                  Path=/; HttpOnly\r\nset-cookie: other=1; Secure\r\n";
    let server = Server::start(move |seen| {
        (seen.call.method == "OpenSession").then(|| {
            let body = reply::opened(9, &[7; 16]);
            Instead { cut: body.len(), body, headers: opened, ..status(200, "", "") }
        })
    })
    .await;
    let lake = server.connect().await;
    let rows = lakequery::sql("SELECT n").fetch_all(&lake).await.unwrap();
    assert_eq!(rows.len(), 2);
    let seen = server.seen();
    let statements: Vec<_> = seen.iter().map(|seen| seen.call.sql.as_str()).collect();
    let statements = statements.into_iter().filter(|sql| !sql.is_empty()).collect::<Vec<_>>();
    assert_eq!(statements, ["DESCRIBE QUERY SELECT n", "SELECT n"]);
    for (i, seen) in seen.iter().enumerate() {
        assert_eq!(seen.first, "POST /cliservice HTTP/1.1");
        assert_eq!(seen.header("authorization"), Some("Basic bWU6czNjcmV0"));
        assert_eq!(seen.header("content-type"), Some("application/x-thrift"));
        let cookie = (i > 0).then_some("hive.server2.auth=\"cu=me&s=x\"");
        assert_eq!(seen.header("cookie"), cookie);
    }
    drop(lake);
    for _ in 0..500 {
        if server.count("CloseSession") == 1 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the session was not closed");
}

#[tokio::test]
async fn paths_and_users_are_the_urls() {
    let server = Server::start(|_| None).await;
    let url = server.url("&http_path=/a/b").replace("me:s3cret@", "");
    lakequery::connect(&url).await.unwrap();
    let seen = server.seen().remove(0);
    assert_eq!(seen.first, "POST /a/b HTTP/1.1");
    // `anonymous`, and a password that only is there.
    assert_eq!(seen.header("authorization"), Some("Basic YW5vbnltb3VzOng="));
}

#[tokio::test]
async fn statuses_are_told_without_secrets() {
    let text = "content-type: text/plain\r\n";
    for (answer, sign_in, told) in [
        (
            status(401, text, "Bad password s3cret of bWU6czNjcmV0"),
            true,
            "refused to sign the user in (401 Unauthorized): Bad password … of … (spark)",
        ),
        (
            status(401, "content-type: text/html\r\n", "<html>"),
            true,
            "in (401 Unauthorized) (spark); check user",
        ),
        (status(403, "", ""), true, "does not let the user in (403 Forbidden)"),
        (status(404, "", ""), false, "has no Thrift Server at /cliservice (404 Not Found)"),
        (
            status(405, "", ""),
            false,
            "has no Thrift Server at /cliservice (405 Method Not Allowed)",
        ),
        (
            status(302, "location: http://other.example/x?s3cret\r\n", ""),
            false,
            "redirects the client, to other.example:80 (302 Found)",
        ),
        (
            status(500, text, "oops\nat x"),
            false,
            "refused the request (500 Internal Server Error): oops (spark)",
        ),
        (status(503, "", ""), false, "is not able to answer at the moment (503"),
        (status(200, "", "<html>"), false, "is it a Spark Thrift Server"),
        (status(200, "", ""), false, "it ends in the middle of a value"),
    ] {
        let server = Server::start({
            let answer = answer.clone();
            move |_| Some(answer.clone())
        })
        .await;
        let error = lakequery::connect(&server.url("")).await.unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("s3cret") && !shown.contains("bWU6"), "{shown}");
        assert!(error.to_string().contains(told), "{answer:?}: {error}");
        assert_eq!((error.is_sign_in(), error.is_connection()), (sign_in, !sign_in), "{error}");
        assert_eq!(server.count("OpenSession"), 1, "{answer:?}");
    }
}

/// What a proxy or a busy server says where it may be asked again.
fn passing_troubles() -> [Instead; 4] {
    [
        status(429, "", ""),
        status(429, "retry-after: 0\r\n", ""),
        status(503, "retry-after: 0\r\n", ""),
        status(503, "retry-after: Sun, 06 Nov 1994 08:49:37 GMT\r\n", ""),
    ]
}

/// The statement's outcome where its first call of a method gets `first`, and
/// how often that method was called.
async fn after(
    method: &'static str,
    first: &Instead,
    sql: &str,
) -> (lakequery::Result<usize>, usize) {
    let tries = AtomicUsize::new(0);
    let begun = Arc::new(AtomicUsize::new(0));
    let (answer, begins) = (first.clone(), Arc::clone(&begun));
    let server = Server::start(move |seen| {
        let meant = begins.load(Ordering::SeqCst) == 1 && seen.call.method == method;
        (meant && tries.fetch_add(1, Ordering::SeqCst) == 0).then(|| answer.clone())
    })
    .await;
    let lake = server.connect().await;
    let before = server.count(method);
    begun.store(1, Ordering::SeqCst);
    let outcome = lakequery::sql(sql).fetch_all(&lake).await.map(|rows| rows.len());
    (outcome, server.count(method) - before)
}

#[tokio::test]
async fn calls_that_write_nothing_are_made_again() {
    for first in passing_troubles() {
        for method in
            ["ExecuteStatement", "GetOperationStatus", "GetResultSetMetadata", "FetchResults"]
        {
            let (outcome, calls) = after(method, &first, "SHOW n").await;
            let usual = if method == "FetchResults" { 2 } else { 1 };
            assert_eq!((outcome.unwrap(), calls), (2, usual + 1), "{method} {first:?}");
        }
    }
    for first in [status(502, "", ""), status(503, "", ""), status(504, "", "")] {
        for method in ["GetOperationStatus", "GetResultSetMetadata"] {
            let (outcome, calls) = after(method, &first, "SHOW n").await;
            assert_eq!((outcome.unwrap(), calls), (2, 2), "{method} {first:?}");
        }
        for method in ["ExecuteStatement", "FetchResults"] {
            let (outcome, calls) = after(method, &first, "SHOW n").await;
            assert!(outcome.unwrap_err().is_connection(), "{method} {first:?}");
            assert_eq!(calls, 1, "{method} {first:?}");
        }
    }
}

#[tokio::test]
async fn rows_that_went_elsewhere_are_an_error() {
    for first in passing_troubles() {
        let first = Instead { taken: true, ..first };
        let (outcome, calls) = after("FetchResults", &first, "SHOW n").await;
        let error = outcome.unwrap_err().to_string();
        assert!(error.contains("the server sent rows from row 2 on; row 0 was next"), "{error}");
        assert_eq!(calls, 2, "{first:?}");
    }
}

#[tokio::test]
async fn what_may_write_is_sent_once() {
    for (first, taken) in
        passing_troubles().into_iter().flat_map(|first| [(first.clone(), true), (first, false)])
    {
        for sql in ["INSERT", "WITH a AS (SELECT 1) INSERT INTO t TABLE a", "FROM a INSERT INTO t"]
        {
            let first = Instead { taken, ..first.clone() };
            let tries = AtomicUsize::new(0);
            let server = Server::start({
                let first = first.clone();
                move |seen| {
                    let meant = seen.call.sql == sql;
                    (meant && tries.fetch_add(1, Ordering::SeqCst) == 0).then(|| first.clone())
                }
            })
            .await;
            let lake = server.connect().await;
            let error = lakequery::sql(sql).execute(&lake).await.unwrap_err();
            let sent = server.seen().iter().filter(|seen| seen.call.sql == sql).count();
            assert_eq!(sent, 1, "{sql} {first:?}");
            let text = error.to_string();
            assert!(text.contains("the query may have run or not"), "{text}");
        }
    }
}

#[tokio::test]
async fn a_statement_that_failed_leaves_the_lake_usable() {
    let cut = |at| Instead { cut: at, ..status(200, "", "a reply that ends too soon") };
    for first in [
        status(500, "", ""),
        status(502, "", ""),
        status(503, "", ""),
        status(504, "", ""),
        status(401, "", ""),
        cut(0),
        cut(9),
        status(503, "retry-after: 0\r\n", ""),
        status(429, "", ""),
    ] {
        let tries = AtomicUsize::new(0);
        let server = Server::start({
            let first = first.clone();
            move |seen| {
                let insert = seen.call.sql == "INSERT";
                (insert && tries.fetch_add(1, Ordering::SeqCst) == 0).then(|| first.clone())
            }
        })
        .await;
        let lake = server.connect().await;
        let outcome = lakequery::sql("INSERT").execute(&lake).await;
        let sent = server.seen().iter().filter(|seen| seen.call.sql == "INSERT").count();
        assert_eq!((sent, outcome.is_ok()), (1, false), "{first:?}: {outcome:?}");
        // The lake is as good as before.
        lakequery::sql("OTHER").execute(&lake).await.unwrap();
    }
}

#[tokio::test]
async fn a_dropped_query_is_cancelled_and_rows_are_not_fetched_twice() {
    let server = Server::start(|seen| {
        let body = reply::executed(&[3; 16]);
        (seen.call.sql == "SLOW").then(|| Instead {
            cut: body.len(),
            body,
            delay: Duration::from_millis(600),
            ..status(200, "", "")
        })
    })
    .await;
    let lake = server.connect().await;
    let query = lakequery::sql("SLOW").fetch_all(&lake);
    assert!(tokio::time::timeout(Duration::from_millis(300), query).await.is_err());
    for _ in 0..500 {
        if server.count("CloseOperation") == 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!((server.count("CancelOperation"), server.count("CloseOperation")), (1, 1));

    let broken = Server::start(|seen| {
        let fetch = seen.call.method == "FetchResults";
        fetch.then(|| Instead { cut: 3, ..status(200, "", "too short") })
    })
    .await;
    let lake = broken.connect().await;
    let error = lakequery::sql("SHOW n").fetch_all(&lake).await.unwrap_err();
    assert!(error.is_connection(), "{error}");
    assert_eq!(broken.count("FetchResults"), 1);
}

#[tokio::test]
async fn silence_has_an_end() {
    let server = Server::start(|seen| {
        let delay = Duration::from_secs(60);
        (seen.call.sql == "INSERT").then(|| Instead { delay, ..status(200, "", "") })
    })
    .await;
    let lake = lakequery::connect(&server.url("&timeout=0.4")).await.unwrap();
    let error = lakequery::sql("INSERT").execute(&lake).await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
    let error = lakequery::connect("spark://127.0.0.1:1/?http_path=x").await.unwrap_err();
    assert!(error.to_string().starts_with("could not connect to 127.0.0.1:1: "), "{error}");
    // A server that has no TLS.
    let error = lakequery::connect(&server.url("&ssl=true&timeout=2")).await.unwrap_err();
    assert!(error.is_connection() && error.to_string().contains("could not connect"), "{error}");
}
