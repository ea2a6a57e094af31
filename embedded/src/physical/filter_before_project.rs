//! Keeps what a query computes behind the filter that guards it.
//!
//! `SELECT b, a / b AS c FROM t WHERE b <> 0` divides nothing by zero. Where the
//! filter's columns are among the results, and these are fewer than the columns
//! that are read, DataFusion computes first and filters then.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_optimizer::projection_pushdown::ProjectionPushdown;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::filter::FilterExec;
use datafusion::physical_plan::projection::{ProjectionExec, remove_unnecessary_projections};

/// [`ProjectionPushdown`], but that nothing is computed before a filter.
#[derive(Debug)]
pub(super) struct FilterBeforeProject;

impl PhysicalOptimizerRule for FilterBeforeProject {
    fn name(&self) -> &str {
        "filter_before_project"
    }

    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        config: &ConfigOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        if !plan.exists(|plan| Ok(is_guarded(plan)))? {
            return ProjectionPushdown::new().optimize(plan, config);
        }
        plan.transform_down(|plan| match is_guarded(&plan) {
            true => Ok(Transformed::no(plan)),
            false => remove_unnecessary_projections(plan),
        })
        .data()
    }

    fn schema_check(&self) -> bool {
        true
    }
}

/// Whether it computes something of rows that were filtered.
fn is_guarded(plan: &Arc<dyn ExecutionPlan>) -> bool {
    let Some(projection) = plan.downcast_ref::<ProjectionExec>() else { return false };
    let is_column = |expr: &Arc<dyn datafusion::physical_expr::PhysicalExpr>| {
        expr.downcast_ref::<Column>().is_some()
    };
    !projection.expr().iter().all(|projected| is_column(&projected.expr))
        && is_filtered(projection.input())
}

fn is_filtered(plan: &Arc<dyn ExecutionPlan>) -> bool {
    plan.downcast_ref::<FilterExec>().is_some()
        || matches!(plan.children()[..], [child] if is_filtered(child))
}
