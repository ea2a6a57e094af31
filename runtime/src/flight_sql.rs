//! Arrow Flight SQL (<https://arrow.apache.org/docs/format/FlightSql.html>) over gRPC: a statement
//! is planned by one call, whose answer has a ticket, and run by another, which is a stream of
//! Arrow's batches.
//!
//! [`command`], [`session`], [`failure`], [`decode`] and [`columns`] say what is sent and what an
//! answer means, and have no socket; [`connection`], [`connector`] and [`incoming`] carry it.

pub(crate) mod columns;
pub(crate) mod command;
pub(crate) mod connection;
pub(crate) mod connector;
mod decode;
pub(crate) mod failure;
mod incoming;
pub(crate) mod session;
