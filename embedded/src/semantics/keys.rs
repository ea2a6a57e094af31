//! Has what windows partition and sort by computed before them, in columns.
//!
//! DataFusion looks whether rows are sorted by a key. Where the key compares what a
//! function or CASE gives, it compares intervals of two types on the way, fails, and
//! takes the rows for not sorted. A column has no such trouble.

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::common::{Column, Result};
use datafusion::logical_expr::expr::{WindowFunction, WindowFunctionParams};
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, Window};
use datafusion::optimizer::AnalyzerRule;

/// What the names of such columns begin with.
const PREFIX: &str = "__lake_key_";

/// The rule that makes columns of keys.
#[derive(Debug)]
pub(super) struct Keys;

impl AnalyzerRule for Keys {
    fn name(&self) -> &str {
        "lake_keys"
    }

    fn analyze(&self, plan: LogicalPlan, _: &ConfigOptions) -> Result<LogicalPlan> {
        plan.transform_up_with_subqueries(|plan| match plan {
            LogicalPlan::Window(window) => over_columns(window),
            other => Ok(Transformed::no(other)),
        })
        .data()
    }
}

/// The window over rows that have its keys as columns.
fn over_columns(window: Window) -> Result<Transformed<LogicalPlan>> {
    let mut columns: Vec<Expr> =
        window.input.schema().columns().into_iter().map(Expr::Column).collect();
    let own = columns.len();
    let mut column = |key: Expr| {
        if matches!(key, Expr::Column(_) | Expr::Literal(..)) {
            return key;
        }
        let known = columns[own..].iter().position(|one| one.clone().unalias() == key);
        let index = known.unwrap_or_else(|| {
            let name = format!("{PREFIX}{}", columns.len() - own);
            columns.push(key.alias(name));
            columns.len() - own - 1
        });
        Expr::Column(Column::new_unqualified(format!("{PREFIX}{index}")))
    };
    let mut functions = Vec::new();
    for expr in window.window_expr.clone() {
        // As what is around it knows it.
        let (qualifier, name) = expr.qualified_name();
        let of_columns = expr.transform_down(|expr| match expr {
            Expr::WindowFunction(function) => {
                let WindowFunction { fun, params } = *function;
                let WindowFunctionParams { partition_by, order_by, .. } = &params;
                let partition_by = partition_by.iter().cloned().map(&mut column).collect();
                let order_by = order_by.iter().cloned();
                let order_by = order_by.map(|mut key| {
                    key.expr = column(key.expr);
                    key
                });
                let order_by = order_by.collect();
                let params = WindowFunctionParams { partition_by, order_by, ..params };
                Ok(Transformed::yes(Expr::from(WindowFunction { fun, params })))
            }
            other => Ok(Transformed::no(other)),
        });
        functions.push(of_columns.data()?.unalias().alias_qualified(qualifier, name));
    }
    if columns.len() == own {
        return Ok(Transformed::no(LogicalPlan::Window(window)));
    }
    let visible: Vec<Expr> = window.schema.columns().into_iter().map(Expr::Column).collect();
    let plan = LogicalPlanBuilder::from(window.input).project(columns)?.window(functions)?;
    Ok(Transformed::yes(plan.project(visible)?.build()?))
}
