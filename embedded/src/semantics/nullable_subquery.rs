//! Says of a subquery that stands for a value that it can be NULL: it may have no row.
//!
//! DataFusion takes its column's word, and fails where a NULL comes of `(SELECT 1 WHERE
//! FALSE)`.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::{Expr, LogicalPlan, ScalarUDF};
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
            .map_data(LogicalPlan::recompute_schema)
        })
        .data()
    }
}
