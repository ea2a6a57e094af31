//! Plans whose work can be stopped: operators that may give far more rows than
//! they read, or work for long on each, hand control back to tokio in between.
//!
//! DataFusion sees to that where rows are read from files. But a join may go on
//! for hours on rows that it holds already, and as long as it does not yield,
//! its task can't be aborted and no timer of its thread can fire. It yields where
//! it gives rows; where its own condition drops nearly all pairs it gives none, and
//! so what it reads comes in chunks.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::coop::CooperativeExec;
use datafusion::physical_plan::execution_plan::{
    CardinalityEffect, ChildrenPropertiesMode, ReplaceChildrenOptions,
};
use datafusion::physical_plan::joins::{HashJoinExec, NestedLoopJoinExec};

use super::chunked_join::Chunks;

/// Puts a [`CooperativeExec`] on top of every operator that may give more rows
/// than it reads, and [`Chunks`] below every join with a condition.
#[derive(Debug)]
pub(super) struct Cooperative;

impl PhysicalOptimizerRule for Cooperative {
    fn name(&self) -> &str {
        "cooperative"
    }

    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        _config: &ConfigOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        plan.transform_up(|plan| {
            if !multiplies(&*plan) {
                return Ok(Transformed::no(plan));
            }
            let plan = if drops_pairs(&*plan) { in_chunks(plan)? } else { plan };
            Ok(Transformed::yes(Arc::new(CooperativeExec::new(plan)) as Arc<dyn ExecutionPlan>))
        })
        .data()
    }

    fn schema_check(&self) -> bool {
        true
    }
}

/// Whether it may give more rows than it reads: joins, mostly. Leaves are
/// DataFusion's own care.
fn multiplies(plan: &dyn ExecutionPlan) -> bool {
    !plan.children().is_empty()
        && matches!(
            plan.cardinality_effect(),
            CardinalityEffect::Unknown | CardinalityEffect::GreaterEqual
        )
}

/// Whether it is a join that drops pairs of rows by a condition. Each row that it
/// reads is held against all rows of the other side, or against those of its key.
fn drops_pairs(plan: &dyn ExecutionPlan) -> bool {
    plan.downcast_ref::<NestedLoopJoinExec>().is_some_and(|join| join.filter().is_some())
        || plan.downcast_ref::<HashJoinExec>().is_some_and(|join| join.filter().is_some())
}

/// A join whose second side, which it does not gather first, comes in chunks.
fn in_chunks(join: Arc<dyn ExecutionPlan>) -> Result<Arc<dyn ExecutionPlan>> {
    let mut children: Vec<_> = join.children().into_iter().cloned().collect();
    if let Some(probed) = children.pop() {
        children.push(Arc::new(Chunks::new(probed)));
    }
    let recompute = ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute);
    join.replace_children(children, recompute)
}
