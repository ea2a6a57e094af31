//! Writing the typed tree as the SQL of an engine.
//!
//! The text is Trino's but for what the engine's dialect says: what it
//! spells differently, and what it can't do. The latter is collected, each at
//! its span, so that all refusals of a query come out at once.

use crate::config::Config;
use crate::diagnostic::Diagnostic;
use crate::tree::Query;

mod alias;
mod case;
mod common_condition;
mod conversion;
mod correlation;
mod dialect;
mod expr;
mod extract;
mod function;
mod function_sql;
mod group;
mod ident;
mod json;
mod like;
mod literal;
mod membership;
mod nested;
mod operator;
mod output;
mod place;
mod precedence;
mod quantified;
mod query;
mod regroup;
mod relation;
mod row_membership;
mod select;
mod set_operation;
mod shadows;
mod sort;
mod subject;
mod subquery;
mod template;
mod types;
mod window;
mod writer;

#[cfg(test)]
mod tests;

pub use template::{Piece, Template};

pub(crate) use conversion::{longest_text, write_cast};
pub(crate) use correlation::{Correlation, conjuncts, equality};
pub(crate) use dialect::{Dialect, Rewrite, Support};
pub(crate) use extract::extracting_function;
#[cfg(test)]
pub(crate) use function_sql::Rule;
pub(crate) use function_sql::{
    FunctionRow, FunctionSql, FunctionTable, WithoutRow, by, named, same, template, typed,
    unsupported,
};
pub(crate) use like::write_like;
pub(crate) use literal::{natural_decimal, quoted, spell_double, spell_literal};
pub(crate) use nested::field_name;
pub(crate) use place::{Clause, Position};
pub(crate) use relation::{write_sample, write_unnest};
pub(crate) use subject::{
    Cast, Conversion, Counts, HiddenKey, Like, Sample, Subquery, SubqueryKind, Unnest,
};
pub(crate) use subquery::outer_value;
pub(crate) use types::spell_type;
pub(crate) use writer::Writer;

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
        if let Some(reason) = dialect.refuses_column(&column.ty) {
            writer.refuse(column.span, &format!("a column of type `{}`", column.ty), reason);
        }
    }
    writer.finish()
}
