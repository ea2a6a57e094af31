//! Plans whose work can be stopped: operators that may give far more rows than
//! they read hand control back to tokio between batches.
//!
//! DataFusion sees to that where rows are read from files. But a join may go on
//! for hours on rows that it holds already, and as long as it does not yield,
//! its task can't be aborted and no timer of its thread can fire.
//!
//! What remains: a join that itself drops nearly all pairs by a condition goes
//! through one batch against all rows of its other side before it yields.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::coop::CooperativeExec;
use datafusion::physical_plan::execution_plan::CardinalityEffect;

/// Puts a [`CooperativeExec`] on top of every operator that may give more rows
/// than it reads.
#[derive(Debug)]
pub(super) struct Yielding;

impl PhysicalOptimizerRule for Yielding {
    fn name(&self) -> &str {
        "yielding"
    }

    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        _config: &ConfigOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        plan.transform_up(|plan| {
            Ok(if multiplies(&*plan) {
                Transformed::yes(Arc::new(CooperativeExec::new(plan)) as Arc<dyn ExecutionPlan>)
            } else {
                Transformed::no(plan)
            })
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
