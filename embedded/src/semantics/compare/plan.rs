//! What plans compare: keys of joins, groups, distinct rows, windows and sorting.

use std::sync::Arc;

use arrow_schema::DataType;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::common::{Column, DFSchema, JoinConstraint, NullEquality, Result};
use datafusion::logical_expr::expr::{
    AggregateFunction, AggregateFunctionParams, GroupingSet, WindowFunction, WindowFunctionParams,
};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::{conjunction, split_conjunction_owned};
use datafusion::logical_expr::{
    Aggregate, BinaryExpr, Cast, Distinct, Expr, ExprSchemable, Filter, Join, LogicalPlan,
    LogicalPlanBuilder, Operator, RecursiveQuery, Sort, Window, WindowFrameBound, WindowFrameUnits,
    WindowFunctionDefinition,
};

use super::key::{FIRST, HIGH, LAST, NUMBER, SAME, has_alike, is_key};
use super::keys::Keys;
use super::operands;

/// The plan, comparing keys.
pub(super) fn compare(
    keys: &Keys,
    plan: LogicalPlan,
    schema: &DFSchema,
) -> Result<Transformed<LogicalPlan>> {
    Ok(Transformed::yes(match plan {
        LogicalPlan::Join(join) => LogicalPlan::Join(join_keys(keys, join)?),
        LogicalPlan::Sort(sort) => {
            let expr = keys.of_sort(sort.expr, schema)?;
            LogicalPlan::Sort(Sort { expr, ..sort })
        }
        LogicalPlan::Distinct(Distinct::All(input)) => {
            LogicalPlan::Distinct(Distinct::All(one_of_each(keys, input)?))
        }
        LogicalPlan::RecursiveQuery(query) if query.is_distinct => {
            LogicalPlan::RecursiveQuery(RecursiveQuery {
                static_term: one_of_each(keys, query.static_term)?,
                recursive_term: one_of_each(keys, query.recursive_term)?,
                ..query
            })
        }
        LogicalPlan::Filter(filter) if filter.predicate.contains_outer() => {
            correlated(filter, schema)?
        }
        LogicalPlan::Aggregate(aggregate) => aggregate_keys(keys, aggregate, schema)?,
        LogicalPlan::Window(window) => window_keys(keys, window, schema)?,
        other => return Ok(Transformed::no(other)),
    }))
}

/// A filter of a subquery, with the keys that it compares with those of the query
/// around it in columns: DataFusion joins what is aggregated by columns only.
fn correlated(filter: Filter, schema: &DFSchema) -> Result<LogicalPlan> {
    let mut columns: Vec<_> = schema.columns().into_iter().map(Expr::Column).collect();
    let count = columns.len();
    let mut column = |key: Expr| {
        let name = key.schema_name().to_string();
        let key = key.alias(&name);
        if !columns.contains(&key) {
            columns.push(key);
        }
        Expr::Column(Column::new_unqualified(name))
    };
    let is_key = |side: &Expr, other: &Expr| {
        let is_call = matches!(side, Expr::ScalarFunction(call) if is_key(call.name()));
        is_call && !side.contains_outer() && !other.any_column_refs()
    };
    let conditions = split_conjunction_owned(filter.predicate).into_iter().map(|expr| match expr {
        Expr::BinaryExpr(BinaryExpr { left, op: Operator::Eq, right }) => {
            let (left, right) = (*left, *right);
            match (is_key(&left, &right), is_key(&right, &left)) {
                (true, _) => column(left).eq(right),
                (_, true) => left.eq(column(right)),
                _ => left.eq(right),
            }
        }
        other => other,
    });
    let condition = conjunction(conditions.collect::<Vec<_>>());
    let plan = LogicalPlanBuilder::from(filter.input);
    let Some(condition) = condition else { return plan.build() };
    if columns.len() == count {
        return plan.filter(condition)?.build();
    }
    let visible = columns[..count].to_vec();
    plan.project(columns)?.filter(condition)?.project(visible)?.build()
}

