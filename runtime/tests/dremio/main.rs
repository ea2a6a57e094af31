//! Dremio's half against a server on loopback that does what Dremio's open source does, and what
//! each test has it do wrong.

mod broken;
mod connecting;
mod conversation;
mod drops;
mod frames;
#[path = "../common/drops.rs"]
mod random;
mod reflect;
mod server;
mod types;
mod vendor;
