//! The operands of comparisons in expressions.

use std::ops::Not;
use std::sync::Arc;

use arrow_schema::{DataType, TimeUnit};
use datafusion::common::tree_node::Transformed;
use datafusion::common::{DFSchema, Result};
use datafusion::logical_expr::expr::{Between, InList, InSubquery, ScalarFunction, SetComparison};
use datafusion::logical_expr::utils::{conjunction, split_conjunction_owned};
use datafusion::logical_expr::{
    BinaryExpr, Case, Cast, Expr, ExprSchemable, LogicalPlanBuilder, Operator, Subquery, lit,
};

use super::super::nested::{EQUAL, LESS, LESS_OR_EQUAL, SAME as SAME_VALUE};
use super::constant::is_constant;
use super::key::{HIGH, LOW, SAME, TICKS};
use super::keys::Keys;
use super::list::any;
use crate::types;

/// DataFusion's functions on arrays that ask which elements are the same.
const SETS: &[&str] = &["array_has", "array_has_all", "array_has_any"];

/// A comparison as one of keys; any other expression as it is.
pub(super) fn compare(keys: &Keys, expr: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
    Ok(match expr {
        Expr::BinaryExpr(BinaryExpr { left, op, right })
            if sides(op).is_some() && is_nested(&left, schema)? =>
        {
            within(keys, *left, op, *right)?
        }
        Expr::InList(InList { expr, list, negated }) if is_nested(&expr, schema)? => {
            let equal = list.into_iter().map(|item| keys.compare(EQUAL, (*expr).clone(), item));
            let any = any(equal.collect::<Result<_>>()?);
            Transformed::yes(if negated { any.not() } else { any })
        }
        Expr::Case(Case { expr: Some(value), when_then_expr, else_expr })
            if is_nested(&value, schema)? =>
        {
            let branches = when_then_expr.into_iter().map(|(when, then)| {
                Ok((Box::new(keys.compare(EQUAL, (*value).clone(), *when)?), then))
            });
            let when_then_expr = branches.collect::<Result<_>>()?;
            Transformed::yes(Expr::Case(Case { expr: None, when_then_expr, else_expr }))
        }
        Expr::BinaryExpr(BinaryExpr { left, op, right }) => {
            let Some(sides) = sides(op) else {
                return Ok(Transformed::no(Expr::BinaryExpr(BinaryExpr { left, op, right })));
            };
            let (left, right) = keyed(keys, (*left, *right), sides, schema)?;
            Transformed::yes(binary(left, op, right))
        }
        // Each bound meets the value on its own.
        Expr::Between(Between { expr, negated, low, high }) => {
            let low = binary((*expr).clone(), Operator::GtEq, *low);
            let high = binary(*expr, Operator::LtEq, *high);
            let low = compare(keys, low, schema)?.data;
            let between = low.and(compare(keys, high, schema)?.data);
            Transformed::yes(if negated { between.not() } else { between })
        }
        Expr::InList(InList { expr, list, negated }) => {
            let mut sides = vec![*expr];
            sides.extend(list);
            let mut list = key_all(keys, sides, HIGH, LOW, schema)?;
            let expr = Box::new(list.remove(0));
            Transformed::yes(Expr::InList(InList { expr, list, negated }))
        }
        Expr::Case(Case { expr: Some(value), when_then_expr, else_expr }) => {
            let (whens, thens): (Vec<_>, Vec<_>) = when_then_expr.into_iter().unzip();
            let mut sides = vec![*value];
            sides.extend(whens.into_iter().map(|when| *when));
            let mut whens = key_all(keys, sides, HIGH, LOW, schema)?;
            let value = Some(Box::new(whens.remove(0)));
            let whens = whens.into_iter().map(Box::new);
            let when_then_expr = whens.zip(thens).collect();
            Transformed::yes(Expr::Case(Case { expr: value, when_then_expr, else_expr }))
        }
        // As in Trino: what is not distinct from a row of the subquery is in it, NaN, too,
        // but by `chosen`.
        Expr::InSubquery(found) => {
            Transformed::yes(in_subquery(keys, found, (HIGH, HIGH), schema)?)
        }
        Expr::SetComparison(SetComparison { expr, subquery, op, quantifier }) => {
            let names = sides(op).unwrap_or((HIGH, LOW));
            let (expr, subquery) = with_subquery(keys, *expr, subquery, names, schema)?;
            Transformed::yes(Expr::SetComparison(SetComparison {
                expr: Box::new(expr),
                subquery,
                op,
                quantifier,
            }))
        }
        Expr::ScalarFunction(ScalarFunction { func, args }) if SETS.contains(&func.name()) => {
            let args = keys.of_all(SAME, args, schema)?;
            Transformed::yes(Expr::ScalarFunction(ScalarFunction { func, args }))
        }
        other => Transformed::no(other),
    })
}

fn is_nested(expr: &Expr, schema: &DFSchema) -> Result<bool> {
    Ok(types::is_nested(&expr.get_type(schema)?))
}

