//! What a server is asked to plan, and what its plan says.

use std::sync::Arc;

use arrow_flight::{FlightDescriptor, FlightInfo, Ticket};
use arrow_schema::SchemaRef;
use prost::Message;

use crate::error::{Error, Kind, Result};

/// A message with its type (protobuf's `google.protobuf.Any`).
#[derive(Clone, PartialEq, Message)]
struct Any {
    #[prost(string, tag = "1")]
    type_url: String,
    #[prost(bytes = "vec", tag = "2")]
    value: Vec<u8>,
}

/// A statement to plan (`arrow.flight.protocol.sql.CommandStatementQuery`).
#[derive(Clone, PartialEq, Message)]
struct CommandStatementQuery {
    #[prost(string, tag = "1")]
    query: String,
}

const STATEMENT_QUERY: &str = "type.googleapis.com/arrow.flight.protocol.sql.CommandStatementQuery";

/// A location that means the connection in use.
const REUSE: &str = "arrow-flight-reuse-connection:";

/// Names a statement.
pub(super) fn statement(sql: &str) -> FlightDescriptor {
    let value = CommandStatementQuery { query: sql.to_owned() }.encode_to_vec();
    let command = Any { type_url: STATEMENT_QUERY.to_owned(), value };
    FlightDescriptor::new_cmd(command.encode_to_vec())
}

/// A statement that is planned and has not run.
#[derive(Debug)]
pub(crate) struct Plan {
    /// The columns of its result; none where the server does not tell them in advance.
    schema: Option<SchemaRef>,
    /// What runs it. Each use runs it once more.
    pub(super) ticket: Ticket,
}

impl Plan {
    /// The columns of the result.
    ///
    /// # Errors
    ///
    /// Where the server does not tell them in advance.
    pub(crate) fn schema(&self) -> Result<SchemaRef> {
        self.schema.clone().ok_or_else(|| {
            let message = "the server does not say what columns a statement has before it runs";
            Error::new(Kind::Unsupported, message)
        })
    }
}

/// Reads what a server says of a statement.
pub(super) fn plan(mut info: FlightInfo) -> Result<Plan> {
    let endpoints = std::mem::take(&mut info.endpoint);
    let [endpoint] = <[_; 1]>::try_from(endpoints).map_err(|endpoints| match endpoints.len() {
        0 => broken("does not say how to run the statement"),
        _ => Error::new(
            Kind::Unsupported,
            "the server gives the result in several streams, which is not supported",
        ),
    })?;
    if endpoint.location.iter().any(|place| !place.uri.starts_with(REUSE)) {
        return Err(Error::new(
            Kind::Unsupported,
            "the server has the result somewhere else, where no credentials are sent",
        ));
    }
    let ticket = endpoint.ticket.ok_or_else(|| broken("does not say how to run the statement"))?;
    if info.schema.is_empty() {
        return Ok(Plan { schema: None, ticket });
    }
    // Arrow's reader panics at some of what it should refuse.
    let schema = std::panic::catch_unwind(|| info.try_decode_schema());
    let schema = schema.ok().and_then(Result::ok);
    let schema = schema.ok_or_else(|| broken("sent columns of a plan that can't be read"))?;
    Ok(Plan { schema: Some(Arc::new(schema)), ticket })
}

#[cold]
fn broken(what: &str) -> Error {
    Error::new(Kind::BrokenData, format!("the server {what}"))
}

#[cfg(test)]
mod tests {
    use arrow_flight::FlightEndpoint;
    use arrow_schema::{DataType, Field, Schema};

    use super::*;

    #[test]
    fn a_statement_is_named_as_the_protocol_has_it() {
        let written = statement("SELECT 1").cmd;
        // Field 1 of Any, of 67 bytes; field 2, of 10; in it field 1, of 8.
        let expected = [b"\x0a\x43", STATEMENT_QUERY.as_bytes(), b"\x12\x0a\x0a\x08SELECT 1"];
        assert_eq!(STATEMENT_QUERY.len(), 0x43);
        assert_eq!(written, expected.concat());
    }

    #[test]
    fn plans_have_one_ticket_for_this_server() {
        let schema = Schema::new(vec![Field::new("n", DataType::Int32, true)]);
        let endpoint = || FlightEndpoint::new().with_ticket(Ticket::new("t"));
        let info = |endpoints: Vec<FlightEndpoint>| {
            let info = FlightInfo::new().try_with_schema(&schema).unwrap();
            endpoints.into_iter().fold(info, FlightInfo::with_endpoint)
        };
        let reused = endpoint().with_location("arrow-flight-reuse-connection://?");
        for good in [endpoint(), reused] {
            let plan = plan(info(vec![good])).unwrap();
            assert_eq!(plan.ticket, Ticket::new("t"));
            assert_eq!(*plan.schema().unwrap(), schema);
        }
        let untold = FlightInfo { schema: Vec::new().into(), ..info(vec![endpoint()]) };
        assert!(plan(untold).unwrap().schema().unwrap_err().is_unsupported());
        let cut = FlightInfo { schema: vec![0xff; 9].into(), ..info(vec![endpoint()]) };
        for (info, text) in [
            (info(vec![]), "the server does not say how to run"),
            (info(vec![FlightEndpoint::new()]), "the server does not say how to run"),
            (info(vec![endpoint(), endpoint()]), "in several streams"),
            (info(vec![endpoint().with_location("grpc://elsewhere:1")]), "somewhere else"),
            (cut, "sent columns of a plan that can't be read"),
        ] {
            let error = plan(info).unwrap_err();
            assert!(error.to_string().contains(text), "{error}");
        }
    }
}
