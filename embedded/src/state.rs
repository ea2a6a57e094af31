//! A session of DataFusion in which SQL has lake SQL's meaning.

use datafusion::common::Result;
use datafusion::common::config::ConfigNonZeroUsize;
use datafusion::execution::{FunctionRegistry, SessionState, SessionStateBuilder};
use datafusion::prelude::{SessionConfig, SessionContext};

use crate::physical;
use crate::semantics;
use crate::types::UTC;

/// How deep expressions and queries may be nested.
const RECURSION_LIMIT: usize = 400;

/// A session with lake SQL's operators, functions and types, and nothing else in it.
///
/// A statement is to be rewritten ([`rewrite`](crate::rewrite)) before it is planned.
pub fn session_context() -> Result<SessionContext> {
    Ok(SessionContext::new_with_state(session_state(SessionStateBuilder::new())?))
}

/// The session of a builder that may have a runtime environment, catalogs or options of
/// its own, with lake SQL's operators, functions and types.
///
/// # Errors
///
/// DataFusion's, where it refuses to register a function.
pub fn session_state(mut builder: SessionStateBuilder) -> Result<SessionState> {
    configure(builder.config().get_or_insert_default());
    let functions = semantics::functions();
    let mut builder = builder
        .with_expr_planners(vec![semantics::expr_planner(&functions)])
        .with_relation_planners(vec![semantics::relation_planner()])
        .with_type_planner(semantics::type_planner())
        .with_default_features();
    for rule in semantics::analyzer_rules() {
        builder = builder.with_analyzer_rule(rule);
    }
    let builder = builder.with_optimizer_rules(semantics::optimizer_rules());
    let mut state = builder.with_physical_optimizer_rules(physical::rules()).build();
    for name in semantics::CONFLICTING_BUILTINS {
        state.deregister_udf(name)?;
    }
    for function in functions {
        state.register_udf(function)?;
    }
    for function in semantics::of_lambdas() {
        state.register_higher_order_function(function)?;
    }
    for aggregate in semantics::aggregates() {
        state.register_udaf(aggregate)?;
    }
    for window in semantics::windows() {
        state.register_udwf(window)?;
    }
    Ok(state)
}

/// Sets the options that the meaning of SQL hangs on.
fn configure(config: &mut SessionConfig) {
    let options = config.options_mut();
    options.sql_parser.parse_float_as_decimal = true;
    options.sql_parser.map_string_types_to_utf8view = false;
    options.sql_parser.default_null_ordering = "nulls_last".to_owned();
    // Generated queries nest deeper than typed ones; the planner's stack grows.
    if let Ok(limit) = ConfigNonZeroUsize::try_new(RECURSION_LIMIT) {
        options.sql_parser.recursion_limit = limit;
    }
    options.execution.time_zone = Some(UTC.to_owned());
    options.execution.parquet.schema_force_view_types = false;
    // It fails at CASE, of which the logical plan knows more than the physical one: that what is
    // compared in a condition is not NULL behind it.
    options.execution.skip_physical_aggregate_schema_check = true;
    // It puts a field's row beside a column that has the row's name, and finds the name ambiguous.
    options.optimizer.enable_leaf_expression_pushdown = false;
}
