//! The Statement Execution protocol of Databricks SQL warehouses: statements and their states as
//! JSON over HTTP, and rows in chunks of Arrow, which lie in a storage of the cloud for a while.
//!
//! [`statement`], [`chunks`] and [`message`] make requests and read answers, and have no socket;
//! [`query`] carries them.

mod chunks;
mod columns;
pub(crate) mod connection;
mod decode;
mod download;
pub(crate) mod endpoint;
mod failure;
pub(crate) mod message;
pub(crate) mod query;
mod running;
pub(crate) mod sign_in;
mod statement;
