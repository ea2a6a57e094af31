//! The binary transport: calls over a TCP connection, with or without TLS, that
//! begins with SASL or not.

use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::error::{busy, idle, late, malformed};
use super::sasl::{self, Inbox, Welcome};
use super::target::Target;
use crate::error::{Error, Kind, Result};
use crate::http::secrets::Secrets;

/// Where the server is and how connections to it begin.
pub(crate) struct Place {
    host: String,
    port: u16,
    tls: Option<Arc<ClientConfig>>,
    /// User and password, where there is SASL.
    sasl: Option<(String, String)>,
    /// What must not be repeated of what the server says.
    secrets: Secrets,
    /// How long nothing may come in the middle of a reply.
    silence: Duration,
}

impl Place {
    pub(crate) fn new(target: &Target, sasl: bool, tls: Option<ClientConfig>) -> Place {
        Place {
            host: target.host.trim_matches(['[', ']']).to_owned(),
            port: target.port,
            tls: tls.map(Arc::new),
            sasl: sasl.then(|| (target.user.clone(), target.password.clone())),
            secrets: target.secrets(),
            silence: target.timeout,
        }
    }
}

trait Stream: AsyncRead + AsyncWrite + Send + Sync + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Sync + Unpin> Stream for T {}

/// A connection to the server.
pub(crate) struct Binary {
    stream: Box<dyn Stream>,
    framed: bool,
    silence: Duration,
    state: State,
    buffer: Box<[u8]>,
}

enum State {
    Idle,
    /// A call is on its way out.
    Sending,
    /// Its reply is awaited.
    Waiting(Inbox),
    Broken,
}

const BUFFER: usize = 64 << 10;

impl Binary {
    pub(crate) async fn open(place: &Place) -> Result<Binary> {
        let stream = tcp(place).await?;
        let stream: Box<dyn Stream> = match &place.tls {
            Some(tls) => encrypted(place, tls, stream).await?,
            None => Box::new(stream),
        };
        let mut connection = Binary {
            stream,
            framed: place.sasl.is_some(),
            silence: place.silence,
            state: State::Idle,
            buffer: vec![0; BUFFER].into(),
        };
        if let Some((user, password)) = &place.sasl {
            connection.sign_in(user, password, &place.secrets).await?;
        }
        Ok(connection)
    }

    async fn sign_in(&mut self, user: &str, password: &str, secrets: &Secrets) -> Result<()> {
        // The server refuses an empty password, also where it asks for none.
        let sent = if password.is_empty() { "x" } else { password };
        self.write(&sasl::greeting(user, sent)).await?;
        let mut said = Vec::new();
        loop {
            match sasl::welcome(&said).map_err(malformed)? {
                Welcome::More => {}
                Welcome::Ready => return Ok(()),
                Welcome::Refused(reason) => {
                    let reason = secrets.scrub(&reason);
                    return Err(Error::new(
                        Kind::SignIn,
                        format!("the server does not let the user in: {reason}"),
                    )
                    .help("check user and password in the URL"));
                }
            }
            match self.stream.read(&mut self.buffer).await.map_err(broken)? {
                0 => {
                    return Err(Error::new(
                        Kind::Connection,
                        "the server hung up while the connection began",
                    )
                    .help(
                        "check `auth`, `ssl` and `transport` in the URL: a server without SASL \
                         needs `auth=NOSASL`, one with TLS `ssl=true`",
                    ));
                }
                count => said.extend_from_slice(self.buffer.get(..count).unwrap_or_default()),
            }
        }
    }

    /// Writes all, past what TLS may hold back.
    async fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.stream.write_all(bytes).await.map_err(broken)?;
        self.stream.flush().await.map_err(broken)
    }

    /// Whether it can carry another call, as far as can be told without one.
    pub(crate) fn usable(&mut self) -> bool {
        // Nothing may come while nothing was asked, not even the end.
        matches!(self.state, State::Idle)
            && self.stream.read(&mut self.buffer).now_or_never().is_none()
    }

    /// Whether a whole call was sent whose reply did not come yet.
    pub(crate) fn waiting(&self) -> bool {
        matches!(self.state, State::Waiting(_))
    }

    /// Sends a call.
    pub(crate) async fn send(&mut self, call: Vec<u8>) -> Result<()> {
        if !matches!(self.state, State::Idle) {
            return Err(busy());
        }
        self.state = State::Sending;
        let call = sasl::frame(call, self.framed);
        if let Err(error) = self.write(&call).await {
            self.state = State::Broken;
            return Err(error);
        }
        self.state = State::Waiting(Inbox::new(self.framed));
        Ok(())
    }

    /// Waits for the reply. May be dropped and called again.
    pub(crate) async fn receive(&mut self) -> Result<Vec<u8>> {
        loop {
            let State::Waiting(inbox) = &mut self.state else { return Err(idle()) };
            let read = self.stream.read(&mut self.buffer);
            // Before its beginning, the server may be at work.
            let read = match inbox.begun() {
                true => timeout(self.silence, read).await.map_err(|_| silent()),
                false => Ok(read.await),
            };
            let taken = match read.and_then(|read| read.map_err(broken)) {
                Ok(0) => Err(Error::new(Kind::Connection, "the server hung up in the middle")
                    .help("look into the server's log; the query may have run or not")),
                Ok(count) => {
                    inbox.push(self.buffer.get(..count).unwrap_or_default()).map_err(malformed)
                }
                Err(error) => Err(error),
            };
            match taken {
                Ok(None) => {}
                Ok(Some(message)) => {
                    self.state = State::Idle;
                    return Ok(message);
                }
                Err(error) => {
                    self.state = State::Broken;
                    return Err(error);
                }
            }
        }
    }
}

async fn tcp(place: &Place) -> Result<TcpStream> {
    let Place { host, port, .. } = place;
    let stream = TcpStream::connect((host.as_str(), *port)).await.map_err(|error| {
        Error::new(Kind::Connection, format!("{host}:{port} can't be reached: {error}"))
            .help("check host and port, and that the Thrift Server runs there")
    })?;
    stream.set_nodelay(true).map_err(broken)?;
    Ok(stream)
}

async fn encrypted(
    place: &Place,
    tls: &Arc<ClientConfig>,
    stream: TcpStream,
) -> Result<Box<dyn Stream>> {
    let Place { host, port, .. } = place;
    let name = ServerName::try_from(host.clone())
        .map_err(|_| Error::new(Kind::Url, "TLS can't check a host of this form"))?;
    let connector = TlsConnector::from(Arc::clone(tls));
    let stream = connector.connect(name, stream).await.map_err(|error| {
        let message = format!("the TLS connection to {host}:{port} is not trusted: {error}");
        Error::new(Kind::Connection, message).help(
            "check that the server has TLS there; for an authority of your own, name its PEM \
             file: `verify=/path/to/ca.pem`",
        )
    })?;
    Ok(Box::new(stream))
}

#[cold]
fn silent() -> Error {
    late("the server went silent in the middle of an answer")
}

#[cold]
fn broken(error: std::io::Error) -> Error {
    Error::new(Kind::Connection, format!("the connection broke: {error}"))
        .help("the query may have run or not")
        .caused_by(error)
}
