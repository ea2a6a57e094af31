//! What is emitted: text with gaps.

use lakequery_types::Engine;

/// The SQL of one engine, with the places where values go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// The engine.
    pub engine: Engine,
    /// The text and its gaps, in order; no two texts follow each other.
    pub pieces: Vec<Piece>,
}

/// A piece of a [`Template`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// SQL text.
    Text(String),
    /// The parameter of this index.
    Parameter(usize),
    /// `operand IN (values of the list parameter)`; for an empty list the whole
    /// is `FALSE`, or `TRUE` when negated.
    InList {
        /// The SQL of the operand.
        operand: Vec<Piece>,
        /// The list parameter's index.
        parameter: usize,
        /// `NOT IN`
        negated: bool,
    },
}
