//! [`Http`]: sends requests and gathers answers, within a time and a size.

use std::error::Error as StdError;
use std::io;
use std::time::Duration;

use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{Method, StatusCode, Url, redirect};
use tokio::time::Instant;

use super::proxy;
use super::retry::{Outcome, Repeat, Retry};
use super::tls;
use crate::error::{Error, Kind, Result};

/// The most bytes of one answer. What a server declares is not believed: memory
/// grows with what really comes.
const LIMIT: usize = 1 << 29;

/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(10);

/// How long nothing may come while an answer is read. Before its head that holds
/// only for what may be sent again: a server may think about a statement for as
/// long as the request may take.
const SILENCE: Duration = Duration::from_secs(30);

/// The longest that a server can ask to wait.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// How long an unused connection is kept: less than servers keep it, so that a
/// request seldom runs into its end.
const IDLE: Duration = Duration::from_secs(15);

/// How many unused connections to a server are kept: more than one query needs.
const UNUSED: usize = 16;

/// A request.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    pub(crate) repeat: Repeat,
}

impl Request {
    /// A request without a body that may be repeated.
    pub(crate) fn bare(method: Method, url: Url, headers: HeaderMap) -> Request {
        Request { method, url, headers, body: Vec::new(), repeat: Repeat::Always }
    }
}

/// An answer, all of it.
#[derive(Clone, Debug)]
pub(crate) struct Response {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// A client with its connections.
#[derive(Clone, Debug)]
pub(crate) struct Http {
    client: reqwest::Client,
    limit: Limit,
    silence: Duration,
}

/// What ends a request.
#[derive(Clone, Copy, Debug)]
enum Limit {
    /// It may take so long, repetitions included.
    Total(Duration),
    /// Somebody else keeps the time of each attempt. The pause that a server asks
    /// for may be so long.
    Pause(Duration),
}

impl Limit {
    /// When the request has to be at its end.
    fn deadline(self) -> Option<Instant> {
        match self {
            Limit::Total(timeout) => Instant::now().checked_add(timeout),
            Limit::Pause(_) => None,
        }
    }
}

impl Http {
    /// A client that gives each request so much time, repetitions included.
    pub(crate) fn new(tls: Option<rustls::ClientConfig>, timeout: Duration) -> Result<Http> {
        let client = build(builder(tls, timeout)?)?;
        Ok(Http { client, limit: Limit::Total(timeout), silence: SILENCE.min(timeout) })
    }

    /// A client of somebody who keeps the time: an answer may take any, but
    /// connecting, silence in the middle of an answer, and a pause between two
    /// attempts may take `timeout` at most.
    pub(crate) fn patient(tls: Option<rustls::ClientConfig>, timeout: Duration) -> Result<Http> {
        let client = build(builder(tls, timeout)?)?;
        Ok(Http { client, limit: Limit::Pause(timeout), silence: timeout })
    }

    /// Sends the request, as often as its [`Repeat`] allows. An answer may have
    /// any status.
    pub(crate) async fn send(&self, request: &Request) -> Result<Response> {
        let sent = self.repeated(request);
        let result = match self.limit {
            Limit::Total(timeout) => match tokio::time::timeout(timeout, sent).await {
                Ok(result) => result,
                Err(_) => Err(Failed::late(request, timeout)),
            },
            Limit::Pause(_) => sent.await,
        };
        result.map_err(|Failed { error, outcome }| match (request.repeat, outcome) {
            (Repeat::IfNotSent, Some(Outcome::Broken)) => error.unsure(),
            _ => error,
        })
    }

    async fn repeated(&self, request: &Request) -> Result<Response, Failed> {
        let deadline = self.limit.deadline();
        let mut retry = Retry::new(request.repeat);
        loop {
            let result = self.attempt(request).await;
            let wait = match &result {
                Ok(response) => {
                    retry.after(Outcome::Status(response.status.as_u16(), come_back(response)))
                }
                Err(Failed { outcome: Some(outcome), .. }) => retry.after(*outcome),
                Err(_) => None,
            };
            match wait {
                // Waiting beyond the deadline would only end in a vaguer error.
                Some(wait) if self.has_time_for(wait, deadline) => {
                    tokio::time::sleep(wait).await;
                }
                _ => return result,
            }
        }
    }

