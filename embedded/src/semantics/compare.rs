//! Compares as lake SQL does what DataFusion compares otherwise.
//!
//! `0.0` and `-0.0` are one number, whatever compares them. NaN equals nothing and
//! is not in order with anything, but is one value where rows are grouped, and the
//! last one where they are sorted. Moments meet whatever their units. This rule has
//! keys compared in the place of such values (`key`), in expressions (`operands`,
//! `list`) and by plans (`plan`), before DataFusion's optimizer looks at a query.

mod constant;
mod key;
mod keys;
mod list;
mod operands;
mod plan;

use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::TreeNode;
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{Filter, LogicalPlan};
use datafusion::optimizer::AnalyzerRule;

use super::function::Function;
use keys::Keys;

pub(super) use constant::is_constant;

/// The functions behind comparisons.
pub(super) fn functions() -> Vec<Function> {
    key::functions()
}

/// The rule that has keys compared.
#[derive(Debug)]
pub(super) struct Compare {
    keys: Keys,
}

impl Compare {
    pub(super) fn new() -> Self {
        Compare { keys: Keys::new() }
    }
}

impl AnalyzerRule for Compare {
    fn name(&self) -> &str {
        "lake_compare"
    }

    fn analyze(&self, plan: LogicalPlan, _: &ConfigOptions) -> Result<LogicalPlan> {
        let keys = &self.keys;
        let compared = plan.transform_up_with_subqueries(|plan| {
            let mut schema = merge_schema(&plan.inputs());
            if let LogicalPlan::TableScan(scan) = &plan {
                schema.merge(&scan.projected_schema);
            }
            let plan = match plan {
                LogicalPlan::Filter(Filter { predicate, input, .. }) => {
                    let predicate = operands::chosen(keys, predicate, &schema)?;
                    LogicalPlan::Filter(Filter::try_new(predicate, input)?)
                }
                other => other,
            };
            let names = NamePreserver::new(&plan);
            let plan = plan.map_expressions(|expr| {
                let name = names.save(&expr);
                let compared = expr.transform_up(|expr| {
                    let expr = operands::compare(keys, expr, &schema)?;
                    expr.transform_data(|expr| Ok(list::protect(expr)))
                })?;
                Ok(compared.update_data(|expr| name.restore(expr)))
            })?;
            plan.transform_data(|plan| plan::compare(keys, plan, &schema))?
                .map_data(LogicalPlan::recompute_schema)
        })?;
        Ok(compared.data)
    }
}
