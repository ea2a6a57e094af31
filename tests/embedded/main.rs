//! The whole way on the embedded engine: from a text, or a `query!`, to rows.

#[path = "../../compiler/tests/suite/common.rs"]
mod common;

mod answers;
mod judge;
mod mutations;
mod show;
mod tables;
mod tpch;
