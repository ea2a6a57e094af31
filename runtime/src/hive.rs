//! HiveServer2's protocol, which Spark's Thrift Server speaks: calls in Thrift's binary
//! form, over TCP or HTTP. What the calls are for is the engine's.

pub(crate) mod binary;
pub(crate) mod connection;
pub(crate) mod error;
pub(crate) mod http;
pub(crate) mod message;
mod sasl;
pub(crate) mod target;
pub(crate) mod thrift;
