//! [`Http`]: sends requests and gathers answers, within a time and a size.

use std::error::Error as StdError;
use std::io;
use std::time::Duration;

use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{Method, StatusCode, Url, redirect};
use tokio::time::Instant;

use super::retry::{Outcome, Repeat, Retry};
use super::tls;
use crate::error::{Error, Kind, Result};

/// The most bytes of one answer. What a server declares is not believed: memory
/// grows with what really comes.
const LIMIT: usize = 1 << 29;

/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(10);

/// How long nothing may come while an answer is read, after its head at least.
const SILENCE: Duration = Duration::from_secs(30);

/// How long an unused connection is kept: less than servers keep it, so that a
/// request seldom runs into its end.
const IDLE: Duration = Duration::from_secs(15);

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
    timeout: Option<Duration>,
}

impl Http {
    /// A client that gives each request so much time, repetitions included.
    pub(crate) fn new(tls: Option<rustls::ClientConfig>, timeout: Duration) -> Result<Http> {
        let builder = builder(tls, timeout)?.read_timeout(SILENCE.min(timeout));
        Ok(Http { client: build(builder)?, timeout: Some(timeout) })
    }

    /// A client of somebody who keeps the time: an answer may take any, only
    /// connecting may not.
    #[cfg(feature = "spark")]
    pub(crate) fn patient(tls: Option<rustls::ClientConfig>, connect: Duration) -> Result<Http> {
        Ok(Http { client: build(builder(tls, connect)?)?, timeout: None })
    }

    /// Sends the request, as often as its [`Repeat`] allows. An answer may have
    /// any status.
    pub(crate) async fn send(&self, request: &Request) -> Result<Response> {
        let Some(timeout) = self.timeout else {
            return self.within(request, None).await.map_err(|failed| failed.error);
        };
        let deadline = Instant::now() + timeout;
        match tokio::time::timeout_at(deadline, self.within(request, Some(deadline))).await {
            Ok(result) => result.map_err(|failed| failed.error),
            Err(_) => Err(late(&request.url, timeout)),
        }
    }

    async fn within(
        &self,
        request: &Request,
        deadline: Option<Instant>,
    ) -> Result<Response, Failed> {
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
                Some(wait) if deadline.is_none_or(|end| Instant::now() + wait < end) => {
                    tokio::time::sleep(wait).await;
                }
                _ => return result,
            }
        }
    }

    async fn attempt(&self, request: &Request) -> Result<Response, Failed> {
        let mut sent = reqwest::Request::new(request.method.clone(), request.url.clone());
        *sent.headers_mut() = request.headers.clone();
        if !request.body.is_empty() {
            *sent.body_mut() = Some(request.body.clone().into());
        }
        let fail = |error| Failed::new(&request.url, error);
        let mut answer = self.client.execute(sent).await.map_err(fail)?;
        let declared = answer.content_length().unwrap_or(0);
        let expected = usize::try_from(declared).unwrap_or(usize::MAX).min(1 << 20);
        let mut body = Vec::with_capacity(expected);
        loop {
            let chunk = tokio::time::timeout(SILENCE, answer.chunk()).await;
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
        .user_agent(concat!("lakequery/", env!("CARGO_PKG_VERSION"))))
}

fn build(builder: reqwest::ClientBuilder) -> Result<reqwest::Client> {
    builder.build().map_err(|error| {
        Error::new(Kind::Internal, "the HTTP client could not be set up")
            .caused_by(error.without_url())
    })
}

fn late(url: &Url, timeout: Duration) -> Error {
    let seconds = timeout.as_secs_f64();
    Error::new(Kind::Timeout, format!("{} did not answer within {seconds} s", place(url)))
        .help("allow more time with the URL's parameter `request_timeout`, in seconds")
}

/// An attempt that brought no answer.
struct Failed {
    error: Error,
    /// `None` where another attempt would end the same.
    outcome: Option<Outcome>,
}

impl Failed {
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
                format!("there is no trusted TLS connection to {place}: {reason}"),
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
            let error =
                Error::new(Kind::Connection, format!("could not connect to {place}: {reason}"))
                    .help("check the URL's host and port, and that the server runs");
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
fn root(error: &dyn StdError) -> String {
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

/// When the server says to come back.
fn come_back(response: &Response) -> Option<Duration> {
    let text = response.headers.get(RETRY_AFTER)?.to_str().ok()?;
    match text.trim().parse() {
        Ok(seconds) => Some(Duration::from_secs(seconds)),
        Err(_) => {
            let date = chrono::DateTime::parse_from_rfc2822(text.trim()).ok()?;
            let wait = date.signed_duration_since(chrono::DateTime::<chrono::Utc>::from(
                std::time::SystemTime::now(),
            ));
            Some(wait.to_std().unwrap_or_default())
        }
    }
}
