//! Lake SQL on DataFusion: what gives SQL the meaning, and the types, that it has on Trino.
//!
//! Three things make it so. `rewrite` changes the parsed statement where DataFusion's
//! planner leaves no other way in; an expression planner turns operators into functions;
//! and functions, aggregates and window functions of lake SQL take the place of
//! DataFusion's where those differ.
//!
//! A function's implementation is in the file of its family (`math`, `text`, `datetime` …),
//! each of which lists what it has in `functions()`.

mod aggregate;
mod arithmetic;
mod binary;
mod cast;
mod checked;
mod clock;
mod compare;
mod conditional;
mod datetime;
mod datetime_text;
mod decimal;
mod expr_planner;
mod floats;
mod format;
mod function;
mod identity;
mod interval;
mod join_keys;
mod json;
mod keys;
mod lambda;
mod like;
mod math;
mod multiset;
mod nested;
mod nullable_subquery;
mod operator;
mod printf;
mod regexp;
mod rewrite;
mod rounding;
mod short_circuit;
mod temporal;
mod text;
mod unnest;
mod url;
mod window;

pub(crate) use aggregate::aggregates;
pub use rewrite::rewrite;
pub(crate) use window::windows;

use std::sync::Arc;

use datafusion::logical_expr::planner::{ExprPlanner, RelationPlanner, TypePlanner};
use datafusion::logical_expr::{HigherOrderUDF, ScalarUDF};
use datafusion::optimizer::common_subexpr_eliminate::CommonSubexprEliminate;
use datafusion::optimizer::{AnalyzerRule, Optimizer, OptimizerRule};

/// Functions of DataFusion whose name means something else in lake SQL, or
/// that give another type, where this engine does not have lake SQL's yet: an
/// error is better than another answer.
pub(crate) const CONFLICTING_BUILTINS: &[&str] = &[
    "current_time", // has a zone
    "uuid",         // gives a uuid, not text
];

/// The scalar functions of lake SQL.
pub(crate) fn functions() -> Vec<Arc<ScalarUDF>> {
    let families = [
        arithmetic::functions(),
        binary::functions(),
        cast::functions(),
        compare::functions(),
        conditional::functions(),
        datetime::functions(),
        format::functions(),
        short_circuit::functions(),
        nullable_subquery::functions(),
        interval::functions(),
        json::functions(),
        like::functions(),
        math::functions(),
        nested::functions(),
        printf::functions(),
        regexp::functions(),
        rounding::functions(),
        text::functions(),
        unnest::functions(),
        url::functions(),
    ];
    families.into_iter().flatten().map(function::Function::into_udf).collect()
}

/// The functions of lake SQL that call lambdas.
pub(crate) fn of_lambdas() -> Vec<Arc<HigherOrderUDF>> {
    lambda::functions()
}

/// The rules that make plans better: DataFusion's, some of them with less to do, and one more.
///
/// Lambdas are compiled when they have been made simpler, and before what several expressions
/// have in common is computed ahead of them: what is in a lambda may fail, and is not to be
/// computed unless the lambda is called.
pub(crate) fn optimizer_rules() -> Vec<Arc<dyn OptimizerRule + Send + Sync>> {
    let mut rules = Optimizer::new().rules;
    join_keys::keep_nulls_apart(&mut rules);
    let shares = CommonSubexprEliminate::new();
    let at = rules.iter().position(|rule| rule.name() == shares.name()).unwrap_or(rules.len());
    rules.insert(at, Arc::new(lambda::CompileLambdas));
    rules
}

/// What turns operators into functions.
pub(crate) fn expr_planner(functions: &[Arc<ScalarUDF>]) -> Arc<dyn ExprPlanner> {
    Arc::new(expr_planner::Planner::new(functions))
}

/// What plans tables that are not ones.
pub(crate) fn relation_planner() -> Arc<dyn RelationPlanner> {
    Arc::new(unnest::Planner::new())
}

/// What reads the names of types.
pub(crate) fn type_planner() -> Arc<dyn TypePlanner> {
    Arc::new(expr_planner::Types)
}

/// The rules for expressions whose meaning DataFusion would change, in their order.
pub(crate) fn analyzer_rules() -> Vec<Arc<dyn AnalyzerRule + Send + Sync>> {
    vec![
        Arc::new(unnest::Lateral),
        Arc::new(short_circuit::ShortCircuit::new()),
        Arc::new(nullable_subquery::NullableSubqueries::new()),
        Arc::new(compare::Compare::new()),
        Arc::new(keys::Keys),
    ]
}

#[cfg(test)]
mod tests;