    fn has_time_for(&self, wait: Duration, deadline: Option<Instant>) -> bool {
        match (self.limit, deadline) {
            (Limit::Pause(longest), _) => wait <= longest,
            (Limit::Total(_), Some(end)) => {
                Instant::now().checked_add(wait).is_some_and(|at| at < end)
            }
            (Limit::Total(_), None) => true,
        }
    }

    /// Waits for the head of an answer.
    async fn head(
        &self,
        request: &Request,
        sent: reqwest::Request,
    ) -> Result<reqwest::Response, Failed> {
        let answer = self.client.execute(sent);
        let impatient = request.repeat == Repeat::Always && matches!(self.limit, Limit::Total(_));
        let answer = if impatient {
            tokio::time::timeout(self.silence, answer)
                .await
                .map_err(|_| Failed::silent(&request.url))?
        } else {
            answer.await
        };
        answer.map_err(|error| Failed::new(&request.url, error))
    }

    async fn attempt(&self, request: &Request) -> Result<Response, Failed> {
        let mut sent = reqwest::Request::new(request.method.clone(), request.url.clone());
        *sent.headers_mut() = request.headers.clone();
        if !request.body.is_empty() {
            *sent.body_mut() = Some(request.body.clone().into());
        }
        let fail = |error| Failed::new(&request.url, error);
        let mut answer = self.head(request, sent).await?;
        if answer.status() == StatusCode::PROXY_AUTHENTICATION_REQUIRED {
            let (place, status) = (place(&request.url), answer.status());
            let error = Error::new(
                Kind::Connection,
                format!("a proxy on the way to {place} wants the client to sign in ({status})"),
            )
            .help("name user and password in `HTTP_PROXY`, or the host in `NO_PROXY`");
            return Err(Failed { error, outcome: None });
        }
        let declared = answer.content_length().unwrap_or(0);
        let expected = usize::try_from(declared).unwrap_or(usize::MAX).min(1 << 20);
        let mut body = Vec::with_capacity(expected);
        loop {
            let chunk = tokio::time::timeout(self.silence, answer.chunk()).await;
            let Some(chunk) = chunk.map_err(|_| Failed::silent(&request.url))?.map_err(fail)?
            else {
                break;
            };
            if body.len() + chunk.len() > LIMIT {
                return Err(Failed {
                    error: Error::new(
                        Kind::BrokenData,
                        format!("{} sent an answer of more than 512 MiB", place(&request.url)),
                    ),
                    outcome: None,
                });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Response {
            status: answer.status(),
            headers: std::mem::take(answer.headers_mut()),
            body,
        })
    }
}

fn builder(tls: Option<rustls::ClientConfig>, connect: Duration) -> Result<reqwest::ClientBuilder> {
    let tls = tls.map_or_else(tls::none, Ok)?;
    Ok(reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(redirect::Policy::none())
        .referer(false)
        .connect_timeout(CONNECT.min(connect))
        .pool_idle_timeout(IDLE)
        .pool_max_idle_per_host(UNUSED)
        .user_agent(concat!("lakequery/", env!("CARGO_PKG_VERSION"))))
}

fn build(builder: reqwest::ClientBuilder) -> Result<reqwest::Client> {
    builder.build().map_err(|error| {
        Error::new(Kind::Internal, "the HTTP client could not be set up")
            .caused_by(error.without_url())
    })
}

/// An attempt that brought no answer.
struct Failed {
    error: Error,
    /// `None` where another attempt would end the same.
    outcome: Option<Outcome>,
}

impl Failed {
    #[cold]
    fn late(request: &Request, timeout: Duration) -> Failed {
        let (place, seconds) = (place(&request.url), timeout.as_secs_f64());
        let error = Error::new(Kind::Timeout, format!("{place} did not answer within {seconds} s"))
            .help("allow more time with the URL's parameter `request_timeout`, in seconds");
        Failed { error, outcome: Some(Outcome::Broken) }
    }

