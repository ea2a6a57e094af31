//! Presto, over HTTP: only how it differs from Trino, with which it shares a protocol,
//! and its binary pages.

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

use crate::backend::{Backend, BoxFuture};
use crate::coordinator::Coordinator;
use crate::coordinator::protocol::{Binary, Protocol, Sibling};
use crate::error::Result;

/// Presto's side of the protocol.
static PRESTO: Protocol = Protocol {
    engine: Engine::Presto,
    name: "Presto",
    // Presto's own versions have begun with `0.` since ever.
    sibling: Sibling {
        engine: Engine::Trino,
        name: "Trino",
        has_version: |version| version.starts_with(|first: char| ('1'..='9').contains(&first)),
    },
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
