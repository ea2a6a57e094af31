//! What Dremio says went wrong, as an error of this crate: its codes are those of
//! `DremioFlightErrorMapper` in its open source.

use tonic::Code;

use super::path;
use super::server::Server;
use crate::error::{Error, Kind};
use crate::flight_sql::failure::{Failure, Refusal};
use crate::rendered::{Rendered, offset};

/// What it says when nothing was read for too long (`flight.client.readiness.timeout.millis`).
const UNREAD: &str = "Timeout while waiting for client to be in ready state";

/// The error of a statement that failed, without the values of its parameters and secrets.
pub(super) fn error(server: &Server, failure: Failure, sql: &Rendered) -> Error {
    let Refusal { code, message } = match failure {
        Failure::Failed(error) => return error,
        Failure::Refused(refusal) => refusal,
    };
    let told = told(&message);
    let said = server.connection.scrub(&sql.without_values(told.message));
    let at = server.connection.place();
    if let Some((kind, message, help)) = of_the_connection(code, &at, &said) {
        return Error::new(kind, message).help(help);
    }
    let mut message = match said.trim() {
        "" => format!("the server says nothing about what went wrong ({code:?})"),
        said => said.to_owned(),
    };
    let place = told.at.and_then(|(line, column)| {
        let at = offset(sql.text(), line, column.checked_sub(1)?)?;
        sql.position(at)
    });
    if let Some((line, column)) = place {
        message.push_str(&format!(" (at line {line}, column {column} of the SQL)"));
    }
    if is_missing(told.message) {
        let error = Error::new(Kind::NotFound, message);
        return match &server.schema {
            Some(schema) => error.help(format!(
                "names without a schema are looked up in the URL's, {}: check that it exists",
                path::written(schema.iter().map(String::as_str))
            )),
            None => error,
        };
    }
    if told.message.contains(UNREAD) {
        return Error::new(Kind::Timeout, message).help(
            "the server ends a result of which nothing is read for 50 s, unless its setting \
             `flight.client.readiness.timeout.millis` says otherwise: read faster, or gather the \
             rows first",
        );
    }
    match code {
        Code::DeadlineExceeded => Error::new(Kind::Timeout, message),
        Code::PermissionDenied => {
            Error::new(Kind::SignIn, message).help("the user does not have the right to do that")
        }
        Code::Unavailable => Error::new(Kind::Query, message).help(
            "the server lacks memory or another resource, or somebody else changed the table at \
             the same time: try again later",
        ),
        _ => Error::new(Kind::Query, message),
    }
}

/// What is said of the connection and not of a statement.
fn of_the_connection(code: Code, at: &str, said: &str) -> Option<(Kind, String, &'static str)> {
    let said = said.trim();
    let said = if said.is_empty() { String::new() } else { format!(": {said}") };
    match code {
        Code::Unauthenticated => Some((
            Kind::SignIn,
            format!("{at} refused to sign the user in{said}"),
            "check user and password, or the token, which may have expired; a token goes into \
             the URL percent-encoded",
        )),
        Code::Unimplemented => Some((
            Kind::Connection,
            format!("what answers at {at} does not do what was asked{said}"),
            "check that the URL's port is Dremio's for Arrow Flight, 32010",
        )),
        _ => None,
    }
}

/// Whether a table, a view or a schema is not there.
fn is_missing(message: &str) -> bool {
    let names = ["Object '", "Table '", "Table [", "Schema ["];
    let begins = names.iter().any(|name| message.starts_with(name));
    begins && ["not found", "not valid", "not exist"].iter().any(|text| message.contains(text))
}

/// The parts of an error's text.
#[derive(Debug, Default, PartialEq, Eq)]
struct Told<'a> {
    message: &'a str,
    /// Line and column from 1.
    at: Option<(usize, usize)>,
}

/// Reads a message, below which there may be the SQL and a place in it, each after its name:
/// `SQL Query SELECT x`, `startLine 1`, `startColumn 8`.
fn told(text: &str) -> Told<'_> {
    const CONTEXT: [&str; 5] =
        ["SQL Query ", "startLine ", "endLine ", "startColumn ", "endColumn "];
    let begin = CONTEXT.iter().filter_map(|name| {
        let at = text.match_indices(name).map(|(at, _)| at);
        at.into_iter().find(|at| *at == 0 || text[..*at].ends_with('\n'))
    });
    let (message, context) = text.split_at(begin.min().unwrap_or(text.len()));
    // The last of them: the SQL, which stands before, may have such lines, too.
    let number = |name: &str| {
        let mut lines = context.lines().rev();
        lines.find_map(|line| line.strip_prefix(name)?.trim().parse::<usize>().ok())
    };
    let at = number("startLine ").zip(number("startColumn "));
    let message = message.split("\n[Error Id:").next().unwrap_or_default();
    let message = without_kind(message.trim());
    let (message, found) = without_place(message);
    Told { message, at: at.or(found) }
}

/// Takes `VALIDATION ERROR: ` off.
fn without_kind(message: &str) -> &str {
    match message.split_once(" ERROR: ") {
        Some((kind, rest)) if kind.chars().all(|c| c.is_ascii_uppercase() || c == '_') => rest,
        _ => message,
    }
}

/// Takes `From line 1, column 8 to line 1, column 9: ` and `At line 1, column 8: ` off.
fn without_place(message: &str) -> (&str, Option<(usize, usize)>) {
    let place = || {
        let rest = message.strip_prefix("From line ").or(message.strip_prefix("At line "))?;
        let (place, rest) = rest.split_once(": ")?;
        let (line, column) = place.split_once(", column ")?;
        let column = column.split(' ').next()?;
        Some((rest, (line.parse().ok()?, column.parse().ok()?)))
    };
    place().map_or((message, None), |(rest, at)| (rest, Some(at)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_and_the_sql_is_left_out() {
        for (text, message, at) in [
            (
                "Object 'foo' not found\nSQL Query SELECT *\nFROM foo\nstartLine 2\nendLine 2\nstartColumn 6\nendColumn 8",
                "Object 'foo' not found",
                Some((2, 6)),
            ),
            (
                "no\nSQL Query SELECT 's3cret',\nstartLine 7\nstartLine 1\nstartColumn 3",
                "no",
                Some((1, 3)),
            ),
            (
                "From line 1, column 15 to line 1, column 20: Object 'x' not found within 'y'",
                "Object 'x' not found within 'y'",
                Some((1, 15)),
            ),
            ("At line 3, column 1: odd", "odd", Some((3, 1))),
            (
                "VALIDATION ERROR: Column 'a' not found in any table\n\nstartLine 1\nstartColumn x",
                "Column 'a' not found in any table",
                None,
            ),
            ("plain\n[Error Id: 1-2-3 ]", "plain", None),
            ("PLAN ERROR: a: b", "a: b", None),
            ("SQL Query SELECT 1", "", None),
            ("At line x: y", "At line x: y", None),
            ("", "", None),
        ] {
            assert_eq!(told(text), Told { message, at }, "{text}");
        }
        for (message, missing) in [
            ("Object 'foo' not found within 'a'", true),
            ("Table 'a.b' not found", true),
            ("Schema [[x]] is not valid with respect to either root schema", true),
            ("Column 'a' not found in any table", false),
            ("Object 'foo' is odd", false),
        ] {
            assert_eq!(is_missing(message), missing, "{message}");
        }
    }
}
