//! The one way from what engines send to Rust values: protocols turn bytes into scalars,
//! [`build`] makes arrays of them, and [`decode`] reads rows from those.

#[cfg(any(feature = "_coordinator", feature = "spark"))]
pub(crate) mod build;
pub(crate) mod cell;
#[cfg(any(feature = "databricks", feature = "dremio"))]
pub(crate) mod convert;
pub(crate) mod decode;
pub(crate) mod decode_error;
pub(crate) mod nulls;
pub(crate) mod row_cell;
#[cfg(any(feature = "_coordinator", feature = "spark"))]
pub(crate) mod scalar;
pub(crate) mod schema;
#[cfg(any(feature = "_coordinator", feature = "spark"))]
pub(crate) mod text;
#[cfg(feature = "_coordinator")]
pub(crate) mod zone;
