//! Joins with an UNNEST of what stands before it: the one table is made of the rows of the
//! other.

use std::collections::HashMap;

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::common::{Column, NullHandling, Result, ScalarValue, plan_err};
use datafusion::logical_expr::expr::{Exists, InSubquery};
use datafusion::logical_expr::{
    EmptyRelation, Expr, Filter, Join, JoinType, LogicalPlan, LogicalPlanBuilder, Projection,
    Subquery, Unnest,
};
use datafusion::optimizer::AnalyzerRule;

/// The name of the table that is being made.
const TABLE: &str = "__lake_unnest";

/// The rule that makes such joins projections.
#[derive(Debug)]
pub(in super::super) struct Lateral;

impl AnalyzerRule for Lateral {
    fn name(&self) -> &str {
        "lake_lateral_unnest"
    }

    fn analyze(&self, plan: LogicalPlan, _: &ConfigOptions) -> Result<LogicalPlan> {
        let made = plan.transform_up_with_subqueries(|plan| match plan {
            LogicalPlan::Join(join) if is_lateral(&join.right) => of_join(join),
            other => Ok(Transformed::no(other)),
        })?;
        if !made.transformed {
            return Ok(made.data);
        }
        made.data
            .transform_up_with_subqueries(|plan| {
                plan.map_expressions(|expr| expr.transform_up(|expr| Ok(recounted(expr))))
            })
            .data()
    }
}

/// A subquery that says what it uses of the query around it: what its UNNEST used of its own
/// tables is not among that any more. DataFusion takes one that uses something for correlated.
fn recounted(expr: Expr) -> Transformed<Expr> {
    let recounted = |subquery: Subquery| Subquery {
        outer_ref_columns: subquery.subquery.all_out_ref_exprs(),
        ..subquery
    };
    Transformed::yes(match expr {
        Expr::ScalarSubquery(subquery) => Expr::ScalarSubquery(recounted(subquery)),
        Expr::Exists(Exists { subquery, negated }) => {
            Expr::Exists(Exists { subquery: recounted(subquery), negated })
        }
        Expr::InSubquery(InSubquery { expr, subquery, negated }) => {
            Expr::InSubquery(InSubquery { expr, subquery: recounted(subquery), negated })
        }
        other => return Transformed::no(other),
    })
}

/// Whether a table uses those before it.
fn is_lateral(plan: &LogicalPlan) -> bool {
    match plan {
        LogicalPlan::Subquery(_) => true,
        LogicalPlan::SubqueryAlias(alias) => is_lateral(&alias.input),
        _ => false,
    }
}

fn of_join(join: Join) -> Result<Transformed<LogicalPlan>> {
    let keeps_rows = match join.join_type {
        JoinType::Inner => false,
        JoinType::Left => true,
        _ => return Ok(Transformed::no(LogicalPlan::Join(join))),
    };
    let condition = join.filter.as_ref().filter(|condition| !is_true(condition));
    let left = Left { plan: &join.left, columns: join.left.schema().columns(), keeps_rows };
    let Some(made) = left.graft(&join.right)? else {
        return Ok(Transformed::no(LogicalPlan::Join(join)));
    };
    if !join.on.is_empty() || keeps_rows && condition.is_some() {
        return plan_err!("a LEFT JOIN with UNNEST takes no condition but TRUE");
    }
    let plan = LogicalPlanBuilder::from(made.plan).project(left.own().chain(
        made.columns.iter().zip(join.right.schema().columns()).map(|(column, name)| {
            Expr::Column(column.clone()).alias_qualified(name.relation, name.name)
        }),
    ))?;
    let plan = match condition {
        Some(condition) => plan.filter(condition.clone())?,
        None => plan,
    };
    Ok(Transformed::yes(plan.build()?))
}

fn is_true(expr: &Expr) -> bool {
    matches!(expr, Expr::Literal(ScalarValue::Boolean(Some(true)), _))
}

