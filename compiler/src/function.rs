//! The functions of lake SQL, as data.
//!
//! `table` holds one row a function: its canonical name (Trino's), its
//! signatures and its rule for NULL. [`resolve`] finds the signature that fits the
//! arguments. What engines write for a function is their dialects' affair.

mod coercion;
mod definition;
mod foreign;
mod signature;
mod table;
#[cfg(test)]
mod tests;

pub use coercion::{coercible, common_type};
pub use definition::{Argument, Function, FunctionKind, Nulls};
pub use foreign::{Foreign, foreign, foreign_names};
pub use signature::{Mismatch, Resolved, lambda_parameters, resolve};

/// The function of this name, in any case.
pub fn lookup(name: &str) -> Option<&'static Function> {
    let name = name.to_ascii_lowercase();
    table::FUNCTIONS.iter().copied().flatten().find(|function| function.name == name)
}

/// The most arguments that one of a function's signatures lists.
#[cfg(test)]
pub(crate) fn most_arguments(function: &Function) -> usize {
    let arities = function.signatures.iter().filter_map(|text| signature::arity(text).ok());
    arities.map(|arity| *arity.end()).max().unwrap_or(0)
}

/// All functions.
pub fn all() -> impl Iterator<Item = &'static Function> {
    table::FUNCTIONS.iter().copied().flatten()
}
