//! UNNEST: the elements of arrays, and the entries of maps, as rows.
//!
//! The planner makes of it an array of rows (`rows`), which DataFusion unnests, and takes
//! these rows apart. What it unnests may be of the tables that stand before it: then the
//! array is made of their rows (`lateral`).

mod lateral;
mod planner;
mod rows;

pub(super) use lateral::Lateral;
pub(super) use planner::Planner;
pub(super) use rows::functions;
