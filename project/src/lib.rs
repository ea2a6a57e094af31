//! The files of a lakequery project, and the environment variables around it.
//!
//! The compiler touches no file. All that is on disk is found, named, read and
//! written here, for the macros, for `cargo lake` and for tests:
//!
//! - [`Project`]: the nearest `lake.toml`, and what it says;
//! - [`Store`]: the folder of the snapshots, where [`Key`] names each file;
//! - [`package`]: the package that cargo compiles, and the SQL files in it;
//! - [`queries`]: the compiled queries that the macros record for `cargo lake check`.

mod cache;
mod error;
mod key;
pub mod package;
mod project;
pub mod queries;
mod shown;
mod store;
#[cfg(test)]
mod testing;

pub use error::Error;
pub use key::Key;
pub use project::Project;
pub use store::{Store, Stored};
