//! Spark's half against bytes that a real server sent, and against servers on
//! loopback that do as each test says.

mod broken;
mod cancel;
mod conversation;
mod drops;
mod http;
#[path = "../common/drops.rs"]
mod random;
mod recorded;
mod reply;
mod server;
mod sign_in;