/// The tables before an UNNEST.
struct Left<'a> {
    plan: &'a LogicalPlan,
    columns: Vec<Column>,
    /// Whether rows without elements are kept.
    keeps_rows: bool,
}

/// A table with the columns of those before it, and the columns that are its own.
struct Made {
    plan: LogicalPlan,
    columns: Vec<Column>,
}

impl Left<'_> {
    /// The columns of the tables before.
    fn own(&self) -> impl Iterator<Item = Expr> {
        self.columns.iter().cloned().map(Expr::Column)
    }

    /// The table, made of the rows of those before it; `None` where it is not an UNNEST.
    fn graft(&self, plan: &LogicalPlan) -> Result<Option<Made>> {
        Ok(Some(match plan {
            LogicalPlan::EmptyRelation(EmptyRelation { produce_one_row: true, .. }) => {
                self.made(self.plan.clone())
            }
            LogicalPlan::Subquery(subquery) => return self.graft(&subquery.subquery),
            // Its columns get their names at the end.
            LogicalPlan::SubqueryAlias(alias) => return self.graft(&alias.input),
            LogicalPlan::Projection(Projection { expr, input, schema, .. }) => {
                let Some(made) = self.graft(input)? else { return Ok(None) };
                let names = self.names(input, &made);
                let exprs = expr.iter().zip(schema.fields()).map(|(expr, field)| {
                    let expr = self.resolved(expr.clone().unalias(), &names)?;
                    Ok(expr.alias_qualified(Some(TABLE), field.name()))
                });
                let exprs = exprs.collect::<Result<Vec<_>>>()?;
                let all = self.own().chain(exprs);
                self.made(LogicalPlanBuilder::from(made.plan).project(all)?.build()?)
            }
            LogicalPlan::Unnest(Unnest { input, exec_columns, options, .. }) => {
                let Some(made) = self.graft(input)? else { return Ok(None) };
                let names = self.names(input, &made);
                let unnested = exec_columns.iter().filter_map(|column| names.get(column)).cloned();
                let mut options = options.clone();
                if self.keeps_rows {
                    options.null_handling = NullHandling::PreserveAndExpandEmpty;
                }
                let plan = LogicalPlanBuilder::from(made.plan)
                    .unnest_columns_with_options(unnested.collect(), options)?
                    .build()?;
                self.made(plan)
            }
            LogicalPlan::Filter(Filter { predicate, input, .. }) if !self.keeps_rows => {
                let Some(made) = self.graft(input)? else { return Ok(None) };
                let predicate = self.resolved(predicate.clone(), &self.names(input, &made))?;
                self.made(LogicalPlanBuilder::from(made.plan).filter(predicate)?.build()?)
            }
            _ => return Ok(None),
        }))
    }

    /// A table whose own columns stand behind those before it.
    fn made(&self, plan: LogicalPlan) -> Made {
        let columns = plan.schema().columns().split_off(self.columns.len());
        Made { plan, columns }
    }

    /// What the columns of a plan are called where it is made of the rows of others.
    fn names(&self, plan: &LogicalPlan, made: &Made) -> HashMap<Column, Column> {
        plan.schema().columns().into_iter().zip(made.columns.iter().cloned()).collect()
    }

    /// An expression over the table's own columns and those before it.
    fn resolved(&self, expr: Expr, names: &HashMap<Column, Column>) -> Result<Expr> {
        expr.transform(|expr| {
            Ok(match expr {
                Expr::Column(column) => match names.get(&column) {
                    Some(name) => Transformed::yes(Expr::Column(name.clone())),
                    None => Transformed::no(Expr::Column(column)),
                },
                Expr::OuterReferenceColumn(_, column) if self.columns.contains(&column) => {
                    Transformed::yes(Expr::Column(column))
                }
                other => Transformed::no(other),
            })
        })
        .data()
    }
}
