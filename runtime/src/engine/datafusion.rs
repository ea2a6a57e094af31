//! The embedded engine: Apache DataFusion.

pub(crate) mod semantics;
