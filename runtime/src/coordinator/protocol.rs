//! [`Protocol`]: how Trino and Presto differ in what goes over the wire.

use arrow_array::RecordBatch;
use lakequery_types::Engine;
use reqwest::header::HeaderName;

use super::rows::Columns;
use super::wire_type::WireType;
use crate::budget::Budget;
use crate::error::Result;

/// One of the two protocols.
#[derive(Debug)]
pub(crate) struct Protocol {
    pub(crate) engine: Engine,
    /// For messages.
    pub(crate) name: &'static str,
    /// Which other engine a server can turn out to be, for it speaks the same protocol.
    pub(crate) sibling: Sibling,
    /// What the names of its headers begin with, in lower case.
    pub(crate) prefix: &'static str,
    /// An example of a URL, for errors.
    pub(crate) example: &'static str,
    /// What the client says it can do.
    pub(crate) capabilities: Option<&'static str>,
    /// The encodings of spooled rows that the client asks for.
    pub(crate) encodings: Option<&'static str>,
    /// Whether `EXECUTE IMMEDIATE` is there; otherwise statements are prepared
    /// in a header.
    pub(crate) immediate: bool,
    /// The most digits of a second.
    pub(crate) precision: u8,
    /// The server's own binary pages, where it is asked for rows in them.
    pub(crate) binary: Option<Binary>,
    /// Properties that every session has, unless its URL says otherwise.
    pub(crate) session: &'static [(&'static str, &'static str)],
    /// Whether `system.metadata` has the comments of tables and the connectors of
    /// catalogs.
    pub(crate) metadata: bool,
    /// The parameters that its URLs have.
    pub(crate) parameters: &'static [&'static str],
}

/// Another engine that speaks nearly the same.
#[derive(Debug)]
pub(crate) struct Sibling {
    pub(crate) engine: Engine,
    /// For messages.
    pub(crate) name: &'static str,
    /// Whether its servers, and no others, have versions like this one.
    pub(crate) has_version: fn(&str) -> bool,
}

/// How rows come in a server's own binary pages.
#[derive(Debug)]
pub(crate) struct Binary {
    /// Whether values of a kind can be read from them, in a session whose zone
    /// is UTC or another one.
    pub(crate) reads: fn(&WireType, bool) -> bool,
    /// Decodes a page, which is in base64.
    pub(crate) decode: fn(&Columns, &str, &mut Budget) -> Result<RecordBatch>,
}

impl Protocol {
    /// The header of a name.
    pub(crate) fn header(&self, name: &str) -> HeaderName {
        // The names are all written in this crate, in lower case.
        HeaderName::try_from(format!("{}{name}", self.prefix))
            .unwrap_or(HeaderName::from_static("x-unknown"))
    }
}

#[cfg(test)]
pub(crate) mod testing {
    //! What unit tests share.

    use super::{Engine, Protocol, Sibling};

    pub(crate) const PROTOCOL: Protocol = Protocol {
        engine: Engine::ALL[0],
        name: "Trino",
        sibling: Sibling { engine: Engine::ALL[0], name: "Presto", has_version: |_| false },
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
