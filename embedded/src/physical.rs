//! The rules by which physical plans are made better: DataFusion's own, but for two that
//! are changed and one more.

mod chunked_join;
mod cooperative;
mod filter_before_project;

use std::sync::Arc;

use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_optimizer::optimizer::PhysicalOptimizer;
use datafusion::physical_optimizer::projection_pushdown::ProjectionPushdown;
use datafusion::physical_optimizer::sanity_checker::SanityCheckPlan;

use cooperative::Cooperative;
use filter_before_project::FilterBeforeProject;

/// The rules in their order.
///
/// [`FilterBeforeProject`] stands in the place of the rule that swaps projections and
/// filters. The check at the end is left out: it refuses a plan whose rows are sorted by a
/// comparison of a function's result or of CASE, since it compares intervals of two
/// types while it looks for that order, fails, and takes it for not sorted.
/// [`Cooperative`] comes last, when it is known what runs.
pub(crate) fn rules() -> Vec<Arc<dyn PhysicalOptimizerRule + Send + Sync>> {
    let (swaps, checks) = (ProjectionPushdown::new(), SanityCheckPlan::new());
    let mut rules = PhysicalOptimizer::new().rules;
    rules.retain(|rule| rule.name() != checks.name());
    for rule in rules.iter_mut().filter(|rule| rule.name() == swaps.name()) {
        *rule = Arc::new(FilterBeforeProject);
    }
    rules.push(Arc::new(Cooperative));
    rules
}
