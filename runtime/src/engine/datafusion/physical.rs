//! The rules by which physical plans are made better: DataFusion's own, but for two.

use std::sync::Arc;

use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_optimizer::optimizer::PhysicalOptimizer;
use datafusion::physical_optimizer::projection_pushdown::ProjectionPushdown;
use datafusion::physical_optimizer::sanity_checker::SanityCheckPlan;

use super::projecting::Projecting;

/// The rules in their order.
///
/// [`Projecting`] stands in the place of the rule that swaps projections and filters.
/// The check at the end is left out: it refuses a plan whose rows are sorted by a
/// comparison of a function's result or of CASE, since it compares intervals of two
/// types while it looks for that order, fails, and takes it for not sorted.
pub(super) fn rules() -> Vec<Arc<dyn PhysicalOptimizerRule + Send + Sync>> {
    let (swaps, checks) = (ProjectionPushdown::new(), SanityCheckPlan::new());
    let mut rules = PhysicalOptimizer::new().rules;
    rules.retain(|rule| rule.name() != checks.name());
    for rule in rules.iter_mut().filter(|rule| rule.name() == swaps.name()) {
        *rule = Arc::new(Projecting);
    }
    rules
}
