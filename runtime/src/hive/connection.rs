//! A connection to the server that carries one call at a time, over whichever
//! transport the URL names.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;

use super::binary::{Binary, Place};
use super::error::late;
use super::http::{Door, Post};
use super::message::Call;
use super::target::{Target, Transport};
use crate::error::Result;
use crate::http::tls;

/// How connections to a server are made.
pub(crate) enum Way {
    Binary(Place),
    Http(Arc<Door>),
}

/// A connection to the server.
pub(crate) enum Connection {
    Binary(Binary),
    Http(Post),
}

impl Way {
    pub(crate) fn new(target: &Target) -> Result<Way> {
        let config = |trust| tls::config(trust, target.identity.as_ref());
        let tls = target.tls.as_ref().map(config).transpose()?;
        Ok(match &target.transport {
            Transport::Binary { sasl } => Way::Binary(Place::new(target, *sasl, tls)),
            Transport::Http { path } => Way::Http(Door::new(target, path, tls)?),
        })
    }

    pub(crate) async fn open(&self, limit: Duration) -> Result<Connection> {
        match self {
            Way::Binary(place) => match timeout(limit, Binary::open(place)).await {
                Ok(connection) => connection.map(Connection::Binary),
                Err(_) => Err(late("connecting took longer than the URL's `timeout`")),
            },
            Way::Http(door) => Ok(Connection::Http(Post::new(Arc::clone(door)))),
        }
    }
}

impl Connection {
    /// Whether it can carry another call, as far as can be told without one.
    pub(crate) fn usable(&mut self) -> bool {
        match self {
            Connection::Binary(binary) => binary.usable(),
            Connection::Http(post) => post.usable(),
        }
    }

    /// Whether a whole call was sent whose reply did not come yet.
    pub(crate) fn waiting(&self) -> bool {
        match self {
            Connection::Binary(binary) => binary.waiting(),
            Connection::Http(post) => post.waiting(),
        }
    }

    /// Sends a call.
    pub(crate) async fn send(&mut self, call: Call) -> Result<()> {
        match self {
            // A connection that breaks is not used again, and neither is the call.
            Connection::Binary(binary) => binary.send(call.bytes).await,
            Connection::Http(post) => post.send(call),
        }
    }

    /// Waits for the reply. May be dropped and called again.
    pub(crate) async fn receive(&mut self) -> Result<Vec<u8>> {
        match self {
            Connection::Binary(binary) => binary.receive().await,
            Connection::Http(post) => post.receive().await,
        }
    }

    /// Sends a call and waits for its reply for a time.
    pub(crate) async fn call(&mut self, call: Call, limit: Duration) -> Result<Vec<u8>> {
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
