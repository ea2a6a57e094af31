//! The compiler from the outside: texts in, types, SQL or diagnostics out.

mod analysis;
mod answers;
mod bad_input;
mod cases;
mod common;
mod foreign;
mod functions;
mod heirs;
mod nulls;
mod references;
mod registry;
mod types;
mod unsupported;
