//! The errors of the embedded engine as those of this crate.

use lakequery_embedded::ErrorKind;

use crate::error::{Error, Kind};

/// The same error, as this crate has it.
pub(super) fn of_engine(error: lakequery_embedded::Error) -> Error {
    let kind = match error.kind() {
        ErrorKind::Unsupported => Kind::Unsupported,
        ErrorKind::NotFound => Kind::NotFound,
        ErrorKind::BrokenData => Kind::BrokenData,
        ErrorKind::Query => Kind::Query,
        ErrorKind::NoRuntime => Kind::NoRuntime,
        ErrorKind::Internal => Kind::Internal,
    };
    let mut ours = Error::new(kind, error.message());
    if let Some(help) = error.help() {
        ours = ours.help(help);
    }
    match error.cause() {
        Some(cause) => ours.caused_by(Box::new(cause)),
        None => ours,
    }
}
