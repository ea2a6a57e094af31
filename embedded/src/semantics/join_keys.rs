//! Keys of joins, where NULL is a key of one of them.
//!
//! A join of DataFusion has one rule for all its keys: that NULLs are the same, which IS NOT
//! DISTINCT FROM asks for, or that they are not. A condition `=` that comes later, from a filter
//! above, is not to become one more key of a join in which NULLs are the same.

use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{NullEquality, Result};
use datafusion::logical_expr::LogicalPlan;
use datafusion::optimizer::optimizer::ApplyOrder;
use datafusion::optimizer::{OptimizerConfig, OptimizerRule};

type Rule = Arc<dyn OptimizerRule + Send + Sync>;

/// Keeps the rules that make keys of conditions away from joins in which NULLs are the same.
pub(super) fn keep_nulls_apart(rules: &mut [Rule]) {
    for rule in rules {
        let looks_below = match rule.name() {
            "extract_equijoin_predicate" => false,
            "eliminate_cross_join" => true,
            _ => continue,
        };
        *rule = Arc::new(WithoutNulls { inner: Arc::clone(rule), looks_below });
    }
}

/// A rule for plans without such joins.
#[derive(Debug)]
struct WithoutNulls {
    inner: Rule,
    /// Whether the rule changes joins below the one that it is given.
    looks_below: bool,
}

fn takes_nulls_for_the_same(plan: &LogicalPlan) -> bool {
    matches!(plan, LogicalPlan::Join(join) if join.null_equality == NullEquality::NullEqualsNull)
}

impl OptimizerRule for WithoutNulls {
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        self.inner.apply_order()
    }

    fn rewrite(
        &self,
        plan: LogicalPlan,
        config: &dyn OptimizerConfig,
    ) -> Result<Transformed<LogicalPlan>> {
        let is_kept = match self.looks_below {
            true => plan.exists(|plan| Ok(takes_nulls_for_the_same(plan)))?,
            false => takes_nulls_for_the_same(&plan),
        };
        if is_kept { Ok(Transformed::no(plan)) } else { self.inner.rewrite(plan, config) }
    }
}
