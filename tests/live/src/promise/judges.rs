//! The engines, as judges of queries.

use std::path::PathBuf;

use anyhow::{Result, bail};
use lakequery_engines::{Analyzer, Column, Verdict};
use lakequery_types::{Engine, Type};

use super::compile::Emitted;
use crate::schemas::{DEFAULT_SCHEMA, Schemas};

#[cfg(feature = "embedded")]
mod datafusion;
mod dremio;
mod presto;
mod spark;
mod trino;

/// What a judge says of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Opinion {
    /// The engine takes it, and finds the types that were inferred.
    Kept,
    /// The engine takes it, but finds other types.
    Otherwise(String),
    /// The engine refuses it.
    Refused {
        /// What messages of this kind have in common.
        kind: String,
        message: String,
    },
    /// Only running the query would tell: a value in it is at fault.
    Undecided,
    /// It was not asked.
    Passed,
}

/// An engine that is asked about queries.
pub(super) trait Judge: Send {
    /// Which one.
    fn engine(&self) -> Engine;

    /// What it says of queries as they were emitted for it.
    fn judge(&mut self, queries: &[&Emitted]) -> Result<Vec<Opinion>>;

    /// What it says of lake SQL as it was written: `None` where that is not its language.
    fn accepts(&mut self, _: &[String]) -> Result<Option<Vec<bool>>> {
        Ok(None)
    }
}

/// Where judges work.
pub(super) struct Site<'a> {
    /// A folder that is theirs.
    pub(super) folder: PathBuf,
    /// The tables they need.
    pub(super) schemas: &'a Schemas,
    /// Whether servers of another run are used.
    pub(super) attach: bool,
    /// How many queries those are asked that take their time.
    pub(super) most: usize,
}

/// The judge of an engine.
pub(super) async fn judge(engine: Engine, site: &Site<'_>) -> Result<Box<dyn Judge>> {
    Ok(match engine {
        Engine::Trino => Box::new(trino::Trino::start(site)?),
        Engine::Dremio => Box::new(dremio::Dremio::start(site)?),
        Engine::Spark | Engine::Databricks => Box::new(spark::Spark::start(engine, site)?),
        Engine::Presto => Box::new(presto::Presto::start(site).await?),
        #[cfg(feature = "embedded")]
        Engine::DataFusion => Box::new(datafusion::DataFusion::start(site).await?),
        _ => bail!("nobody can be asked about {engine}"),
    })
}

/// The analyzer of an engine, with all tables. `name` is what the engine calls a type.
fn analyzer(
    engine: Engine,
    site: &Site<'_>,
    name: fn(&Type) -> Option<String>,
) -> Result<Analyzer> {
    let folder = site.folder.join(engine.name());
    let mut analyzer = Analyzer::start(engine, DEFAULT_SCHEMA, &folder)?;
    for table in site.schemas.all() {
        let column = |column: &lakequery_compiler::snapshot::Column| {
            Some(Column { name: column.name.clone(), ty: name(&column.ty)? })
        };
        let columns: Option<Vec<Column>> = table.columns.iter().map(column).collect();
        let Some(columns) = columns else {
            bail!("{engine} has no type for a column of {}", table.name)
        };
        analyzer.declare(&table.schema, &table.name, &columns)?;
    }
    Ok(analyzer)
}

/// What an analyzer says of queries: `same` tells whether a type is the one that was inferred,
/// `kind` what refusals of a code and a message have in common.
fn judged(
    analyzer: &mut Analyzer,
    queries: &[&Emitted],
    same: impl Fn(&str, &Type) -> bool,
    kind: impl Fn(&str, &str) -> String,
) -> Result<Vec<Opinion>> {
    let texts: Vec<String> = queries.iter().map(|query| query.sql.clone()).collect();
    let verdicts = analyzer.ask(&texts)?.into_iter().zip(queries);
    Ok(verdicts
        .map(|(verdict, query)| match verdict {
            Verdict::Accepted(columns) => compare(&columns, &query.types, &same),
            Verdict::Undecided(_) => Opinion::Undecided,
            Verdict::Refused { code, message } => {
                Opinion::Refused { kind: kind(&code, &message), message }
            }
        })
        .collect())
}

/// Whether a query's columns have the types that were inferred: `same` says so of one.
fn compare(columns: &[Column], types: &[Type], same: impl Fn(&str, &Type) -> bool) -> Opinion {
    if columns.len() != types.len() {
        return Opinion::Otherwise(format!("{} columns instead of {}", columns.len(), types.len()));
    }
    let other = columns.iter().zip(types).find(|(column, ty)| !same(&column.ty, ty));
    match other {
        Some((column, ty)) => Opinion::Otherwise(format!("{} instead of {ty}", column.ty)),
        None => Opinion::Kept,
    }
}

/// Whether an engine's type is the one that was inferred. How long a `varchar` is at
/// most does not count, as it does not when a query is run.
fn is(found: &Type, inferred: &Type) -> bool {
    match (found, inferred) {
        (Type::Varchar(_), Type::Varchar(_)) => true,
        (Type::Array(a), Type::Array(b)) => is(&a.ty, &b.ty),
        (Type::Map(a, b), Type::Map(c, d)) => is(a, c) && is(&b.ty, &d.ty),
        (Type::Row(a), Type::Row(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.name == b.name && is(&a.ty, &b.ty))
        }
        (a, b) => a == b,
    }
}
