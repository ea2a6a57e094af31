//! Placeholder.

mod engine;
