//! Says of a subquery that stands for a value that it can be NULL: it may have no row.
//!
//! DataFusion takes its column's word, and fails where a NULL comes of `(SELECT 1 WHERE
//! FALSE)`.

use std::sync::Arc;

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::common::{DFSchema, Result};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::{Expr, LogicalPlan, ScalarUDF, Union};
use datafusion::optimizer::AnalyzerRule;

use super::function::{Function, Gives, Takes};

/// The function whose result is its argument, of which nothing is known.
const MAYBE: &str = "lake_maybe";

/// The function behind such subqueries.
pub(super) fn functions() -> Vec<Function> {
    vec![maybe()]
}

fn maybe() -> Function {
    let takes = Takes::Rule(|found| Ok(found.to_vec()));
    let gives = Gives::Types(|taken| Ok(taken[0].clone()));
    Function::new(MAYBE, takes, gives, |call| call.array(0))
}

/// The rule that says so.
#[derive(Debug)]
pub(super) struct NullableSubqueries {
    maybe: Arc<ScalarUDF>,
}

impl NullableSubqueries {
    pub(super) fn new() -> Self {
        NullableSubqueries { maybe: maybe().into_udf() }
    }

    fn told(&self, expr: Expr) -> Transformed<Expr> {
        match &expr {
            Expr::ScalarSubquery(_) => Transformed::yes(self.maybe.call(vec![expr])),
            _ => Transformed::no(expr),
        }
    }
}

impl AnalyzerRule for NullableSubqueries {
    fn name(&self) -> &str {
        "lake_nullable_subqueries"
    }

    fn analyze(&self, plan: LogicalPlan, _: &ConfigOptions) -> Result<LogicalPlan> {
        plan.transform_up_with_subqueries(|plan| {
            let names = NamePreserver::new(&plan);
            plan.map_expressions(|expr| {
                let name = names.save(&expr);
                let told = expr.transform_up(|expr| Ok(self.told(expr)))?;
                Ok(told.update_data(|expr| name.restore(expr)))
            })?
            .map_data(LogicalPlan::recompute_schema)?
            .map_data(with_nulls_of_sides)
        })
        .data()
    }
}

/// A union whose columns can be NULL where a side's can, which DataFusion does not
/// look at again where its schema is made anew.
fn with_nulls_of_sides(plan: LogicalPlan) -> Result<LogicalPlan> {
    let LogicalPlan::Union(Union { inputs, schema }) = plan else { return Ok(plan) };
    let can_be_null = |index: usize| {
        inputs
            .iter()
            .any(|input| input.schema().fields().get(index).is_some_and(|f| f.is_nullable()))
    };
    let fields = schema.iter().enumerate().map(|(index, (qualifier, field))| {
        let nullable = field.is_nullable() || can_be_null(index);
        (qualifier.cloned(), Arc::new(field.as_ref().clone().with_nullable(nullable)))
    });
    let schema = DFSchema::new_with_metadata(fields.collect(), schema.metadata().clone())?;
    Ok(LogicalPlan::Union(Union { inputs, schema: Arc::new(schema) }))
}
