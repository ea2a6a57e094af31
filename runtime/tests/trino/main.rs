//! Trino's and Presto's halves against bytes that real servers sent, and against
//! a server on loopback that does as each test says.

mod binary;
mod broken;
mod cancel;
mod conversation;
mod drops;
mod proxies;
#[path = "../common/drops.rs"]
mod random;
mod recorded;
mod server;
mod session;
mod spooling;
mod storage;
mod traces;
mod urls;
