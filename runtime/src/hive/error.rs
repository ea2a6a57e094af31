//! What goes wrong between this crate and the server, whatever the engine.

use super::thrift::Malformed;
use crate::budget::TooLarge;
use crate::error::{Error, Kind};

/// The error of a reply that can't be read.
pub(crate) fn malformed(reason: Malformed) -> Error {
    if reason == Malformed::from(TooLarge) {
        return TooLarge.into();
    }
    Error::new(Kind::Connection, format!("the server's answer can't be read: {reason}")).help(
        "is it a Spark Thrift Server, and are `auth`, `ssl` and `transport` in the URL as it has them?",
    )
}

#[cold]
pub(crate) fn late(message: &str) -> Error {
    Error::new(Kind::Timeout, message)
        .help("check that the server is well, or raise `timeout=` (seconds) in the URL")
}

/// The error of a connection on which a call is not yet answered.
#[cold]
pub(crate) fn busy() -> Error {
    Error::new(Kind::Internal, "a connection was used for two calls at once")
}

/// The error of a connection on which there is no call.
#[cold]
pub(crate) fn idle() -> Error {
    Error::new(Kind::Internal, "a reply was awaited that nobody asked for")
}
