//! Trino, over HTTP: only how it differs from Presto, with which it shares a protocol.

use std::sync::Arc;

use lakequery_types::Engine;

use crate::backend::{Backend, BoxFuture};
use crate::coordinator::Coordinator;
use crate::coordinator::protocol::{Protocol, Sibling};
use crate::error::Result;

/// Trino's side of the protocol.
pub(crate) static TRINO: Protocol = Protocol {
    engine: Engine::Trino,
    name: "Trino",
    // Trino's own versions never began so.
    sibling: Sibling {
        engine: Engine::Presto,
        name: "Presto",
        has_version: |version| version.starts_with("0."),
    },
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

/// Connects to a Trino without TLS.
pub(crate) fn plain(url: String) -> BoxFuture<Result<Arc<dyn Backend>>> {
    Coordinator::connect(url, &TRINO, false)
}

/// Connects to a Trino with TLS.
pub(crate) fn tls(url: String) -> BoxFuture<Result<Arc<dyn Backend>>> {
    Coordinator::connect(url, &TRINO, true)
}
