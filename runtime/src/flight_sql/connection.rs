//! [`Connection`]: a channel to a server, and the session on it. Statements are planned and run
//! through it: planned again where nothing was lost by it, and run once.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use arrow_flight::flight_service_client::FlightServiceClient;
use reqwest::header::{HeaderMap, HeaderValue};
use rustls::ClientConfig;
use tonic::metadata::MetadataMap;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Extensions, Request, Status};

use super::command::{self, Plan};
use super::connector::{Connector, Target};
use super::failure::Failure;
use super::incoming::Incoming;
use super::session::{Credentials, Session, Setting, basic};
use crate::endings::Endings;
use crate::error::{Error, Kind, Result};
use crate::http::client::Http;
use crate::http::retry::{Outcome, Repeat, Retry};
use crate::http::secrets::Secrets;
use crate::http::tokens::{Tokens, secret_header, token_request};

/// The most bytes of one message: a row may have 16 MiB, and a batch several rows.
const LARGEST: usize = 64 << 20;

/// The most bytes of headers: errors repeat the SQL in them.
const HEADERS: u32 = 1 << 20;

/// How many bytes may be on their way in a stream, and in all streams of a connection.
const STREAM_WINDOW: u32 = 4 << 20;
const WINDOW: u32 = 16 << 20;

/// How long a connection may be silent before the server is asked whether it is there, and how
/// long it has to answer. Servers by default close connections of who asks within 5 minutes.
const SILENCE: Duration = Duration::from_secs(330);
const ANSWER: Duration = Duration::from_secs(30);

/// What a URL says of a connection.
pub(crate) struct Settings {
    pub(crate) target: Target,
    pub(crate) tls: Option<ClientConfig>,
    pub(crate) credentials: Credentials,
    /// To who gives tokens.
    pub(crate) http: Http,
    pub(crate) session: Vec<Setting>,
    pub(crate) secrets: Secrets,
}

/// A connection to a server, and a session.
pub(crate) struct Connection {
    connector: Connector,
    client: FlightServiceClient<Channel>,
    sign_in: Arc<SignIn>,
    session: Mutex<Session>,
    /// Held while the user is signed in: all wait for one token.
    signing: tokio::sync::Mutex<()>,
    secrets: Secrets,
    pub(crate) endings: Endings,
}

/// How the client signs in.
enum SignIn {
    User(HeaderValue),
    Token(HeaderValue),
    Tokens(Box<Tokens>),
}

impl Connection {
    /// A connection that comes about with its first call. To be called in a tokio runtime.
    pub(crate) fn new(settings: Settings) -> Result<Connection> {
        let Settings { target, tls, credentials, http, session, mut secrets } = settings;
        let connector = Connector::new(target, tls);
        let place = connector.target().place();
        let unusable = |_| Error::new(Kind::Url, "the URL has a host that can't be");
        let endpoint = Endpoint::from_shared(format!("http://{place}")).map_err(unusable)?;
        let scheme = if connector.has_tls() { "https" } else { "http" };
        let origin = format!("{scheme}://{place}").parse();
        let origin =
            origin.map_err(|_| Error::new(Kind::Url, "the URL has a host that can't be"))?;
        let channel = endpoint
            .origin(origin)
            .user_agent(concat!("lakequery/", env!("CARGO_PKG_VERSION")))
            .map_err(|error| Error::new(Kind::Internal, error.to_string()))?
            .initial_stream_window_size(STREAM_WINDOW)
            .initial_connection_window_size(WINDOW)
            .http2_max_header_list_size(HEADERS)
            .http2_keep_alive_interval(SILENCE)
            .keep_alive_timeout(ANSWER)
            .connect_with_connector_lazy(connector.clone());
        let client = FlightServiceClient::new(channel)
            .max_decoding_message_size(LARGEST)
            .max_encoding_message_size(usize::MAX);
        let sign_in = Arc::new(match credentials {
            Credentials::User { name, password } => {
                let basic = basic(&name, &password);
                secrets.add(&basic);
                SignIn::User(secret_header(&format!("Basic {basic}")))
            }
            Credentials::Token(token) => SignIn::Token(secret_header(&format!("Bearer {token}"))),
            Credentials::Client { url, form } => {
                SignIn::Tokens(Box::new(Tokens::new(token_request(url, form), http)))
            }
        });
        let session = Mutex::new(Session::new(session, connector.has_tls()));
        let (signing, endings) = Default::default();
        Ok(Connection { connector, client, sign_in, session, signing, secrets, endings })
    }

    /// The same with a session of its own.
    pub(crate) fn anew(&self) -> Connection {
        let session = Mutex::new(self.session().anew());
        let (signing, endings) = Default::default();
        Connection {
            connector: self.connector.clone(),
            client: self.client.clone(),
            sign_in: Arc::clone(&self.sign_in),
            session,
            signing,
            secrets: self.secrets.clone(),
            endings,
        }
    }

    /// Host and port, for messages.
    pub(crate) fn place(&self) -> String {
        self.connector.target().place()
    }

    /// The text without secrets, the session's token among them.
    pub(crate) fn scrub(&self, text: &str) -> String {
        let mut secrets = self.secrets.clone();
        let token = self.session().token().and_then(|token| token.to_str().ok()).map(str::to_owned);
        if let Some((_, token)) = token.as_deref().and_then(|token| token.split_once(' ')) {
            secrets.add(token);
        }
        secrets.scrub(text)
    }

