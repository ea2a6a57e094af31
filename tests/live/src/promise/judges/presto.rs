//! Presto's server, which is asked fewer queries than the others: each takes its time.

use anyhow::{Context, Result};
use lakequery_compiler::snapshot::Column;
use lakequery_engines::Statements;
use lakequery_types::{Engine, Field, Type};

use super::{Judge, Opinion, Site, compare, is};
use crate::fleet::Fleet;
use crate::promise::compile::Emitted;
use crate::promise::report::general;

/// Errors of values: the planner computes constants, but the engine takes the query.
const AT_RUN_TIME: [&str; 10] = [
    "DIVISION_BY_ZERO",
    "GENERIC_INTERNAL_ERROR: / by zero",
    // Its statistics know no NaN.
    "GENERIC_INTERNAL_ERROR: input is infinite or NaN",
    // A constant array or row that holds NULL.
    "GENERIC_INTERNAL_ERROR: ARRAY comparison not supported",
    "GENERIC_INTERNAL_ERROR: ROW comparison not supported",
    "NOT_SUPPORTED: ARRAY comparison not supported",
    "NOT_SUPPORTED: ROW comparison not supported",
    "INVALID_CAST_ARGUMENT",
    "INVALID_FUNCTION_ARGUMENT",
    "NUMERIC_VALUE_OUT_OF_RANGE",
];

/// The longest query that is described, in a header of 8 KiB.
const LONGEST: usize = 3_000;

pub(super) struct Presto {
    statements: Statements,
    /// How many it is asked.
    most: usize,
    _fleet: Fleet,
}

impl Presto {
    pub(super) async fn start(site: &Site<'_>) -> Result<Presto> {
        let mut fleet = Fleet::start(&[Engine::Presto], site.attach).await?;
        if let Some((_, error)) = fleet.missing.pop() {
            return Err(error);
        }
        let server = fleet.server(Engine::Presto).context("Presto is not up")?;
        let statements = server.statements().context("Presto has statements")?;
        tokio::task::block_in_place(|| tables(&statements, site))?;
        Ok(Presto { statements, most: site.most, _fleet: fleet })
    }

    fn one(&self, query: &Emitted) -> Opinion {
        if query.sql.len() > LONGEST {
            return Opinion::Undecided;
        }
        let refused = |error: anyhow::Error| {
            let text = error.to_string();
            text.split("; the statement was").next().unwrap_or_default().to_owned()
        };
        let columns = match self.statements.describe(&query.sql).map_err(refused) {
            Ok(columns) => columns,
            Err(message) => return Opinion::Refused { kind: general(&message), message },
        };
        // Some is refused only when it is planned.
        match self.statements.run(&format!("EXPLAIN {}", query.sql)).map_err(refused) {
            Err(message) if !AT_RUN_TIME.iter().any(|code| message.starts_with(code)) => {
                Opinion::Refused { kind: general(&message), message }
            }
            _ => compare(&columns, &query.types, same),
        }
    }
}

impl Judge for Presto {
    fn engine(&self) -> Engine {
        Engine::Presto
    }

    fn judge(&mut self, queries: &[&Emitted]) -> Result<Vec<Opinion>> {
        // Spread over all of them.
        let step = queries.len().div_ceil(self.most.max(1)).max(1);
        let one = |(i, query): (usize, &&Emitted)| {
            if i % step == 0 { self.one(query) } else { Opinion::Passed }
        };
        Ok(queries.iter().enumerate().map(one).collect())
    }
}

/// Makes the tables that it does not have, empty.
fn tables(statements: &Statements, site: &Site<'_>) -> Result<()> {
    for table in site.schemas.all() {
        let has = statements.run(&format!(
            "SELECT 1 FROM information_schema.tables WHERE table_schema = '{}' AND table_name = '{}'",
            table.schema, table.name
        ))?;
        if !has.is_empty() {
            continue;
        }
        statements.run(&format!("CREATE SCHEMA IF NOT EXISTS {}", table.schema))?;
        let column = |column: &Column| format!("\"{}\" {}", column.name, name(&column.ty));
        let columns: Vec<String> = table.columns.iter().map(column).collect();
        statements.run(&format!(
            "CREATE TABLE {}.{} ({})",
            table.schema,
            table.name,
            columns.join(", ")
        ))?;
    }
    Ok(())
}

/// What Presto calls a type: its times have no precision.
fn name(ty: &Type) -> String {
    image(ty).to_string().replace("(3)", "")
}

/// The type with the precision that Presto's times have.
fn image(ty: &Type) -> Type {
    match ty {
        Type::Time(_) => Type::Time(3),
        Type::TimeTz(_) => Type::TimeTz(3),
        Type::Timestamp(_) => Type::Timestamp(3),
        Type::TimestampTz(_) => Type::TimestampTz(3),
        Type::Array(element) => Type::array(image(&element.ty)),
        Type::Map(key, value) => Type::map(image(key), image(&value.ty)),
        Type::Row(fields) => {
            let field = |field: &Field| Field { ty: image(&field.ty), ..field.clone() };
            Type::Row(fields.iter().map(field).collect())
        }
        other => other.clone(),
    }
}

fn same(found: &str, ty: &Type) -> bool {
    Type::parse(found).is_ok_and(|found| is(&found, &image(ty)))
}
