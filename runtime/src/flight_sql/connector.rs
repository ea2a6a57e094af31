//! The connections under gRPC: TCP, with or without TLS, that note what answers there.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tonic::codegen::Service;
use tonic::codegen::http::Uri;

use super::failure::Unconnected;

/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(10);

/// After how long without a word TCP asks whether the other side is there.
const ALIVE: Duration = Duration::from_secs(45);

/// How many bytes tell what answers.
const TELLING: usize = 8;

/// What the URL's parameters are called that matter here, for errors.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hints {
    /// What to do where the server has no TLS.
    pub(crate) no_tls: &'static str,
    /// What to do where it has, and the URL says that it has none.
    pub(crate) wants_tls: &'static str,
    /// What to do where it speaks another protocol.
    pub(crate) other: &'static str,
    /// What to do where its certificate is not trusted.
    pub(crate) distrust: &'static str,
}

/// Where a server is.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// As it stands in URLs.
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) hints: Hints,
}

impl Target {
    /// Host and port, for messages.
    pub(crate) fn place(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }
}

/// Makes connections.
#[derive(Clone)]
pub(super) struct Connector {
    target: Arc<Target>,
    tls: Option<Arc<ClientConfig>>,
    answered: Arc<Mutex<Answered>>,
}

/// What is known of who answers.
#[derive(Default)]
struct Answered {
    /// The first bytes that came through the last connection.
    first: Vec<u8>,
    /// Whether any connection was HTTP/2.
    proven: bool,
}

impl Answered {
    fn lock(shared: &Mutex<Answered>) -> MutexGuard<'_, Answered> {
        shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Connector {
    pub(super) fn new(target: Target, tls: Option<ClientConfig>) -> Connector {
        let tls = tls.map(|mut config| {
            config.alpn_protocols = vec![b"h2".to_vec()];
            Arc::new(config)
        });
        Connector { target: Arc::new(target), tls, answered: Arc::default() }
    }

    pub(super) fn target(&self) -> &Target {
        &self.target
    }

    pub(super) fn has_tls(&self) -> bool {
        self.tls.is_some()
    }

    /// What to do if a call broke, where what came is not HTTP/2.
    pub(super) fn hint(&self) -> Option<&'static str> {
        let Answered { first, proven } = &*Answered::lock(&self.answered);
        let hints = &self.target.hints;
        match &first[..] {
            _ if *proven => None,
            // An alert of TLS (RFC 8446, 5.1); or nothing, as the connection was closed at once.
            [0x15, 3, ..] => Some(hints.wants_tls),
            [] if !self.has_tls() => Some(hints.wants_tls),
            [] => None,
            _ => Some(hints.other),
        }
    }

    async fn connect(self) -> Result<TokioIo<Watched>, Unconnected> {
        let Target { host, port, hints } = &*self.target;
        let at = self.target.place();
        let host = host.trim_matches(['[', ']']);
        let stream = TcpStream::connect((host, *port)).await.map_err(|error| Unconnected {
            message: format!("could not connect to {at}: {error}"),
            help: "check the URL's host and port, and that the server runs".into(),
            may_pass: passes(&error),
        })?;
        // Without the first, small calls wait for nothing; without the second, what stands between
        // forgets a connection on which nothing comes for long. An error says that it stays as it was.
        let _ = stream.set_nodelay(true);
        let keepalive = TcpKeepalive::new().with_time(ALIVE);
        let _ = SockRef::from(&stream).set_tcp_keepalive(&keepalive);
        let answered = Arc::clone(&self.answered);
        Answered::lock(&answered).first.clear();
        let Some(config) = self.tls else {
            return Ok(TokioIo::new(Watched::new(stream, answered)));
        };
        let failed = |message: String, help: &str| Unconnected {
            message: format!("there is no trusted TLS connection to {at}: {message}"),
            help: help.to_owned(),
            may_pass: false,
        };
        let name = ServerName::try_from(host.to_owned())
            .map_err(|_| failed("the host can't have a certificate".into(), hints.distrust))?;
        let stream = TlsConnector::from(config).connect(name, stream).await;
        let stream = stream.map_err(|error| match reason(&error) {
            Some(rustls::Error::InvalidCertificate(_)) => failed(error.to_string(), hints.distrust),
            _ => failed(error.to_string(), hints.no_tls),
        })?;
        if stream.get_ref().1.alpn_protocol() != Some(b"h2") {
            return Err(Unconnected {
                message: format!("what answers at {at} does not speak gRPC"),
                help: hints.other.to_owned(),
                may_pass: false,
            });
        }
        Ok(TokioIo::new(Watched::new(stream, answered)))
    }
}

