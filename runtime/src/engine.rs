//! Engines.

#[cfg(feature = "datafusion")]
pub(crate) mod datafusion;
