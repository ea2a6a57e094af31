//! Compares as lake SQL does what DataFusion compares otherwise.
//!
//! `0.0` and `-0.0` are one number, whatever compares them. NaN equals nothing and
//! is not in order with anything, but is one value where rows are grouped, and the
//! last one where they are sorted. Moments meet whatever their units. This rule has
//! keys compared in the place of such values (`key`), in expressions (`operands`,
//! `list`) and by plans (`plan`), before DataFusion's optimizer looks at a query.

mod key;
mod list;
mod operands;
mod plan;

use std::sync::Arc;

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::TreeNode;
use datafusion::common::{DFSchema, Result, internal_err};
use datafusion::logical_expr::expr::Sort;
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{Expr, ExprSchemable, LogicalPlan, ScalarUDF};
use datafusion::optimizer::AnalyzerRule;

use super::function::Function;

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
        Compare { keys: Keys(functions().into_iter().map(Function::into_udf).collect()) }
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

/// Calls of the functions that make keys.
#[derive(Debug)]
struct Keys(Vec<Arc<ScalarUDF>>);

impl Keys {
    fn call(&self, name: &str, value: Expr) -> Result<Expr> {
        match self.0.iter().find(|function| function.name() == name) {
            Some(function) => Ok(function.call(vec![value])),
            None => internal_err!("there is no key {name}"),
        }
    }

    /// The key of a value that has floating point numbers; any other as it is.
    fn of(&self, name: &str, value: Expr, schema: &DFSchema) -> Result<Expr> {
        if key::has_floats(&value.get_type(schema)?) { self.call(name, value) } else { Ok(value) }
    }

    /// The same for each of many.
    fn of_all(&self, name: &str, values: Vec<Expr>, schema: &DFSchema) -> Result<Vec<Expr>> {
        values.into_iter().map(|value| self.of(name, value, schema)).collect()
    }

    /// The same for what rows are sorted by.
    fn of_sort(&self, name: &str, sort: Vec<Sort>, schema: &DFSchema) -> Result<Vec<Sort>> {
        let key = |sort: Sort| Ok(Sort { expr: self.of(name, sort.expr, schema)?, ..sort });
        sort.into_iter().map(key).collect()
    }
}

/// Whether no column has a part in an expression.
pub(super) fn is_constant(expr: &Expr) -> bool {
    let is_column = |expr: &Expr| {
        Ok(matches!(
            expr,
            Expr::Column(_) | Expr::OuterReferenceColumn(..) | Expr::ScalarSubquery(_)
        ))
    };
    expr.exists(is_column).is_ok_and(|found| !found)
}
