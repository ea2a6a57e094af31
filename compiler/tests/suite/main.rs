//! The compiler from the outside: texts in, types, SQL or diagnostics out.

mod analysis;
mod answers;
mod bad_input;
mod columns;
mod common;
mod engines;
mod foreign;
mod functions;
mod golden;
mod mistakes;
mod nullability;
mod nulls;
mod parameters;
mod places;
mod references;
mod types;
mod unsupported;
