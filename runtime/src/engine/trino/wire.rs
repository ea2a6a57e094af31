//! [`Wire`]: how Trino and Presto differ in what goes over the wire.

use arrow_array::RecordBatch;
use lakequery_types::Engine;
use reqwest::header::HeaderName;

use super::kind::Kind;
use super::rows::Columns;
use crate::budget::Budget;
use crate::error::Result;

/// One of the two protocols.
#[derive(Debug)]
pub(crate) struct Wire {
    pub(crate) engine: Engine,
    /// For messages.
    pub(crate) name: &'static str,
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

/// How rows come in a server's own binary pages.
#[derive(Debug)]
pub(crate) struct Binary {
    /// Whether values of a kind can be read from them, in a session whose zone
    /// is UTC or another one.
    pub(crate) reads: fn(&Kind, bool) -> bool,
    /// Decodes a page, which is in base64.
    pub(crate) decode: fn(&Columns, &str, &mut Budget) -> Result<RecordBatch>,
}

impl Wire {
    /// The header of a name.
    pub(super) fn header(&self, name: &str) -> HeaderName {
        // The names are all written in this crate, in lower case.
        HeaderName::try_from(format!("{}{name}", self.prefix))
            .unwrap_or(HeaderName::from_static("x-unknown"))
    }
}