    #[cold]
    fn silent(url: &Url) -> Failed {
        let text = format!("the connection to {} broke: it was silent for too long", place(url));
        Failed { error: Error::new(Kind::Timeout, text), outcome: Some(Outcome::Broken) }
    }

    #[cold]
    fn new(url: &Url, error: reqwest::Error) -> Failed {
        let place = place(url);
        let connecting = error.is_connect();
        let silent = error.is_timeout();
        // Neither the URL's path nor its query, which may hold secrets.
        let error = error.without_url();
        if let Some(reason) = cause::<rustls::Error>(&error) {
            let help = match reason {
                rustls::Error::InvalidCertificate(_) => {
                    "for an authority of your own, name its PEM file: `verify=/path/to/ca.pem`"
                }
                _ => {
                    "check that the server has TLS at the URL's port, and takes the certificate \
                      that the URL names"
                }
            };
            let error = Error::new(
                Kind::Connection,
                format!("the TLS connection to {place} is not trusted: {reason}"),
            )
            .help(help);
            return Failed { error, outcome: None };
        }
        let reason = cause::<io::Error>(&error);
        let refused = reason.is_some_and(|reason| {
            matches!(
                reason.kind(),
                io::ErrorKind::ConnectionRefused
                    | io::ErrorKind::ConnectionReset
                    | io::ErrorKind::ConnectionAborted
                    | io::ErrorKind::TimedOut
            )
        });
        let reason = match reason {
            _ if silent => "it was silent for too long".to_owned(),
            Some(reason) => reason.to_string(),
            None => root(&error),
        };
        if connecting {
            let help = match proxy::variable_for(url, |name| std::env::var(name).ok()) {
                Some(variable) => format!(
                    "`{variable}` names a proxy for it: check that it runs, or name the host in \
                     `NO_PROXY`"
                ),
                None => "check the URL's host and port, and that the server runs".to_owned(),
            };
            let error =
                Error::new(Kind::Connection, format!("could not connect to {place}: {reason}"))
                    .help(help);
            return Failed { error, outcome: (refused && !silent).then_some(Outcome::NotSent) };
        }
        let kind = if silent { Kind::Timeout } else { Kind::Connection };
        let error = Error::new(kind, format!("the connection to {place} broke: {reason}"));
        Failed { error, outcome: Some(Outcome::Broken) }
    }
}

/// The error of a type among the causes.
fn cause<'a, T: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a T> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<T>() {
            // What matters may be wrapped in an I/O error, which hides it.
            return Some(found);
        }
        next = match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    None
}

/// What the first cause says.
pub(crate) fn root(error: &dyn StdError) -> String {
    let mut last = error;
    while let Some(source) = last.source() {
        last = source;
    }
    last.to_string()
}

