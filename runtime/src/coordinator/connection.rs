//! [`Connection`]: what all queries of a connection to a coordinator share.

use lakequery_types::json::Reader;
use reqwest::Method;

use super::endpoint::Endpoint;
use super::protocol::{Protocol, Sibling};
use super::session::Session;
use super::settings::Settings;
use crate::endings::Endings;
use crate::error::{Error, Kind, Result};
use crate::http::client::{self, Http};
use crate::http::retry::Repeat;
use crate::http::tls;

/// What all queries of a connection share.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) endpoint: Endpoint,
    /// To the coordinator.
    pub(crate) http: Http,
    /// To the storage of spooled rows: with none of the client's credentials.
    pub(crate) storage: Http,
    pub(crate) legacy_prepared: bool,
    pub(crate) endings: Endings,
}

impl Connection {
    pub(crate) fn open(settings: Settings, protocol: &'static Protocol) -> Result<Connection> {
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
            endpoint: Endpoint {
                protocol,
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
    pub(crate) fn anew(&self) -> Connection {
        Connection {
            endpoint: self.endpoint.anew(),
            http: self.http.clone(),
            storage: self.storage.clone(),
            legacy_prepared: self.legacy_prepared,
            endings: Endings::default(),
        }
    }

    /// The client for a segment at this place: the coordinator's own where it
    /// hands segments out itself.
    #[cfg(feature = "trino")]
    pub(crate) fn client_of(&self, url: &reqwest::Url) -> &Http {
        if url.origin() == self.endpoint.base.origin() { &self.http } else { &self.storage }
    }

    /// Makes sure that the server is there, and of the right kind as far as it
    /// says so.
    pub(crate) async fn check(&self) -> Result<()> {
        let mut url = self.endpoint.base.clone();
        url.set_path("/v1/info");
        // Public, so that no credentials are needed.
        let headers = reqwest::header::HeaderMap::new();
        let mut request = client::Request::bare(Method::GET, url, headers);
        request.repeat = Repeat::Never;
        let response = self.http.send(&request).await?;
        if !response.status.is_success() {
            // A gateway may hide it; then the first query tells.
            return Ok(());
        }
        let place = client::place(&self.endpoint.base);
        let protocol = self.endpoint.protocol;
        let version = std::str::from_utf8(&response.body).ok().and_then(version);
        let Some(version) = version else {
            return Err(Error::new(
                Kind::Url,
                format!("what answers at {place} is not a {} server", protocol.name),
            )
            .help("check the URL's host and port"));
        };
        let Sibling { engine, name, has_version } = &protocol.sibling;
        if has_version(&version) {
            return Err(Error::new(
                Kind::Url,
                format!("the server at {place} is {name}, not {}", protocol.name),
            )
            .help(format!("let the URL begin with `{engine}:`")));
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
