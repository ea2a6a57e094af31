//! What engines share that are servers, reached over HTTP: a thin client, its
//! TLS, its rule of what may be sent again, its URLs, and what of them must not be told.
//!
//! Protocols do not live here. An engine's half decides what to send and what an
//! answer means, without any socket; this module only carries it.

pub(crate) mod http;
mod proxy;
pub(crate) mod retry;
pub(crate) mod secrets;
pub(crate) mod tls;
pub(crate) mod url;
