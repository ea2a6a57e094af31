//! What a dialect is asked about.

use lakequery_types::Type;

use crate::token::Span;
use crate::tree::{Alias, Expr, Query, Relation, SampleMethod};

use super::{Clause, Correlation, Position};

/// A conversion to be written.
pub(crate) struct Cast<'t> {
    /// What is converted.
    pub(crate) expr: &'t Expr,
    /// The type.
    pub(crate) ty: &'t Type,
    /// NULL where the value has no place in the type.
    pub(crate) fallible: bool,
    /// Where it stands.
    pub(crate) span: Span,
}

/// Where an implicit conversion stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Conversion {
    /// At an operand of a comparison, which knows what to do with operands of
    /// two types.
    Operand,
    /// At an operand of arithmetic, which does too.
    Term,
    /// At an argument of a function, a branch of CASE, a value of VALUES.
    Argument,
    /// At an output column.
    Column,
    /// At a column of one side of a set operation.
    Side,
    /// At the column of the query of IN, which is compared.
    Member,
}

/// A sample of a relation.
#[derive(Clone, Copy)]
pub(crate) struct Sample<'t> {
    /// A table, a query of WITH or a subquery.
    pub(crate) relation: &'t Relation,
    /// How its rows are chosen.
    pub(crate) method: SampleMethod,
    /// How many of a hundred rows, as a number or a parameter.
    pub(crate) percentage: &'t Expr,
}

/// An UNNEST to be written, with its alias.
pub(crate) struct Unnest<'t> {
    /// The arrays and maps.
    pub(crate) values: &'t [Expr],
    /// Whether there is another column, which counts the rows from 1.
    pub(crate) ordinality: bool,
    /// Its alias.
    pub(crate) alias: &'t Alias,
    /// The names of its columns.
    pub(crate) names: &'t [String],
    /// Whether relations stand before it.
    pub(crate) follows: bool,
    /// Whether a row before it is kept that has no elements.
    pub(crate) keeps_rows: bool,
    /// Where it stands.
    pub(crate) span: Span,
}

/// A LIKE to be written.
pub(crate) struct Like<'t> {
    /// The operand.
    pub(crate) expr: &'t Expr,
    /// The pattern.
    pub(crate) pattern: &'t Expr,
    /// The escape character; without one there is none.
    pub(crate) escape: Option<&'t Expr>,
    /// `NOT LIKE`
    pub(crate) negated: bool,
}

/// The rows that LIMIT and OFFSET count off at least: a parameter of LIMIT is taken for
/// 1, one of OFFSET for nothing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Counts {
    pub(crate) limit: Option<i64>,
    pub(crate) offset: Option<i64>,
    /// Whether the rows are sorted before.
    pub(crate) is_sorted: bool,
}

impl Counts {
    /// How many rows are read before the last one is counted off, where there is a last one.
    pub(crate) fn last(&self) -> Option<i64> {
        Some(self.limit?.saturating_add(self.offset.unwrap_or(0)))
    }
}

/// A sort key that is not an output column.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct HiddenKey {
    /// It uses a column whose name is that of another output column.
    pub(crate) is_shadowed: bool,
    /// It may have to name a relation whose name is that of an output column.
    pub(crate) is_mistaken: bool,
    /// It contains a window function.
    pub(crate) has_window: bool,
    /// It contains a subquery.
    pub(crate) has_subquery: bool,
    /// It is a key of groups that HAVING filters, and that are made by an expression.
    pub(crate) of_filtered_groups: bool,
    /// The rows are grouped into sets.
    pub(crate) of_sets: bool,
}

/// A subquery in an expression.
pub(crate) struct Subquery<'t> {
    pub(crate) kind: SubqueryKind<'t>,
    pub(crate) query: &'t Query,
    pub(crate) clause: Clause,
    pub(crate) position: Position,
    /// In the SELECT list of a select that groups its rows, besides aggregates.
    pub(crate) beside_groups: bool,
    /// Among the arguments of a function that is given a lambda.
    pub(crate) beside_lambda: bool,
    /// What it uses of the query around it; `None` for nothing.
    pub(crate) correlation: Option<Correlation>,
    /// In the condition of a join, it and what it is compared with use columns of both sides.
    pub(crate) spans_join: bool,
}

/// What a subquery is there for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum SubqueryKind<'t> {
    /// `(SELECT …)`
    Scalar,
    /// `operand IN (SELECT …)`; negated by its own NOT or by one right before it. The same
    /// rules hold for a comparison with ALL of its rows, or with ANY.
    In { operand: &'t Expr, negated: bool, quantified: Option<bool> },
    /// `EXISTS (SELECT …)`
    Exists,
    /// `LATERAL (SELECT …)`, joined with no condition but TRUE or with another one, by a
    /// join that keeps the rows before it or by another one.
    Lateral { unconditional: bool, keeps_rows: bool },
}
