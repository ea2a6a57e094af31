//! Reasons of refusals that are given in several places.

pub(super) const NO_EQUAL: &str = "Spark has no equal of it";
pub(super) const NO_TIMES: &str = "Spark has no times of day";
pub(super) const NO_ZONES: &str = "Spark does not keep a time zone for each value";
