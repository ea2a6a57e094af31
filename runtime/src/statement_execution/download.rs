//! A chunk of a result: its bytes, from where its link says. A link that ends is asked for anew.

use std::sync::Arc;
use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use reqwest::{Method, Url};

use super::chunks::Links;
use super::connection::Connection;
use super::message::{Chunks, Extent, Link, Place};
use super::statement::forgotten;
use crate::error::{Error, Kind, Result};
use crate::http::client::{Request, place};
use crate::http::link;

/// How often a link is asked for, if none can be used.
const ATTEMPTS: usize = 3;

/// What a download needs to know of its statement.
#[derive(Clone)]
pub(super) struct Source {
    pub(super) connection: Arc<Connection>,
    pub(super) statement: String,
    pub(super) links: Arc<Links>,
    /// Whether no link can be asked for.
    pub(super) closed: bool,
}

/// A chunk as it came.
pub(super) struct Packed {
    pub(super) extent: Extent,
    pub(super) bytes: Vec<u8>,
}

impl Source {
    /// Fetches a chunk.
    pub(super) async fn fetch(self, index: u64) -> Result<Packed> {
        let mut refused = None;
        for _ in 0..ATTEMPTS {
            let known = self.links.take(index);
            let now = DateTime::<Utc>::from(SystemTime::now());
            let link = match known.filter(|link| self.closed || link.is_fresh(now)) {
                Some(link) => link,
                None if self.closed => break,
                // It is used whatever its end: this machine's clock may be wrong.
                None => self.ask(index).await?,
            };
            match self.load(link).await? {
                Loaded::Chunk(packed) => return Ok(packed),
                Loaded::Refused(error) => refused = Some(error),
            }
        }
        Err(refused.unwrap_or_else(|| broken("can't be asked for any more")))
    }

    /// Asks the server where a chunk is.
    async fn ask(&self, index: u64) -> Result<Link> {
        let endpoint = &self.connection.endpoint;
        let response = self.connection.send(endpoint.chunk(&self.statement, index)).await?;
        match response.status.as_u16() {
            200 => {}
            404 => return Err(forgotten(&self.statement)),
            _ => return Err(endpoint.refused(&response)),
        }
        let chunks = Chunks::parse(&response.body)
            .map_err(|reason| endpoint.unreadable(&response, reason))?;
        self.links.add(chunks);
        self.links.take(index).ok_or_else(|| broken("is not where it was asked for"))
    }

    async fn load(&self, link: Link) -> Result<Loaded> {
        let Link { extent, place: at } = link;
        let (url, headers) = match at {
            Place::Here(text) => {
                let bytes = STANDARD.decode(text).map_err(|_| broken("is not base64"))?;
                return Ok(Loaded::Chunk(Packed { extent, bytes }));
            }
            Place::Storage { url, headers, .. } => (url, headers),
        };
        let url = Url::parse(&url).map_err(|_| broken("is at a place that is not a URL"))?;
        let secured = self.connection.endpoint.base.scheme() == "https";
        if !(url.scheme() == "https" || url.scheme() == "http" && !secured) {
            return Err(broken("is at a place without TLS"));
        }
        // None of the client's own: whoever has the link may read the chunk.
        let sent = link::headers(headers).ok_or_else(|| broken("has headers that can't be"))?;
        let request = Request::bare(Method::GET, url.clone(), sent);
        let response = self.connection.storage.send(&request).await?;
        match response.status.as_u16() {
            200 => Ok(Loaded::Chunk(Packed { extent, bytes: response.body })),
            // So storages say that a link has ended, or what it points to.
            400 | 401 | 403 | 404 | 410 => {
                Ok(Loaded::Refused(unfetched(&url, response.status.as_u16())))
            }
            status => Err(unfetched(&url, status)),
        }
    }
}

enum Loaded {
    Chunk(Packed),
    Refused(Error),
}

#[cold]
fn broken(what: &str) -> Error {
    Error::new(Kind::BrokenData, format!("a chunk of the result {what}"))
}

#[cold]
fn unfetched(url: &Url, status: u16) -> Error {
    let message =
        format!("a chunk of the result could not be fetched from {} ({status})", place(url));
    Error::new(Kind::Connection, message)
        .help("results lie in the cloud's storage: check that this machine can reach it")
}
