//! Presto, over HTTP: only how it differs from Trino, whose protocol it shares.

mod block;
mod bytes;
#[cfg(feature = "_fuzzing")]
pub mod fuzzing;
mod page;
#[cfg(test)]
mod tests;
mod values;

use std::sync::Arc;

use lakequery_types::Engine;

use super::trino::Coordinator;
use super::trino::wire::{Binary, Wire};
use crate::engine::{Backend, BoxFuture};
use crate::error::Result;

/// Presto's side of the protocol.
static PRESTO: Wire = Wire {
    engine: Engine::Presto,
    name: "Presto",
    prefix: "x-presto-",
    example: "presto://user@host:8080/catalog/schema",
    capabilities: None,
    encodings: None,
    immediate: false,
    precision: 3,
    binary: Some(Binary { reads: values::reads, decode: page::decode }),
    session: &[("offset_clause_enabled", "true")],
    metadata: false,
    parameters: &[
        "access_token",
        "binary_results",
        "cert",
        "client_tags",
        "externalAuthentication",
        "extra_credential",
        "http_headers",
        "key",
        "plaintext",
        "request_timeout",
        "roles",
        "session_properties",
        "source",
        "timezone",
        "verify",
    ],
};

/// Connects to a Presto without TLS.
pub(crate) fn plain(url: String) -> BoxFuture<Result<Arc<dyn Backend>>> {
    Coordinator::connect(url, &PRESTO, false)
}

/// Connects to a Presto with TLS.
pub(crate) fn tls(url: String) -> BoxFuture<Result<Arc<dyn Backend>>> {
    Coordinator::connect(url, &PRESTO, true)
}
