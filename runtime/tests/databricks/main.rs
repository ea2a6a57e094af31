//! Databricks' half against a server on loopback that does as each test says, and against what
//! real warehouses were recorded to say.

mod broken;
mod chunks;
mod conversation;
#[path = "../trino/server.rs"]
#[expect(dead_code, reason = "it has parts for Trino's tests")]
mod http;
mod recorded;
mod reflect;
mod sign_in;
mod types;
mod warehouse;
