//! Trino, over HTTP; and what Presto's half shares with it, which is all but
//! what `presto.rs` says.

pub(super) mod column;
mod conversation;
mod fetching;
#[cfg(feature = "_fuzzing")]
pub mod fuzzing;
pub(super) mod kind;
mod literal;
mod moment;
pub(super) mod page;
mod query;
mod reflect;
pub(super) mod rows;
mod session;
mod settings;
#[cfg(feature = "trino")]
mod spool;
mod text;
pub(super) mod wire;

use std::fmt;
use std::sync::Arc;

use arrow_schema::SchemaRef;
use futures::TryStreamExt;
use lakequery_types::Engine;
use lakequery_types::json::Reader;
use reqwest::Method;

use crate::endings::Endings;
use crate::engine::{Answer, Backend, BoxFuture, Request};
use crate::error::{Error, Kind, Result};
use crate::reflect::{ReflectOptions, Tables};
use crate::statement::Piece;
use crate::task::{self, Task, runtime};
use crate::transport::http::{self, Http};
use crate::transport::retry::Repeat;
use crate::transport::tls;
use conversation::Party;
use session::Session;
use settings::Settings;
use text::Text;
use wire::Wire;

/// Trino's side of the protocol.
#[cfg(feature = "trino")]
static TRINO: Wire = Wire {
    engine: Engine::Trino,
    name: "Trino",
    prefix: "x-trino-",
    example: "trino://user@host:8080/catalog/schema",
    capabilities: Some("PARAMETRIC_DATETIME,PATH,SESSION_AUTHORIZATION"),
    encodings: Some("json+zstd,json+lz4,json"),
    immediate: true,
    precision: 12,
    binary: None,
    session: &[],
    metadata: true,
    parameters: &[
        "access_token",
        "cert",
        "client_tags",
        "encoding",
        "externalAuthentication",
        "extra_credential",
        "http_headers",
        "key",
        "legacy_prepared_statements",
        "path",
        "plaintext",
        "request_timeout",
        "roles",
        "session_properties",
        "source",
        "timezone",
        "verify",
    ],
};

/// A coordinator of Trino or Presto.
pub(crate) struct Coordinator {
    connection: Arc<Connection>,
}

/// What all queries of a connection share.
#[derive(Debug)]
struct Connection {
    party: Party,
    /// To the coordinator.
    http: Http,
    /// To the storage of spooled rows: with none of the client's credentials.
    #[cfg_attr(not(feature = "trino"), expect(dead_code, reason = "only Trino spools"))]
    storage: Http,
    legacy_prepared: bool,
    endings: Endings,
}

impl Coordinator {
    /// Connects to a Trino without TLS.
    #[cfg(feature = "trino")]
    pub(crate) fn trino(url: String) -> BoxFuture<Result<Arc<dyn Backend>>> {
        Coordinator::connect(url, &TRINO, false)
    }

    /// Connects to a Trino with TLS.
    #[cfg(feature = "trino")]
    pub(crate) fn trino_tls(url: String) -> BoxFuture<Result<Arc<dyn Backend>>> {
        Coordinator::connect(url, &TRINO, true)
    }

    /// Connects to what a URL, without its scheme, names.
    pub(super) fn connect(
        url: String,
        wire: &'static Wire,
        tls: bool,
    ) -> BoxFuture<Result<Arc<dyn Backend>>> {
        Box::pin(async move {
            let connection = Arc::new(Connection::open(Settings::parse(&url, wire, tls)?, wire)?);
            let checked = Arc::clone(&connection);
            Task::spawn(&runtime()?, async move { checked.check().await }).end().await?;
            Ok(Arc::new(Coordinator { connection }) as Arc<dyn Backend>)
        })
    }
}

impl Connection {
    fn open(settings: Settings, wire: &'static Wire) -> Result<Connection> {
        let Settings { base, trust, identity, timeout, headers, statement, .. } = settings;
        let secured = base.scheme() == "https";
        let config = secured.then(|| tls::config(&trust, identity.as_ref())).transpose()?;
        // A storage may have TLS where the coordinator has none; a machine
        // without any trusted authorities can still use one that has none either.
        let storage = match tls::elsewhere(&trust) {
            Ok(config) => Some(config),
            Err(error) if secured => return Err(error),
            Err(_) => None,
        };
        Ok(Connection {
            party: Party {
                wire,
                base,
                headers,
                statement,
                session: Session::new(settings.session),
                binary: settings.binary,
                utc: settings.utc,
                secrets: settings.secrets,
            },
            http: Http::new(config, timeout)?,
            storage: Http::new(storage, timeout)?,
            legacy_prepared: settings.legacy_prepared,
            endings: Endings::default(),
        })
    }

    /// The same with a session of its own.
    fn anew(&self) -> Connection {
        Connection {
            party: self.party.anew(),
            http: self.http.clone(),
            storage: self.storage.clone(),
            legacy_prepared: self.legacy_prepared,
            endings: Endings::default(),
        }
    }

    /// The client for a segment at this place: the coordinator's own where it
    /// hands segments out itself.
    #[cfg(feature = "trino")]
    fn client_of(&self, url: &reqwest::Url) -> &Http {
        if url.origin() == self.party.base.origin() { &self.http } else { &self.storage }
    }

