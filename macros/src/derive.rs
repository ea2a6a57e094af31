//! The derives: read by syn, written by quote.

mod input;
mod settings;
pub(crate) mod sql_row;
pub(crate) mod sql_type;
pub(crate) mod table;
