//! A connection to the server that carries one call at a time.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::fail;
use super::sasl::{self, Inbox, Welcome};
use super::url::Target;
use crate::error::{Error, Kind, Result};

/// A connection to the server.
pub(super) struct Connection {
    stream: TcpStream,
    framed: bool,
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

impl Connection {
    pub(super) async fn open(target: &Target) -> Result<Connection> {
        match timeout(target.timeout, Connection::begin(target)).await {
            Ok(connection) => connection,
            Err(_) => Err(late("connecting took longer than the URL's `timeout`")),
        }
    }

    async fn begin(target: &Target) -> Result<Connection> {
        let place = (target.host.as_str(), target.port);
        let stream = TcpStream::connect(place).await.map_err(|error| {
            Error::new(
                Kind::Connection,
                format!("{}:{} can't be reached: {error}", target.host, target.port),
            )
            .help("check host and port, and that the Thrift Server runs there")
        })?;
        stream.set_nodelay(true).map_err(broken)?;
        let mut connection = Connection {
            stream,
            framed: target.sasl,
            state: State::Idle,
            buffer: vec![0; BUFFER].into(),
        };
        if target.sasl {
            connection.sign_in(target).await?;
        }
        Ok(connection)
    }

    async fn sign_in(&mut self, target: &Target) -> Result<()> {
        // The server refuses an empty password, also where it asks for none.
        let password = if target.password.is_empty() { "x" } else { &target.password };
        self.stream.write_all(&sasl::greeting(&target.user, password)).await.map_err(broken)?;
        let mut said = Vec::new();
        loop {
            match sasl::welcome(&said).map_err(fail::malformed)? {
                Welcome::More => {}
                Welcome::Ready => return Ok(()),
                Welcome::Refused(reason) => {
                    let reason = match target.password.as_str() {
                        "" => reason,
                        password => reason.replace(password, "…"),
                    };
                    return Err(Error::new(
                        Kind::SignIn,
                        format!("the server does not let the user in: {reason}"),
                    )
                    .help("check user and password in the URL"));
                }
            }
            // Byte by byte: what follows belongs to nobody yet.
            match self.stream.read(&mut self.buffer).await.map_err(broken)? {
                0 => {
                    return Err(Error::new(
                        Kind::Connection,
                        "the server hung up while the connection began",
                    )
                    .help("check `auth` in the URL: a server without SASL needs `auth=NOSASL`"));
                }
                count => said.extend_from_slice(self.buffer.get(..count).unwrap_or_default()),
            }
        }
    }

    /// Whether it can carry another call, as far as can be told without one.
    pub(super) fn usable(&mut self) -> bool {
        // Nothing may come while nothing was asked, not even the end.
        matches!(self.state, State::Idle)
            && self
                .stream
                .try_read(&mut self.buffer)
                .is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock)
    }

    /// Whether a whole call was sent whose reply did not come yet.
    pub(super) fn waiting(&self) -> bool {
        matches!(self.state, State::Waiting(_))
    }

    /// Sends a call.
    pub(super) async fn send(&mut self, call: Vec<u8>) -> Result<()> {
        if !matches!(self.state, State::Idle) {
            return Err(Error::new(Kind::Internal, "a connection was used for two calls at once"));
        }
        self.state = State::Sending;
        let call = sasl::frame(call, self.framed);
        if let Err(error) = self.stream.write_all(&call).await {
            self.state = State::Broken;
            return Err(broken(error));
        }
        self.state = State::Waiting(Inbox::new(self.framed));
        Ok(())
    }

    /// Waits for the reply. May be dropped and called again.
    pub(super) async fn receive(&mut self) -> Result<Vec<u8>> {
        loop {
            let State::Waiting(inbox) = &mut self.state else {
                return Err(Error::new(
                    Kind::Internal,
                    "a reply was awaited that nobody asked for",
                ));
            };
            let read = self.stream.read(&mut self.buffer).await.map_err(broken);
            let taken = match read {
                Ok(0) => Err(Error::new(Kind::Connection, "the server hung up in the middle")
                    .help("look into the server's log; the query may have run or not")),
                Ok(count) => inbox
                    .push(self.buffer.get(..count).unwrap_or_default())
                    .map_err(fail::malformed),
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

    /// Sends a call and waits for its reply for a time.
    pub(super) async fn call(&mut self, call: Vec<u8>, limit: Duration) -> Result<Vec<u8>> {
        let reply = async {
            self.send(call).await?;
            self.receive().await
        };
        match timeout(limit, reply).await {
            Ok(reply) => reply,
            Err(_) => Err(late("the server did not answer within the URL's `timeout`")),
        }
    }
}

pub(super) fn late(message: &str) -> Error {
    Error::new(Kind::Timeout, message)
        .help("check that the server is well, or raise `timeout=` (seconds) in the URL")
}

fn broken(error: std::io::Error) -> Error {
    Error::new(Kind::Connection, format!("the connection broke: {error}"))
        .help("the query may have run or not")
        .caused_by(error)
}
