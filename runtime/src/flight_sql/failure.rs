//! What a call that failed means: whether it was sent, and who says what was wrong with it.

use std::error::Error as StdError;
use std::fmt;

use tonic::{Code, Status};

use crate::error::{Error, Kind};
use crate::http::client::root;
use crate::http::retry::Outcome;

/// Why a call did not come to its end.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The server says so.
    Refused(Refusal),
    /// Something else went wrong.
    Failed(Error),
}

/// What a server says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) code: Code,
    pub(crate) message: String,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure::Failed(error)
    }
}

/// Why no connection came about.
#[derive(Clone, Debug)]
pub(super) struct Unconnected {
    pub(super) message: String,
    pub(super) help: String,
    /// Whether another attempt may end otherwise.
    pub(super) may_pass: bool,
}

impl fmt::Display for Unconnected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for Unconnected {}

/// What tonic gives a stream that ended without a word about its end; else such errors of its own
/// have a source.
const CUT: &str = "protocol error:";

/// What tonic says of an answer that is HTTP's and not gRPC's.
const NO_GRPC: &str = "grpc-status header missing, mapped from HTTP status code ";

impl Failure {
    /// That of a call. `at` is host and port; `hint` is what to do where it is not clear that a
    /// server of this protocol is there. With it, what happened to the call, where another
    /// attempt may end otherwise.
    pub(super) fn of(status: &Status, at: &str, hint: Option<&str>) -> (Failure, Option<Outcome>) {
        if let Some(unconnected) = cause::<Unconnected>(status) {
            let Unconnected { message, help, may_pass } = unconnected;
            let error = Error::new(Kind::Connection, message).help(help);
            return (error.into(), may_pass.then_some(Outcome::NotSent));
        }
        let code = status.code();
        if code == Code::OutOfRange {
            let error = Error::new(
                Kind::BrokenData,
                format!("{at} sent a message that is larger than one may be: 64 MiB"),
            );
            return (error.help("select less in each row").into(), None);
        }
        if let Some(number) = status.message().strip_prefix(NO_GRPC) {
            let message =
                format!("what answers at {at} does not speak gRPC: it says {number} by HTTP");
            let error = Error::new(Kind::Connection, message)
                .help("look at the proxies between here and the server, and at the URL's port");
            return (error.into(), (code == Code::Unavailable).then_some(Outcome::Broken));
        }
        if status.source().is_none() && !status.message().starts_with(CUT) {
            let message = status.message().to_owned();
            return (Failure::Refused(Refusal { code, message }), None);
        }
        let reason = match status.source() {
            Some(source) => root(source),
            None => "it ended before the server said that this was all".to_owned(),
        };
        let error = Error::new(Kind::Connection, format!("the connection to {at} broke: {reason}"));
        match hint {
            Some(hint) => (error.help(hint).into(), None),
            None => (error.into(), Some(Outcome::Broken)),
        }
    }
}

/// The error of a type among the causes.
fn cause<'a, T: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a T> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<T>() {
            return Some(found);
        }
        next = error.source();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(status: &Status) -> String {
        match Failure::of(status, "h:1", None) {
            (Failure::Refused(refusal), None) => format!("{refusal:?}"),
            (Failure::Failed(error), outcome) => format!("{error:?} {outcome:?}"),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_server_and_the_connection_are_told_apart() {
        let io = || std::io::Error::other("reset");
        let unconnected = |may_pass| Unconnected {
            message: "could not connect".into(),
            help: "look".into(),
            may_pass,
        };
        for (status, text) in [
            (
                Status::unavailable("out of memory"),
                r#"Refusal { code: Unavailable, message: "out of memory" }"#,
            ),
            (
                Status::from_error(Box::new(io())),
                "Connection: the connection to h:1 broke: reset Some(Broken)",
            ),
            (
                Status::from_error(Box::new(unconnected(true))),
                "Connection: could not connect; look Some(NotSent)",
            ),
            (
                Status::from_error(Box::new(unconnected(false))),
                "Connection: could not connect; look None",
            ),
            (
                Status::unknown("protocol error: missing grpc-status trailer"),
                "Connection: the connection to h:1 broke: it ended before the server said that \
                 this was all Some(Broken)",
            ),
            (
                Status::unavailable("grpc-status header missing, mapped from HTTP status code 503"),
                "Connection: what answers at h:1 does not speak gRPC: it says 503 by HTTP; look at \
                 the proxies between here and the server, and at the URL's port Some(Broken)",
            ),
            (
                Status::out_of_range("decoded message length too large"),
                "BrokenData: h:1 sent a message that is larger than one may be: 64 MiB; select \
                 less in each row None",
            ),
        ] {
            assert_eq!(shown(&status), text);
        }
    }
}