    /// Makes sure that the server is there, and of the right kind as far as it
    /// says so.
    async fn check(&self) -> Result<()> {
        let mut url = self.party.base.clone();
        url.set_path("/v1/info");
        // Public, so that no credentials are needed.
        let headers = reqwest::header::HeaderMap::new();
        let mut request = http::Request::bare(Method::GET, url, headers);
        request.repeat = Repeat::Never;
        let response = self.http.send(&request).await?;
        if !response.status.is_success() {
            // A gateway may hide it; then the first query tells.
            return Ok(());
        }
        let place = http::place(&self.party.base);
        let wire = self.party.wire;
        let version = std::str::from_utf8(&response.body).ok().and_then(version);
        let Some(version) = version else {
            return Err(Error::new(
                Kind::Url,
                format!("what answers at {place} is not a {} server", wire.name),
            )
            .help("check the URL's host and port"));
        };
        // Presto's versions have begun with `0.` since ever, Trino's never did.
        let presto = version.starts_with("0.");
        let trino = version.starts_with(|c: char| ('1'..='9').contains(&c));
        let (other, wrong) =
            if presto { (Engine::Presto, "Presto") } else { (Engine::Trino, "Trino") };
        if (presto || trino) && wire.engine != other {
            return Err(Error::new(
                Kind::Url,
                format!("the server at {place} is {wrong}, not {}", wire.name),
            )
            .help(format!("let the URL begin with `{other}:`")));
        }
        Ok(())
    }
}

/// The version in what a coordinator says of itself.
fn version(text: &str) -> Option<String> {
    let mut json = Reader::new(text);
    let (mut first, mut version) = (true, None);
    json.object().ok()?;
    while let Some(key) = json.key(&mut first).ok()? {
        if key != "nodeVersion" {
            json.skip().ok()?;
            continue;
        }
        let mut first = true;
        json.object().ok()?;
        while let Some(key) = json.key(&mut first).ok()? {
            match &*key {
                "version" => version = Some(json.string().ok()?.into_owned()),
                _ => drop(json.skip().ok()?),
            }
        }
    }
    version
}

impl fmt::Debug for Coordinator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let party = &self.connection.party;
        f.debug_struct(party.wire.name)
            .field("at", &http::place(&party.base))
            .finish_non_exhaustive()
    }
}

impl Backend for Coordinator {
    fn engine(&self) -> Engine {
        self.connection.party.wire.engine
    }

    fn run(&self, request: Request<'_>) -> BoxFuture<Result<Answer>> {
        let connection = Arc::clone(&self.connection);
        let text = Text::render(&request, connection.party.wire, connection.legacy_prepared);
        let watch = request.watch;
        Box::pin(async move {
            let text = text?;
            let endings = connection.endings.clone();
            task::answer_of(&endings, |sink| query::run(connection, text, watch, sink)).await
        })
    }

    /// Runs it with no rows wanted, which the servers answer from the plan alone.
    fn describe(&self, request: Request<'_>) -> BoxFuture<Result<SchemaRef>> {
        const BEFORE: &str = "SELECT * FROM (";
        let connection = Arc::clone(&self.connection);
        let mut pieces = vec![Piece::Text(BEFORE)];
        pieces.extend_from_slice(request.pieces);
        pieces.push(Piece::Text("\n) AS described LIMIT 0"));
        let request = Request { pieces: &pieces, ..request };
        let text = Text::render(&request, connection.party.wire, connection.legacy_prepared);
        let watch = request.watch;
        Box::pin(async move {
            let mut text = text?;
            text.shift += BEFORE.len() as u32;
            let endings = connection.endings.clone();
            let Answer { schema, mut batches, .. } =
                task::answer_of(&endings, |sink| query::run(connection, text, watch, sink)).await?;
            while batches.try_next().await?.is_some() {}
            Ok(schema)
        })
    }

    fn anew(&self) -> BoxFuture<Result<Option<Arc<dyn Backend>>>> {
        let connection = Arc::new(self.connection.anew());
        Box::pin(async { Ok(Some(Arc::new(Coordinator { connection }) as Arc<dyn Backend>)) })
    }

    fn ended(&self) -> BoxFuture<()> {
        let endings = self.connection.endings.clone();
        Box::pin(async move { endings.none().await })
    }

    fn reflect(&self, options: ReflectOptions) -> BoxFuture<Result<Tables>> {
        Box::pin(reflect::tables(Arc::clone(&self.connection), options))
    }
}

#[cfg(test)]
mod testing {
    //! What unit tests share.

    use super::wire::Wire;
    use lakequery_types::Engine;

    pub(super) const WIRE: Wire = Wire {
        engine: Engine::Trino,
        name: "Trino",
        prefix: "x-trino-",
        example: "trino://user@host:8080/catalog/schema",
        capabilities: Some("PARAMETRIC_DATETIME"),
        encodings: Some("json+zstd,json+lz4,json"),
        immediate: true,
        precision: 12,
        binary: None,
        session: &[],
        metadata: true,
        parameters: &["access_token", "source", "verify"],
    };
}
