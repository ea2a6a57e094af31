//! The whole way: tokens in, [`Compiled`] out.

use std::sync::Arc;

use lakequery_types::Engine;

use crate::analysis::{self, Analysis, OutputColumn, Request};
use crate::config::Config;
use crate::diagnostic::{Code, Diagnostic};
use crate::emit::{self, Template};
use crate::engine;
use crate::parse::Limits;
use crate::snapshot::Table;
use crate::stack;
use crate::token::Span;
use crate::tree::{Parameter, Query, Statement};

/// A query that passed every check.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// The columns of the result.
    pub columns: Vec<OutputColumn>,
    /// The parameters, in the order of the source.
    pub parameters: Vec<Parameter>,
    /// The SQL of each target engine, in the order of [`Config::targets`].
    pub templates: Vec<Template>,
    /// The tables that were read, sorted by schema and name, each once.
    pub tables: Vec<Arc<Table>>,
}

/// Compiles a query: [`analyze`](crate::analyze), then [`emit()`].
///
/// Never panics and never overflows the stack, whatever the tokens: what is deeper
/// than everyday queries are is compiled on a thread of its own, with a stack for
/// the deepest query that the limits allow. Of the calling thread's stack it needs
/// less than 1.25 MiB where nothing is optimised; a thread has 2 MiB by default.
///
/// # Errors
///
/// All that is wrong with the query, sorted by where it stands; never empty.
pub fn compile(request: Request<'_>) -> Result<Compiled, Vec<Diagnostic>> {
    let attempt = |limits: Limits| {
        let analysis = analysis::analyze_within(request, limits);
        let templates = emitted(&analysis, request.config)?;
        let Analysis { columns, parameters, tables, .. } = analysis;
        Ok(Compiled { columns, parameters, templates, tables })
    };
    stack::with_room(request.tokens.len(), attempt, Result::is_ok).map_err(analysis::in_order)
}

/// Writes an analyzed query as the SQL of each target engine, in the order of
/// [`Config::targets`]. Needs as much of the stack as [`compile`].
///
/// # Errors
///
/// What is wrong with the query, or what a target engine can't do.
pub fn emit(analysis: &Analysis, config: &Config) -> Result<Vec<Template>, Vec<Diagnostic>> {
    let emitted = || emitted(analysis, config);
    match analysis.is_deep() {
        false => emitted(),
        true => stack::on_large_stack(emitted).unwrap_or_else(emitted),
    }
    .map_err(analysis::in_order)
}

fn emitted(analysis: &Analysis, config: &Config) -> Result<Vec<Template>, Vec<Diagnostic>> {
    let (Some(Statement::Query(query)), []) = (&analysis.statement, &analysis.diagnostics[..])
    else {
        return Err(analysis.diagnostics.clone());
    };
    let mut templates = Vec::with_capacity(config.targets.len());
    let mut refusals = Vec::new();
    for &engine in &config.targets {
        match emitted_for(engine, query, config) {
            Ok(template) => templates.push(template),
            Err(diagnostics) => refusals.extend(diagnostics),
        }
    }
    if refusals.is_empty() { Ok(templates) } else { Err(refusals) }
}

/// The SQL of one target engine.
fn emitted_for(
    engine: Engine,
    query: &Query,
    config: &Config,
) -> Result<Template, Vec<Diagnostic>> {
    let Some(dialect) = engine::dialect(engine) else {
        let span = query.columns.iter().fold(Span::default(), |span, column| span.to(column.span));
        let message = format!("queries can't be compiled for {engine} yet");
        let help = format!("take `{engine}` out of `targets` in lake.toml");
        return Err(vec![Diagnostic::new(Code::Refused, span, message).help(help)]);
    };
    emit::emit(dialect, query, config)
}
