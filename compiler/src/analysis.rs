//! What can be told of a query, be it right or wrong.

use std::sync::Arc;

use lakequery_types::Type;

use crate::config::Config;
use crate::diagnostic::Diagnostic;
use crate::lower::{self, Lowered};
use crate::parse::{self, Limits};
use crate::reference::{Reference, RelationInfo};
use crate::snapshot::{Snapshots, Table};
use crate::stack;
use crate::token::{Span, Token};
use crate::tree::{Parameter, Statement};

mod output;

/// What to compile.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// The query.
    pub tokens: &'a [Token],
    /// What `lake.toml` says.
    pub config: &'a Config,
    /// The tables.
    pub snapshots: &'a dyn Snapshots,
    /// Whether every output column must have a name that a Rust field can have,
    /// no two alike (`query!`), or not (`query_scalar!`).
    pub named_columns: bool,
}

/// All that the compiler knows of a query, whatever is wrong with it.
#[derive(Clone, Debug, Default)]
pub struct Analysis {
    /// The query, typed. What has a diagnostic is left out of it, or is an
    /// [`ExprKind::Error`](crate::tree::ExprKind::Error); `None` where there is nothing
    /// that could be a query.
    pub statement: Option<Statement>,
    /// The columns of the result, as far as they are known.
    pub columns: Vec<OutputColumn>,
    /// The parameters, in the order of the source. One whose type was not found out
    /// has [`Type::Unknown`].
    pub parameters: Vec<Parameter>,
    /// The tables that the query uses, sorted by schema and name, each once.
    pub tables: Vec<Arc<Table>>,
    /// What the names in it refer to, in their order.
    pub references: Vec<Reference>,
    /// The relations of all FROMs, subqueries included, by their numbers.
    pub relations: Vec<RelationInfo>,
    /// All that is wrong with it, sorted by where it stands; that a target engine can't
    /// do something is for [`emit`](crate::emit()) to find out.
    pub diagnostics: Vec<Diagnostic>,
    /// Whether it took more stack than an everyday query.
    is_deep: bool,
}

/// A column of the result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputColumn {
    /// Its name, lower case unless it was quoted; `None` only where
    /// [`Request::named_columns`] is false.
    pub name: Option<String>,
    /// Its type.
    pub ty: Type,
    /// Whether it can be NULL, the override applied.
    pub nullable: bool,
    /// Where its name (or, without one, its expression) stands.
    pub span: Span,
    /// What the author said about its Rust type.
    pub rust_type: Option<Override>,
}

/// The Rust type written after an output column: `AS key: OrderKey`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    /// The tokens of the type.
    pub span: Span,
}

impl Analysis {
    /// Whether it took more stack than an everyday query, as what walks over the tree
    /// may, too.
    pub const fn is_deep(&self) -> bool {
        self.is_deep
    }

    /// The relation of this number.
    pub fn relation(&self, id: usize) -> Option<&RelationInfo> {
        let index = self.relations.binary_search_by_key(&id, |relation| relation.id).ok()?;
        self.relations.get(index)
    }
}

/// Finds out all about a query, without writing it for an engine.
///
/// Never panics and never overflows the stack, whatever the tokens, as
/// [`compile`](crate::compile()).
pub fn analyze(request: Request<'_>) -> Analysis {
    let attempt = |limits| analyze_within(request, limits);
    let mut analysis =
        stack::with_room(request.tokens.len(), attempt, |analysis| analysis.diagnostics.is_empty());
    analysis.diagnostics = in_order(analysis.diagnostics);
    analysis
}

/// The same within these limits, and with the diagnostics in no order.
pub(crate) fn analyze_within(request: Request<'_>, limits: Limits) -> Analysis {
    let Request { tokens, config, snapshots, named_columns } = request;
    let parsed = match parse::parse(tokens, limits) {
        Ok(parsed) => parsed,
        Err(diagnostics) => return Analysis { diagnostics, ..Analysis::default() },
    };
    let Lowered { query, parameters, tables, references, relations, mut diagnostics } =
        lower::lower(tokens, &parsed, config, snapshots, limits.depth);
    let (columns, of_columns) = output::columns(&query, &parsed.overrides, named_columns);
    if !parsed.is_understood {
        // What is made of a query that was not understood may look wrong because of that.
        diagnostics = parsed.diagnostics;
    } else if diagnostics.is_empty() {
        diagnostics = of_columns;
    }
    Analysis {
        statement: Some(Statement::Query(query)),
        columns,
        parameters,
        tables,
        references,
        relations,
        diagnostics,
        is_deep: limits.depth > Limits::EVERYDAY.depth,
    }
}

/// Diagnostics in the order in which they stand, each once.
pub(crate) fn in_order(mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    diagnostics.sort_by_key(|diagnostic| diagnostic.span);
    diagnostics.dedup();
    diagnostics
}
