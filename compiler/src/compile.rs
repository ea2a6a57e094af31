//! The whole way: tokens in, [`Compiled`] out.

use std::sync::Arc;

use lakequery_types::{Engine, Type};

use crate::config::Config;
use crate::diagnostic::{Code, Diagnostic};
use crate::emit::{Template, emit};
use crate::engine;
use crate::lower::{self, Lowered};
use crate::parse::{self, Limits};
use crate::snapshot::{Snapshots, Table};
use crate::token::{Span, Token};
use crate::tree::{Parameter, Query};

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

/// Compiles a query.
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
    // A thread costs as much as half of an everyday query. What is wrong with a
    // query is found where there is room for it, whether the depth is or not.
    if request.tokens.len() <= Limits::EVERYDAY.tokens
        && let Ok(compiled) = compile_here(request, Limits::EVERYDAY)
    {
        return Ok(compiled);
    }
    let result = std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .name("lakequery".to_owned())
            .stack_size(STACK_SIZE)
            .spawn_scoped(scope, || compile_here(request, Limits::MOST));
        match thread {
            Ok(thread) => thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            // No thread to be had.
            Err(_) => compile_here(request, Limits::EVERYDAY),
        }
    });
    result.map_err(|mut diagnostics| {
        diagnostics.sort_by_key(|diagnostic| diagnostic.span);
        diagnostics.dedup();
        diagnostics
    })
}

/// Room for the deepest query that the limits allow; only what is used is ever
/// backed by memory.
const STACK_SIZE: usize = 256 << 20;

fn compile_here(request: Request<'_>, limits: Limits) -> Result<Compiled, Vec<Diagnostic>> {
    let Request { tokens, config, snapshots, named_columns } = request;
    let parsed = parse::parse(tokens, limits)?;
    let Lowered { query, parameters, tables } =
        lower::lower(tokens, &parsed, config, snapshots, limits.depth)?;
    let columns = output::columns(&query, &parsed.overrides, named_columns)?;
    let mut templates = Vec::with_capacity(config.targets.len());
    let mut refusals = Vec::new();
    for &engine in &config.targets {
        match emitted(engine, &query, config) {
            Ok(template) => templates.push(template),
            Err(diagnostics) => refusals.extend(diagnostics),
        }
    }
    if !refusals.is_empty() {
        return Err(refusals);
    }
    Ok(Compiled { columns, parameters, templates, tables })
}

/// The SQL of one target engine.
fn emitted(engine: Engine, query: &Query, config: &Config) -> Result<Template, Vec<Diagnostic>> {
    let Some(dialect) = engine::dialect(engine) else {
        let span = query.columns.iter().fold(Span::default(), |span, column| span.to(column.span));
        let message = format!("queries can't be compiled for {engine} yet");
        let help = format!("take `{engine}` out of `targets` in lake.toml");
        return Err(vec![Diagnostic::new(Code::Refused, span, message).help(help)]);
    };
    emit(dialect, query, config)
}
