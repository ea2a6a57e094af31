//! The whole way on the embedded engine: from a text, or a `query!`, to rows.

#[path = "../../compiler/tests/suite/common.rs"]
mod common;

mod answers;
mod examples;
mod grammar;
mod judge;
mod mutations;
mod nullability;
mod promises;
mod random;
mod reference;
mod show;
mod tables;
mod tpch;
