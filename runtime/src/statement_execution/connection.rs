//! [`Connection`]: what all queries of a connection to a warehouse share, and its session.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::AUTHORIZATION;
use tokio::runtime::Handle;
use tokio::sync::Mutex;

use super::endpoint::Endpoint;
use super::message::member;
use super::sign_in::{Credentials, SignIn};
use crate::endings::Endings;
use crate::error::{Error, Kind, Result};
use crate::http::client::{Http, Request, Response};
use crate::http::tls::{self, Trust};

/// What a URL says of a connection.
pub(crate) struct Settings {
    pub(crate) endpoint: Endpoint,
    pub(crate) credentials: Credentials,
    pub(crate) trust: Trust,
    /// How long a request may take.
    pub(crate) timeout: Duration,
}

/// What all queries of a connection share.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(super) endpoint: Endpoint,
    http: Http,
    /// To the storage of results: with none of the client's credentials.
    pub(super) storage: Http,
    sign_in: Arc<SignIn>,
    session: Mutex<Option<Arc<Session>>>,
    pub(crate) endings: Endings,
}

/// A session of the warehouse, which is closed with its last user.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) id: String,
    connection: Closing,
}

/// What it takes to close a session.
#[derive(Debug)]
struct Closing {
    endpoint: Endpoint,
    http: Http,
    sign_in: Arc<SignIn>,
    endings: Endings,
    runtime: Handle,
}

impl Connection {
    pub(crate) fn new(settings: Settings) -> Result<Connection> {
        let Settings { endpoint, credentials, trust, timeout } = settings;
        let secured = endpoint.base.scheme() == "https";
        let config = secured.then(|| tls::config(&trust, None)).transpose()?;
        // A storage may have TLS where the warehouse has none, in tests.
        let elsewhere = match tls::elsewhere(&trust) {
            Ok(config) => Some(config),
            Err(error) if secured => return Err(error),
            Err(_) => None,
        };
        let http = Http::new(config, timeout)?;
        let storage = Http::new(elsewhere, timeout)?;
        let issuer = match &credentials {
            Credentials::Client(client) if !client.is_of_workspace() => storage.clone(),
            _ => http.clone(),
        };
        let sign_in = Arc::new(SignIn::new(credentials, issuer));
        let (session, endings) = (Mutex::default(), Endings::default());
        Ok(Connection { endpoint, http, storage, sign_in, session, endings })
    }

    /// The same with a session of its own.
    pub(crate) fn anew(&self) -> Connection {
        Connection {
            endpoint: self.endpoint.clone(),
            http: self.http.clone(),
            storage: self.storage.clone(),
            sign_in: Arc::clone(&self.sign_in),
            session: Mutex::default(),
            endings: Endings::default(),
        }
    }

    /// Sends a request to the warehouse, signed in.
    pub(super) async fn send(&self, request: Request) -> Result<Response> {
        send(&self.http, &self.sign_in, &self.endpoint, request).await
    }

    /// The session of all statements, which is opened with the first.
    pub(super) async fn session(&self) -> Result<Arc<Session>> {
        let mut slot = self.session.lock().await;
        if let Some(session) = slot.as_ref() {
            return Ok(Arc::clone(session));
        }
        let response = self.send(self.endpoint.open_session()).await?;
        if !response.status.is_success() {
            return Err(self.endpoint.refused(&response));
        }
        let text = String::from_utf8_lossy(&response.body);
        let id = member(&text, "session_id")
            .map_err(|reason| self.endpoint.unreadable(&response, reason))?
            .filter(|id| !id.is_empty())
            .ok_or_else(|| Error::new(Kind::BrokenData, "the server opened no session"))?;
        let connection = Closing {
            endpoint: self.endpoint.clone(),
            http: self.http.clone(),
            sign_in: Arc::clone(&self.sign_in),
            endings: self.endings.clone(),
            runtime: crate::task::runtime()?,
        };
        let session = Arc::new(Session { id, connection });
        *slot = Some(Arc::clone(&session));
        Ok(session)
    }

    /// Forgets a session that the server does not know.
    pub(super) async fn lost(&self, session: &Arc<Session>) {
        let mut slot = self.session.lock().await;
        if slot.as_ref().is_some_and(|known| Arc::ptr_eq(known, session)) {
            *slot = None;
        }
    }

    /// Opens the session, so that what is wrong with the URL shows now.
    pub(crate) async fn check(&self) -> Result<()> {
        self.session().await.map(|_| ())
    }
}

/// Sends a request, signed in. A token that expired is replaced, once: a request that was not
/// signed in did nothing.
async fn send(
    http: &Http,
    sign_in: &SignIn,
    endpoint: &Endpoint,
    mut request: Request,
) -> Result<Response> {
    let header = sign_in.header(&endpoint.secrets).await?;
    request.headers.insert(AUTHORIZATION, header.clone());
    let response = http.send(&request).await?;
    if response.status.as_u16() != 401 || !sign_in.refused(&header).await {
        return Ok(response);
    }
    request.headers.insert(AUTHORIZATION, sign_in.header(&endpoint.secrets).await?);
    http.send(&request).await
}

impl Drop for Session {
    fn drop(&mut self) {
        let Closing { endpoint, http, sign_in, endings, runtime } = &self.connection;
        let (request, ending) = (endpoint.close_session(&self.id), endings.begin());
        let (endpoint, http, sign_in) = (endpoint.clone(), http.clone(), Arc::clone(sign_in));
        drop(runtime.spawn(async move {
            let _ending = ending;
            // Nobody is left to hear of an error; the server ends it later.
            let _ = send(&http, &sign_in, &endpoint, request).await;
        }));
    }
}