/// Whether a server that does not answer now may do so a moment later.
fn passes(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, TimedOut};
    matches!(error.kind(), ConnectionRefused | ConnectionReset | ConnectionAborted | TimedOut)
}

fn reason(error: &io::Error) -> Option<&rustls::Error> {
    error.get_ref()?.downcast_ref()
}

impl Service<Uri> for Connector {
    type Response = TokioIo<Watched>;
    type Error = Unconnected;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Unconnected>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Unconnected>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        let (connector, at) = (self.clone(), self.target.place());
        Box::pin(async move {
            let connected = tokio::time::timeout(CONNECT, connector.connect()).await;
            connected.unwrap_or_else(|_| {
                Err(Unconnected {
                    message: format!("could not connect to {at}: it did not answer within 10 s"),
                    help: "check the URL's host and port, and that the server runs".into(),
                    may_pass: false,
                })
            })
        })
    }
}

/// What TCP and TLS have in common.
trait Io: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}

/// A connection that notes the first bytes of what the server says.
pub(super) struct Watched {
    io: Box<dyn Io>,
    answered: Arc<Mutex<Answered>>,
    /// Whether enough of it came.
    noted: bool,
    /// What went wrong when something was written.
    broken: Option<io::Error>,
}

impl Watched {
    fn new(io: impl Io + 'static, answered: Arc<Mutex<Answered>>) -> Watched {
        Watched { io: Box::new(io), answered, noted: false, broken: None }
    }

    /// Notes what came.
    fn note(&mut self, came: &[u8]) {
        let Answered { first, proven } = &mut *Answered::lock(&self.answered);
        let missing = TELLING.saturating_sub(first.len());
        first.extend_from_slice(came.get(..missing).unwrap_or(came));
        // A frame of settings begins what a server says (RFC 9113, 3.4).
        *proven |= matches!(first[..], [_, _, _, 4, ..]);
        self.noted = first.len() >= TELLING;
    }

    /// Writes something. A server that is none of this protocol says what it is, and closes the
    /// connection while more is written: so what it said is read before the error is told.
    fn written<T>(
        &mut self,
        cx: &mut Context<'_>,
        write: impl FnOnce(Pin<&mut dyn Io>, &mut Context<'_>) -> Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        let error = match self.broken.take() {
            Some(error) => error,
            None => match ready!(write(Pin::new(&mut *self.io), cx)) {
                Ok(written) => return Poll::Ready(Ok(written)),
                Err(error) => error,
            },
        };
        let mut bytes = [0; TELLING];
        let read = Pin::new(&mut *self).poll_read(cx, &mut ReadBuf::new(&mut bytes));
        if read.is_pending() {
            self.broken = Some(error);
            return Poll::Pending;
        }
        Poll::Ready(Err(error))
    }
}

impl AsyncRead for Watched {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.io).poll_read(cx, buffer))?;
        if !self.noted {
            self.note(buffer.filled().get(before..).unwrap_or_default());
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Watched {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.written(cx, |io, cx| io.poll_write(cx, bytes))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.written(cx, |io, cx| io.poll_write_vectored(cx, slices))
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}
