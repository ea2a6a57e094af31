//! Writing the typed tree as the SQL of an engine.
//!
//! The text is Trino's but for what the engine's dialect says: what it
//! spells differently, and what it can't do. The latter is collected, each at
//! its span, so that all refusals of a query come out at once.

use lakequery_types::Engine;

use crate::config::Config;
use crate::diagnostic::Diagnostic;
use crate::tree::Query;

mod conversion;
mod correlation;
mod dialect;
mod expr;
mod extract;
mod function;
mod function_sql;
mod ident;
mod like;
mod literal;
mod output;
mod precedence;
mod query;
mod relation;
mod select;
mod set_operation;
mod sort;
mod subquery;
mod types;
mod window;
mod writer;

#[cfg(test)]
mod tests;

pub(crate) use conversion::{Cast, Conversion, longest_text, write_cast};
pub(crate) use correlation::{Conjunct, Correlation, is_correlated};
pub(crate) use dialect::{ANSI, Counts, Dialect, Rewrite, Support};
pub(crate) use extract::extracting_function;
#[cfg(test)]
pub(crate) use function_sql::Rule;
pub(crate) use function_sql::{
    FunctionRow, FunctionSql, FunctionTable, WithoutRow, by, named, same, template, typed,
    unsupported,
};
pub(crate) use like::{Like, write_like};
pub(crate) use literal::{natural_decimal, quoted, spell_double, spell_literal};
pub(crate) use sort::HiddenKey;
pub(crate) use subquery::{Clause, Position, Subquery, SubqueryKind};
pub(crate) use types::spell_type;
pub(crate) use writer::Writer;

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

/// Writes a query in a dialect.
///
/// # Errors
///
/// What the engine can't do, each at its span
/// ([`Code::Refused`](crate::diagnostic::Code::Refused)).
pub(crate) fn emit(
    dialect: &'static Dialect,
    query: &Query,
    config: &Config,
) -> Result<Template, Vec<Diagnostic>> {
    let mut writer = Writer::new(dialect, config);
    writer.query(query);
    for column in &query.columns {
        if let Some(reason) = (dialect.refuses_column)(dialect, &column.ty) {
            writer.refuse(column.span, &format!("a column of type `{}`", column.ty), reason);
        }
    }
    writer.finish()
}
