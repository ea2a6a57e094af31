//! Lake SQL on DataFusion: a session in which SQL has the meaning, and gives
//! the types, that it has on Trino.
//!
//! Three things make it so. `respell` rewrites the parsed statement where
//! DataFusion's planner leaves no other way in; an expression planner turns
//! operators into functions; and functions, aggregates and window functions of
//! lake SQL take the place of DataFusion's where those differ.

mod aggregate;
mod arithmetic;
mod binary;
mod calendar;
mod cast;
mod compare;
mod conditional;
mod datetime;
mod decimal;
mod format;
mod function;
mod guard;
mod interval;
mod keys;
mod like;
mod math;
mod missing;
mod multiset;
mod operators;
mod regexp;
mod respell;
mod rounding;
mod temporal;
mod text;
mod types;
mod url;
mod window;

pub(super) use respell::respell;

use std::sync::Arc;

#[cfg(test)]
use datafusion::common::Result;
use datafusion::common::config::ConfigNonZeroUsize;
use datafusion::execution::SessionStateBuilder;
#[cfg(test)]
use datafusion::logical_expr::LogicalPlan;
use datafusion::logical_expr::{AggregateUDF, ScalarUDF, WindowUDF};
use datafusion::prelude::{SessionConfig, SessionContext};

use super::physical;
use super::yielding::Yielding;

/// A session with lake SQL's operators, functions and types.
///
/// A statement is to be respelled ([`respell`]) before it is planned.
pub(crate) fn session_context() -> SessionContext {
    let functions = functions();
    let state = SessionStateBuilder::new()
        .with_config(config())
        .with_expr_planners(vec![Arc::new(operators::Planner::new(&functions))])
        .with_type_planner(Arc::new(operators::Types))
        .with_default_features()
        .with_analyzer_rule(Arc::new(guard::Guard::new()))
        .with_analyzer_rule(Arc::new(missing::Missing::new()))
        .with_analyzer_rule(Arc::new(compare::Compare::new()))
        .with_analyzer_rule(Arc::new(keys::Keys))
        .with_physical_optimizer_rules(physical::rules())
        .with_physical_optimizer_rule(Arc::new(Yielding))
        .build();
    let context = SessionContext::new_with_state(state);
    for name in OTHERWISE {
        context.deregister_udf(name);
    }
    for function in functions {
        context.register_udf(ScalarUDF::clone(&function));
    }
    for aggregate in aggregate::aggregates() {
        context.register_udaf(AggregateUDF::clone(&aggregate));
    }
    for window in window::windows() {
        context.register_udwf(WindowUDF::clone(&window));
    }
    context
}

/// Plans a statement of lake SQL.
#[cfg(test)]
pub(crate) async fn plan(context: &SessionContext, sql: &str) -> Result<LogicalPlan> {
    let state = context.state();
    let dialect = state.config().options().sql_parser.dialect;
    let mut statement = state.sql_to_statement(sql, &dialect)?;
    respell(&mut statement)?;
    state.statement_to_plan(statement).await
}

/// Functions of DataFusion whose name means something else in lake SQL, or
/// that give another type, where this engine does not have lake SQL's yet: an
/// error is better than another answer.
const OTHERWISE: &[&str] = &[
    "array_max",      // NULL among the elements makes it NULL
    "array_min",      // as array_max
    "array_position", // 0 where there is none, and bigint
    "array_remove",   // removes all, not the first
    "array_sort",     // NULLs come last
    "cardinality",    // bigint
    "contains",       // of arrays, not of text
    "current_time",   // has a zone
    "element_at",     // of arrays, and one value of a map
    "repeat",         // gives an array
    "uuid",           // gives a uuid, not text
];

fn functions() -> Vec<Arc<ScalarUDF>> {
    let families = [
        arithmetic::functions(),
        binary::functions(),
        cast::functions(),
        compare::functions(),
        conditional::functions(),
        datetime::functions(),
        format::functions(),
        guard::functions(),
        missing::functions(),
        interval::functions(),
        like::functions(),
        math::functions(),
        regexp::functions(),
        rounding::functions(),
        text::functions(),
        url::functions(),
    ];
    families.into_iter().flatten().map(function::Function::into_udf).collect()
}

/// How deep expressions and queries may be nested.
const RECURSION_LIMIT: usize = 400;

fn config() -> SessionConfig {
    let mut config = SessionConfig::new().with_information_schema(false);
    let options = config.options_mut();
    options.sql_parser.parse_float_as_decimal = true;
    options.sql_parser.map_string_types_to_utf8view = false;
    options.sql_parser.default_null_ordering = "nulls_last".to_owned();
    // Generated queries nest deeper than typed ones; the planner's stack grows.
    if let Ok(limit) = ConfigNonZeroUsize::try_new(RECURSION_LIMIT) {
        options.sql_parser.recursion_limit = limit;
    }
    options.execution.time_zone = Some(types::UTC.to_owned());
    options.execution.parquet.schema_force_view_types = false;
    // It puts a field's row beside a column that has the row's name, and finds the name ambiguous.
    options.optimizer.enable_leaf_expression_pushdown = false;
    config
}

#[cfg(test)]
mod tests;