fn join_keys(keys: &Keys, join: Join) -> Result<Join> {
    let op = match join.null_equality {
        NullEquality::NullEqualsNothing => Operator::Eq,
        NullEquality::NullEqualsNull => Operator::IsNotDistinctFrom,
    };
    let Some(sides) = operands::sides(op) else { return Ok(join) };
    let mut schema = DFSchema::clone(join.left.schema());
    schema.merge(join.right.schema());
    let key = |(left, right): &(Expr, Expr)| {
        operands::keyed(keys, (left.clone(), right.clone()), sides, &schema)
    };
    let on = join.on.iter().map(key).collect::<Result<Vec<_>>>()?;
    // The columns of USING have to be columns.
    let join_constraint = if on == join.on { join.join_constraint } else { JoinConstraint::On };
    Ok(Join { on, join_constraint, ..join })
}

/// The rows, with one zero and one NaN.
fn one_of_each(keys: &Keys, input: Arc<LogicalPlan>) -> Result<Arc<LogicalPlan>> {
    let schema = Arc::clone(input.schema());
    if !schema.fields().iter().any(|field| has_alike(field.data_type())) {
        return Ok(input);
    }
    let columns = schema.columns().into_iter().map(|column| {
        let names = NamePreserver::new_for_projection();
        let column = Expr::Column(column);
        let name = names.save(&column);
        keys.of(SAME, column, &schema).map(|same| name.restore(same))
    });
    let columns = columns.collect::<Result<Vec<_>>>()?;
    Ok(Arc::new(LogicalPlanBuilder::from(input).project(columns)?.build()?))
}

fn aggregate_keys(keys: &Keys, aggregate: Aggregate, schema: &DFSchema) -> Result<LogicalPlan> {
    let names = NamePreserver::new_for_projection();
    let same = |expr: Expr| {
        let name = names.save(&expr);
        keys.of(SAME, expr, schema).map(|same| name.restore(same))
    };
    let all = |exprs: Vec<Expr>| exprs.into_iter().map(same).collect::<Result<Vec<_>>>();
    let group = |expr: Expr| match expr {
        Expr::GroupingSet(sets) => Ok(Expr::GroupingSet(match sets {
            GroupingSet::Rollup(exprs) => GroupingSet::Rollup(all(exprs)?),
            GroupingSet::Cube(exprs) => GroupingSet::Cube(all(exprs)?),
            GroupingSet::GroupingSets(sets) => {
                let sets = sets.into_iter().map(all).collect::<Result<_>>()?;
                GroupingSet::GroupingSets(sets)
            }
        })),
        expr => same(expr),
    };
    let groups = aggregate.group_expr.into_iter().map(group).collect::<Result<Vec<_>>>()?;
    let mut best = Vec::new();
    let calls = aggregate.aggr_expr.into_iter().map(|expr| {
        let name = names.save(&expr);
        let (relation, column) = expr.qualified_name();
        let call = expr.transform_up(|expr| {
            let Expr::AggregateFunction(AggregateFunction { func, params }) = expr else {
                return Ok(Transformed::no(expr));
            };
            let AggregateFunctionParams { args, distinct, filter, order_by, null_treatment } =
                params;
            let arguments = arguments(keys, func.name(), args, distinct, schema)?;
            if arguments.are_keys {
                best.push(Column::new(relation.clone(), &column));
            }
            let order_by = match distinct {
                // Distinct values are sorted by themselves.
                true => keys.same_sort(order_by, schema)?,
                false => keys.of_sort(order_by, schema)?,
            };
            let params = AggregateFunctionParams {
                args: arguments.args,
                distinct,
                filter,
                order_by,
                null_treatment,
            };
            Ok(Transformed::yes(Expr::AggregateFunction(AggregateFunction { func, params })))
        });
        call.data().map(|call| name.restore(call))
    });
    let calls = calls.collect::<Result<Vec<_>>>()?;
    let plan = LogicalPlan::Aggregate(Aggregate::try_new(aggregate.input, groups, calls)?);
    numbers(keys, plan, &aggregate.schema, &best)
}

