//! [`Target`]: a server, and how to reach it and sign in there.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lakequery_types::names_secret;

use crate::http::secrets::Secrets;
use crate::http::tls::{Identity, Trust};

/// What a URL names.
#[derive(Clone)]
pub(crate) struct Target {
    /// As it stands in URLs: IPv6 in brackets.
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) user: String,
    pub(crate) password: String,
    /// What signs in over HTTP instead of user and password.
    pub(crate) token: Option<String>,
    /// The schema that needs not be written.
    pub(crate) database: Option<String>,
    pub(crate) transport: Transport,
    /// Whom to trust, where there is TLS.
    pub(crate) tls: Option<Trust>,
    pub(crate) identity: Option<Identity>,
    /// How long to wait for a connection, and for the answer to a call that is
    /// not a query's work.
    pub(crate) timeout: Duration,
    /// Settings of the session.
    pub(crate) settings: Vec<(String, String)>,
}

impl Target {
    /// User and password as HTTP's basic authentication writes them. The server
    /// refuses an empty password, also where it asks for none.
    pub(crate) fn basic(&self) -> String {
        let password = if self.password.is_empty() { "x" } else { &self.password };
        STANDARD.encode(format!("{}:{password}", self.user))
    }

    /// What no error may repeat.
    pub(crate) fn secrets(&self) -> Secrets {
        let mut secrets = Secrets::default();
        secrets.add(&self.password);
        secrets.add(&self.basic());
        secrets.add(self.token.as_deref().unwrap_or_default());
        for (_, value) in self.settings.iter().filter(|(name, _)| names_secret(name)) {
            secrets.add(value);
        }
        secrets
    }
}

/// What carries the calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Transport {
    /// A connection, which begins with SASL or not.
    Binary { sasl: bool },
    /// POST requests to this path, without the slash that it begins with.
    Http { path: String },
}
