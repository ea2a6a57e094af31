//! Compiling a text against the repository's snapshots, as the compiler's tests do.

#[path = "../../../compiler/tests/suite/common.rs"]
mod common;

pub(crate) use common::{compile_text, config_for, root};