    /// Has a statement planned, which does not run it. What only reads is planned again where
    /// the connection broke; anything, where there was none. A session that the server does not
    /// know, or whose token it does not take any more, is begun anew, once.
    pub(crate) async fn plan(&self, sql: &str, reads: bool) -> Result<Plan, Failure> {
        let repeat = if reads { Repeat::Always } else { Repeat::IfNotSent };
        let (mut retry, mut began) = (Retry::new(repeat), false);
        loop {
            let (generation, headers) = self.signed_in().await?;
            let request = request(headers, command::statement(sql));
            let status = match self.client.clone().get_flight_info(request).await {
                Ok(answer) => {
                    self.learn(answer.metadata());
                    return Ok(command::plan(answer.into_inner())?);
                }
                Err(status) => status,
            };
            self.learn(status.metadata());
            let (failure, outcome) = self.failed(&status);
            let unknown =
                matches!(&failure, Failure::Refused(it) if it.code == Code::Unauthenticated);
            if unknown {
                self.lost(generation).await;
            }
            match outcome.and_then(|outcome| retry.after(outcome)) {
                Some(wait) => tokio::time::sleep(wait).await,
                None if unknown && !began => began = true,
                None => return Err(failure),
            }
        }
    }

    /// Runs a statement that is planned. It is sent once: each time it comes, it runs.
    pub(crate) async fn run(&self, plan: Plan) -> Result<Incoming, Failure> {
        let mut retry = Retry::new(Repeat::IfNotSent);
        loop {
            let (generation, headers) = self.signed_in().await?;
            let request = request(headers, plan.ticket.clone());
            let status = match self.client.clone().do_get(request).await {
                Ok(answer) => {
                    self.learn(answer.metadata());
                    return Ok(Incoming::new(answer.into_inner()));
                }
                Err(status) => status,
            };
            if status.code() == Code::Unauthenticated {
                self.lost(generation).await;
            }
            let (failure, outcome) = self.failed(&status);
            let wait = outcome.filter(|outcome| *outcome == Outcome::NotSent);
            match wait.and_then(|outcome| retry.after(outcome)) {
                Some(wait) => tokio::time::sleep(wait).await,
                None => return Err(failure),
            }
        }
    }

    /// What a call that failed means.
    pub(super) fn failed(&self, status: &Status) -> (Failure, Option<Outcome>) {
        Failure::of(status, &self.place(), self.connector.hint())
    }

    /// The headers of the next call, and which session they are of. Signs the user in first where
    /// the session has no token.
    async fn signed_in(&self) -> Result<(u64, HeaderMap), Failure> {
        let basic = match &*self.sign_in {
            SignIn::Token(token) => return Ok(self.headers(Some(token.clone()))),
            SignIn::Tokens(tokens) => {
                let token = tokens.header(&self.secrets).await?;
                return Ok(self.headers(Some(token)));
            }
            SignIn::User(basic) => basic,
        };
        let _signing = self.signing.lock().await;
        if let Some(token) = self.token() {
            return Ok(self.headers(Some(token)));
        }
        let mut retry = Retry::new(Repeat::Always);
        loop {
            let (_, headers) = self.headers(Some(basic.clone()));
            let request = request(headers, futures::stream::empty());
            let answer = async {
                let answer = self.client.clone().handshake(request).await?;
                self.learn(answer.metadata());
                let mut rest = answer.into_inner();
                while rest.message().await?.is_some() {}
                // Some servers name the token at the end.
                Ok(rest.trailers().await?.map(|trailers| self.learn(&trailers)))
            };
            let status: Status = match answer.await {
                Ok(_) => break,
                Err(status) => status,
            };
            let (failure, outcome) = self.failed(&status);
            match outcome.and_then(|outcome| retry.after(outcome)) {
                Some(wait) => tokio::time::sleep(wait).await,
                None => return Err(failure),
            }
        }
        match self.token() {
            Some(token) => Ok(self.headers(Some(token))),
            None => {
                let message = format!("{} gave no token for user and password", self.place());
                Err(Error::new(Kind::SignIn, message).help("sign in with a token").into())
            }
        }
    }

    /// Forgets a session that the server refused.
    async fn lost(&self, generation: u64) {
        if let SignIn::Tokens(tokens) = &*self.sign_in
            && let Ok(token) = tokens.header(&self.secrets).await
        {
            tokens.refused(&token).await;
        }
        self.session().lost(generation);
    }

    fn session(&self) -> MutexGuard<'_, Session> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn token(&self) -> Option<HeaderValue> {
        self.session().token().cloned()
    }

    fn headers(&self, authorization: Option<HeaderValue>) -> (u64, HeaderMap) {
        let session = self.session();
        (session.generation(), session.headers(authorization))
    }

    fn learn(&self, headers: &MetadataMap) {
        self.session().learn(headers.as_ref());
    }
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connection").field("at", &self.place()).finish_non_exhaustive()
    }
}

fn request<T>(headers: HeaderMap, message: T) -> Request<T> {
    Request::from_parts(MetadataMap::from_headers(headers), Extensions::default(), message)
}
