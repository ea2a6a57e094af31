//! What backends share whose engines are servers reached over HTTP: a thin client, its
//! TLS, its rule of what may be sent again, its URLs, and what of them must not be told.
//!
//! It knows no protocol. Protocols decide what to send and what an answer means, without
//! any socket; this module only carries it.

pub(crate) mod client;
#[cfg(any(feature = "dremio", feature = "spark"))]
pub(crate) mod cookies;
#[cfg(any(feature = "_coordinator", feature = "databricks"))]
pub(crate) mod link;
mod proxy;
pub(crate) mod retry;
pub(crate) mod secrets;
pub(crate) mod tls;
#[cfg(any(feature = "databricks", feature = "dremio"))]
pub(crate) mod tokens;
pub(crate) mod url;