/// Host and port, for errors.
pub(crate) fn place(url: &Url) -> String {
    let host = url.host_str().unwrap_or("the server");
    match url.port_or_known_default() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

/// When the server says to come back: a number of seconds or a date (RFC 9110,
/// 10.2.3). More than a day counts as a day, a date that has passed as now.
fn come_back(response: &Response) -> Option<Duration> {
    let text = response.headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        text.parse().map_or(DAY, Duration::from_secs)
    } else {
        let date = chrono::DateTime::parse_from_rfc2822(text).ok()?;
        let now = chrono::DateTime::<chrono::Utc>::from(std::time::SystemTime::now());
        date.signed_duration_since(now).to_std().unwrap_or_default()
    };
    Some(wait.min(DAY))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    fn response(retry_after: &str) -> Response {
        let headers = HeaderMap::from_iter([(RETRY_AFTER, retry_after.parse().unwrap())]);
        Response { status: StatusCode::SERVICE_UNAVAILABLE, headers, body: Vec::new() }
    }

    #[test]
    fn any_retry_after_is_a_pause_or_none() {
        for (text, pause) in [
            ("0", Some(Duration::ZERO)),
            (" 7 ", Some(Duration::from_secs(7))),
            ("86401", Some(DAY)),
            ("18446744073709551615", Some(DAY)),
            ("18446744073709551616", Some(DAY)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(Duration::ZERO)),
            ("Fri, 31 Dec 9999 23:59:59 GMT", Some(DAY)),
            ("-1", None),
            ("1.5", None),
            ("+5", None),
            ("soon", None),
            ("", None),
        ] {
            assert_eq!(come_back(&response(text)), pause, "{text:?}");
        }
    }

    /// A server that answers each request after a pause; how many came.
    async fn slow(pause: Duration) -> (Url, Arc<AtomicUsize>) {
        pausing("", pause).await
    }

    /// A server that pauses after the beginning of its answer.
    async fn pausing(begin: &'static str, pause: Duration) -> (Url, Arc<AtomicUsize>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = Url::parse(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
        let count = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&count);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                counter.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(async move {
                    let mut request = [0; 4096];
                    let _ = stream.read(&mut request).await;
                    let _ = stream.write_all(begin.as_bytes()).await;
                    tokio::time::sleep(pause).await;
                    let answer = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
                    let _ = stream.write_all(&answer.as_bytes()[begin.len()..]).await;
                });
            }
        });
        (url, count)
    }

    #[tokio::test]
    async fn a_statement_is_waited_for_until_the_deadline_and_a_page_asked_for_again() {
        let (url, count) = slow(Duration::from_millis(600)).await;
        let timeout = Duration::from_millis(1_500);
        let mut http = Http::new(None, timeout).unwrap();
        http.silence = Duration::from_millis(200);
        let mut request = Request::bare(Method::POST, url, HeaderMap::new());
        request.repeat = Repeat::IfNotSent;
        assert_eq!(http.send(&request).await.unwrap().body, b"ok");
        assert_eq!(count.load(Ordering::SeqCst), 1);
        request.repeat = Repeat::Always;
        let error = http.send(&request).await.unwrap_err();
        assert!(error.is_timeout(), "{error}");
        assert!(count.load(Ordering::SeqCst) > 2);
    }

    #[tokio::test]
    async fn silence_in_an_answer_ends_it_before_the_deadline() {
        let begin = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\no";
        let (url, count) = pausing(begin, Duration::from_secs(60)).await;
        let mut http = Http::new(None, Duration::from_millis(1_500)).unwrap();
        http.silence = Duration::from_millis(200);
        let mut request = Request::bare(Method::POST, url, HeaderMap::new());
        request.repeat = Repeat::IfNotSent;
        let error = http.send(&request).await.unwrap_err().to_string();
        assert!(error.contains("silent for too long; the statement may have run"), "{error}");
        assert_eq!(count.load(Ordering::SeqCst), 1);
        request.repeat = Repeat::Always;
        let error = http.send(&request).await.unwrap_err();
        assert!(error.is_timeout() && !error.to_string().contains("may have run"), "{error}");
        assert!(count.load(Ordering::SeqCst) > 2);
    }

    #[cfg(feature = "spark")]
    #[tokio::test]
    async fn silence_ends_the_answer_of_who_keeps_the_time_after_the_timeout() {
        let begin = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\no";
        let (url, count) = pausing(begin, Duration::from_secs(60)).await;
        let http = Http::patient(None, Duration::from_millis(200)).unwrap();
        let mut request = Request::bare(Method::POST, url, HeaderMap::new());
        request.repeat = Repeat::IfNotSent;
        let sent = tokio::time::timeout(Duration::from_secs(10), http.send(&request)).await;
        let error = sent.expect("an end in time").unwrap_err().to_string();
        assert!(error.contains("silent for too long; the statement may have run"), "{error}");
        assert_eq!(count.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn a_deadline_says_that_a_write_may_be_running() {
        let (url, _) = slow(Duration::from_secs(60)).await;
        let http = Http::new(None, Duration::from_millis(100)).unwrap();
        let mut request = Request::bare(Method::POST, url, HeaderMap::new());
        for (repeat, writes) in [(Repeat::IfNotSent, true), (Repeat::IfNotTaken, false)] {
            request.repeat = repeat;
            let error = http.send(&request).await.unwrap_err();
            assert!(error.is_timeout(), "{error}");
            assert_eq!(error.to_string().contains("may have run"), writes, "{error}");
        }
    }
}