/// A comparison of values with others inside, any of which may be NULL.
fn within(keys: &Keys, left: Expr, op: Operator, right: Expr) -> Result<Transformed<Expr>> {
    Ok(Transformed::yes(match op {
        Operator::Eq => keys.compare(EQUAL, left, right)?,
        Operator::NotEq => keys.compare(EQUAL, left, right)?.not(),
        Operator::Lt => keys.compare(LESS, left, right)?,
        Operator::LtEq => keys.compare(LESS_OR_EQUAL, left, right)?,
        Operator::Gt => keys.compare(LESS, right, left)?,
        Operator::GtEq => keys.compare(LESS_OR_EQUAL, right, left)?,
        Operator::IsDistinctFrom => keys.compare(SAME_VALUE, left, right)?.not(),
        Operator::IsNotDistinctFrom => keys.compare(SAME_VALUE, left, right)?,
        _ => return Ok(Transformed::no(binary(left, op, right))),
    }))
}

/// A condition of a WHERE, in which only what equals a row of a subquery is in it.
pub(super) fn chosen(keys: &Keys, condition: Expr, schema: &DFSchema) -> Result<Expr> {
    let conditions = split_conjunction_owned(condition).into_iter().map(|expr| match expr {
        Expr::InSubquery(found) if !found.negated => in_subquery(keys, found, (HIGH, LOW), schema),
        other => Ok(other),
    });
    let condition = conjunction(conditions.collect::<Result<Vec<_>>>()?);
    Ok(condition.unwrap_or_else(|| lit(true)))
}

fn in_subquery(
    keys: &Keys,
    InSubquery { expr, subquery, negated }: InSubquery,
    sides: (&str, &str),
    schema: &DFSchema,
) -> Result<Expr> {
    let (expr, subquery) = with_subquery(keys, *expr, subquery, sides, schema)?;
    Ok(Expr::InSubquery(InSubquery { expr: Box::new(expr), subquery, negated }))
}

fn binary(left: Expr, op: Operator, right: Expr) -> Expr {
    Expr::BinaryExpr(BinaryExpr { left: Box::new(left), op, right: Box::new(right) })
}

/// The keys of the two sides of a comparison, by which NaN does not equal and is
/// not in order with anything; `None` where nothing is compared.
pub(super) fn sides(op: Operator) -> Option<(&'static str, &'static str)> {
    Some(match op {
        Operator::Eq | Operator::NotEq | Operator::Lt | Operator::LtEq => (HIGH, LOW),
        Operator::Gt | Operator::GtEq => (LOW, HIGH),
        Operator::IsDistinctFrom | Operator::IsNotDistinctFrom => (HIGH, HIGH),
        _ => return None,
    })
}

/// Keys of two operands of a comparison.
pub(super) fn keyed(
    keys: &Keys,
    (left, right): (Expr, Expr),
    (first, second): (&str, &str),
    schema: &DFSchema,
) -> Result<(Expr, Expr)> {
    let mut sides = key_all(keys, vec![left, right], first, second, schema)?;
    let right = sides.remove(1);
    Ok((sides.remove(0), right))
}

/// Keys of a value and of all that it is compared with.
fn key_all(
    keys: &Keys,
    operands: Vec<Expr>,
    first: &str,
    others: &str,
    schema: &DFSchema,
) -> Result<Vec<Expr>> {
    if meet_as_moments(&operands, schema) {
        return operands
            .into_iter()
            .map(|side| keys.call(TICKS, as_it_was(side, schema)))
            .collect();
    }
    let mut name = first;
    let key = |side: Expr| {
        let key = keys.of(name, side, schema);
        name = others;
        key
    };
    operands.into_iter().map(key).collect()
}

fn with_subquery(
    keys: &Keys,
    expr: Expr,
    subquery: Subquery,
    (first, second): (&str, &str),
    schema: &DFSchema,
) -> Result<(Expr, Subquery)> {
    let expr = keys.of(first, expr, schema)?;
    let inner = subquery.subquery.schema();
    let [column] = &inner.columns()[..] else { return Ok((expr, subquery)) };
    let column = Expr::Column(column.clone());
    let key = keys.of(second, column.clone(), inner)?;
    if key == column {
        return Ok((expr, subquery));
    }
    let plan = LogicalPlanBuilder::from(Arc::clone(&subquery.subquery)).project([key])?.build()?;
    Ok((expr, subquery.with_plan(Arc::new(plan))))
}

/// Whether moments are compared that DataFusion would bring to a finer unit where
/// that may not hold them, or where it would cut a constant to the coarser one.
fn meet_as_moments(operands: &[Expr], schema: &DFSchema) -> bool {
    let Some(DataType::Timestamp(unit, _)) = operands.first().and_then(|x| x.get_type(schema).ok())
    else {
        return false;
    };
    let mut casts = operands.iter().filter(|side| before_cast(side, schema).is_some()).peekable();
    if unit == TimeUnit::Nanosecond {
        return casts.peek().is_some();
    }
    casts.any(|side| !is_constant(side)) && operands.iter().any(is_constant)
}

/// A moment before it was brought to the unit of another one.
fn as_it_was(side: Expr, schema: &DFSchema) -> Expr {
    before_cast(&side, schema).cloned().unwrap_or(side)
}

fn before_cast<'a>(side: &'a Expr, schema: &DFSchema) -> Option<&'a Expr> {
    let Expr::Cast(Cast { expr, field }) = side else { return None };
    let zoned = |ty: &DataType| match ty {
        DataType::Timestamp(_, zone) => Some(zone.is_some()),
        DataType::Date32 => Some(false),
        _ => None,
    };
    let from = zoned(&expr.get_type(schema).ok()?)?;
    (zoned(field.data_type()) == Some(from)).then_some(expr)
}