fn window_keys(keys: &Keys, window: Window, schema: &DFSchema) -> Result<LogicalPlan> {
    let names = NamePreserver::new_for_projection();
    // All windows of a plan are sorted alike, by numbers where a frame adds to them.
    let adds = window.window_expr.iter().any(|expr| expr.exists(adds_to_keys).unwrap_or(true));
    let mut best = Vec::new();
    let calls = window.window_expr.into_iter().map(|expr| {
        let name = names.save(&expr);
        let (relation, column) = expr.qualified_name();
        let call = expr.transform_up(|expr| {
            let Expr::WindowFunction(call) = expr else { return Ok(Transformed::no(expr)) };
            let WindowFunction { fun, params } = *call;
            let WindowFunctionParams {
                args,
                partition_by,
                order_by,
                window_frame,
                filter,
                null_treatment,
                distinct,
            } = params;
            let arguments = match &fun {
                WindowFunctionDefinition::AggregateUDF(aggregate) => {
                    arguments(keys, aggregate.name(), args, distinct, schema)?
                }
                WindowFunctionDefinition::WindowUDF(_) => Arguments { args, are_keys: false },
            };
            if arguments.are_keys {
                best.push(Column::new(relation.clone(), &column));
            }
            let params = WindowFunctionParams {
                args: arguments.args,
                partition_by: keys.of_all(SAME, partition_by, schema)?,
                order_by: match adds {
                    true => keys.same_sort(order_by, schema)?,
                    false => keys.of_sort(order_by, schema)?,
                },
                window_frame,
                filter,
                null_treatment,
                distinct,
            };
            let call = WindowFunction { fun, params };
            Ok(Transformed::yes(Expr::WindowFunction(Box::new(call))))
        });
        call.data().map(|call| name.restore(call))
    });
    let calls = calls.collect::<Result<Vec<_>>>()?;
    let plan = LogicalPlan::Window(Window::try_new(calls, window.input)?);
    numbers(keys, plan, &window.schema, &best)
}

/// Whether it is a window whose frame goes so far from what rows are sorted by.
fn adds_to_keys(expr: &Expr) -> Result<bool> {
    let adds = |bound: &WindowFrameBound| match bound {
        WindowFrameBound::Preceding(by) | WindowFrameBound::Following(by) => !by.is_null(),
        WindowFrameBound::CurrentRow => false,
    };
    let Expr::WindowFunction(call) = expr else { return Ok(false) };
    let frame = &call.params.window_frame;
    let bounds = [&frame.start_bound, &frame.end_bound];
    Ok(frame.units == WindowFrameUnits::Range && bounds.into_iter().any(adds))
}

/// What an aggregate is called with.
struct Arguments {
    args: Vec<Expr>,
    /// Whether the result is a key, not a number.
    are_keys: bool,
}

fn arguments(
    keys: &Keys,
    aggregate: &str,
    mut args: Vec<Expr>,
    distinct: bool,
    schema: &DFSchema,
) -> Result<Arguments> {
    // NaN is neither the least nor the greatest, but where there is nothing else.
    let best = match aggregate {
        "min" | "min_by" => Some(LAST),
        "max" | "max_by" => Some(FIRST),
        _ => None,
    };
    let mut are_keys = false;
    match (best, &mut args[..]) {
        (Some(best), [value]) if value.get_type(schema)?.is_floating() => {
            *value = keys.of(best, value.clone(), schema)?;
            are_keys = true;
        }
        (Some(best), [_, by]) => *by = keys.of(best, by.clone(), schema)?,
        _ if aggregate == "approx_distinct" => args = keys.of_all(HIGH, args, schema)?,
        _ if distinct => args = keys.of_all(SAME, args, schema)?,
        _ => {}
    }
    Ok(Arguments { args, are_keys })
}

/// The plan with numbers in the columns that are keys.
fn numbers(
    keys: &Keys,
    plan: LogicalPlan,
    schema: &DFSchema,
    are_keys: &[Column],
) -> Result<LogicalPlan> {
    if are_keys.is_empty() {
        return Ok(plan);
    }
    let columns = schema.iter().map(|(relation, field)| {
        let column = Column::new(relation.cloned(), field.name());
        if !are_keys.contains(&column) {
            return Ok(Expr::Column(column));
        }
        let mut number = keys.call(NUMBER, Expr::Column(column.clone()))?;
        if *field.data_type() != DataType::Float64 {
            number = Expr::Cast(Cast::new(Box::new(number), field.data_type().clone()));
        }
        Ok(number.alias_qualified(column.relation, column.name))
    });
    let columns = columns.collect::<Result<Vec<_>>>()?;
    LogicalPlanBuilder::from(plan).project(columns)?.build()
}
